"""The office, made once as the page says; each test has a copy of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embed import page
from tests.embed.office import ADA, GRACE, PASSWORD, Office
from tests.idp.server import IdentityProviderStandIn

_PEOPLE = f"""
from tests.embed.project.models import Person
Person.objects.create_user({ADA!r}, display_name="Ada")
Person.objects.create_superuser({GRACE!r}, {PASSWORD!r}, display_name="Grace")
"""


@pytest.fixture(scope="session")
def idp() -> Iterator[IdentityProviderStandIn]:
    """Acme's identity provider."""
    with IdentityProviderStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory, idp: IdentityProviderStandIn) -> dict[str, str]:
    """What each of the page's commands said, by its first word; and the folder, as ``home``."""
    home = tmp_path_factory.mktemp("office")
    office = Office(home)
    office.write()
    (home / "acme.xml").write_bytes(idp.metadata())
    said = {"home": str(home)}
    for arguments in page.commands():
        said[arguments[0]] = office.done(*arguments)
    office.done("shell", "--no-imports", "--command", _PEOPLE)
    return said


@pytest.fixture
def office(said: dict[str, str], tmp_path: Path) -> Office:
    """A live partner Acme, its user Ada without a password, and Grace, who is staff and has one."""
    home = tmp_path / "office"
    shutil.copytree(said["home"], home)
    return Office(home)
