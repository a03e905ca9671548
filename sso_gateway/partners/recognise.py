"""What somebody gave us, before it is parsed: the bytes, their source, and what kind they are."""

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key
from django.utils.translation import gettext as _

from sso_gateway.partners import fetch
from sso_gateway.partners.certificates import describe
from sso_gateway.partners.fetch import NOTHING_HELD, Validators
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.refusal import Refusal
from sso_gateway.saml.metadata import trusted_key

MAX_BYTES: Final = fetch.MAX_BYTES
_URL: Final = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_PKCS12: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""The object identifiers of PKCS #7 content, which a PKCS #12 file begins with."""


@dataclass(frozen=True, slots=True)
class Received:
    """A document and where it came from: a URL, a file name, or “pasted”."""

    document: bytes
    source: str
    validators: Validators = NOTHING_HELD
    """By which its server recognises this version, where it came from a URL."""

    @property
    def is_fetched(self) -> bool:
        """Whether it came from a URL."""
        return bool(_URL.match(self.source))

    def __repr__(self) -> str:
        # The document may be a private key by mistake: it must not reach a log through a repr.
        return f"Received({len(self.document)} bytes from {self.source!r})"


def given(text: str) -> Received:
    """What a person typed or pasted into a box: a URL is fetched, anything else is the document."""
    stripped = text.strip()
    if _URL.match(stripped):
        return from_url(stripped)
    return Received(tidy(stripped.encode("utf-8", "surrogateescape")), _("pasted"))


def uploaded(name: str, content: bytes) -> Received:
    """A file from a form. Its name is only a label."""
    return Received(tidy(content), Path(name).name[:200])


def from_url(url: str) -> Received:
    """The document at ``url``; ``Declined`` where it cannot be had safely."""
    fetched = fetch.fetch(url)
    return Received(tidy(fetched.body), url, fetched.validators)


def from_url_again(held: Received) -> Received:
    """What is now at the URL that ``held`` came from; ``held`` itself where nothing has changed."""
    fetched = fetch.fetch(held.source, held=held.validators)
    if fetched.unchanged:
        return held
    return Received(tidy(fetched.body), held.source, fetched.validators)


def named(argument: str) -> Received:
    """A command's FILE or URL."""
    if _URL.match(argument):
        return from_url(argument)
    path = Path(argument)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Declined(
            Problem(
                "file_unreadable",
                _("The file cannot be read."),
                received=f"{path.name}: {error.strerror}",
                fix=_("Check the name of the file."),
            )
        ) from error
    return uploaded(path.name, content)


def tidy(content: bytes) -> bytes:
    """The same document however it was handed over: as UTF-8, without BOM, outer space or CR.

    None of these survive XML parsing and canonicalisation, so a signature is not affected.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            return content
        content = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).encode()
    if content[:1] == b"0":  # DER: binary
        return content
    return content.removeprefix(b"\xef\xbb\xbf").strip().replace(b"\r\n", b"\n")


def not_metadata(document: bytes) -> Problem | None:
    """Why this cannot be metadata, although we know what it is; ``None``: try and read it."""
    if holds_private_key(document):
        return Problem(
            "private_key",
            _("This holds a private key. We have not stored it; please treat it as exposed."),
            expected=_("the metadata of the identity provider"),
            fix=_("Tell its owner to replace the key, and ask for the metadata (XML) instead."),
        )
    if not document:
        return Problem(
            "empty", _("There is nothing in it."), fix=_("Paste or upload the metadata (XML).")
        )
    if b"CERTIFICATE REQUEST-----" in document[:100]:
        return Problem(
            "certificate_request",
            _("This is a certificate request, not metadata."),
            fix=_("Ask the partner for the metadata (XML) of their identity provider."),
        )
    return _certificate(document)


def holds_private_key(document: bytes) -> bool:
    """Whether a private key is anywhere in it: PEM in any encoding, DER, or PKCS #12."""
    if b"PRIVATE KEY" in document.replace(b"\x00", b""):
        return True
    octets = document if document[:1] == b"0" else _unarmoured(document)
    if not octets.startswith(b"0"):
        return False
    if octets[2:10].find(b"\x02\x01\x03") >= 0 and _PKCS12 in octets[:40]:
        return True
    try:
        load_der_private_key(octets, None)
    except TypeError:  # encrypted with a passphrase: still a private key
        return True
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _unarmoured(document: bytes) -> bytes:
    """Base64 without BEGIN and END lines, as consoles often show it; empty if it is not that."""
    if len(document) > 100_000 or not re.match(rb"[A-Za-z0-9+/=\s]+\Z", document):
        return b""
    try:
        return base64.b64decode(b"".join(document.split()), validate=True)
    except binascii.Error:
        return b""


def _certificate(document: bytes) -> Problem | None:
    found = _PEM.findall(document[:100_000])
    octets = _unarmoured(found[0]) if found else document
    octets = octets if octets[:1] == b"0" else _unarmoured(octets)
    try:
        x509.load_der_x509_certificate(octets)
        facts = describe(trusted_key(octets))
        received = f"{facts.subject}, SHA-256 {facts.fingerprint}"
    except ValueError:
        return None
    except Refusal as refusal:
        received = refusal.detail
    return Problem(
        "certificate_only",
        _("This is only a certificate (of a chain, we looked at the first).") if len(found) > 1
        else _("This is only a certificate."),
        expected=_("the metadata of the identity provider, which holds the certificate"),
        received=received,
        fix=_("Ask the partner for the metadata (XML), or for its URL."),
    )  # fmt: skip
