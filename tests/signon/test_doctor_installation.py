"""The doctor on settings, libraries and key files: each question able to speak."""

import shutil
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import time_machine
from lxml import etree
from pytest_django import Settings

from sso_gateway.partners import keyfiles
from sso_gateway.partners.keys import Purpose
from sso_gateway.saml import algorithms, schema, xmlenc
from sso_gateway.saml.names import SignatureMethod
from sso_gateway.signon.doctor import installation, libraries, our_keys
from tests.idp.keys import key_pair
from tests.signon.doctoring import ids


@pytest.fixture
def certs(settings: Settings, tmp_path: Path) -> Path:
    """Our keys, in a folder that a test may spoil."""
    folder = tmp_path / "certs"
    folder.mkdir()
    # The files alone: folders hold what other tests gave to partners and to the demo.
    for file in filter(Path.is_file, settings.SSO_CERTS_DIR.iterdir()):
        shutil.copy2(file, folder)
    settings.SSO_CERTS_DIR = folder
    return folder


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SESSION_COOKIE_SECURE", False, ["E402"]),
        ("CSRF_COOKIE_SECURE", False, ["E402"]),
        ("SESSION_COOKIE_HTTPONLY", False, ["E402"]),
        ("SESSION_COOKIE_SAMESITE", "None", ["E402"]),
        ("CSRF_COOKIE_SAMESITE", False, ["E402"]),
        ("SESSION_COOKIE_DOMAIN", "example.com", ["W402"]),
        ("SESSION_COOKIE_SAMESITE", "Strict", ["I402"]),
        ("SSO_APP_NAME", "Office", ["I402"]),
    ],
)
def test_each_flag_of_a_cookie_counts(
    settings: Settings, name: str, value: Any, expected: list[str]
) -> None:
    setattr(settings, name, value)
    assert ids(installation.cookies) == expected


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (["sso.example.com"], ["I403"]),
        ([".example.com"], ["I403"]),
        (["office.example.com"], ["E403"]),
        (["*"], ["W403"]),
    ],
)
def test_our_own_address_must_be_answered(
    settings: Settings, hosts: list[str], expected: list[str]
) -> None:
    settings.ALLOWED_HOSTS = hosts
    assert ids(installation.address) == expected


@pytest.mark.parametrize(
    ("networks", "expected"),
    [((), ["I405"]), (("10.0.0.0/8",), ["I405"]), (("10.0.0.0/8", "::/0"), ["W405"])],
)
def test_not_everybody_is_a_proxy(
    settings: Settings, networks: tuple[str, ...], expected: list[str]
) -> None:
    settings.SSO_TRUSTED_PROXIES = tuple(map(ip_network, networks))
    assert ids(installation.proxies) == expected


# --- Libraries: what they would say if a library had changed ---


def test_the_libraries_give_the_known_answers() -> None:
    found = [each for question in libraries.QUESTIONS for each in ids(question)]
    assert found == ["I410", "I411", "I412", "I413", "I414"]


def test_another_canonicalisation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = etree.tostring

    def inclusive(root: etree._Element, **how: Any) -> bytes:
        return genuine(root, method="c14n", exclusive=False)

    monkeypatch.setattr(etree, "tostring", inclusive)
    assert ids(libraries.canonicalisation) == ["E411"]


def test_a_verifier_that_accepts_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(algorithms.VERIFIERS, SignatureMethod.RSA_SHA256.value, lambda *args: None)
    assert ids(libraries.signatures) == ["E412"]


def test_a_signer_that_signs_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsec.SignatureContext", _Idle)
    assert ids(libraries.signatures) == ["E412"]


class _Idle:
    """A library that has stopped working."""

    key: Any = None

    def register_id(self, *args: object) -> None: ...

    def sign(self, *args: object) -> None: ...


def test_a_cipher_that_ignores_its_tag_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmlenc, "AESGCM", _WithoutTag)
    assert ids(libraries.decryption) == ["E413"]


class _WithoutTag:
    """AES-GCM that decrypts as it should, and checks nothing."""

    def __init__(self, secret: bytes) -> None: ...

    def decrypt(self, nonce: bytes, octets: bytes, more: None) -> bytes:
        return b'<m ID="_doctor">genuine</m>'


def test_a_schema_that_finds_everything_valid_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_compiled", lambda which: lambda root: True)
    assert ids(libraries.parsing) == ["E414"]


# --- Our keys ---


def test_missing_keys_are_errors(certs: Path) -> None:
    for file in certs.iterdir():
        file.unlink()
    assert ids(our_keys.pairs_fit) == ["E421", "E421"]
    assert ids(our_keys.certificates_last) == []


def test_a_key_that_everybody_reads_or_that_is_not_its_certificates_is_an_error(
    certs: Path,
) -> None:
    assert ids(our_keys.pairs_fit) == ["I421"]
    shutil.copy(certs / "encryption.crt", certs / "signing.crt")
    assert ids(our_keys.pairs_fit) == ["E421"]
    (certs / "encryption.key").chmod(0o644)
    assert ids(our_keys.pairs_fit) == ["E421", "E421"]
    (certs / "signing.crt").unlink()
    assert "No such file" in next(each.text for each in our_keys.pairs_fit())


def test_the_next_pair_is_examined_too(certs: Path) -> None:
    keyfiles.stage_next(Purpose.SIGNING)
    assert [each.text for each in our_keys.pairs_fit()] == ["3 key files of ours can be used."]
    (certs / "signing-next.key").write_text("damaged", encoding="ascii")
    (certs / "signing-next.key").chmod(0o600)
    assert ids(our_keys.pairs_fit) == ["E421"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-12-31", ["E422", "E422"]),
        ("2039-12-01", ["I422", "I422"]),
        ("2039-12-10", ["W422", "W422"]),
        ("2040-01-02", ["W422", "W422"]),
    ],
)
def test_our_certificates_end_with_notice(
    certs: Path, clock: time_machine.Traveller, day: str, expected: list[str]
) -> None:
    for name in ("signing", "encryption"):
        (certs / f"{name}.crt").write_bytes(key_pair("rsa-2048", name).certificate_pem)
    clock.move_to(f"{day}T00:00:00Z")
    assert ids(our_keys.certificates_last) == expected


def test_a_folder_that_everybody_writes_to_is_an_error(certs: Path) -> None:
    assert ids(our_keys.folder_is_ours) == ["I423"]
    certs.chmod(0o777)
    assert ids(our_keys.folder_is_ours) == ["E423"]


def test_the_old_keys_of_partners_are_examined(certs: Path) -> None:
    assert ids(our_keys.adopted) == []
    keyfiles.adopt("acme", key_pair("rsa-2048", "old").private_pem)
    assert ids(our_keys.adopted) == ["I424"]
    (certs / "partners" / "acme" / "encryption.key").chmod(0o644)
    assert ids(our_keys.adopted) == ["E424"]
