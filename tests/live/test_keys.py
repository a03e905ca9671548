"""What SimpleSAMLphp encrypts with and signs with, and what it publishes of that."""

from pathlib import Path

from django.core.management import call_command

from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from tests.idp.keys import key_pair
from tests.live.configuration import EMAIL_AS_NAME_ID
from tests.live.person import Person, assert_admitted, assert_turned_away
from tests.live.simplesamlphp import SimpleSamlPhp

HEADING = "We couldn't finish signing you in"
CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


def test_cbc_is_read_where_the_response_around_it_is_signed(
    acme: Partner, idp: SimpleSamlPhp, ada: Person
) -> None:
    idp.admin.choices(EMAIL_AS_NAME_ID, assertion__encryption=True)
    ada.arrive()
    event = assert_admitted(ada, "ada@acme.example", warning=Reason.ENC_ALGORITHM)
    assert (event.assertion["encrypted_with"], event.assertion["signed"]) == (CBC, "both")


def test_cbc_is_refused_where_only_the_assertion_inside_is_signed(
    acme: Partner, idp: SimpleSamlPhp, ada: Person
) -> None:
    idp.admin.choices(EMAIL_AS_NAME_ID, assertion__encryption=True, saml20__sign__response=False)
    ada.arrive()
    event = assert_turned_away(ada, Reason.ENC_ALGORITHM, HEADING)
    assert event.facts["received"] == CBC


def import_what_is_published(idp: SimpleSamlPhp, folder: Path) -> None:
    """As our staff import a file that they were sent."""
    (folder / "acme.xml").write_bytes(idp.metadata())
    call_command("metadata", "import", "acme", str(folder / "acme.xml"))


def test_a_new_key_is_refused_until_what_is_published_now_is_imported(
    acme: Partner, idp: SimpleSamlPhp, ada: Person, tmp_path: Path
) -> None:
    old, new = key_pair("rsa-2048", "idp"), key_pair("rsa-2048", "idp-next")
    idp.admin.keys(old, announced=new)
    ada.arrive()
    assert assert_admitted(ada, "ada@acme.example").cert_sha256 == old.sha256

    idp.admin.keys(new)
    ada.comes_back_another_day()
    event = assert_turned_away(ada, Reason.KEY_UNKNOWN, HEADING)
    assert event.facts["received"] == new.sha256
    assert old.sha256.startswith(event.facts["expected"])

    import_what_is_published(idp, tmp_path)
    ada.page.goto(ada.portal)
    assert assert_admitted(ada, "ada@acme.example").cert_sha256 == new.sha256


def test_a_key_that_was_imported_when_it_was_announced_is_not_noticed(
    acme: Partner, idp: SimpleSamlPhp, ada: Person, tmp_path: Path
) -> None:
    old, new = key_pair("rsa-2048", "idp"), key_pair("rsa-2048", "idp-next")
    idp.admin.keys(old, announced=new)
    import_what_is_published(idp, tmp_path)
    ada.arrive()
    assert assert_admitted(ada, "ada@acme.example").cert_sha256 == old.sha256

    idp.admin.keys(new)
    ada.comes_back_another_day()
    assert assert_admitted(ada, "ada@acme.example").cert_sha256 == new.sha256
