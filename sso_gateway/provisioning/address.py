"""E-mail addresses, exactly: one strict ASCII grammar, and domains compared as whole words.

RFC 5321 4.1.2 without quoted local parts and address literals, RFC 5322 3.2.3 dot-atom without
comments and folding, RFC 1123 2.1 host names. What two systems may read differently is refused
here, because an address that reads differently elsewhere is somebody else's account.

Internationalised domains: only the A-label (``xn--…``) is accepted, and it is compared as the
ASCII that it is. A U-label is refused rather than converted, because IDNA 2003 and IDNA 2008
convert some of them to different domains.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final, NoReturn

from sso_gateway.refusal import Reason, Refusal

MAX_ADDRESS: Final = 254
"""RFC 5321 4.5.3.1.3: a path of 256 less its angle brackets."""
MAX_LOCAL_PART: Final = 64
XML_SPACE: Final = " \t\r\n"
"""What a pretty-printer puts around a value (XML 1.0 2.3). ``str.strip()`` would also remove
U+00A0 and its kin, and make one address of two."""

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def parse(text: str) -> str:
    """The address in lower-case ASCII.

    Space, tab, CR and LF around it are removed, nothing else is. Refuses with
    ``ATTRIBUTE_EMPTY`` where nothing remains and with ``ATTRIBUTE_INVALID`` where it is not an
    address; the detail says what is wrong and never repeats the value.
    """
    stripped = text.strip(XML_SPACE)
    if not stripped:
        raise Refusal(Reason.ATTRIBUTE_EMPTY, "the value is empty")
    _refuse_strange_characters(stripped)
    local_part, at, domain = stripped.partition("@")
    if not at:
        _invalid(stripped, "there is no @")
    if "@" in domain:
        _invalid(stripped, "there is more than one @")
    if len(stripped) > MAX_ADDRESS:
        _invalid(stripped, f"{len(stripped)} characters, at most {MAX_ADDRESS}")
    if len(local_part) > MAX_LOCAL_PART:
        _invalid(stripped, f"{len(local_part)} characters before the @, at most {MAX_LOCAL_PART}")
    if not _LOCAL_PART.fullmatch(local_part):
        _invalid(stripped, "the part before the @ is not a plain dot-atom (RFC 5322 3.2.3)")
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        _invalid(stripped, "the part after the @ is not a full domain name (RFC 1123 2.1)")
    return stripped.lower()


def domain_of(address: str) -> str:
    """The domain of an address that ``parse`` returned."""
    return address.rpartition("@")[2]


def accept(text: str, *, domains: Collection[str]) -> str:
    """The address, which belongs to one of ``domains`` (lower-case ASCII, compared exactly).

    A sub-domain is another domain. No domains means no address. Refuses as ``parse`` does, and
    with ``EMAIL_DOMAIN`` outside of them.
    """
    address = parse(text)
    if domain_of(address) not in domains:
        raise Refusal(
            Reason.EMAIL_DOMAIN,
            "the domain is not one of this partner's",
            expected=", ".join(sorted(domains)),
            received=domain_of(address),
        )
    return address


def same(address: str, stored: str) -> bool:
    """Whether a stored spelling is this parsed address, ASCII letters' case aside.

    Databases fold more than ASCII: U+0131, U+017F or U+212A would match i, s or k there
    (CVE-2019-19844).
    """
    return stored.isascii() and stored.lower() == address


def _refuse_strange_characters(text: str) -> None:
    for position, character in enumerate(text, start=1):
        if "!" <= character <= "~":
            continue
        if character > "~" and character.isalnum() and position > text.find("@") + 1 > 0:
            _invalid(
                text,
                f"{_named(character)} in the domain: an internationalised domain must be sent"
                " as its A-label (xn--…)",
            )
        _invalid(text, f"{_named(character)} at position {position}")


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def _invalid(text: str, detail: str) -> NoReturn:
    domain = text.rpartition("@")[2]
    shown = "@" in text and all(map(_LABEL.fullmatch, domain.split(".")))
    masked = f"…@{domain}" if shown else "…"
    raise Refusal(Reason.ATTRIBUTE_INVALID, detail, received=masked)
