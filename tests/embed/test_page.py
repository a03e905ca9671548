"""The how-to page says what is done here, and what is done here is what it says."""

from tests.embed import page
from tests.embed.office import Office


def test_every_block_of_the_page_is_used() -> None:
    files = [block.partition("\n")[0] for block in page.blocks("python")]
    assert set(files) == {"# settings.py", "# urls.py"}
    lines = [line for block in page.blocks("sh") for line in block.splitlines()]
    others = [line for line in lines if not line.startswith("python manage.py ")]
    assert others == ["pip install /path/to/sso-gateway"]


def test_the_pages_commands_leave_a_live_partner_and_nothing_to_complain_about(
    said: dict[str, str], office: Office
) -> None:
    assert list(said) == ["home", "migrate", "keys", "partner", "check"]
    assert "Added." in said["partner"]
    assert office.count("sso_partners_partner", "slug = 'acme' AND state = 'live'") == 1
    quiet = office.manage("check", "--fail-level", "WARNING")
    assert (quiet.returncode, quiet.stderr) == (0, "")


def test_the_keys_lie_where_the_page_says_and_are_nobody_elses(
    said: dict[str, str], office: Office
) -> None:
    keys = sorted((office.home / "certs").glob("*.key"))
    assert [key.name for key in keys] == ["encryption.key", "signing.key"]
    assert {oct(key.stat().st_mode & 0o777) for key in keys} == {"0o600"}
