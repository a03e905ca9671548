"""Projects differ: what the office could also have been."""

from tests.embed.office import ADA, BASE, DESK, GRACE, PASSWORD, Office, message
from tests.idp.server import IdentityProviderStandIn

EVERYTHING_IS_BEHIND_THE_DOOR = """
MIDDLEWARE.insert(5, "django.contrib.auth.middleware.LoginRequiredMiddleware")
"""
NO_ADMIN = """
INSTALLED_APPS.remove("django.contrib.admin")
"""
OWN_FRAME = """
TEMPLATES[0]["DIRS"] = [BASE_DIR]
"""
RAW_TABLES = (
    "sso_audit/event",
    "sso_partners/partner",
    "sso_provisioning/link",
    "sso_signon/loginsession",
)


def test_our_public_addresses_stay_public_where_everything_needs_a_login(
    office: Office, idp: IdentityProviderStandIn
) -> None:
    office.write(settings=EVERYTHING_IS_BEHIND_THE_DOOR)
    with office.browser() as browser:
        assert browser.get("/saml/acme/metadata/").status == 200
        asked = browser.ask("/saml/acme/login/")
        same = message(idp, in_response_to=asked)
        assert browser.arrive(same, relay_state=asked).location == DESK
        assert browser.get(DESK).body == f"{ADA} through acme, visit 1"
    with office.browser() as thief:
        assert thief.get(f"/saml/acme/again/{'A' * 8}/").status == 404


def test_the_admin_is_no_precondition(office: Office, idp: IdentityProviderStandIn) -> None:
    office.write(settings=NO_ADMIN)
    office.done("check")
    with office.browser() as browser:
        browser.arrive(message(idp))
        assert browser.get(DESK).body == f"{ADA} through acme, visit 1"


def test_staff_find_partners_and_the_log_in_the_offices_admin(
    office: Office, idp: IdentityProviderStandIn
) -> None:
    with office.browser() as visitor:
        visitor.arrive(message(idp))
    with office.browser() as browser:
        browser.sign_in(GRACE, PASSWORD)
        for table in RAW_TABLES:
            listed = browser.get(f"/admin/{table}/?q=acme")
            assert listed.status == 200, table
            assert "acme" in listed.body, table


def test_our_pages_take_the_offices_frame(office: Office, idp: IdentityProviderStandIn) -> None:
    office.write(settings=OWN_FRAME)
    frame = office.home / "sso_gateway" / "base.html"
    frame.parent.mkdir()
    frame.write_text("<p>In our own frame: {% block heading %}{% endblock %}</p>", "utf-8")
    with office.browser() as browser:
        refused = browser.arrive(message(idp, GRACE))
    assert (refused.status, refused.body.startswith("<p>In our own frame: ")) == (403, True)


def test_our_migrations_are_complete_whatever_type_of_key_the_office_prefers(
    office: Office,
) -> None:
    labels = ("sso_audit", "sso_partners", "sso_provisioning", "sso_signon")
    assert "No changes" in office.done("makemigrations", "--check", "--dry-run", *labels)


def test_what_partners_are_told_of_the_office_is_its_own_address(office: Office) -> None:
    printed = office.done("metadata", "print", "acme")
    assert f'entityID="{BASE}/saml/acme/metadata/"' in printed
    assert f'Location="{BASE}/saml/acme/acs/"' in printed
