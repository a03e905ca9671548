"""What is understood of a document, and each way in which it can be wrong."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pytest_django.fixtures import Settings

from sso_gateway.partners import addresses, recognise
from sso_gateway.partners.intake import USUAL, Choice, Understanding, understand
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from tests.idp.keys import key_pair
from tests.partners.factory import (
    ENTITY_ID,
    acme_key,
    aggregate,
    another_certificate,
    idp_metadata,
    make_partner,
    other_key,
    received,
    sp_metadata,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECORDED = Path(__file__).parents[3] / "shared" / "recorded"


def judge(document: bytes, partner: Partner | None = None, choice: Choice = USUAL) -> Understanding:
    tidied = Received(recognise.tidy(document), "idp.xml")
    return understand(tidied, partner=partner, now=NOW, choice=choice)


def keys_of(understanding: Understanding) -> list[str]:
    return [problem.key for problem in understanding.problems]


def test_good_metadata_is_understood_in_full() -> None:
    understanding = judge(idp_metadata(valid_until=NOW + timedelta(days=9)))
    assert not understanding.problems
    assert understanding.offered == (ENTITY_ID,)
    assert understanding.valid_until == NOW + timedelta(days=9)
    [chosen] = understanding.chosen
    assert chosen.provider.display_names == {"en": "Acme"}
    [facts] = chosen.certificates
    assert facts.sha256 == acme_key().sha256
    assert facts.fingerprint.replace(" ", "").lower() == acme_key().sha256
    assert facts.key == "RSA 2048"
    assert facts.subject == "acme rsa-2048 for tests"


@pytest.mark.parametrize(
    "handed_over",
    [
        lambda xml: b"\xef\xbb\xbf" + xml,
        lambda xml: b"\n\n  " + xml + b"\r\n",
        lambda xml: xml.replace(b"><", b">\r\n<"),
        lambda xml: b'<?xml version="1.0" encoding="UTF-8"?>\n' + xml,
        lambda xml: ('<?xml version="1.0" encoding="utf-16"?>' + xml.decode()).encode("utf-16"),
    ],
)
def test_it_does_not_matter_how_the_document_was_handed_over(handed_over: object) -> None:
    assert callable(handed_over)
    assert not judge(handed_over(idp_metadata())).problems


def test_a_pasted_document_is_the_same_as_the_uploaded_one() -> None:
    document = idp_metadata().replace(b"><", b">\n<")
    pasted = recognise.given("  " + document.decode().replace("\n", "\r\n") + "\r\n")
    assert pasted.document == recognise.uploaded("idp.xml", document + b"\n").document


@pytest.mark.parametrize(
    ("document", "key"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not_metadata"),
        (b"<html lang='en'></html>", "not_metadata"),
        (b'{"issuer": "https://idp.example"}', "not_metadata"),
        (b"PK\x03\x04abc", "not_metadata"),
        (b"hello", "not_metadata"),
        (b"<a/>", "not_metadata"),
        (b"<md:EntityDescriptor", "not_metadata"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "not_metadata"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n", "certificate_request"),
        (b"<x>" + b"y" * 6_000_000 + b"</x>", "too_large"),
        (idp_metadata(certificates=[]), "no_signing_key"),
        (idp_metadata(use="encryption"), "no_signing_key"),
        (idp_metadata(certificates=[key_pair("rsa-1024", "small")]), "no_signing_key"),
        (idp_metadata(certificates=[b"no certificate"]), "no_signing_key"),
        (idp_metadata(valid_until=NOW), "metadata_expired"),
        (idp_metadata("https://sso.example.com/saml/acme/metadata/"), "our_entity_id"),
        (sp_metadata("https://app.example/saml"), "service_provider_metadata"),
        (sp_metadata("https://sso.example.com/saml/acme/metadata/"), "our_metadata"),
        (idp_metadata().replace(b"IDPSSODescriptor", b"OtherDescriptor"), "no_identity_provider"),
        (idp_metadata("https://idp.acme.ехample/"), "no_identity_provider"),
    ],
)
def test_each_wrong_document_is_called_by_its_name(document: bytes, key: str) -> None:
    understanding = judge(document)
    assert keys_of(understanding) == [key]
    [problem] = understanding.problems
    assert problem.happened
    assert problem.fix


def test_a_key_without_use_signs_too() -> None:
    assert not judge(idp_metadata(use=None)).problems


def test_metadata_of_a_service_provider_that_we_replaced_is_ours() -> None:
    make_partner(our_entity_id="https://old.example/shibboleth", metadata=False, state="draft")
    assert keys_of(judge(sp_metadata("https://old.example/shibboleth"))) == ["our_metadata"]


@pytest.mark.parametrize("form", ["pem", "inside", "der", "pkcs12", "encrypted", "base64", "utf16"])
def test_a_private_key_is_refused_and_not_kept(form: str) -> None:
    pair = acme_key()
    key, pem = pair.private_key, pair.private_pem
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    locked = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    document = {
        "pem": pem,
        "inside": idp_metadata(inside=f"<md:Extra>{pem.decode()}</md:Extra>"),
        "der": der,
        "pkcs12": pkcs12.serialize_key_and_certificates(
            b"idp",
            key,
            pair.certificate,
            None,
            BestAvailableEncryption(b"x"),
        ),
        "encrypted": locked,
        "base64": base64.encodebytes(der),
        "utf16": b"\xff\xfe" + pem.decode().encode("utf-16-le"),
    }[form]
    understanding = judge(document)
    assert keys_of(understanding) == ["private_key"]
    assert understanding.document == b""
    assert "treat it as exposed" in str(understanding.problems[0])
    assert base64.b64encode(der)[40:80].decode() not in repr(understanding)


@pytest.mark.parametrize("form", ["pem", "der", "bare", "chain", "weak"])
def test_a_certificate_alone_is_recognised_and_described(form: str) -> None:
    pair = acme_key()
    weak = key_pair("rsa-1024", "small").certificate_pem
    document = {
        "pem": pair.certificate_pem,
        "der": pair.certificate_der,
        "bare": base64.encodebytes(pair.certificate_der),
        "chain": pair.certificate_pem + other_key().certificate_pem,
        "weak": weak,
    }[form]
    understanding = judge(document)
    assert keys_of(understanding) == ["certificate_only"]
    shown = understanding.problems[0].received.replace(" ", "").lower()
    assert (pair.sha256 in shown) is (form != "weak")


def test_of_several_identity_providers_one_has_to_be_chosen() -> None:
    two = aggregate(
        idp_metadata("https://a.example/", [acme_key()]),
        idp_metadata("https://b.example/", [other_key()]),
    )
    assert keys_of(judge(two)) == ["several_identity_providers"]
    chosen = judge(two, choice=Choice(entity_ids=("https://b.example/",)))
    assert [each.entity_id for each in chosen.chosen] == ["https://b.example/"]
    everything = judge(two, choice=Choice(everything=True))
    assert len(everything.chosen) == 2
    absent = judge(two, choice=Choice(entity_ids=("https://c.example/",)))
    assert keys_of(absent) == ["entity_id_not_in_file"]


def test_an_entity_id_that_was_asked_for_must_be_in_a_file_with_one() -> None:
    asked = judge(idp_metadata(), choice=Choice(entity_ids=("https://c.example/",)))
    assert keys_of(asked) == ["entity_id_not_in_file"]


def test_two_almost_equal_entity_ids_in_one_file_are_refused() -> None:
    two = aggregate(
        idp_metadata("https://a.example", [acme_key()]),
        idp_metadata("https://A.example/", [other_key()]),
    )
    assert keys_of(judge(two, choice=Choice(everything=True))) == ["entity_ids_alike"]


@pytest.mark.parametrize("entity_id", [ENTITY_ID, ENTITY_ID.upper(), ENTITY_ID + "/"])
def test_an_entity_id_of_another_partner_is_refused_with_its_name(entity_id: str) -> None:
    make_partner(document=idp_metadata())
    beta = make_partner("beta", metadata=False, state="draft")
    understanding = judge(idp_metadata(entity_id, [other_key()]), beta)
    assert keys_of(understanding) == ["entity_id_taken"]
    assert "“Acme” (acme)" in str(understanding.problems[0])


def test_a_key_of_another_partner_is_refused_whatever_certificate_is_around_it() -> None:
    make_partner(document=idp_metadata())
    beta = make_partner("beta", metadata=False, state="draft")
    document = idp_metadata("https://idp.beta.example/", [another_certificate(acme_key())])
    understanding = judge(document, beta)
    assert keys_of(understanding) == ["key_shared"]
    assert "“Acme” (acme)" in str(understanding.problems[0])


def test_what_is_in_use_already_is_unchanged() -> None:
    acme = make_partner(document=idp_metadata())
    understanding = judge(idp_metadata(), acme)
    assert understanding.unchanged
    assert not understanding.problems


def test_it_is_said_what_will_not_be_trusted_any_more() -> None:
    acme = make_partner(document=idp_metadata())
    new = idp_metadata("https://new.example/", [other_key()])
    assert judge(new, acme).retiring == (ENTITY_ID,)
    assert judge(new, acme, Choice(add=True)).retiring == ()


def test_older_metadata_is_refused() -> None:
    fresh = idp_metadata(valid_until=NOW + timedelta(days=9))
    acme = make_partner(document=fresh)
    stale = idp_metadata(valid_until=NOW + timedelta(days=8))
    assert keys_of(judge(stale, acme)) == ["metadata_older"]
    newer = idp_metadata(valid_until=NOW + timedelta(days=10))
    assert not judge(newer, acme).problems


@pytest.mark.parametrize(
    ("days", "words"),
    [(-5, "ended 5 days ago"), (12, "ends in 12 days"), (40, "")],
)
def test_a_certificate_near_its_end_is_a_warning_and_no_problem(days: int, words: str) -> None:
    pair = key_pair("rsa-2048", "old", not_after=NOW + timedelta(days=days, hours=1))
    understanding = judge(idp_metadata(certificates=[pair]))
    assert not understanding.problems
    assert words in " ".join(understanding.warnings)
    assert bool(understanding.warnings) is bool(words)


def test_a_websites_certificate_is_a_warning() -> None:
    der = another_certificate(acme_key(), website="www.acme.example")
    understanding = judge(idp_metadata(certificates=[der]))
    assert not understanding.problems
    assert "website's TLS certificate" in " ".join(understanding.warnings)


def test_a_certificate_that_begins_later_is_a_warning() -> None:
    pair = key_pair("rsa-2048", "young", not_before=NOW + timedelta(days=1))
    assert "not valid yet" in " ".join(judge(idp_metadata(certificates=[pair])).warnings)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not beside the repository")
@pytest.mark.parametrize("product", ["simplesamlphp", "djangosaml2idp", "saml-idp"])
def test_the_metadata_of_real_products_is_understood(product: str) -> None:
    understanding = judge((RECORDED / product / "metadata.xml").read_bytes())
    assert not understanding.problems
    assert understanding.chosen[0].certificates


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not beside the repository")
@pytest.mark.parametrize("product", ["simplesamlphp", "djangosaml2idp", "saml-idp"])
def test_the_files_of_their_service_providers_are_called_by_their_names(product: str) -> None:
    folder = RECORDED / product
    assert keys_of(judge((folder / "sp-metadata.xml").read_bytes())) == [
        "service_provider_metadata"
    ]
    assert keys_of(judge((folder / "sp.key").read_bytes())) == ["private_key"]
    assert keys_of(judge((folder / "sp.crt").read_bytes())) == ["certificate_only"]


def test_a_document_is_ours_by_the_address_that_is_configured(settings: Settings) -> None:
    settings.SSO_BASE_URL = "https://other.example"
    ours = addresses.standard_entity_id("acme")
    assert keys_of(judge(sp_metadata(ours))) == ["our_metadata"]


def test_received_says_nothing_of_its_contents() -> None:
    assert repr(received(b"secret")) == "Received(6 bytes from 'idp.xml')"
