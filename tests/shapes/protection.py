"""Genuine messages, signed and encrypted in every way that is read."""

from datetime import UTC, datetime

from sso_gateway.saml.model import SignedPart
from sso_gateway.saml.names import (
    XENC11,
    DataEncryption,
    DigestMethod,
    KeyTransport,
    SignatureMethod,
)
from tests.idp.encryption import MGF1, Encryption
from tests.idp.keys import KeyPair, key_pair
from tests.idp.signing import SHA1
from tests.idp.workshop import sp_key
from tests.shapes import key_info
from tests.shapes.shape import PLACEMENTS, SIGNED_RESPONSE, SP, Shape, elliptic, rsa, shape

OTHER = key_pair("rsa-2048", "other")
LONG_LIVED = key_pair(
    "ec-256",
    "long-lived",
    not_before=datetime(1990, 1, 1, tzinfo=UTC),
    not_after=datetime(9999, 12, 31, tzinfo=UTC),
)
EXPIRED = key_pair("ec-256", "expired", not_after=datetime(2024, 1, 1, tzinfo=UTC))
NOT_YET = key_pair("ec-256", "not-yet", not_before=datetime(2031, 1, 1, tzinfo=UTC))
CURVE = {"method": SignatureMethod.ECDSA_SHA256}
GCM = tuple(e for e in DataEncryption if e.endswith("-gcm"))
CBC = tuple(e for e in DataEncryption if e.endswith("-cbc"))


def short(identifier: str) -> str:
    return identifier.rpartition("#")[2]


def to_us(**how: object) -> Encryption:
    """Encrypted with our key, otherwise as told."""
    return Encryption(**{"recipient": sp_key(), **how})  # type: ignore[arg-type]


def on_file(*keys: KeyPair) -> dict[str, tuple[KeyPair, ...]]:
    return {"keys": keys}


SIGNED: tuple[Shape, ...] = (
    *(
        shape(
            f"signed with {short(method)}, digest {short(digest)}",
            key=elliptic() if "ecdsa" in method else rsa(),
            how={"method": method, "digest": digest},
        )
        for method, digest in zip(SignatureMethod, list(DigestMethod) * 3, strict=True)
    ),
    *(
        shape(
            f"a key of kind {kind}",
            key=key_pair(kind),
            how={"method": method},
            expect=on_file(key_pair(kind)),
        )
        for kind, method in (
            ("rsa-3072", SignatureMethod.RSA_SHA256),
            ("ec-384", SignatureMethod.ECDSA_SHA384),
            ("ec-521", SignatureMethod.ECDSA_SHA512),
        )
    ),
    shape("the second of three keys", key=OTHER, expect=on_file(rsa(), OTHER, elliptic())),
    shape(
        "one key for each signature",
        how={"key": OTHER},
        response_how={"key": rsa()},
        expect=on_file(rsa(), OTHER),
        placements=PLACEMENTS[2:],
    ),
    shape(
        "a certificate for eight thousand years",
        key=LONG_LIVED,
        how=CURVE,
        expect=on_file(LONG_LIVED),
    ),
    shape("a certificate that has expired", key=EXPIRED, how=CURVE, expect=on_file(EXPIRED)),
    shape("a certificate that is not valid yet", key=NOT_YET, how=CURVE, expect=on_file(NOT_YET)),
    shape("no KeyInfo"),
    shape(
        "a chain of certificates",
        how={"key_info_xml": key_info.key_info(key_info.certificates(rsa(), OTHER))},
    ),
    shape(
        "only issuer and serial number",
        how={"key_info_xml": key_info.key_info(key_info.issuer_serial(rsa()))},
    ),
    shape("a PrefixList", how={"inclusive_prefixes": "xs xsi saml samlp"}),
    shape("a PrefixList with the default namespace", how={"inclusive_prefixes": "#default xs"}),
    shape("a PrefixList that names nothing here", how={"inclusive_prefixes": "soap nothing"}),
    shape(
        "both signed, both wanted",
        expect={"signed": SignedPart.BOTH},
        placements=PLACEMENTS[2:],
    ),
)

ENCRYPTED: tuple[Shape, ...] = (
    *(shape(f"encrypted with {short(data)}", encrypt=to_us(data=data)) for data in GCM),
    *(
        shape(
            f"encrypted with {short(data)} in a signed response",
            encrypt=to_us(data=data),
            placements=SIGNED_RESPONSE,
        )
        for data in CBC
    ),
    shape("the key beside the data", encrypt=to_us(key_beside_data=True)),
    shape("a recipient and a key named", encrypt=to_us(recipient_hint=SP, key_name="us")),
    shape("encrypted data without its type", encrypt=to_us(type_uri=None)),
    shape("OAEP with parameters", encrypt=to_us(oaep_params=b"label")),
    *(
        shape(f"OAEP with {short(digest)}", encrypt=to_us(oaep_digest=digest))
        for digest in (SHA1, *DigestMethod)
    ),
    *(
        shape(
            f"rsa-oaep with {short(digest)} and {short(mgf).removeprefix(XENC11)}",
            encrypt=to_us(transport=KeyTransport.RSA_OAEP, oaep_digest=digest, mgf=mgf),
        )
        for digest, mgf in zip((SHA1, *DigestMethod), MGF1, strict=True)
    ),
    shape(
        "the second of our keys",
        encrypt=to_us(),
        expect={"decryption_keys": (OTHER, sp_key())},
    ),
    shape("encrypted, as the agreement wants", encrypt=to_us(), expect={"encrypted": True}),
    shape("an encrypted NameID", encrypt_name_id=to_us()),
    shape("an encrypted attribute", encrypt_attribute=to_us()),
    shape(
        "an encrypted NameID in an encrypted assertion", encrypt=to_us(), encrypt_name_id=to_us()
    ),
    shape("encrypted and written without prefixes", encrypt=to_us(), how={"prefix": ""}),
)

ALL = SIGNED + ENCRYPTED
