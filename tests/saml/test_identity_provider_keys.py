"""Which keys of an identity provider are trusted for signatures, and which are left out."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.idp.keys import key_pair
from tests.saml.documents import (
    certificate_around,
    certificate_key,
    certificate_of,
    entity,
    key,
    left_out,
    only,
    pair,
    read,
    role,
    x509_key,
)


def test_a_key_without_use_signs_and_a_key_for_encryption_does_not() -> None:
    provider = only(
        entity(
            role(
                keys=x509_key(owner="current")
                + x509_key(owner="both", use="")
                + x509_key(owner="decrypts", use=' use="encryption"')
            )
        )
    )

    trusted = [pair("rsa-2048", owner).trusted for owner in ("current", "both")]
    assert list(provider.keys) == trusted


def test_the_same_certificate_twice_is_one_key() -> None:
    assert len(only(entity(role(keys=x509_key() * 3))).keys) == 1


def test_line_breaks_inside_a_certificate_are_ordinary() -> None:
    lines = base64.encodebytes(pair().certificate_der).decode().replace("\n", "\r\n    ")
    keys = key(f"<ds:X509Data><ds:X509Certificate>\n{lines}</ds:X509Certificate></ds:X509Data>")

    assert only(entity(role(keys=keys))).keys == (pair().trusted,)


def test_certificates_that_ended_or_begin_later_are_as_good_as_others() -> None:
    ended = key_pair("rsa-2048", "a", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    later = key_pair("rsa-2048", "b", not_before=datetime(2039, 1, 1, tzinfo=UTC))
    keys = "".join(
        key(f"<ds:X509Data>{certificate_of(one.certificate_der)}</ds:X509Data>")
        for one in (ended, later)
    )

    assert only(entity(role(keys=keys))).keys == (ended.trusted, later.trusted)


ED25519 = certificate_around(ed25519.Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize(
    ("keys", "warning"),
    [
        (lambda: x509_key("rsa-1024"), "its RSA key has 1024 bits, 2048 are needed"),
        (lambda: x509_key("ec-192"), "its elliptic curve key has 192 bits, 256 are needed"),
        (lambda: certificate_key(ED25519), "its key is of the kind Ed25519"),
        (lambda: certificate_key(b"nonsense"), "it is not an X.509 certificate"),
        (lambda: certificate_key(pair().certificate_der[:-1]), "it is not an X.509"),
        (lambda: certificate_key(b""), "it is not an X.509 certificate"),
        (lambda: key("<ds:X509Data><ds:X509Certificate>-----</ds:X509Certificate></ds:X509Data>"),
         "it is not base64"),
        (lambda: key("<ds:KeyName>idp</ds:KeyName>"), "no X509Certificate, only a name"),
        (lambda: key("<ds:X509Data><ds:X509SubjectName>x</ds:X509SubjectName></ds:X509Data>"),
         "no X509Certificate, only a name"),
    ],
)  # fmt: skip
def test_an_unusable_key_is_left_out_and_the_others_stay(
    keys: Callable[[], str], warning: str
) -> None:
    found = read(entity(role(keys=keys() + x509_key(owner="good"))))

    assert found.identity_providers[0].keys == (pair("rsa-2048", "good").trusted,)
    (said,) = found.warnings
    assert said.startswith("'https://idp.example/metadata': a signing certificate is left out: ")
    assert warning in said


@pytest.mark.parametrize("keys", ["", x509_key(use=' use="encryption"')])
def test_a_provider_that_nothing_can_verify_is_told_apart_by_a_warning(keys: str) -> None:
    found = read(entity(role(keys=keys)))

    assert found.identity_providers[0].keys == ()
    (said,) = found.warnings
    assert "no usable signing certificate" in said


def test_the_issuer_of_a_certificate_is_not_trusted_for_what_it_issued() -> None:
    leaf, authority = pair(), pair("rsa-2048", "authority")
    chain = certificate_of(leaf.certificate_der) + certificate_of(authority.certificate_der)

    found = read(entity(role(keys=key(f"<ds:X509Data>{chain}</ds:X509Data>"))))

    assert found.identity_providers[0].keys == (leaf.trusted,)
    (said,) = found.warnings
    assert "only the first one is used" in said


def test_a_provider_with_more_keys_than_anybody_has_is_left_out() -> None:
    public_key = pair("ec-256").private_key.public_key()
    keys = [certificate_key(certificate_around(public_key, serial)) for serial in range(1, 66)]

    assert len(only(entity(role(keys="".join(keys[:64])))).keys) == 64
    assert "more than 64 signing keys" in left_out(entity(role(keys="".join(keys))))
