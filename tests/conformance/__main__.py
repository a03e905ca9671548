"""Print docs/reference/conformance.md: ``python -m tests.conformance``."""

import sys

from tests.conformance.collected import missing
from tests.conformance.page import page
from tests.conformance.rows import ROWS


def main() -> None:
    """Refuses to print a page that names a test that does not exist."""
    absent = missing(test for row in ROWS for test in row.tests)
    if absent:
        sys.exit("These tests do not exist:\n" + "\n".join(absent))
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
