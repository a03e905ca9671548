"""Elements to nouns, and nouns to the messages we write.

Reading: ``read_response`` reads an envelope whose content is a claim unless the response is
signed; ``read_assertion`` takes an element out of signed bytes. Both only read: whether it is what
we expect is for ``rules``. Writing: the one door to pysaml2's message classes.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from saml2 import saml, samlp

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xml
from sso_gateway.saml.model import Attribute, NameID
from sso_gateway.saml.names import SAML, SAMLP, XSI, Binding
from sso_gateway.saml.stated import (
    AuthnStatement,
    Conditions,
    Confirmation,
    Envelope,
    Stated,
    Status,
)

_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z"
)
_LONGEST_STRING: Final = 1024
_LONGEST_COUNT: Final = 9

_ATTRIBUTE: Final = f"{{{SAML}}}Attribute"
_ATTRIBUTE_STATEMENT: Final = f"{{{SAML}}}AttributeStatement"
_AUTHN_CONTEXT: Final = f"{{{SAML}}}AuthnContext"
_AUTHN_CONTEXT_CLASS_REF: Final = f"{{{SAML}}}AuthnContextClassRef"
_AUTHN_STATEMENT: Final = f"{{{SAML}}}AuthnStatement"
_CONDITIONS: Final = f"{{{SAML}}}Conditions"
_ENCRYPTED_ATTRIBUTE: Final = f"{{{SAML}}}EncryptedAttribute"
_ENCRYPTED_ID: Final = f"{{{SAML}}}EncryptedID"
_ISSUER: Final = f"{{{SAML}}}Issuer"
_NAME_ID: Final = f"{{{SAML}}}NameID"
_SUBJECT: Final = f"{{{SAML}}}Subject"
_SUBJECT_CONFIRMATION: Final = f"{{{SAML}}}SubjectConfirmation"
_SUBJECT_CONFIRMATION_DATA: Final = f"{{{SAML}}}SubjectConfirmationData"
_STATUS: Final = f"{{{SAMLP}}}Status"
_STATUS_CODE: Final = f"{{{SAMLP}}}StatusCode"
_STATUS_MESSAGE: Final = f"{{{SAMLP}}}StatusMessage"

Decrypt = Callable[[xml.Element], xml.Element | None]
"""EncryptedID or EncryptedAttribute → the element inside, gated; None leaves it out."""


def instant(value: str) -> datetime:
    """An xs:dateTime in UTC, as SAML demands it: "Z", no offset, no leap tricks (core 1.3.3)."""
    if _INSTANT.fullmatch(value) is not None:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass  # the 31st of February
    raise Refusal(
        Reason.XML_MALFORMED,
        "not a time in UTC",
        expected="2026-11-20T20:37:55Z",
        received=value[:40],
    )


def _instant(element: xml.Element, attribute: str) -> datetime | None:
    value = element.get(attribute)
    return None if value is None else instant(value)


def _required_instant(element: xml.Element, attribute: str) -> datetime:
    return instant(element.get(attribute, ""))


def _child(element: xml.Element, tag: str) -> xml.Element | None:
    # A path expression ("find") costs five times as much.
    return next(element.iterchildren(tag), None)


def _string(element: xml.Element) -> str:
    value = xml.text(element)
    if len(value) > _LONGEST_STRING:
        raise Refusal(
            Reason.XML_MALFORMED,
            f"{xml.local_name(element)} is too long",
            expected=f"{_LONGEST_STRING} characters",
            received=str(len(value)),
        )
    return value


def read_response(root: xml.Element) -> Envelope:
    """The envelope of a Response."""
    issuer = _child(root, _ISSUER)
    return Envelope(
        id=root.get("ID", ""),
        version=root.get("Version", ""),
        issue_instant=_required_instant(root, "IssueInstant"),
        destination=root.get("Destination"),
        in_response_to=root.get("InResponseTo"),
        issuer=None if issuer is None else _string(issuer),
        issuer_format=None if issuer is None else issuer.get("Format"),
        status=_status(root),
    )


def _status(root: xml.Element) -> Status:
    status = _child(root, _STATUS)
    if status is None:
        return Status((), "")
    codes: list[str] = []
    code = _child(status, _STATUS_CODE)
    while code is not None:
        codes.append(code.get("Value", ""))
        code = _child(code, _STATUS_CODE)
    message = _child(status, _STATUS_MESSAGE)
    return Status(tuple(codes), "" if message is None else _string(message))


def issuer_of(assertion: xml.Element) -> str:
    """The Issuer that an assertion names; a claim that picks a key. Refuses ISSUER_MISSING."""
    issuer = _child(assertion, _ISSUER)
    value = "" if issuer is None else _string(issuer)
    if not value:
        raise Refusal(
            Reason.ISSUER_MISSING, "the assertion names no issuer", expected="an entityID"
        )
    return value


def read_assertion(assertion: xml.Element, decrypt: Decrypt) -> Stated:
    """An assertion out of signed bytes; ``decrypt`` opens EncryptedID and EncryptedAttribute."""
    issuer = _child(assertion, _ISSUER)
    subject = _child(assertion, _SUBJECT)
    conditions = _child(assertion, _CONDITIONS)
    attributes: list[Attribute] = []
    for statement in assertion.iterchildren(_ATTRIBUTE_STATEMENT):
        attributes += _attributes(statement, decrypt)
    return Stated(
        id=assertion.get("ID", ""),
        version=assertion.get("Version", ""),
        issue_instant=_required_instant(assertion, "IssueInstant"),
        issuer=issuer_of(assertion),
        issuer_format=None if issuer is None else issuer.get("Format"),
        name_id=None if subject is None else _name_id(subject, decrypt),
        confirmations=() if subject is None else _confirmations(subject),
        conditions=None if conditions is None else _conditions(conditions),
        authn_statements=tuple(map(_authn_statement, assertion.iterchildren(_AUTHN_STATEMENT))),
        attributes=tuple(attributes),
    )


def _name_id(subject: xml.Element, decrypt: Decrypt) -> NameID | None:
    element = _child(subject, _NAME_ID)
    if element is None:
        encrypted = _child(subject, _ENCRYPTED_ID)
        if encrypted is None:
            return None
        element = decrypt(encrypted)
        if element is None:
            return None
        if element.tag != _NAME_ID:
            raise Refusal(
                Reason.NAMEID_MISSING,
                "the encrypted identifier is not a NameID",
                expected="NameID",
                received=xml.local_name(element),
            )
    return NameID(
        value=_string(element),
        format=element.get("Format"),
        name_qualifier=element.get("NameQualifier"),
        sp_name_qualifier=element.get("SPNameQualifier"),
    )


def _confirmations(subject: xml.Element) -> tuple[Confirmation, ...]:
    found = []
    for element in subject.iterchildren(_SUBJECT_CONFIRMATION):
        data = _child(element, _SUBJECT_CONFIRMATION_DATA)
        found.append(
            Confirmation(
                method=element.get("Method", ""),
                recipient=None if data is None else data.get("Recipient"),
                not_before=None if data is None else _instant(data, "NotBefore"),
                not_on_or_after=None if data is None else _instant(data, "NotOnOrAfter"),
                in_response_to=None if data is None else data.get("InResponseTo"),
            )
        )
    return tuple(found)


def _conditions(element: xml.Element) -> Conditions:
    restrictions: list[tuple[str, ...]] = []
    one_time_use, proxy_count, unknown = False, None, []
    for condition in element:
        name = xml.local_name(condition)
        if name == "AudienceRestriction":
            restrictions.append(tuple(map(_string, condition)))
        elif name == "OneTimeUse":
            one_time_use = True
        elif name == "ProxyRestriction":
            count = condition.get("Count", "0")
            # Nobody means a number that long; 0 allows the least.
            proxy_count = int(count) if len(count) <= _LONGEST_COUNT else 0
        else:
            unknown.append(condition.get(f"{{{XSI}}}type", name))
    return Conditions(
        not_before=_instant(element, "NotBefore"),
        not_on_or_after=_instant(element, "NotOnOrAfter"),
        audience_restrictions=tuple(restrictions),
        one_time_use=one_time_use,
        proxy_count=proxy_count,
        unknown=tuple(unknown),
    )


def _authn_statement(element: xml.Element) -> AuthnStatement:
    context = _child(element, _AUTHN_CONTEXT)
    if context is not None:
        context = _child(context, _AUTHN_CONTEXT_CLASS_REF)
    return AuthnStatement(
        authn_instant=_required_instant(element, "AuthnInstant"),
        session_index=element.get("SessionIndex"),
        session_not_on_or_after=_instant(element, "SessionNotOnOrAfter"),
        context_class=None if context is None else _string(context).strip(" \t\r\n"),
    )


def _attributes(statement: xml.Element, decrypt: Decrypt) -> list[Attribute]:
    found = []
    for child in statement:
        element = decrypt(child) if child.tag == _ENCRYPTED_ATTRIBUTE else child
        if element is None:
            continue
        if element.tag != _ATTRIBUTE:
            raise Refusal(
                Reason.XML_MALFORMED,
                "the encrypted attribute is not an Attribute",
                expected="Attribute",
                received=xml.local_name(element),
            )
        found.append(
            Attribute(
                name=element.get("Name", ""),
                # Structured values (a NameID inside, say) are no text; unknown content must not
                # fail (IIP-SP10).
                values=tuple([value.text or "" for value in element if not len(value)]),
                name_format=element.get("NameFormat"),
                friendly_name=element.get("FriendlyName"),
            )
        )
    return found


def authn_request(
    *,
    id: str,
    issue_instant: datetime,
    destination: str,
    issuer: str,
    acs_url: str | None = None,
    acs_index: int | None = None,
    force_authn: bool = False,
    is_passive: bool = False,
    requested_authn_contexts: tuple[str, ...] = (),
) -> bytes:
    """An AuthnRequest (core 3.4.1). No NameIDPolicy and, unless asked for, no
    RequestedAuthnContext.

    Both are what strict and lenient IdPs alike accept (SDP-SP04, SDP-SP07); a context is always
    asked for exactly.
    """
    request = samlp.AuthnRequest(
        id=id,
        version="2.0",
        issue_instant=issue_instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        destination=destination,
        protocol_binding=Binding.POST.value if acs_index is None else None,
        assertion_consumer_service_url=acs_url if acs_index is None else None,
        assertion_consumer_service_index=None if acs_index is None else str(acs_index),
        force_authn="true" if force_authn else None,
        is_passive="true" if is_passive else None,
        issuer=saml.Issuer(text=issuer),
    )
    if requested_authn_contexts:
        request.requested_authn_context = samlp.RequestedAuthnContext(
            comparison="exact",
            authn_context_class_ref=[
                saml.AuthnContextClassRef(text=context) for context in requested_authn_contexts
            ],
        )
    return str(request).encode()
