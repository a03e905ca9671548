"""Our own keys: made once, read once, rotated without a gap."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from sso_gateway.partners import keyfiles, keys
from sso_gateway.partners.keys import Purpose, Stage
from sso_gateway.partners.problems import Declined
from sso_gateway.refusal import Reason, Refusal
from tests.idp.keys import key_pair


def test_missing_keys_are_made_strong_and_private(tmp_path: Path, settings: Settings) -> None:
    settings.SSO_CERTS_DIR = tmp_path / "certs"
    assert keyfiles.ensure() == ("signing", "encryption")
    for name in ("signing", "encryption"):
        file = tmp_path / "certs" / f"{name}.key"
        key = load_pem_private_key(file.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        assert key.key_size == 3072
        assert file.stat().st_mode & 0o777 == 0o600
        certificate = x509.load_pem_x509_certificate(file.with_suffix(".crt").read_bytes())
        assert certificate.public_key() == key.public_key()
    assert keys.signing().sha256 != keys.decryption("acme")[0].sha256


def test_existing_keys_are_never_touched(our_keys: Path) -> None:
    before = {file.name: file.read_bytes() for file in our_keys.iterdir()}
    assert keyfiles.ensure() == ()
    assert {file.name: file.read_bytes() for file in our_keys.iterdir()} == before


def test_processes_that_start_together_make_one_pair(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from django.conf import settings\n"
        "settings.configure(SSO_CERTS_DIR=pathlib.Path(sys.argv[1]), SSO_BASE_URL='https://a.example')\n"
        "from sso_gateway.partners import keyfiles\n"
        "keyfiles.ensure()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    together = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in together] == [0, 0, 0]
    for name in ("signing", "encryption"):
        key = load_pem_private_key((tmp_path / f"{name}.key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((tmp_path / f"{name}.crt").read_bytes())
        assert certificate.public_key() == key.public_key()


def test_keys_are_parsed_once_and_again_when_a_file_changes(our_keys: Path) -> None:
    assert keys.signing() is keys.signing()
    assert keys.decryption("acme") is keys.decryption("acme")
    before = keys.signing()
    keyfiles.stage_next(Purpose.SIGNING)
    assert keys.signing() is before
    keyfiles.switch(Purpose.SIGNING)
    assert keys.signing().sha256 != before.sha256


def test_without_keys_nothing_is_signed_and_nothing_decrypted(
    tmp_path: Path, settings: Settings
) -> None:
    settings.SSO_CERTS_DIR = tmp_path
    assert keys.decryption("acme") == ()
    with pytest.raises(Refusal) as refused:
        keys.signing()
    assert refused.value.reason is Reason.INTERNAL
    assert "manage.py keys ensure" in refused.value.detail


def test_a_key_that_everybody_can_read_is_not_used(our_keys: Path) -> None:
    (our_keys / "signing.key").chmod(0o644)
    (our_keys / "encryption.key").chmod(0o604)
    with pytest.raises(Refusal, match="chmod 600"):
        keys.signing()
    with pytest.raises(Refusal, match="chmod 600"):
        keys.decryption("acme")


@pytest.mark.parametrize(
    ("mode", "ids"),
    [(0o600, []), (0o400, []), (0o640, ["sso_gateway.W103"]), (0o644, ["sso_gateway.W102"])],
)
def test_the_check_warns_of_exposed_keys(our_keys: Path, mode: int, ids: list[str]) -> None:
    (our_keys / "signing.key").chmod(mode)
    assert [message.id for message in run_checks() if message.id in _OURS] == ids


def test_the_deployment_check_misses_absent_keys(our_keys: Path) -> None:
    assert not [m for m in run_checks(include_deployment_checks=True) if m.id in _OURS]
    (our_keys / "encryption.key").unlink()
    found = [m.id for m in run_checks(include_deployment_checks=True) if m.id in _OURS]
    assert found == ["sso_gateway.W101"]


_OURS = {"sso_gateway.W101", "sso_gateway.W102", "sso_gateway.W103"}


def test_a_damaged_key_is_refused_without_its_contents(our_keys: Path) -> None:
    (our_keys / "signing.key").write_bytes(b"-----BEGIN PRIVATE KEY-----\nsecret\n")
    with pytest.raises(Refusal) as refused:
        keys.signing()
    assert "secret" not in str(refused.value)


def test_half_a_rotation_leaves_the_pair_in_memory_in_use(our_keys: Path) -> None:
    before = keys.signing()
    keyfiles.stage_next(Purpose.SIGNING)
    (our_keys / "signing-next.key").replace(our_keys / "signing.key")
    assert keys.signing() is before
    (our_keys / "signing-next.crt").replace(our_keys / "signing.crt")
    assert keys.signing().sha256 != before.sha256


@pytest.mark.parametrize("purpose", Purpose)
def test_a_rotation_publishes_both_then_switches_then_retires(
    our_keys: Path, purpose: Purpose
) -> None:
    old = keys.certificate_der(keys.pair(purpose))
    keyfiles.stage_next(purpose)
    current, upcoming = keys.published(purpose, "acme")
    assert current == old
    with pytest.raises(Declined):
        keyfiles.stage_next(purpose)
    keyfiles.switch(purpose)
    assert keys.published(purpose, "acme") == (upcoming,)
    assert keys.certificate_der(keys.pair(purpose, Stage.PREVIOUS)) == old
    assert keys.pair(purpose, Stage.PREVIOUS).private.stat().st_mode & 0o777 == 0o600
    keyfiles.retire(purpose)
    assert not keys.pair(purpose, Stage.PREVIOUS).exists
    for step in (keyfiles.retire, keyfiles.switch):
        with pytest.raises(Declined):
            step(purpose)


def test_messages_for_any_key_of_a_rotation_can_be_decrypted(our_keys: Path) -> None:
    [first] = keys.decryption("acme")
    keyfiles.stage_next(Purpose.ENCRYPTION)
    _, second = keys.decryption("acme")
    keyfiles.switch(Purpose.ENCRYPTION)
    keyfiles.stage_next(Purpose.ENCRYPTION)
    found = [key.sha256 for key in keys.decryption("acme")]
    assert found[0] == second.sha256
    assert found[2] == first.sha256
    assert len(set(found)) == 3


def test_an_old_key_opens_only_its_partners_messages(our_keys: Path) -> None:
    old = key_pair("rsa-2048", "old-sp")
    keyfiles.adopt("acme", old.private_pem + old.certificate_pem)
    assert old.sha256 in {key.sha256 for key in keys.decryption("acme")}
    assert old.sha256 not in {key.sha256 for key in keys.decryption("beta")}
    assert old.certificate_der in keys.published(Purpose.ENCRYPTION, "acme")
    assert old.certificate_der not in keys.published(Purpose.ENCRYPTION, "beta")
    file = our_keys / "partners" / "acme" / "encryption.key"
    assert file.stat().st_mode & 0o777 == 0o600
    keyfiles.abandon("acme")
    assert len(keys.decryption("acme")) == 1


def test_an_old_key_comes_without_its_certificate_or_with_a_foreign_one(our_keys: Path) -> None:
    keyfiles.adopt("acme", key_pair("rsa-2048", "old-sp").private_pem + key_pair().certificate_pem)
    assert len(keys.decryption("acme")) == 2
    assert len(keys.published(Purpose.ENCRYPTION, "acme")) == 1


@pytest.mark.parametrize(
    "pem", [b"", b"nonsense", key_pair("ec-256").private_pem, key_pair().certificate_pem]
)
def test_what_is_no_rsa_key_is_not_adopted(our_keys: Path, pem: bytes) -> None:
    with pytest.raises(Declined):
        keyfiles.adopt("acme", pem)
    assert not (our_keys / "partners").exists()
