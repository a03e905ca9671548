"""The settings module, loaded anew for each environment."""

import os
import runpy
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

Load = Callable[..., dict[str, Any]]
ROOT = Path(__file__).parent.parent
SETTINGS = ROOT / "sso_gateway" / "settings.py"
SECRET = "a-secret-of-more-than-32-characters"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Settings for exactly these variables beside a SECRET_KEY and an https address."""

    def loaded(file: Path = SETTINGS, **variables: str) -> dict[str, Any]:
        for name in list(os.environ):
            if name.startswith(("SSO_", "SECRET_KEY", "DATABASE_URL", "CACHE_URL")):
                monkeypatch.delenv(name)
        given = {"SECRET_KEY": SECRET, "SSO_BASE_URL": "https://sso.example.com"}
        for name, value in {**given, "ENV_FILE": os.devnull, **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(file))

    return loaded


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SSO_BASE_URL": "http://sso.example.com"}, "must begin with https://"),
        ({"SSO_BASE_URL": ""}, "must begin with https://"),
        ({"SSO_DEMO": "1"}, "does not run under an https SSO_BASE_URL"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is absent or shorter"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is absent or shorter"),
        ({"SSO_CLOCK_SKEW": "301"}, "SSO_CLOCK_SKEW must be a whole number from 0 to 300"),
        ({"SSO_MAX_MESSAGE_BYTES": "999999999"}, "SSO_MAX_MESSAGE_BYTES must be"),
        ({"SSO_TRUSTED_PROXIES": "everyone"}, "SSO_TRUSTED_PROXIES"),
        ({"PORT": "0"}, "PORT must be a whole number from 1 to 65535"),
        ({"SSO_LOG_FORMAT": "xml"}, "SSO_LOG_FORMAT must be plain or json"),
        ({"CACHE_URL": "memcached://x"}, "CACHE_URL must begin with redis://"),
        ({"SSO_BASEURL": "https://sso.example.com"}, "Did you mean SSO_BASE_URL?"),
        ({"SSO_LOGO_URL": "http://sso.example.com/logo.svg"}, "SSO_LOGO_URL must be an https"),
        ({"SSO_PRIVACY_URL": "/privacy"}, "SSO_PRIVACY_URL must be an https address"),
        ({"SSO_INFORMATION_URL": "https://a b"}, "SSO_INFORMATION_URL must be an https address"),
        ({"SSO_LOGO_SIZE": "0x60"}, "SSO_LOGO_SIZE must be as in 64x64"),
        ({"SSO_DEBUG": "1"}, "There is no setting SSO_DEBUG"),
    ],
)
def test_what_would_not_be_safe_or_clear_is_refused(
    load: Load, variables: dict[str, str], words: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(**variables)
    assert words in str(refused.value)


@pytest.mark.parametrize("name", ["DEBUG", "DJANGO_DEBUG"])
def test_no_variable_turns_debugging_on(load: Load, name: str) -> None:
    assert load(**{name: "1"})["DEBUG"] is False


def test_cookies_are_bound_to_our_host_and_to_tls(load: Load) -> None:
    found = load()
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        assert found[f"{cookie}_COOKIE_NAME"].startswith("__Host-sso-")
        assert found[f"{cookie}_COOKIE_SECURE"] is True
        assert found[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert found[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
        assert found[f"{cookie}_COOKIE_PATH"] == "/"


def test_the_demo_has_cookies_that_work_without_tls(load: Load) -> None:
    found = load(SSO_DEMO="1", SSO_BASE_URL="http://localhost:8000")
    assert found["SESSION_COOKIE_NAME"] == "sso-session"
    assert found["SESSION_COOKIE_SECURE"] is False
    assert found["SECURE_HSTS_SECONDS"] == 0


def test_the_demo_is_at_the_port_that_the_server_listens_on(load: Load) -> None:
    demo = load(SSO_DEMO="1", SSO_BASE_URL="", PORT="8123")
    assert demo["SSO_BASE_URL"] == "http://localhost:8123"


def test_the_demo_is_an_app_only_in_demo_mode(load: Load) -> None:
    demo = load(SSO_DEMO="1", SSO_BASE_URL="http://localhost:8000")
    assert "sso_gateway.demo" in demo["INSTALLED_APPS"]
    assert "sso_gateway.demo" not in load()["INSTALLED_APPS"]


def test_only_our_own_host_is_answered(load: Load) -> None:
    assert load()["ALLOWED_HOSTS"] == ["sso.example.com"]
    assert load(SSO_BASE_URL="https://[2001:db8::1]")["ALLOWED_HOSTS"] == ["[2001:db8::1]"]


def test_the_demo_also_answers_at_the_address_of_its_portal(load: Load) -> None:
    demo = load(SSO_DEMO="1", SSO_BASE_URL="http://localhost:8000")
    assert {"localhost", "127.0.0.1"} <= set(demo["ALLOWED_HOSTS"])


def test_a_secret_key_may_come_from_a_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET * 2, encoding="utf-8")
    assert load(SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == SECRET * 2


def test_settings_are_read_from_the_env_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("SSO_APP_NAME='Back office'\n", encoding="utf-8")
    assert load(ENV_FILE=str(tmp_path / "env"))["SSO_APP_NAME"] == "Back office"


def test_sqlite_is_the_default_with_immediate_and_durable_transactions(load: Load) -> None:
    database = load()["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert Path(database["NAME"]) == ROOT / "gateway.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("folder", ["with space", "100%25", "a#b", "a?b"])
def test_the_default_database_lies_in_our_folder_whatever_it_is_called(
    tmp_path: Path, load: Load, folder: str
) -> None:
    copy = tmp_path / folder / "sso_gateway" / "settings.py"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(SETTINGS.read_bytes())
    database = load(copy)["DATABASES"]["default"]
    assert Path(database["NAME"]) == tmp_path / folder / "gateway.sqlite3"


def test_postgresql_gets_no_options_of_sqlite(load: Load) -> None:
    database = load(DATABASE_URL="postgresql://user@db.example/gateway")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert not database.get("OPTIONS")
    assert database["CONN_MAX_AGE"] == 600


def test_a_shared_cache_carries_the_sessions_too(load: Load) -> None:
    found = load(CACHE_URL="redis://cache.example:6379/0")
    assert found["CACHES"]["default"]["BACKEND"].endswith("RedisCache")
    assert found["SESSION_ENGINE"] == "sso_gateway.signon.session_store"
    assert load()["SESSION_ENGINE"] == "django.contrib.sessions.backends.db"


@pytest.mark.needs_redis
def test_the_shared_cache_that_is_configured_answers(load: Load, redis_url: str) -> None:
    from django.core.cache.backends.redis import RedisCache

    cache = load(CACHE_URL=redis_url)["CACHES"]["default"]
    redis = RedisCache(cache["LOCATION"], {"KEY_PREFIX": "sso-test"})
    redis.set("greeting", "hello", timeout=10)
    assert redis.get("greeting") == "hello"
    redis.delete("greeting")
    redis.close()


def test_the_sqlite_options_do_what_they_say(tmp_path: Path, load: Load) -> None:
    connection = sqlite3.connect(tmp_path / "x.sqlite3")
    connection.executescript(load()["SQLITE_OPTIONS"]["init_command"])
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
