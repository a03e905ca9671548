"""How messages travel: HTTP-POST and HTTP-Redirect, parameters to bytes and back (bind 3.4, 3.5).

No HTTP here: callers hand over plain parameters. What comes out of ``decode_post`` and
``read_redirect`` is still only bytes from outside; ``xml.parse`` gates them.
"""

import binascii
import re
import zlib
from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_plus

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xmldsig
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import SignatureMethod

MAX_RELAY_STATE: Final = 80
"""Bytes of RelayState that we send at most (bind 3.4.3, 3.5.3)."""
DEFLATE: Final = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/= \t\r\n]")
_BASE64_OF_XML: Final = re.compile(rb"P[A-P][A-Za-z0-9+/]{6}")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_MESSAGES: Final = ("SAMLRequest", "SAMLResponse")
_OURS: Final = frozenset({*_MESSAGES, "RelayState", "SigAlg", "Signature", "SAMLEncoding"})


@dataclass(frozen=True, slots=True)
class RedirectMessage:
    """A message that came in a query string, not verified yet."""

    parameter: str
    """``SAMLRequest`` or ``SAMLResponse``."""
    message: bytes
    relay_state: str | None
    signed_octets: bytes = b""
    """What ``signature`` covers: the octets of the query string as they arrived (bind 3.4.4.1)."""
    signature_algorithm: str | None = None
    signature: bytes | None = None


def decode_post(field: str, *, max_bytes: int) -> bytes:
    """The message in a SAMLResponse or SAMLRequest form field (bind 3.5.4).

    ``max_bytes`` limits its size once decoded. Line breaks, spaces and tabs are allowed, since
    identity providers wrap lines (RFC 2045 6.8). Refuses TOO_LARGE, and UNDECODABLE with the
    position of the first wrong character and what the field looks like instead.
    """
    # Before the work that it bounds: no honest encoder doubles the length by line breaks.
    if len(field) > 2 * _encoded_length(max_bytes):
        raise _too_large(len(field) * 3 // 4, max_bytes)
    message = _decode_base64(_unwrapped(field), field)
    if len(message) > max_bytes:
        raise _too_large(len(message), max_bytes)
    if not message.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise _undecodable(0, _explain_content(message))
    return message


def post_fields(
    message: bytes, relay_state: str | None, parameter: str = "SAMLRequest"
) -> dict[str, str]:
    """The hidden fields of the form that carries ``message`` (bind 3.5.4).

    ``relay_state`` has at most 80 bytes; ``None`` leaves the field out.
    """
    fields = {parameter: b64encode(message).decode()}
    if relay_state is not None:
        fields["RelayState"] = _short_enough(relay_state)
    return fields


def redirect_url(
    location: str,
    *,
    message: bytes,
    relay_state: str | None,
    sign: xmldsig.SigningKey | None,
    parameter: str = "SAMLRequest",
    method: str = SignatureMethod.RSA_SHA256,
) -> str:
    """The address that carries ``message`` to ``location`` in its query (bind 3.4.4).

    Signed where ``sign`` is a key, by a ``method`` of ``algorithms.WRITTEN``; ``message`` must not
    hold an XML signature of its own (bind 3.4.4.1). ``location`` may have a query already: it
    stays in front, outside of the signature. ``relay_state`` has at most 80 bytes; ``None`` leaves
    the parameter out.
    """
    query = f"{parameter}={_quoted(b64encode(_deflate(message)))}"
    if relay_state is not None:
        query += f"&RelayState={_quoted(_short_enough(relay_state))}"
    if sign is not None:
        query += f"&SigAlg={_quoted(method)}"
        query += f"&Signature={_quoted(xmldsig.sign_query(query.encode(), sign, method))}"
    return f"{location}{'&' if '?' in location else '?'}{query}"


def read_redirect(query_string: str, *, max_bytes: int) -> RedirectMessage:
    """The message in a raw query string, as the browser sent it (bind 3.4.4).

    ``max_bytes`` limits its size once inflated. Every parameter of the binding may occur once.
    Refuses NO_RESPONSE_FIELD without a message, TOO_LARGE, and UNDECODABLE. Nothing is verified
    yet: ``verify_redirect`` does that.
    """
    raw = _parameters(query_string)
    present = [name for name in _MESSAGES if name in raw]
    if not present:
        raise Refusal(
            Reason.NO_RESPONSE_FIELD, "the query has neither SAMLRequest nor SAMLResponse"
        )
    if len(present) > 1:
        raise _undecodable(0, "the query has both SAMLRequest and SAMLResponse")
    parameter = present[0]
    if unquote_plus(raw.get("SAMLEncoding", DEFLATE)) != DEFLATE:
        raise _undecodable(0, "SAMLEncoding is not DEFLATE")
    relay_state = raw.get("RelayState")
    signature = raw.get("Signature")
    algorithm = raw.get("SigAlg")
    order = (parameter, "RelayState", "SigAlg")
    octets = "&".join(f"{name}={raw[name]}" for name in order if name in raw)
    return RedirectMessage(
        parameter=parameter,
        message=_inflate(_query_base64(raw[parameter], max_bytes), max_bytes),
        relay_state=None if relay_state is None else unquote_plus(relay_state),
        signed_octets=octets.encode(),
        signature_algorithm=None if algorithm is None else unquote_plus(algorithm),
        signature=None if signature is None else _query_base64(signature, 4096),
    )


def verify_redirect(
    message: RedirectMessage,
    keys: tuple[TrustedKey, ...],
    denied: frozenset[str] = frozenset(),
) -> TrustedKey:
    """The key among ``keys`` that signed the query (bind 3.4.4.1), by no algorithm of ``denied``.

    Refuses SIGNATURE_MISSING, ALGORITHM_WEAK, and KEY_UNKNOWN, also for empty ``keys``.
    """
    if message.signature is None or message.signature_algorithm is None:
        raise Refusal(Reason.SIGNATURE_MISSING, "the query has no Signature and SigAlg")
    return xmldsig.verify_octets(
        message.signature_algorithm, message.signature, message.signed_octets, keys, denied
    )


def _parameters(query_string: str) -> dict[str, str]:
    """The binding's parameters, still URL-encoded; each once, and its name in plain letters."""
    if not query_string.isascii():
        raise _undecodable(0, "the query has characters that must be URL-encoded")
    found: dict[str, str] = {}
    for pair in query_string.split("&"):
        raw_name, _, value = pair.partition("=")
        name = unquote_plus(raw_name)
        if name not in _OURS:
            continue
        # Two readers of one query must not see two messages (CVE-2025-27773 class).
        if name in found or name != raw_name:
            raise _undecodable(query_string.find(pair), f"{name} occurs twice or is encoded")
        found[name] = value
    return found


def _deflate(message: bytes) -> bytes:
    encoder = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return encoder.compress(message) + encoder.flush()


def _inflate(deflated: bytes, max_bytes: int) -> bytes:
    """Raw DEFLATE (RFC 1951), never more than ``max_bytes``: a bomb stays small."""
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        message = decoder.decompress(deflated, max_bytes + 1)
    except zlib.error:
        raise _undecodable(0, "not DEFLATE") from None
    if len(message) > max_bytes:
        raise _too_large(len(message), max_bytes)
    if not decoder.eof or decoder.unused_data:
        raise _undecodable(len(deflated), "the DEFLATE data is cut off or has something behind it")
    return message


def _query_base64(value: str, max_bytes: int) -> bytes:
    # DEFLATE adds at most five bytes a block, so this bound holds for any message that fits.
    if len(value) > 3 * _encoded_length(max_bytes + max_bytes // 1000 + 64):
        raise _too_large(len(value) // 4, max_bytes)
    plain = unquote_plus(value)
    return _decode_base64(_unwrapped(plain), plain)


def _unwrapped(field: str) -> bytes:
    # What is not ASCII becomes "?", which is not base64 either.
    return field.encode("ascii", "replace").translate(None, b" \t\r\n")


def _decode_base64(encoded: bytes, field: str) -> bytes:
    if not encoded:
        raise _undecodable(0, "the field is empty")
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except binascii.Error:
        pass
    wrong = _NOT_BASE64.search(field)
    if wrong is not None:
        raise _undecodable(wrong.start(), _explain_character(field, wrong.start()))
    raise _undecodable(len(field), _explain_length(field, len(encoded)))


def _quoted(value: str | bytes) -> str:
    # "%20" and not "+" for a space: it means the same to a receiver that rebuilds the query.
    return quote(value, safe="")


def _encoded_length(size: int) -> int:
    return (size + 2) // 3 * 4


def _explain_character(field: str, position: int) -> str:
    if field.lstrip().startswith("<"):
        return "the field holds XML that is not base64-encoded"
    if _PERCENT.match(field, position):
        return "URL-encoded twice"
    if field[position] in "-_":
        return "base64url instead of base64"
    return f"character {field[position]!a} does not belong to base64"


def _explain_length(field: str, length: int) -> str:
    if " " in field.strip():
        return "spaces where plus signs were: the form was not URL-encoded"
    if length % 4:
        return f"{length} characters of base64 are no multiple of four: the message was cut off"
    return "padding in the wrong place"


def _explain_content(message: bytes) -> str:
    start = message[:2]
    if start in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
        return "the message is UTF-16 instead of UTF-8"
    if _BASE64_OF_XML.match(message):
        return "base64-encoded twice"
    try:
        inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(message, 64)
    except zlib.error:
        inflated = b""
    if inflated.lstrip().startswith(b"<"):
        return "compressed with DEFLATE: that is for the HTTP-Redirect binding, not for HTTP-POST"
    return "the decoded message is not XML"


def _short_enough(relay_state: str) -> str:
    if len(relay_state.encode()) > MAX_RELAY_STATE:
        raise ValueError(f"RelayState is longer than {MAX_RELAY_STATE} bytes (bind 3.4.3)")
    return relay_state


def _too_large(size: int, limit: int) -> Refusal:
    return Refusal(Reason.TOO_LARGE, expected=f"{limit} bytes", received=f"{size} bytes")


def _undecodable(position: int, detail: str) -> Refusal:
    return Refusal(Reason.UNDECODABLE, f"at character {position}: {detail}", position=str(position))
