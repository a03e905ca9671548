"""What an administrator of SimpleSAMLphp writes: four files, whose values are JSON beside them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.idp.keys import KeyPair

EMAIL: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL_AS_NAME_ID: Final = {"class": "saml:AttributeNameID", "attribute": "mail", "Format": EMAIL}
PERSISTENT_NAME_ID: Final = {"class": "saml:PersistentNameID", "attribute": "uid"}

_VALUES: Final = "json_decode(file_get_contents('{path}'), true, 16, JSON_THROW_ON_ERROR)"
# As its metadata converter does it: SimpleSAMLphp's own parser reads what we published. What the
# administrator chose for us stands in front of it.
_CONVERTED: Final = """
$metadata = [];
if (file_exists('{document}')) {{
    $ours = \\SimpleSAML\\Metadata\\SAMLParser::parseFile('{document}')->getMetadata20SP();
    $metadata[$ours['entityid']] = {choices} + $ours;
}}
"""


class Configuration:
    """The folder that SIMPLESAMLPHP_CONFIG_DIR names. A change counts from the next request."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.entity_id = f"{address}saml2/idp/metadata.php"
        self._ours = folder / "metadata" / "ours.xml"
        for name in ("certificates", "metadata", "sessions", "temporary"):
            (folder / name).mkdir(parents=True)
        self._write("config", _general(folder, address))
        self._php("config", f"$config = {self._read('config')};")
        self._php("authsources", f"$config = {self._read('authsources')};")
        self._php("metadata/saml20-idp-hosted", f"$metadata = {self._read('hosted')};")
        converted = _CONVERTED.format(document=self._ours, choices=self._read("choices"))
        self._php("metadata/saml20-sp-remote", converted)

    def people(self, password: str, **people: Mapping[str, str]) -> None:
        """Who may log in by user name and password, and the attributes of each."""
        known = {f"{name}:{password}": attributes for name, attributes in people.items()}
        self._write("authsources", {"people": {0: "exampleauth:UserPass", **known}})

    def keys(self, signing: KeyPair, announced: KeyPair | None = None) -> None:
        """The key that it signs with, and one that it does no more than publish yet."""
        named: dict[str, str] = {}
        for prefix, pair in {"": signing, "new_": announced}.items():
            if pair is not None:
                stem = self.folder / "certificates" / pair.sha256
                stem.with_suffix(".key").write_bytes(pair.private_pem)
                stem.with_suffix(".crt").write_bytes(pair.certificate_pem)
                named |= {f"{prefix}privatekey": f"{stem.name}.key"}
                named |= {f"{prefix}certificate": f"{stem.name}.crt"}
        self._write("hosted", {self.entity_id: {"host": "__DEFAULT__", "auth": "people", **named}})

    def choices(self, *name_ids: Mapping[str, str], **switches: bool | str | int) -> None:
        """What its administrator sets for us beside what our metadata says."""
        options = {name.replace("__", "."): value for name, value in switches.items()}
        filters = {str(10 + n): dict(each) for n, each in enumerate(name_ids)}
        self._write("choices", {**options, "authproc": filters})

    def meet(self, document: bytes | None) -> None:
        """Our metadata, as we published it. None: they have never heard of us."""
        self._ours.unlink(missing_ok=True)
        if document is not None:
            self._ours.write_bytes(document)

    def _read(self, name: str) -> str:
        return _VALUES.format(path=self.folder / f"{name}.json")

    def _php(self, name: str, text: str) -> None:
        (self.folder / f"{name}.php").write_text(f"<?php\n{text}\n", encoding="utf-8")

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        (self.folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")


def _general(folder: Path, address: str) -> dict[str, Any]:
    return {
        "baseurlpath": address,
        "certdir": f"{folder}/certificates/",
        "metadatadir": f"{folder}/metadata/",
        "tempdir": f"{folder}/temporary",
        "secretsalt": "for-tests-only-and-never-the-same-as-elsewhere",
        "auth.adminpassword": "for-tests-only",
        "technicalcontact_email": "it@acme.example",
        "enable.saml20-idp": True,
        "module.enable": {"exampleauth": True, "core": True, "saml": True},
        "logging.handler": "errorlog",
        "session.phpsession.savepath": f"{folder}/sessions",
        # The loopback address has no certificate, and a browser trusts it as it is.
        "session.cookie.secure": False,
        "session.cookie.samesite": None,
        "language.default": "en",
    }
