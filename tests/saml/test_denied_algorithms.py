"""Algorithms that we can and a partner may not use (IIP-ALG08)."""

from typing import Any
from xml.etree import ElementTree

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import algorithms, metadata, response, xmldsig
from sso_gateway.saml.names import (
    XENC11,
    DataEncryption,
    DigestMethod,
    KeyTransport,
    SignatureMethod,
)
from sso_gateway.saml.xmlenc import ALGORITHMS
from tests.idp import workshop
from tests.idp.keys import key_pair
from tests.idp.signing import SHA1
from tests.saml.rows.encrypted import to_us

SIGNED = {"method": SignatureMethod.RSA_SHA384, "digest": DigestMethod.SHA512}
OAEP = {"transport": KeyTransport.RSA_OAEP, "mgf": f"{XENC11}mgf1sha256", "oaep_digest": SHA1}
HIDDEN = to_us(**OAEP)


@pytest.mark.parametrize(
    ("denied", "changes", "reason"),
    [
        (SignatureMethod.RSA_SHA384, {}, Reason.ALGORITHM_WEAK),
        (DigestMethod.SHA512, {}, Reason.ALGORITHM_WEAK),
        (SignatureMethod.RSA_SHA384, {"sign": "response"}, Reason.ALGORITHM_WEAK),
        (SignatureMethod.RSA_SHA384, {"encrypt": HIDDEN}, Reason.ALGORITHM_WEAK),
        (DataEncryption.AES256_GCM, {"encrypt": HIDDEN}, Reason.ENC_ALGORITHM),
        (KeyTransport.RSA_OAEP, {"encrypt": HIDDEN}, Reason.ENC_ALGORITHM),
        (f"{XENC11}mgf1sha256", {"encrypt": HIDDEN}, Reason.ENC_ALGORITHM),
        (SHA1, {"encrypt": HIDDEN}, Reason.ENC_ALGORITHM),
        (f"{XENC11}mgf1sha1", {"encrypt": to_us()}, Reason.ENC_ALGORITHM),
        (DataEncryption.AES256_GCM, {"encrypt_name_id": HIDDEN}, Reason.ENC_ALGORITHM),
        (SHA1, {"encrypt_attribute": HIDDEN}, Reason.ENC_ALGORITHM),
        (DataEncryption.AES128_CBC,
         {"encrypt": to_us(data=DataEncryption.AES128_CBC), "sign": "response"},
         Reason.ENC_ALGORITHM),
    ],
)  # fmt: skip
def test_what_is_denied_is_refused_and_the_rest_is_not(
    denied: str, changes: dict[str, Any], reason: Reason
) -> None:
    message = workshop.response(how=SIGNED, **changes)
    expect = workshop.expected(denied_algorithms=frozenset({denied}))
    with pytest.raises(Refusal) as refused:
        response.accept(message, expect)
    assert (refused.value.reason, refused.value.received) == (reason, denied)
    assert response.explain(message, expect).reason is reason
    taken = {*SignatureMethod, *DigestMethod, *ALGORITHMS} - _used(SIGNED, changes)
    assert response.accept(message, workshop.expected(denied_algorithms=frozenset(taken)))


def _used(signed: dict[str, Any], changes: dict[str, Any]) -> set[str]:
    """What this message is made with, spelled out or understood."""
    how = [each for name, each in changes.items() if name.startswith("encrypt")]
    found = {*map(str, signed.values())}
    for encryption in how:
        found |= {str(encryption.data), str(encryption.transport)}
        found.add(encryption.oaep_digest or SHA1)
        found.add(encryption.mgf or f"{XENC11}mgf1sha1")
    return found


def test_our_metadata_neither_lists_nor_uses_it() -> None:
    denied = frozenset(
        {
            SignatureMethod.RSA_SHA256.value,
            SignatureMethod.ECDSA_SHA256.value,
            DigestMethod.SHA256.value,
            DataEncryption.AES128_GCM.value,
        }
    )
    ours = key_pair("rsa-2048", "our signing 1")
    description = metadata.SpDescription(
        entity_id="https://sso.example/saml/acme/metadata/",
        acs_urls=("https://sso.example/saml/acme/acs/",),
        signing=(ours.certificate_der,),
        encryption=(ours.certificate_der,),
        display_name="Backoffice",
        denied_algorithms=denied,
    )
    key = xmldsig.SigningKey.from_pem(ours.private_pem, ours.certificate_pem)
    document = metadata.write_signed(description, key)
    used = {
        each.get("Algorithm")
        for each in ElementTree.fromstring(document).iter()  # noqa: S314 - our own document
    }
    assert not used & denied
    assert {
        SignatureMethod.RSA_SHA384,
        DigestMethod.SHA384,
        DataEncryption.AES256_GCM,
        KeyTransport.RSA_OAEP,
    } <= used
    assert metadata.verify(document, (ours.trusted,))


def test_something_to_sign_with_must_be_left() -> None:
    with pytest.raises(ValueError, match="every algorithm is denied"):
        algorithms.signature_for((), frozenset(algorithms.WRITTEN))
