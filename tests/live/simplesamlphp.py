"""SimpleSAMLphp as an identity provider on this machine, in PHP's own server."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.browser import server
from tests.conftest import FOUND
from tests.live.configuration import Configuration

_PATIENCE: Final = 20
_KEPT: Final = ("PATH", "HOME", "LANG")


class SimpleSamlPhp:
    """An identity provider that owes nothing to Python, libxml2 by lxml, or xmlsec."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}/"
        self.admin = Configuration(folder, self.address)

    def metadata(self) -> bytes:
        """What it publishes at this moment."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            line.request("GET", "/saml2/idp/metadata.php")
            answer = line.getresponse()
            document = answer.read()
        finally:
            line.close()
        assert answer.status == 200, document
        return document

    def portal_link(self, entity_id: str, **more: str) -> str:
        """The address that a portal would have behind our name."""
        query = urlencode({"spentityid": entity_id, **more})
        return f"{self.address}saml2/idp/SSOService.php?{query}"


@contextmanager
def running(folder: Path) -> Iterator[SimpleSamlPhp]:
    """An identity provider that keeps everything in ``folder``, until the block ends."""
    started = SimpleSamlPhp(folder / "idp", server.free_port())
    command = ["php", "-d", "display_errors=0", "-S", f"127.0.0.1:{started.port}"]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["SIMPLESAMLPHP_CONFIG_DIR"] = str(started.admin.folder)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-t", f"{FOUND['simplesamlphp']}/www"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            server.wait_for(started.port, process)
            yield started
        finally:
            process.terminate()
            process.wait(_PATIENCE)
