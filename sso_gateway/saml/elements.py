"""Elements to nouns.

``read_response`` reads an envelope whose content is a claim unless the response is signed;
``read_assertion`` and ``read_leaving`` take an element out of signed bytes. All of them only read:
whether it is what we expect is for ``rules`` and ``logout``. What we write is in ``message_write``.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import tree, xml
from sso_gateway.saml.model import Attribute, NameID
from sso_gateway.saml.names import SAML, SAMLP, XSI
from sso_gateway.saml.stated import (
    AuthnStatement,
    Conditions,
    Confirmation,
    Envelope,
    Leaving,
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
_AUDIENCE_RESTRICTION: Final = f"{{{SAML}}}AudienceRestriction"
_AUTHN_CONTEXT: Final = f"{{{SAML}}}AuthnContext"
_AUTHN_CONTEXT_CLASS_REF: Final = f"{{{SAML}}}AuthnContextClassRef"
_AUTHN_STATEMENT: Final = f"{{{SAML}}}AuthnStatement"
_CONDITIONS: Final = f"{{{SAML}}}Conditions"
_ENCRYPTED_ATTRIBUTE: Final = f"{{{SAML}}}EncryptedAttribute"
_ENCRYPTED_ID: Final = f"{{{SAML}}}EncryptedID"
_ISSUER: Final = f"{{{SAML}}}Issuer"
_NAME_ID: Final = f"{{{SAML}}}NameID"
_ONE_TIME_USE: Final = f"{{{SAML}}}OneTimeUse"
_PROXY_RESTRICTION: Final = f"{{{SAML}}}ProxyRestriction"
_SUBJECT: Final = f"{{{SAML}}}Subject"
_SUBJECT_CONFIRMATION: Final = f"{{{SAML}}}SubjectConfirmation"
_SUBJECT_CONFIRMATION_DATA: Final = f"{{{SAML}}}SubjectConfirmationData"
_SESSION_INDEX: Final = f"{{{SAMLP}}}SessionIndex"
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
    """The envelope of a Response, or of a logout message: their roots say the same things. What a
    request cannot say (InResponseTo, Status) is then empty.
    """
    children = tree.children(root)
    issuer = tree.first(children, _ISSUER)
    return Envelope(
        id=root.get("ID", ""),
        version=root.get("Version", ""),
        issue_instant=_required_instant(root, "IssueInstant"),
        destination=root.get("Destination"),
        in_response_to=root.get("InResponseTo"),
        issuer=None if issuer is None else _string(issuer),
        issuer_format=None if issuer is None else issuer.get("Format"),
        status=_status(tree.first(children, _STATUS)),
    )


def _status(status: xml.Element | None) -> Status:
    if status is None:
        return Status((), "")
    children = tree.children(status)
    codes: list[str] = []
    code = tree.first(children, _STATUS_CODE)
    while code is not None:
        codes.append(code.get("Value", ""))
        code = tree.child(code, _STATUS_CODE) if len(code) else None
    message = tree.first(children, _STATUS_MESSAGE)
    return Status(tuple(codes), "" if message is None else _string(message))


def issuer_of(assertion: xml.Element) -> str:
    """The Issuer that an assertion names; a claim that picks a key. Refuses ISSUER_MISSING."""
    return _named(tree.child(assertion, _ISSUER))


def _named(issuer: xml.Element | None) -> str:
    value = "" if issuer is None else _string(issuer)
    if not value:
        raise Refusal(
            Reason.ISSUER_MISSING, "the assertion names no issuer", expected="an entityID"
        )
    return value


def read_assertion(assertion: xml.Element, decrypt: Decrypt) -> Stated:
    """An assertion out of signed bytes; ``decrypt`` opens EncryptedID and EncryptedAttribute."""
    children = tree.children(assertion)
    issuer = tree.first(children, _ISSUER)
    subject = tree.first(children, _SUBJECT)
    about = {} if subject is None else tree.children(subject)
    conditions = tree.first(children, _CONDITIONS)
    attributes: list[Attribute] = []
    for statement in children.get(_ATTRIBUTE_STATEMENT, ()):
        attributes += _attributes(statement, decrypt)
    return Stated(
        id=assertion.get("ID", ""),
        version=assertion.get("Version", ""),
        issue_instant=_required_instant(assertion, "IssueInstant"),
        issuer=_named(issuer),
        issuer_format=None if issuer is None else issuer.get("Format"),
        name_id=_name_id(about, decrypt),
        confirmations=tuple(map(_confirmation, about.get(_SUBJECT_CONFIRMATION, ()))),
        conditions=None if conditions is None else _conditions(conditions),
        authn_statements=tuple(map(_authn_statement, children.get(_AUTHN_STATEMENT, ()))),
        attributes=tuple(attributes),
    )


def _name_id(subject: tree.Children, decrypt: Decrypt) -> NameID | None:
    element = tree.first(subject, _NAME_ID)
    if element is None:
        encrypted = tree.first(subject, _ENCRYPTED_ID)
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
        sp_provided_id=element.get("SPProvidedID"),
    )


def _confirmation(element: xml.Element) -> Confirmation:
    method = element.get("Method", "")
    data = tree.child(element, _SUBJECT_CONFIRMATION_DATA)
    if data is None:
        return Confirmation(method, None, None, None, None)
    return Confirmation(
        method=method,
        recipient=data.get("Recipient"),
        not_before=_instant(data, "NotBefore"),
        not_on_or_after=_instant(data, "NotOnOrAfter"),
        in_response_to=data.get("InResponseTo"),
    )


def _conditions(element: xml.Element) -> Conditions:
    restrictions: list[tuple[str, ...]] = []
    one_time_use, proxy_count, unknown = False, None, []
    for condition in element:
        name = condition.tag
        if name == _AUDIENCE_RESTRICTION:
            restrictions.append(tuple(map(_string, condition)))
        elif name == _ONE_TIME_USE:
            one_time_use = True
        elif name == _PROXY_RESTRICTION:
            count = condition.get("Count", "0")
            # Nobody means a number that long; 0 allows the least.
            proxy_count = int(count) if len(count) <= _LONGEST_COUNT else 0
        else:
            unknown.append(condition.get(f"{{{XSI}}}type", xml.local_name(condition)))
    return Conditions(
        not_before=_instant(element, "NotBefore"),
        not_on_or_after=_instant(element, "NotOnOrAfter"),
        audience_restrictions=tuple(restrictions),
        one_time_use=one_time_use,
        proxy_count=proxy_count,
        unknown=tuple(unknown),
    )


def _authn_statement(element: xml.Element) -> AuthnStatement:
    context = tree.child(element, _AUTHN_CONTEXT)
    if context is not None:
        context = tree.child(context, _AUTHN_CONTEXT_CLASS_REF)
    return AuthnStatement(
        authn_instant=_required_instant(element, "AuthnInstant"),
        session_index=element.get("SessionIndex"),
        session_not_on_or_after=_instant(element, "SessionNotOnOrAfter"),
        context_class=None if context is None else _string(context).strip(" \t\r\n"),
    )


def _attributes(statement: xml.Element, decrypt: Decrypt) -> list[Attribute]:
    found = []
    for child in statement:
        element = child if child.tag == _ATTRIBUTE else _decrypted(child, decrypt)
        if element is None:
            continue
        said = element.get
        # Structured values (a NameID inside, say) are no text; unknown content must not fail
        # (IIP-SP10).
        values = tuple([value.text or "" for value in element if not len(value)])
        found.append(Attribute(said("Name", ""), values, said("NameFormat"), said("FriendlyName")))
    return found


def _decrypted(child: xml.Element, decrypt: Decrypt) -> xml.Element | None:
    element = decrypt(child) if child.tag == _ENCRYPTED_ATTRIBUTE else child
    if element is not None and element.tag != _ATTRIBUTE:
        raise Refusal(
            Reason.XML_MALFORMED,
            "the encrypted attribute is not an Attribute",
            expected="Attribute",
            received=xml.local_name(element),
        )
    return element


def read_leaving(request: xml.Element, decrypt: Decrypt) -> Leaving:
    """Whom a LogoutRequest means, out of signed bytes; ``decrypt`` opens an EncryptedID."""
    children = tree.children(request)
    return Leaving(
        name_id=_name_id(children, decrypt),
        session_indexes=tuple(map(_string, children.get(_SESSION_INDEX, ()))),
        not_on_or_after=_instant(request, "NotOnOrAfter"),
    )
