"""Whole service providers over HTTP, and how each is set up, started, asked and ended."""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import databases, messages, servers
from benchmarks.messages import BASE
from benchmarks.peers import shibboleth
from tests.idp import workshop


class Serving(NamedTuple):
    """A service provider that answers."""

    port: int
    roots: list[int]
    """Its process numbers; their children are its too."""
    counted: Callable[[], dict[str, int]]
    """What its storage has on the logins so far."""


class System(NamedTuple):
    """A service provider that may be measured. Where its ACS is, and how it begins to serve."""

    name: str
    path: str
    entity_id: str
    cookie: str
    """How the name of its session's cookie begins."""
    serve: Callable[[Path], AbstractContextManager[Serving]]
    follow: str = ""
    """Where its ACS hands on to itself before it signs anybody in; counted as one login."""
    ours: bool = False
    """Then storage must hold exactly one of everything for each login."""


def systems(skipped: dict[str, str]) -> Iterator[System]:
    """Everybody who can run here; the others' names and reasons go into ``skipped``."""
    engines = databases.engines(skipped)
    for engine in engines:
        yield System(
            f"ours, {engine}",
            "/saml/acme/acs/",
            messages.ENTITY_ID,
            "__Host-sso-session",
            lambda folder, engine=engine: _ours(folder, engine),  # type: ignore[misc]
            ours=True,
        )
    if (reason := shibboleth.absent()) is None:
        yield System(
            "Shibboleth SP",
            shibboleth.PATH,
            shibboleth.ENTITY_ID,
            "_shibsession_",
            _shibboleth,
        )
    else:
        skipped["Shibboleth SP"] = reason
    yield from _django_peers(engines, skipped)


_PEERS: Final = (
    ("django-allauth", "allauth", "/accounts/saml/acme/acs/", "/accounts/saml/acme/metadata/"),
    ("djangosaml2", "djangosaml2", "/saml2/acs/", "/saml2/metadata/"),
)


def _django_peers(engines: list[str], skipped: dict[str, str]) -> Iterator[System]:
    for name, package, path, entity_id in _PEERS:
        if find_spec(package) is None:
            skipped[f"{name} over HTTP"] = f"not installed: {package}"
            continue
        for engine in engines:
            yield System(
                f"{name}, {engine}",
                path,
                f"{BASE}{entity_id}",
                "sessionid",
                lambda folder, engine=engine, package=package: _peer(  # type: ignore[misc]
                    folder, engine, package
                ),
                follow=f"{path}finish/" if package == "allauth" else "",
            )


@contextmanager
def _ours(folder: Path, engine: str) -> Iterator[Serving]:
    port = servers.free_port()
    with databases.fresh(engine, folder) as address:
        environment = {**prepared(folder, address), "PORT": str(port)}
        configuration = "python:sso_gateway.gunicorn"
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", configuration, "sso_gateway.wsgi"]
        with servers.running(
            gunicorn, environment=environment, awaits=port, log=folder / "server.log"
        ) as process:
            yield Serving(port, [process], lambda: databases.counted(address, OUR_ROWS))


def prepared(folder: Path, address: str) -> dict[str, str]:
    """The environment of a gateway of ours with one live partner, as its commands set it up."""
    (folder / "idp.xml").write_text(messages.metadata(), encoding="utf-8")
    environment = {
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "sso_gateway.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SSO_BASE_URL": BASE,
        "SSO_CERTS_DIR": str(folder / "certs"),
        "SSO_METADATA_DIR": str(folder),
        "DATABASE_URL": address,
        "WEB_CONCURRENCY": str(servers.WORKERS),
    }
    manage = (sys.executable, "manage.py")
    servers.command(*manage, "keys", "ensure", environment=environment)
    servers.command(*manage, "migrate", "--verbosity", "0", environment=environment)
    servers.command(
        *manage, "partner", "add", "acme", "--name", "Acme",
        "--metadata", str(folder / "idp.xml"), "--email-domain", "acme.example",
        "--provision", "create", "--activate",
        environment=environment,
    )  # fmt: skip
    return environment


_ATTEMPTS: Final = "sso_audit_event WHERE action = 'sign_in.attempt' AND outcome"
OUR_ROWS: Final = {
    "sessions": "django_session",
    "login sessions": "sso_signon_loginsession",
    "claimed assertions": "sso_signon_seenassertion",
    "audit rows": f"{_ATTEMPTS} = 'success'",
    "refusals": f"{_ATTEMPTS} <> 'success'",
}
"""What a login leaves behind: one row of each, and no refusal."""


@contextmanager
def _peer(folder: Path, engine: str, package: str) -> Iterator[Serving]:
    port = servers.free_port()
    _material(folder)
    with databases.fresh(engine, folder) as address:
        environment = {
            "DJANGO_SETTINGS_MODULE": f"benchmarks.peers.{package}_settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BENCH_FOLDER": str(folder),
            "BENCH_BASE_URL": BASE,
            "DATABASE_URL": address,
        }
        servers.command(
            sys.executable, "-m", "django", "migrate", "--verbosity", "0", environment=environment
        )
        with servers.running(
            servers.gunicorn("benchmarks.peers.wsgi", port),
            environment=environment,
            awaits=port,
            log=folder / "server.log",
        ) as process:
            tables = {"sessions": "django_session"}
            yield Serving(port, [process], lambda: databases.counted(address, tables))


@contextmanager
def _shibboleth(folder: Path) -> Iterator[Serving]:
    port = servers.free_port()
    _material(folder)
    with shibboleth.serving(folder, port) as processes:
        yield Serving(port, processes, lambda: shibboleth.counted(folder))


def _material(folder: Path) -> None:
    (folder / "idp.xml").write_text(messages.metadata(), encoding="utf-8")
    (folder / "idp.crt").write_bytes(workshop.idp_key().certificate_pem)
    (folder / "sp.crt").write_bytes(workshop.sp_key().certificate_pem)
    (folder / "sp.key").write_bytes(workshop.sp_key().private_pem)
