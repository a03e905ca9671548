"""The reference page is the catalogue, printed."""

import subprocess
import sys
from pathlib import Path

from sso_gateway.refusal import Reason
from sso_gateway.refusal.reference import page

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "refusals.md"


def test_the_page_on_disk_is_the_one_the_catalogue_prints() -> None:
    assert REFERENCE.read_text("utf-8") == page(), (
        "run: python -m sso_gateway.refusal.reference > docs/reference/refusals.md"
    )


def test_the_command_prints_the_page() -> None:
    command = [sys.executable, "-X", "utf8", "-m", "sso_gateway.refusal.reference"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout
    assert printed.decode() == page()


def test_every_reason_has_one_row_with_eight_cells() -> None:
    rows = [line for line in page().splitlines() if "| `" in line]
    assert len(rows) == len(Reason)
    assert {line.count(" | ") for line in rows} == {7}
