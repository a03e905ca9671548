"""manage.py doctor: every question answered, nothing left behind, no secret told."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners.models import Partner, PartnerIdentityProvider
from sso_gateway.signon.doctor import deployed, installation
from sso_gateway.signon.models import SeenAssertion
from tests.signon import scene
from tests.signon.doctoring import command, ids, report

pytestmark = pytest.mark.django_db

QUESTIONS = {
    *range(1, 5),
    *range(401, 406),
    *range(410, 415),
    *range(421, 424),
    431,
    *range(433, 439),
    *range(441, 447),
}


@pytest.fixture(autouse=True)
def today(clock: time_machine.Traveller) -> None:
    """The database's clock is not one that a test can move."""
    clock.move_to(time_machine.escape_hatch.datetime.datetime.now(UTC))


@pytest.fixture
def certs(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Our keys, in a folder that a test may spoil."""
    folder = tmp_path / "certs"
    shutil.copytree(settings.SSO_CERTS_DIR, folder)
    settings.SSO_CERTS_DIR = folder
    yield folder


def test_a_sound_installation_is_called_well_and_every_question_answers(acme: Partner) -> None:
    status, said = report()
    assert (status, said["outcome"]) == (0, "well")
    asked = {int(finding["id"][-3:]) for finding in said["findings"]}
    # 424 and 432 speak only where there are old keys, or something to say.
    assert asked - {424, 432} == QUESTIONS
    assert {finding["level"] for finding in said["findings"]} == {"ok", "info"}


def test_people_read_one_line_each_with_a_sign_and_a_stable_id(acme: Partner) -> None:
    status, printed = command()
    *lines, last = printed.splitlines()
    findings = report()[1]["findings"]
    assert status == 0
    assert len(lines) == len(findings)
    for line, finding in zip(lines, findings, strict=True):
        assert line[0] == {"ok": "✔", "info": "·"}[finding["level"]]
        assert finding["id"] in line
    assert last == "0 errors, 0 warnings."


def test_a_warning_exits_with_one_and_an_error_with_two(acme: Partner, settings: Settings) -> None:
    settings.SESSION_COOKIE_DOMAIN = "example.com"
    status, printed = command()
    assert status == 1
    assert "! warning sso_gateway.W402" in printed
    assert "Fix: Set SESSION_COOKIE_DOMAIN = None." in printed
    settings.SESSION_COOKIE_HTTPONLY = False
    status, printed = command()
    assert status == 2
    assert "✖ error   sso_gateway.E402" in printed


def test_it_leaves_nothing_behind(acme: Partner) -> None:
    before = Event.objects.count()
    command()
    assert Event.objects.count() == before
    assert not SeenAssertion.objects.exists()


def test_no_secret_is_told_even_where_a_key_is_damaged(certs: Path, settings: Settings) -> None:
    private = certs / "signing.key"
    secret = private.read_text(encoding="ascii").splitlines()[1]
    private.write_text(secret * 3, encoding="ascii")
    (certs / "encryption.crt").write_text(secret, encoding="ascii")
    status, printed = command()
    assert status == 2
    assert "E421" in printed
    assert secret not in printed
    assert settings.SECRET_KEY not in printed


def test_a_question_that_breaks_does_not_stop_the_others(certs: Path) -> None:
    (certs / "encryption.crt").write_text("no certificate", encoding="ascii")
    _status, said = report()
    broken = [finding for finding in said["findings"] if finding["id"] == "sso_gateway.E400"]
    assert [finding["text"] for finding in broken] == [
        "our_keys.certificates_last could not be answered: ValueError."
    ]
    assert said["findings"][-1]["id"] == "sso_gateway.I446"


def test_without_its_settings_nothing_else_is_asked(settings: Settings) -> None:
    del settings.SSO_BASE_URL
    status, said = report()
    found = [finding["id"] for finding in said["findings"]]
    assert status == 2
    assert "sso_gateway.E005" in found
    assert found[-1] == "sso_gateway.I400"
    assert "sso_gateway.I411" not in found
    assert deployed.known_answers(None) == []


def test_without_a_database_the_rest_is_answered_all_the_same() -> None:
    def down(*args: object) -> None:
        raise OperationalError("password=hunter2")

    with connection.execute_wrapper(down):
        status, printed = command()
    assert status == 2
    assert "sso_gateway.I412" in printed
    assert "The database does not answer: OperationalError." in printed
    assert "hunter2" not in printed
    assert "sso_gateway.I441" not in printed


def test_what_a_partner_wrote_cannot_move_the_cursor(acme: Partner) -> None:
    PartnerIdentityProvider.objects.update(
        name="\x1b[2J\nAll is well", valid_until=datetime(2021, 1, 1, tzinfo=UTC)
    )
    _status, printed = command()
    assert "\x1b" not in printed
    assert "\nAll is well" not in printed
    assert "\\x1b[2J\\nAll is well: the metadata ended" in printed


def test_the_checks_of_the_project_are_told_under_their_own_ids(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 0
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    found = {finding["id"]: finding for finding in report()[1]["findings"]}
    assert found["security.W004"]["level"] == "warning"
    assert found["sso_gateway.W201"]["fix"] == 'Set SESSION_COOKIE_SAMESITE = "Lax".'
    assert "sso_gateway.I401" not in found


def test_the_deployment_check_shares_the_known_answers(settings: Settings) -> None:
    assert deployed.known_answers(None) == []
    settings.SESSION_COOKIE_SECURE = False
    [message] = deployed.known_answers(None)
    assert (message.id, message.is_serious()) == ("sso_gateway.E402", True)
    # What the check says as well is told once.
    found = [finding["id"] for finding in report()[1]["findings"]]
    assert found.count("sso_gateway.E402") == 1


def test_sign_ins_show_whether_the_address_is_the_one_partners_know(
    acme: Partner, browser: Client
) -> None:
    scene.send(browser, "SAMLResponse=eHg", HTTP_HOST="SSO.example.com:443")
    assert ids(installation.seen_address) == ["I404"]
    scene.send(browser, "SAMLResponse=eHg", HTTP_HOST="testserver:8001")
    [finding] = installation.seen_address()
    assert finding.id == "sso_gateway.W404"
    assert "asked for testserver:8001, and SSO_BASE_URL says sso.example.com" in finding.text
