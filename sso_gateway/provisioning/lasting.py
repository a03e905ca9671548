"""The identifier that outlives a change of address: a persistent NameID, subject-id, pairwise-id.

Only a key made of it is ever kept, which says nothing of the value. The issuer is part of the key,
so identifiers of two IdPs never meet, whatever scope they claim (SDP-SP16, SDP-SP17).
"""

import hashlib
import re
from typing import Final

from sso_gateway.provisioning.address import XML_SPACE
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Assertion, NameID
from sso_gateway.saml.names import NameIDFormat

MAX_NAME_ID: Final = 256
"""Characters of a persistent identifier (core 8.3.7)."""
SUBJECT_ID: Final = "urn:oasis:names:tc:SAML:attribute:subject-id"
PAIRWISE_ID: Final = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
_READ: Final = {
    "none": (SUBJECT_ID, PAIRWISE_ID),
    "any": (SUBJECT_ID, PAIRWISE_ID),
    "subject-id": (SUBJECT_ID,),
    "pairwise-id": (PAIRWISE_ID,),
}
"""``Policy.subject_id`` → the attributes that serve, the better one first."""
_VALUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9=-]{0,126}@[A-Za-z0-9][A-Za-z0-9.-]{0,126}")
"""uniqueID@scope (SAML subject identifier attributes 3.3.1, 3.4.1)."""


def key(assertion: Assertion, needed: str) -> str | None:
    """64 hexadecimal digits, the same for the same person at the same IdP; None without any.

    ``needed`` is ``Policy.subject_id``. Where it is "none", a persistent NameID comes first: it is
    what accounts were linked to before anybody sent the attributes. Otherwise only the attribute
    counts, and NAMEID_MISSING is refused without it. Refuses NAMEID_FORMAT, SUBJECT_ID_INVALID and
    ATTRIBUTE_AMBIGUOUS too.
    """
    name_id = assertion.name_id
    if needed == "none" and name_id is not None and name_id.format == NameIDFormat.PERSISTENT:
        return _digest(*_persistent(assertion, name_id))
    for name in _READ[needed]:
        value = _subject(assertion, name)
        if value is not None:
            # Fewer parts than a NameID has: a name of one kind is never one of the other.
            return _digest(assertion.issuer, name, value)
    if needed == "none":
        return None
    raise Refusal(
        Reason.NAMEID_MISSING,
        "the policy needs a subject identifier, and none came",
        expected=" or ".join(_READ[needed]),
        received="none",
    )


def _persistent(assertion: Assertion, name_id: NameID) -> tuple[str, str, str, str]:
    """(issuer, NameQualifier, SPNameQualifier, value) of core 8.3.7.

    Qualifiers may be left out where they only repeat the issuer or the service provider, so both
    spellings give one key; an IdP that begins to write them does not lose its users.
    """
    value = name_id.value.strip(XML_SPACE)
    if not value or len(value) > MAX_NAME_ID:
        raise Refusal(
            Reason.NAMEID_FORMAT,
            f"a persistent NameID of {len(value)} characters (core 8.3.7)",
            expected=f"1 to {MAX_NAME_ID} characters",
            received=f"{len(value)} characters",
        )
    our_name = name_id.sp_name_qualifier or ""
    return (
        assertion.issuer,
        name_id.name_qualifier or assertion.issuer,
        "" if our_name in assertion.audiences else our_name,
        value,
    )


def _subject(assertion: Assertion, name: str) -> str | None:
    """The one value of this attribute, in lower case, in which it is compared; None without it."""
    found = [
        value.strip(XML_SPACE)
        for attribute in assertion.attributes
        if attribute.name == name
        for value in attribute.values or ("",)
    ]
    if not all(map(_VALUE.fullmatch, found)):
        raise Refusal(
            Reason.SUBJECT_ID_INVALID, "not uniqueID@scope", expected=name, received="another form"
        )
    distinct = {value.lower() for value in found}
    if len(distinct) > 1:
        raise Refusal(
            Reason.ATTRIBUTE_AMBIGUOUS,
            "a subject identifier has one value",
            expected=name,
            received=f"{len(distinct)} values",
        )
    return distinct.pop() if distinct else None


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        # The length goes first: no two different lists of parts run together alike.
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()
