"""A partner's user becomes a user of the office, and everything else stays as it was."""

import pytest

from tests.embed.office import ADA, DESK, GRACE, PASSWORD, SIGN_IN, Office, message
from tests.idp.server import IdentityProviderStandIn

ENGINES = ("db", "cached_db", "cache", "file", "signed_cookies")
BEHIND_THE_DOOR = f"{SIGN_IN}?next={DESK}"


def session_engine(name: str) -> str:
    engine = f'SESSION_ENGINE = "django.contrib.sessions.backends.{name}"'
    return f"{engine}\nSESSION_FILE_PATH = BASE_DIR"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_known_person_is_signed_in_until_the_partner_is_paused(
    office: Office, idp: IdentityProviderStandIn, engine: str
) -> None:
    office.write(settings=session_engine(engine))
    with office.browser() as browser:
        assert browser.get(DESK).location == BEHIND_THE_DOOR
        arrived = browser.arrive(message(idp))
        assert (arrived.status, arrived.location) == (303, DESK)
        assert browser.get(DESK).body == f"{ADA} through acme, visit 1"
        # What the office's view put into the session stays there.
        at_the_desk = browser.get(DESK)
        assert at_the_desk.body == f"{ADA} through acme, visit 2"

        office.done("partner", "pause", "acme", "--reason", "the contract ended")
        assert browser.get(DESK).location == BEHIND_THE_DOOR
        office.done("partner", "resume", "acme")
        # A copy of the cookie is no way back, not even where the cookie is the session.
        assert browser.get(DESK, cookies=at_the_desk.cookies).location == BEHIND_THE_DOOR
    assert office.count("project_person") == 2


def test_an_unknown_person_gets_an_account_without_a_password(
    office: Office, idp: IdentityProviderStandIn
) -> None:
    with office.browser() as browser:
        browser.arrive(message(idp, "edsger@acme.example"))
        assert browser.get(DESK).body == "edsger@acme.example through acme, visit 1"
    new = "mail = ? AND NOT is_staff AND NOT is_superuser AND password LIKE '!%'"
    assert office.count("project_person", new, "edsger@acme.example") == 1


def test_somebody_elses_domain_is_refused_on_a_page_in_the_offices_name(
    office: Office, idp: IdentityProviderStandIn
) -> None:
    with office.browser() as browser:
        refused = browser.arrive(message(idp, GRACE))
        assert refused.status == 403
        assert "Office" in refused.body and "Reference" in refused.body
        assert browser.get(DESK).location == BEHIND_THE_DOOR
    assert office.count("sso_audit_event", "outcome = 'refused' AND partner_slug = 'acme'") == 1


def test_a_link_on_the_offices_login_page_leads_through_the_partner_and_back(
    office: Office, idp: IdentityProviderStandIn
) -> None:
    with office.browser() as browser:
        asked = browser.ask("/saml/acme/login/?next=/desk/%3Fdrawer=2")
        arrived = browser.arrive(message(idp, in_response_to=asked), relay_state=asked)
        assert (arrived.status, arrived.location) == (303, "/desk/?drawer=2")
        assert browser.get(DESK).body == f"{ADA} through acme, visit 1"


@pytest.mark.parametrize("engine", ["db", "signed_cookies"])
def test_a_password_works_as_ever_and_the_partner_has_no_say_in_it(
    office: Office, engine: str
) -> None:
    office.write(settings=session_engine(engine))
    with office.browser() as browser:
        assert browser.sign_in(GRACE, "wrong").status == 200
        assert browser.sign_in(GRACE, PASSWORD).location == DESK
        office.done("partner", "pause", "acme", "--reason", "the contract ended")
        assert browser.get(DESK).body == f"{GRACE} through a password, visit 1"
        browser.sign_out()
        assert browser.get(DESK).location == BEHIND_THE_DOOR
    assert office.count("sso_signon_loginsession") == 0
    assert office.count("sso_audit_event", "action NOT LIKE 'change.%'") == 0


@pytest.mark.parametrize("engine", ["db", "signed_cookies"])
def test_the_offices_own_sign_out_ends_the_partners_session(
    office: Office, idp: IdentityProviderStandIn, engine: str
) -> None:
    office.write(settings=session_engine(engine))
    with office.browser() as browser:
        browser.arrive(message(idp))
        at_the_desk = browser.get(DESK)
        assert browser.sign_out().location == SIGN_IN
        assert browser.get(DESK, cookies=at_the_desk.cookies).location == BEHIND_THE_DOOR
    ended = "email = ? AND ended IS NOT NULL AND ended_because = 'signed_out'"
    assert office.count("sso_signon_loginsession", ended, ADA) == 1
    assert office.count("sso_audit_event", "action = 'sign_out' AND partner_slug = 'acme'") == 1


def test_the_back_button_after_a_login_meets_a_page_without_the_offices_help(
    office: Office, idp: IdentityProviderStandIn
) -> None:
    with office.browser() as browser:
        same = message(idp)
        browser.arrive(same)
        again = browser.arrive(same)
        assert again.status == 303
        shown = browser.get(again.location)
    assert shown.status == 200
    assert "already signed in" in shown.body and DESK in shown.body
