"""An assertion and the partner's policy → who they say this is. Pure: no database, no clock.

1. Candidates: the values of the recognised e-mail attributes and of a NameID that is an e-mail
   address; or only the one source that the policy names.
2. Every candidate must be an address (``address.parse``). Those outside the partner's domains
   count for nothing: e-mail is multi-valued (SDP-SP19), and authority decides, not position.
3. Exactly one address must remain. Two are refused: there is no "first value".

The fields of ``AssertedIdentity`` are all that an assertion can ever set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning import address, claims, lasting
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Assertion, NameID
from sso_gateway.saml.names import NameIDFormat

NAME_ID: Final = "NameID"
"""The value of ``Policy.email_attribute`` that chooses the NameID."""
GUEST: Final = "#ext#"
"""What Entra ID puts into the UPN of a guest; such an address belongs to its directory's domain,
not to the person."""
GUEST_HINT: Final = "Entra: use user.mail, not userprincipalname of guests (#EXT#)"

_Candidate = tuple[str, str]
"""Where a value was found, and the value."""


@dataclass(frozen=True, slots=True)
class AssertedIdentity:
    """Who a partner says this is."""

    email: str
    """Lower-case ASCII, inside the partner's domains."""
    issuer: str
    """The entityID of the IdP that signed."""
    persistent_id: str | None = None
    """64 hexadecimal digits standing for a persistent NameID or a subject identifier, and its
    issuer; None where there is none. Two issuers never make the same one (SDP-SP16)."""
    first_name: str = ""
    last_name: str = ""
    groups: tuple[str, ...] = ()
    """The distinct values of the attribute that the policy names."""


def identify(
    assertion: Assertion, *, policy: Policy, email_domains: frozenset[str]
) -> AssertedIdentity:
    """The one identity that this assertion speaks of.

    Refuses with ``NAMEID_MISSING``, ``NAMEID_TRANSIENT``, ``NAMEID_FORMAT``, ``ATTRIBUTE_MISSING``,
    ``ATTRIBUTE_EMPTY``, ``ATTRIBUTE_INVALID``, ``EMAIL_DOMAIN``, ``ATTRIBUTE_AMBIGUOUS`` or
    ``SUBJECT_ID_INVALID``.
    """
    candidates = _candidates(assertion, policy.email_attribute)
    return AssertedIdentity(
        email=_the_address(candidates, email_domains),
        issuer=assertion.issuer,
        persistent_id=lasting.key(assertion, policy.subject_id),
        first_name=_display_text(assertion, claims.FIRST_NAME),
        last_name=_display_text(assertion, claims.LAST_NAME),
        groups=_groups(assertion, policy.groups_attribute),
    )


def _candidates(assertion: Assertion, chosen: str) -> list[_Candidate]:
    if chosen == NAME_ID:
        found = [(NAME_ID, _chosen_name_id(assertion.name_id))]
    else:
        wanted = frozenset({chosen}) if chosen else claims.EMAIL
        found = _values(assertion, wanted)
        if not chosen and assertion.name_id is not None:
            found += _name_id_as_email(assertion.name_id, alone=not found)
    if not found:
        raise _nothing(assertion, chosen)
    filled = [(source, value) for source, value in found if value.strip(address.XML_SPACE)]
    if not filled:
        sources = ", ".join(sorted({source for source, _ in found}))
        raise Refusal(Reason.ATTRIBUTE_EMPTY, "present but empty", expected=sources)
    return filled


def _values(assertion: Assertion, names: frozenset[str]) -> list[_Candidate]:
    """An Attribute element that repeats a Name adds values to it (core 2.7.3.1 allows both)."""
    return [
        (attribute.name, value)
        for attribute in assertion.attributes
        if attribute.name in names
        for value in attribute.values or ("",)
    ]


def _name_id_as_email(name_id: NameID, *, alone: bool) -> list[_Candidate]:
    """The NameID where it is meant as an e-mail address (core 8.3.2).

    Products label bare user names as e-mail addresses, so beside an attribute a NameID without @
    says nothing. An open format says nothing about the value: there only an address counts.
    """
    if name_id.format in claims.EMAIL_NAME_ID_FORMATS:
        meant = alone or "@" in name_id.value
    else:
        meant = _is_open(name_id) and "@" in name_id.value
        if meant and not alone:
            meant = _is_address(name_id.value)
    return [(NAME_ID, name_id.value)] if meant else []


def _is_address(value: str) -> bool:
    try:
        address.parse(value)
    except Refusal:
        return False
    return True


def _chosen_name_id(name_id: NameID | None) -> str:
    if name_id is None:
        raise Refusal(Reason.NAMEID_MISSING, "the policy reads the NameID, and there is none")
    if name_id.format == NameIDFormat.TRANSIENT:
        raise Refusal(Reason.NAMEID_TRANSIENT, "the policy reads the NameID, which is transient")
    if name_id.format not in claims.EMAIL_NAME_ID_FORMATS | claims.OPEN_NAME_ID_FORMATS:
        raise _unusable_format(name_id)
    return name_id.value


def _nothing(assertion: Assertion, chosen: str) -> Refusal:
    """Why no source of an e-mail address was found. Names are told, values never."""
    name_id = assertion.name_id
    received = list(dict.fromkeys(attribute.name for attribute in assertion.attributes))
    names = ", ".join(map(_printable, received)) or "none"
    closest = _printable(claims.closest(received, wanted=chosen))
    detail = f"received attributes: {names}" + (f"; likely: {closest}" if closest else "")
    if not chosen and name_id is None and not received:
        return Refusal(Reason.NAMEID_MISSING, "no NameID and no attributes")
    if not chosen and name_id is not None and name_id.format == NameIDFormat.TRANSIENT:
        return Refusal(Reason.NAMEID_TRANSIENT, detail, received=names, closest=closest)
    if not chosen and name_id is not None and not received and not _is_open(name_id):
        return _unusable_format(name_id)
    return Refusal(
        Reason.ATTRIBUTE_MISSING,
        detail,
        expected=chosen or "email",
        received=names,
        closest=closest,
    )


def _is_open(name_id: NameID) -> bool:
    return name_id.format in claims.OPEN_NAME_ID_FORMATS


def _unusable_format(name_id: NameID) -> Refusal:
    return Refusal(
        Reason.NAMEID_FORMAT,
        "a NameID of this format is not an e-mail address",
        expected=NameIDFormat.EMAIL,
        received=_printable(name_id.format or NameIDFormat.UNSPECIFIED),
    )


def _the_address(candidates: list[_Candidate], domains: frozenset[str]) -> str:
    found = [(source, address.parse(value)) for source, value in candidates]
    inside = [(source, email) for source, email in found if address.domain_of(email) in domains]
    for source, email in inside or found:
        if GUEST in email.partition("@")[0]:
            raise Refusal(
                Reason.ATTRIBUTE_INVALID,
                f"{source} is the principal name of a guest",
                received=f"…{GUEST.upper()}@{address.domain_of(email)}",
                hint=GUEST_HINT,
            )
    distinct = {email for _, email in inside}
    if len(distinct) > 1:
        sources = ", ".join(sorted({source for source, _ in inside}))
        raise Refusal(
            Reason.ATTRIBUTE_AMBIGUOUS,
            "different addresses in the partner's domains",
            expected=sources,
            received=f"{len(distinct)} addresses",
        )
    if not distinct:
        raise Refusal(
            Reason.EMAIL_DOMAIN,
            "no address is in this partner's domains",
            expected=", ".join(sorted(domains)),
            received=", ".join(sorted({address.domain_of(email) for _, email in found})),
        )
    return distinct.pop()


def _display_text(assertion: Assertion, names: frozenset[str]) -> str:
    """The first value on one line, without invisible characters. Nothing is decided by it."""
    for _, value in _values(assertion, names):
        if text := "".join(c for c in " ".join(value.split()) if c.isprintable()):
            return text
    return ""


def _groups(assertion: Assertion, name: str) -> tuple[str, ...]:
    values = (value.strip(address.XML_SPACE) for _, value in _values(assertion, frozenset({name})))
    return tuple(dict.fromkeys(value for value in values if value)) if name else ()


def _printable(text: Iterable[str]) -> str:
    """One line for the log: what cannot be seen is escaped (CWE-117), 256 characters are kept."""
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "".join(shown)[:256]
