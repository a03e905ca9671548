import pytest
from django.test import override_settings
from django.utils.crypto import salted_hmac

from sso_gateway.audit.mask import (
    EMAIL,
    SUBJECT,
    keyed_hash,
    keyed_hashes,
    mask_email,
    mask_subject,
    same_address,
)


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("maria@acme.example", "m•••@acme.example"),
        ("m@acme.example", "•••@acme.example"),
        ("a@b@acme.example", "a•••@acme.example"),
        ("@acme.example", "•••@acme.example"),
        ("not-an-address", "no•••"),
        ("", ""),
    ],
)
def test_an_address_keeps_one_letter_and_its_domain(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    ("subject", "masked"),
    [
        ("G-12345678", "G-•••"),
        ("short", "•••"),
        ("maria@acme.example", "m•••@acme.example"),
        ("", ""),
    ],
)
def test_a_name_shows_two_characters_only_where_many_remain(subject: str, masked: str) -> None:
    assert mask_subject(subject) == masked


def test_a_hash_is_the_one_that_django_would_make() -> None:
    expected = salted_hmac(EMAIL, "é@acme.example", algorithm="sha256").hexdigest()
    assert keyed_hash("é@acme.example", EMAIL) == expected


def test_purposes_and_keys_make_different_hashes() -> None:
    first = keyed_hash("x", EMAIL)
    assert first != keyed_hash("x", SUBJECT)
    with override_settings(SECRET_KEY="another"):
        assert keyed_hash("x", EMAIL) != first


def test_nothing_has_no_hash() -> None:
    assert keyed_hash("", EMAIL) == ""
    assert keyed_hashes("", EMAIL) == []


def test_a_search_looks_under_retired_keys_as_well() -> None:
    with override_settings(SECRET_KEY="old"):
        old = keyed_hash("x", EMAIL)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert keyed_hashes("x", EMAIL) == [keyed_hash("x", EMAIL), old]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.7:443", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_address_of_a_client_has_one_spelling(text: str, address: str) -> None:
    assert same_address(text) == address
