"""Who signs metadata for our partners: certificates in SSO_CERTS_DIR, each used as a bare key.

A partner that names one is described by what exactly this key has signed, and by nothing else
(IIP-MD03). The certificate's issuer and dates decide nothing; it came here out of band.
"""

from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _

from sso_gateway.partners import identifiers
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.partners.recognise import holds_private_key
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata
from sso_gateway.saml.model import TrustedKey

FOLDER: Final = "metadata-signers"
_MAX_BYTES: Final = 65_536


def names() -> list[str]:
    """The signers that a partner can name, whether or not their files can be used."""
    found = (file.stem for file in _folder().glob("*.crt"))
    return sorted(name for name in found if identifiers.SIGNER.match(name))


def key(name: str) -> TrustedKey:
    """The key of the signer; ``Declined`` where its file is absent or is not one certificate."""
    if not identifiers.SIGNER.match(name):
        raise _unusable(name, _("no name of a file"))
    try:
        with (_folder() / f"{name}.crt").open("rb") as file:
            content = file.read(_MAX_BYTES)
    except OSError as error:
        raise _unusable(name, error.strerror or type(error).__name__) from error
    if holds_private_key(content):
        raise _unusable(name, _("a private key"))
    try:
        return metadata.trusted_key(_one_certificate(content))
    except ValueError as error:
        raise _unusable(name, _("no single certificate")) from error
    except Refusal as refusal:
        raise _unusable(name, refusal.detail) from refusal


def signed_octets(document: bytes, name: str) -> tuple[bytes, TrustedKey]:
    """The octets of ``document`` that the signer covers, and its key: read these, not those.

    ``Declined`` where the root carries no valid signature by exactly this key. Refuses like
    ``metadata.read`` what is no metadata at all.
    """
    signer = key(name)
    try:
        return metadata.verify(document, (signer,)), signer
    except Refusal as refusal:
        if refusal.reason not in _SIGNATURE:
            raise
        raise Declined(_not_signed(name, refusal)) from refusal


def is_signed_the_same(document: bytes, octets: bytes, signer: TrustedKey) -> bool:
    """Whether ``octets`` are what the signer covers of ``document``, whatever stands around them.

    Comments, the XML declaration and the order of attributes are covered by nobody.
    """
    try:
        return metadata.verify(document, (signer,)) == octets
    except Refusal:
        return False


_SIGNATURE: Final = frozenset(
    {
        Reason.SIGNATURE_MISSING,
        Reason.SIGNATURE_INVALID,
        Reason.SIGNATURE_SCOPE,
        Reason.KEY_UNKNOWN,
        Reason.ALGORITHM_WEAK,
    }
)


def _folder() -> Path:
    folder: Path = settings.SSO_CERTS_DIR / FOLDER
    return folder


def _one_certificate(content: bytes) -> bytes:
    """DER of the one certificate, from PEM or DER; ``ValueError`` for none or several."""
    if content[:1] == b"0":
        return content
    (certificate,) = x509.load_pem_x509_certificates(content)
    return certificate.public_bytes(Encoding.DER)


def _unusable(name: str, received: str) -> Declined:
    return Declined(
        Problem(
            "signer_unusable",
            _("The certificate of the metadata signer “%s” cannot be used.") % name[:80],
            expected=_("one certificate in %s") % f"{FOLDER}/{name[:80]}.crt",
            received=received,
            fix=_("Put the signer's certificate there, or name another: %s")
            % (", ".join(names()) or "–"),
        )
    )


def _not_signed(name: str, refusal: Refusal) -> Problem:
    expected = _("a signature of the whole document by “%s”") % name
    if refusal.reason is Reason.SIGNATURE_MISSING:
        return Problem(
            "unsigned",
            _("This metadata is not signed, and this partner's must be."),
            expected=expected,
            fix=_("Ask for the signed metadata, or fetch it from the signer's address."),
        )
    if refusal.reason is Reason.KEY_UNKNOWN:
        return Problem(
            "signed_by_another",
            _("This metadata is signed by somebody else."),
            expected=f"{expected}: {refusal.expected}",
            received=refusal.received,
            fix=_("Find out who signed it. If the signer has a new key, get it out of band."),
        )
    return Problem(
        "signature_invalid",
        _("The signature of this metadata does not hold."),
        expected=expected,
        received="; ".join(filter(None, (refusal.detail, refusal.received))),
        fix=_("Ask for the document as it was signed: it must not be edited on the way."),
    )
