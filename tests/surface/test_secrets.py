"""Where something of ours is broken, neither the page nor the log says what is secret."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from sso_gateway.logs import PlainFormatter
from sso_gateway.partners import keyfiles, our_metadata
from sso_gateway.partners.models import Partner
from tests.signon import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def secrets(tmp_path: Path, settings: Settings) -> list[str]:
    """Our keys, freshly made; what must be read nowhere."""
    settings.SSO_CERTS_DIR = tmp_path
    keyfiles.ensure()
    lines = [line for file in tmp_path.glob("*.key") for line in file.read_text().splitlines()]
    return [line for line in lines if not line.startswith("-----")] + [settings.SECRET_KEY]


def spoil(folder: Path, how: str) -> None:
    for file in folder.glob("*.key"):
        if how == "readable":
            file.chmod(0o644)
        elif how == "half":
            file.write_text("\n".join(file.read_text().splitlines()[:-3]))
        else:
            file.write_text(file.read_text().replace("PRIVATE KEY", "PUBLIC KEY"))


@pytest.mark.parametrize("how", ["readable", "half", "misnamed"])
def test_a_broken_key_is_told_without_its_contents(
    acme: Partner, ada: User, secrets: list[str], how: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(settings.SSO_CERTS_DIR, how)
    browser = Client(raise_request_exception=False)
    answers = [browser.get(path, secure=True) for path in (scene.LOGIN, "/saml/acme/metadata/")]
    answers.append(scene.post(browser, scene.message()))
    assert {answer.status_code for answer in answers} <= {500, 503}
    told = "".join(answer.content.decode() + str(answer.headers) for answer in answers)
    told += "".join(map(PlainFormatter().format, caplog.records))
    told += "".join(f"{event.facts}{event.detail}{event.checks}" for event in scene.attempts())
    assert scene.attempts()
    assert [secret for secret in secrets if secret in told] == []


def test_an_error_of_ours_shows_neither_its_words_nor_its_variables(
    acme: Partner,
    secrets: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(partner: Partner) -> None:
        key = "".join(secrets)
        raise RuntimeError(f"cannot sign with {key}")

    monkeypatch.setattr(our_metadata, "publish", broken)
    answer = Client(raise_request_exception=False).get("/saml/acme/metadata/", secure=True)
    told = answer.content.decode() + "".join(map(PlainFormatter().format, caplog.records))
    assert answer.status_code == 500 and "RuntimeError at " in told
    assert [secret for secret in secrets if secret in told] == []
    assert "Traceback" not in told and "test_secrets" not in answer.content.decode()
