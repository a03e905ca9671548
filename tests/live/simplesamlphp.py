"""SimpleSAMLphp as an identity provider on this machine, in PHP's own server."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.browser import server
from tests.conftest import FOUND
from tests.live.configuration import Configuration

_PATIENCE: Final = 20
_KEPT: Final = ("PATH", "HOME", "LANG")
_CONVERT: Final = """
require $argv[1] . '/lib/_autoload.php';
$ours = \\SimpleSAML\\Metadata\\SAMLParser::parseFile($argv[2])->getMetadata20SP();
unset($ours['entityDescriptor']);
echo json_encode($ours, JSON_THROW_ON_ERROR);
"""


class SimpleSamlPhp:
    """An identity provider that shares nothing with us but libxml2 and OpenSSL."""

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

    def converted(self, document: Path) -> dict[str, Any]:
        """What its metadata converter makes of a service provider's metadata."""
        program = ["php", "-r", _CONVERT, str(FOUND["simplesamlphp"]), str(document)]
        ended = subprocess.run(
            program, env=self.environment, capture_output=True, text=True, check=True
        )
        made: dict[str, Any] = json.loads(ended.stdout)
        return made

    @property
    def environment(self) -> dict[str, str]:
        """Of everything that runs in its name."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**kept, "SIMPLESAMLPHP_CONFIG_DIR": str(self.admin.folder)}

    def portal_link(self, entity_id: str, **more: str) -> str:
        """The address that a portal would have behind our name."""
        query = urlencode({"spentityid": entity_id, **more})
        return f"{self.address}saml2/idp/SSOService.php?{query}"


@contextmanager
def running(folder: Path) -> Iterator[SimpleSamlPhp]:
    """An identity provider that keeps everything in ``folder``, until the block ends."""
    started = SimpleSamlPhp(folder / "idp", server.free_port())
    command = ["php", "-d", "display_errors=0", "-S", f"127.0.0.1:{started.port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-t", f"{FOUND['simplesamlphp']}/www"],
            env=started.environment,
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
