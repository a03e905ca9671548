"""How our requests are signed: by what the identity provider says it can verify."""

from base64 import b64decode
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import etree

from sso_gateway.partners import flows, keys
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.saml import bindings, xmldsig
from sso_gateway.saml.metadata import trusted_key
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import ALG, DS, DigestMethod, SignatureMethod
from tests.signon import scene

pytestmark = pytest.mark.django_db


def policy(**changes: object) -> None:
    flows.set_policy("acme", changes, actor=scene.ACTOR)


def our_signing_key() -> TrustedKey:
    return trusted_key(keys.signing().certificate_der)


def declare(*methods: tuple[str, str]) -> None:
    """Acme's metadata again, now with what it can verify."""
    listed = "".join(f'<alg:{name} Algorithm="{method}"/>' for name, method in methods)
    extensions = f'<md:Extensions xmlns:alg="{ALG}">{listed}<alg:x/></md:Extensions>'
    document = scene.metadata().replace(
        b"<md:KeyDescriptor", f"{extensions}<md:KeyDescriptor".encode(), 1
    )
    flows.import_metadata("acme", Received(document, "idp.xml"), actor=scene.ACTOR)


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ((), SignatureMethod.RSA_SHA256),
        ((SignatureMethod.RSA_SHA512,), SignatureMethod.RSA_SHA512),
        ((SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA256), SignatureMethod.RSA_SHA384),
        (
            (SignatureMethod.ECDSA_SHA512, SignatureMethod.RSA_SHA512),
            SignatureMethod.RSA_SHA512,
        ),
        ((SignatureMethod.ECDSA_SHA256,), SignatureMethod.RSA_SHA256),
    ],
)
def test_it_is_signed_by_what_the_idp_says_it_can_verify(
    browser: Client, acme: Partner, declared: tuple[str, ...], used: str
) -> None:
    declare(*(("SigningMethod", method) for method in declared))
    location = browser.get(scene.LOGIN)["Location"]
    asked = bindings.read_redirect(urlsplit(location).query, max_bytes=100_000)
    assert asked.signature_algorithm == used
    assert bindings.verify_redirect(asked, (our_signing_key(),)) == our_signing_key()


def test_by_post_the_digest_is_one_of_theirs_too(browser: Client, acme: Partner) -> None:
    declare(("DigestMethod", DigestMethod.SHA384), ("SigningMethod", SignatureMethod.RSA_SHA512))
    policy(request_binding="post")
    fields = browser.get(scene.LOGIN).context["fields"]
    root = etree.fromstring(b64decode(fields["SAMLRequest"]))
    methods = {
        name: root.find(f".//{{{DS}}}{name}").get("Algorithm")  # type: ignore[union-attr]
        for name in ("SignatureMethod", "DigestMethod")
    }
    assert methods == {
        "SignatureMethod": SignatureMethod.RSA_SHA512,
        "DigestMethod": DigestMethod.SHA384,
    }
    assert xmldsig.verify(root, (our_signing_key(),)).key == our_signing_key()


def test_what_is_denied_is_not_used(browser: Client, acme: Partner) -> None:
    declare(
        *(("SigningMethod", m) for m in (SignatureMethod.RSA_SHA512, SignatureMethod.RSA_SHA384))
    )
    for denied, used in (
        ((), SignatureMethod.RSA_SHA512),
        ((SignatureMethod.RSA_SHA512,), SignatureMethod.RSA_SHA384),
        ((SignatureMethod.RSA_SHA512, SignatureMethod.RSA_SHA384), SignatureMethod.RSA_SHA256),
    ):
        policy(denied_algorithms=list(denied))
        query = urlsplit(browser.get(scene.LOGIN)["Location"]).query
        assert bindings.read_redirect(query, max_bytes=100_000).signature_algorithm == used


def test_a_response_by_a_denied_algorithm_is_refused(browser: Client, acme: Partner) -> None:
    policy(denied_algorithms=[SignatureMethod.RSA_SHA256])
    response = scene.post(browser, scene.message())
    assert (response.status_code, scene.the_attempt().key) == (403, "algorithm_weak")
