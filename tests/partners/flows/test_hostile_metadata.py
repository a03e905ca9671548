"""Documents that want more than to be read: nothing is fetched, opened, expanded or stored."""

import gzip
import socket
from collections.abc import Iterator
from typing import Final

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows, recognise
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.problems import Declined
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    acme_key,
    aggregate,
    idp_metadata,
    key_descriptor,
    make_partner,
    sp_metadata,
)
from tests.partners.flows.changes import actions, keys_of, trusted
from tests.partners.server import says, serving

pytestmark = pytest.mark.django_db

GOOD: Final = idp_metadata()
NAMED: Final = GOOD.replace(b">Acme<", b">&x;<")
LAUGHS: Final = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 9))
XI: Final = b'xmlns:xi="http://www.w3.org/2001/XInclude"'


def with_dtd(inside: bytes, document: bytes = NAMED) -> bytes:
    return b"<!DOCTYPE md:EntityDescriptor " + inside + b">" + document


def many(count: int) -> bytes:
    """An aggregate that repeats one entity's extension until it is too much."""
    return aggregate(GOOD.replace(b"<md:NameIDFormat>", b"<md:x/>" * count + b"<md:NameIDFormat>"))


def tower(height: int) -> bytes:
    document = GOOD
    for _ in range(height):
        document = aggregate(document)
    return document


ROLE: Final = GOOD[GOOD.index(b"<md:IDPSSO") : GOOD.index(b"</md:EntityDescriptor>")]

HOSTILE: Final = {
    "a file as an entity": (
        with_dtd(b'[<!ENTITY x SYSTEM "file:///etc/hostname">]'),
        "not_metadata",
    ),
    "an address as an entity": (
        with_dtd(b'[<!ENTITY x SYSTEM "http://LISTENER/">]'),
        "not_metadata",
    ),
    "a parameter entity": (
        with_dtd(b'[<!ENTITY % p SYSTEM "http://LISTENER/p">%p;]'),
        "not_metadata",
    ),
    "an external subset": (with_dtd(b'SYSTEM "http://LISTENER/dtd"', GOOD), "not_metadata"),
    "a public identifier": (with_dtd(b'PUBLIC "-//x" "http://LISTENER/dtd"', GOOD), "not_metadata"),
    "a harmless document type": (with_dtd(b"", GOOD), "not_metadata"),
    "an entity bomb": (
        with_dtd(b'[<!ENTITY l0 "ha">' + LAUGHS + b'<!ENTITY x "&l8;">]'),
        "not_metadata",
    ),
    "a quadratic entity": (
        with_dtd(b'[<!ENTITY a "' + b"a" * 50_000 + b'"><!ENTITY x "' + b"&a;" * 50_000 + b'">]'),
        "not_metadata",
    ),
    "an entity that nobody declared": (NAMED, "not_metadata"),
    "a style sheet": (
        b'<?xml-stylesheet type="text/xsl" href="http://LISTENER/x.xsl"?>' + GOOD,
        "not_metadata",
    ),
    "a style sheet behind": (GOOD + b'<?xml-stylesheet href="http://LISTENER/"?>', "not_metadata"),
    "UTF-16 that hides a document type": (
        ('<?xml version="1.0" encoding="UTF-16"?>' + with_dtd(b"", GOOD).decode()).encode("utf-16"),
        "not_metadata",
    ),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + GOOD, "not_metadata"),
    "an inclusion instead of the keys": (
        GOOD.replace(
            key_descriptor(acme_key()).encode(),
            b'<xi:include %b href="http://LISTENER/keys"/>' % XI,
        ),
        "no_identity_provider",
    ),
    "an inclusion instead of the role": (
        GOOD.replace(ROLE, b'<xi:include %b href="http://LISTENER/role"/>' % XI),
        "no_identity_provider",
    ),
    "a compressed document": (gzip.compress(GOOD), "not_metadata"),
    "a compressed bomb": (gzip.compress(b" " * 50_000_000), "not_metadata"),
    "an endless document": (GOOD + b" " * 6_000_000 + b"<!-- -->", "too_large"),
    "too many elements": (many(260_000), "too_large"),
    "too many attributes": (
        GOOD.replace(b" entityID", b"".join(b' a%d=""' % n for n in range(260_000)) + b" entityID"),
        "too_large",
    ),
    "a tower of groups": (tower(300), "not_metadata"),
    "a service provider only": (
        sp_metadata("https://app.example/saml"),
        "service_provider_metadata",
    ),
    "a key for encryption only": (idp_metadata(use="encryption"), "no_signing_key"),
    "a key in a signature's KeyInfo only": (idp_metadata(certificates=[]), "no_signing_key"),
    "a key without a certificate": (
        GOOD.replace(
            GOOD[GOOD.index(b"<ds:X509Data>") : GOOD.index(b"</ds:KeyInfo>")],
            b"<ds:KeyName>acme</ds:KeyName>",
        ),
        "no_signing_key",
    ),
    "a private key inside": (
        idp_metadata(inside=f"<!--{acme_key().private_pem.decode()}-->"),
        "private_key",
    ),
    "two descriptions of one name": (aggregate(GOOD, GOOD), "no_identity_provider"),
    "a name with a look-alike letter": (
        idp_metadata("https://idp.аcme.example/"),
        "no_identity_provider",
    ),
    "a name with a space": (idp_metadata(ENTITY_ID + " "), "no_identity_provider"),
    "a name with an invisible character": (
        idp_metadata(ENTITY_ID + "\u200b"),
        "no_identity_provider",
    ),
    "a name that is ours": (
        idp_metadata("https://sso.example.com/saml/acme/metadata/"),
        "our_entity_id",
    ),
}
AT_REFRESH: Final = {"a name that is ours": "entity_id_not_in_file"}
"""A refresh knows whom it asks for."""


@pytest.fixture
def listener() -> Iterator[bytes]:
    """Where a document may want us to call. Nobody must have called when the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        waiting.setblocking(False)
        yield b"127.0.0.1:%d" % waiting.getsockname()[1]
        with pytest.raises(BlockingIOError):
            waiting.accept()


@pytest.mark.parametrize(("document", "key"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_upload_is_declined_by_its_name_and_stored_nowhere(
    document: bytes, key: str, listener: bytes
) -> None:
    acme = make_partner(document=GOOD)
    before = (actions(), trusted(acme), acme.version)
    upload = recognise.uploaded("idp.xml", document.replace(b"LISTENER", listener))
    with pytest.raises(Declined) as raised:
        flows.import_metadata("acme", upload, actor=ACTOR)
    assert keys_of(raised.value) == [key]
    assert (actions(), trusted(acme), Partner.objects.get().version) == before
    assert MetadataVersion.objects.count() == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_declined_recorded_and_stored_nowhere(
    name: str, listener: bytes, settings: Settings
) -> None:
    settings.SSO_DEMO = True
    document, key = HOSTILE[name]
    served = [GOOD]
    acme = make_partner(metadata=False, state="draft")
    with serving(lambda handler: says(served[0])(handler)) as port:
        good = recognise.from_url(f"http://localhost:{port}/")
        flows.import_metadata("acme", good, actor=ACTOR)
        before = trusted(acme)
        served[0] = document.replace(b"LISTENER", listener)
        with pytest.raises(Declined) as raised:
            flows.refresh("acme", actor=ACTOR)
    assert keys_of(raised.value) == [AT_REFRESH.get(name, key)]
    assert trusted(acme) == before
    assert MetadataVersion.objects.count() == 1
    event = Event.objects.get(action="change.metadata.failed")
    assert (event.outcome, event.actor, event.target) == ("error", ACTOR, "partner:acme")
    assert event.detail.startswith(raised.value.problems[0].happened)


def test_an_inclusion_where_anything_may_stand_includes_nothing(listener: bytes) -> None:
    inclusion = b'<xi:include %b parse="text" href="http://%b/"/></md:Extensions>' % (XI, listener)
    acme = make_partner(document=GOOD.replace(b"</md:Extensions>", inclusion))
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
