"""Print docs/reference/compared.md: ``python -m tests.compared``, in the peers' environment."""

import argparse
import os
import sys

from tests.compared import run
from tests.compared.page import page


def main() -> None:
    """All of it, unless it is told to be content with less."""
    parser = argparse.ArgumentParser(prog="python -m tests.compared", description=__doc__)
    parser.add_argument(
        "--sample", action="store_true", help="each attack on one shape of message, not on all"
    )
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="one case in N: for a trial"
    )
    arguments = parser.parse_args()
    # libxmlsec would read this bundle anew for each set of keys, and the peers would wait for it.
    os.environ.pop("SSL_CERT_FILE", None)
    sys.stdout.write(page(run.measure(sample=arguments.sample, every=arguments.every)))


if __name__ == "__main__":
    main()
