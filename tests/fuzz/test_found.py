"""What fuzzing has found, each once: these broke a property or its budget, and must not again."""

import base64
from datetime import UTC, datetime

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import certificates, metadata, response, xml
from sso_gateway.saml.model import Expected
from tests.fuzz import genuine, heavy
from tests.fuzz.corpus import other_version
from tests.idp import workshop
from tests.idp.keys import key_pair
from tests.saml import documents

FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"

THE_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def refused(message: bytes, expected: Expected) -> Reason:
    with pytest.raises(Refusal) as refusal:
        response.accept(message, expected)
    assert response.explain(message, expected).reason is refusal.value.reason
    return refusal.value.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"not_before": FIRST},
        {"not_on_or_after": LAST},
        {"confirmation_not_on_or_after": LAST},
        {"session_not_on_or_after": LAST},
    ],
)
def test_a_time_at_the_end_of_the_calendar_is_a_time(changes: dict[str, str]) -> None:
    message = workshop.response(**changes)
    assert response.accept(message, workshop.expected()).id == "_assertion-1"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"not_before": LAST}, Reason.TOO_EARLY),
        ({"not_on_or_after": FIRST}, Reason.EXPIRED),
        ({"confirmation_not_on_or_after": FIRST}, Reason.EXPIRED),
        ({"session_not_on_or_after": FIRST}, Reason.SESSION_TOO_OLD),
    ],
)
def test_a_time_at_the_wrong_end_of_the_calendar_is_refused(
    changes: dict[str, str], reason: Reason
) -> None:
    assert refused(workshop.response(**changes), workshop.expected()) is reason


def test_a_claimed_time_at_the_end_of_the_calendar_can_be_explained() -> None:
    message = workshop.unsigned(not_before=FIRST, not_on_or_after=LAST)
    assert refused(message, workshop.expected()) is Reason.SIGNATURE_MISSING


def test_a_certificate_without_an_end_still_signs() -> None:
    # RFC 5280 4.1.2.5: 99991231235959Z stands for "no well-defined expiration date".
    key = key_pair("ec-256", "endless", not_after=THE_LAST)
    message = workshop.response(
        key=key, how={"method": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"}
    )
    assert response.accept(message, workshop.expected(keys=(key,))).warnings == ()


def test_metadata_without_an_end_is_current() -> None:
    document = documents.entity(entity_id=workshop.IDP, attributes=f'validUntil="{LAST}"')
    (provider,) = metadata.read(document.encode()).identity_providers
    good = workshop.expected()
    trusting = Expected(good.service_provider, {workshop.IDP: provider}, good.now)
    assert provider.valid_until == THE_LAST
    assert response.accept(workshop.response(), trusting).id == "_assertion-1"


def test_a_proxy_count_of_thousands_of_digits_allows_nothing() -> None:
    count = f'<saml:ProxyRestriction Count="{"9" * 5000}"/>'
    message = workshop.response(more_conditions_xml=count)
    assert response.accept(message, workshop.expected()).proxy_count == 0


def test_a_text_full_of_prefixes_is_looked_at_once() -> None:
    # Were it looked at from each of them, this test would take minutes.
    message = b"<a>" + b"xmlns:" * 40_000 + b"</a>"
    assert xml.parse(message, limits=xml.MESSAGE).tag == "a"


@pytest.mark.parametrize(
    "attribute", ['xmlns:a:b="relative"', 'xmlns::a="relative"', 'xmlns:="relative"']
)
def test_a_relative_namespace_behind_two_colons_is_refused(attribute: str) -> None:
    with pytest.raises(Refusal) as refusal:
        xml.parse(f"<a {attribute}/>".encode(), limits=xml.MESSAGE)
    assert refusal.value.reason is Reason.XML_MALFORMED


@pytest.mark.parametrize("name", ["urn:a&amp;b", "urn:&amp;#120;", "urn:&lt;", "urn:&#120;"])
def test_a_namespace_name_that_is_canonicalised_to_another_is_refused(name: str) -> None:
    # libxml2 writes it as it stands: the octets are malformed, or have another name in them.
    with pytest.raises(Refusal) as refusal:
        xml.parse(f'<a xmlns="{name}"/>'.encode(), limits=xml.MESSAGE)
    assert refusal.value.reason is Reason.XML_MALFORMED


def test_more_prefixes_than_anybody_lists_are_not_looked_up() -> None:
    # Each would be looked up at each element, far from the root, before the signature is verified.
    message = heavy.responses(40_000)["many listed prefixes"]
    assert refused(message, genuine.expected()) is Reason.SIGNATURE_SCOPE


@pytest.mark.parametrize("version", [1, 3, 255])
def test_a_certificate_of_another_version_is_left_out(version: int) -> None:
    der = other_version(key_pair().certificate_der, version)
    with pytest.raises(Refusal) as refusal:
        certificates.trusted_key(der)
    assert refusal.value.reason is Reason.UNDECODABLE
    encoded = base64.b64encode(der).decode()
    key = documents.key(
        f"<ds:X509Data><ds:X509Certificate>{encoded}</ds:X509Certificate></ds:X509Data>"
    )
    found = documents.read(documents.entity(documents.role(keys=key)))
    assert found.identity_providers[0].keys == ()
    assert "it is not an X.509 certificate" in found.warnings[0]
