"""What these tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.fixtures import Settings

from sso_gateway.partners import keyfiles, trust
from tests.idp.keys import key_pair
from tests.partners.factory import federation_key


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our keys, made once."""
    folder = tmp_path_factory.mktemp("certs")
    with override_settings(SSO_CERTS_DIR=folder):
        keyfiles.ensure()
    return folder


@pytest.fixture
def our_keys(made_keys: Path, tmp_path: Path, settings: Settings) -> Path:
    """A folder of one's own, with copies of keys that exist already."""
    folder = tmp_path / "certs"
    folder.mkdir()
    for file in made_keys.glob("*.*"):
        copy = folder / file.name
        copy.write_bytes(file.read_bytes())
        copy.chmod(file.stat().st_mode & 0o777)
    settings.SSO_CERTS_DIR = folder
    return folder


@pytest.fixture
def signers(our_keys: Path) -> Path:
    """The folder of metadata signers, with “federation” and “stranger” in it."""
    folder = our_keys / "metadata-signers"
    folder.mkdir()
    (folder / "federation.crt").write_bytes(federation_key().certificate_pem)
    (folder / "stranger.crt").write_bytes(key_pair("rsa-2048", "stranger").certificate_pem)
    return folder


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """Rows of one test have the same numbers in the next: memory must not outlive them."""
    trust.forget()
    yield
    trust.forget()
