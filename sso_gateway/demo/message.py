"""What Acme's identity provider says: a Response as text, good unless a field says otherwise."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from sso_gateway.demo.people import Person
from sso_gateway.demo.place import ENTITY_ID
from sso_gateway.saml.model import ServiceProvider
from sso_gateway.saml.names import (
    SAML,
    SAMLP,
    AuthnContext,
    ConfirmationMethod,
    NameIDFormat,
    StatusCode,
)

LIFETIME: Final = timedelta(minutes=5)

_ASSERTION: Final = """\
<saml:Assertion xmlns:saml={SAML} ID={id} Version="2.0" IssueInstant={issued}>\
<saml:Issuer>{issuer}</saml:Issuer>\
<saml:Subject><saml:NameID Format={format}>{name_id}</saml:NameID>\
<saml:SubjectConfirmation Method={bearer}>\
<saml:SubjectConfirmationData{answers} NotOnOrAfter={not_on_or_after} Recipient={recipient}/>\
</saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore={not_before} NotOnOrAfter={not_on_or_after}>\
<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>\
</saml:Conditions>\
<saml:AuthnStatement AuthnInstant={issued} SessionIndex={session}>\
<saml:AuthnContext><saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef>\
</saml:AuthnContext></saml:AuthnStatement>\
{attributes}</saml:Assertion>"""

_RESPONSE: Final = """\
<samlp:Response xmlns:samlp={SAMLP} xmlns:saml={SAML} Destination={destination} ID={id}\
{answers} IssueInstant={issued} Version="2.0">\
<saml:Issuer>{issuer}</saml:Issuer>{extensions}\
<samlp:Status>{status}</samlp:Status>{inside}</samlp:Response>"""


def new_id() -> str:
    """A new identifier of 128 random bits (core 1.3.4)."""
    return f"_{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one message says. ``about`` makes the good one; a fault replaces a field of it."""

    now: datetime
    audience: str
    recipient: str
    destination: str
    name_id: str
    attributes: Mapping[str, tuple[str, ...]]
    issued: datetime
    not_before: datetime
    not_on_or_after: datetime
    in_response_to: str = ""
    issuer: str = ENTITY_ID
    name_id_format: str = NameIDFormat.EMAIL
    assertion_id: str = field(default_factory=new_id)
    response_id: str = field(default_factory=new_id)


def about(
    person: Person, service_provider: ServiceProvider, now: datetime, in_response_to: str = ""
) -> Words:
    """What a good message about this person says to the gateway; valid for five minutes."""
    now = now.replace(microsecond=0)
    return Words(
        now=now,
        audience=service_provider.entity_id,
        recipient=service_provider.acs_url,
        destination=service_provider.acs_url,
        name_id=person.email,
        attributes={"email": (person.email,), "firstName": (person.name,)},
        issued=now,
        not_before=now,
        not_on_or_after=now + LIFETIME,
        in_response_to=in_response_to,
    )


def concerning(words: Words, email: str) -> Words:
    """The same about somebody else."""
    return replace(words, name_id=email, attributes={**words.attributes, "email": (email,)})


def assertion(words: Words) -> str:
    """The unsigned assertion, a document of its own (core 2.3.3)."""
    return _ASSERTION.format(
        SAML=quoteattr(SAML),
        id=quoteattr(words.assertion_id),
        issued=_moment(words.issued),
        issuer=escape(words.issuer),
        format=quoteattr(words.name_id_format),
        name_id=escape(words.name_id),
        bearer=quoteattr(ConfirmationMethod.BEARER),
        answers=_answers(words),
        not_before=_moment(words.not_before),
        not_on_or_after=_moment(words.not_on_or_after),
        recipient=quoteattr(words.recipient),
        audience=escape(words.audience),
        session=quoteattr(new_id()),
        context=AuthnContext.PASSWORD_PROTECTED_TRANSPORT.value,
        attributes=_attributes(words.attributes),
    )


def response(
    words: Words,
    inside: str,
    *,
    status: tuple[str, ...] = (StatusCode.SUCCESS,),
    extensions: str = "",
) -> str:
    """The unsigned Response around ``inside`` (core 3.3.3); ``status`` from the top level down."""
    codes = ""
    for code in reversed(status):
        codes = f"<samlp:StatusCode Value={quoteattr(code)}>{codes}</samlp:StatusCode>"
    return _RESPONSE.format(
        SAMLP=quoteattr(SAMLP),
        SAML=quoteattr(SAML),
        destination=quoteattr(words.destination),
        id=quoteattr(words.response_id),
        answers=_answers(words),
        issued=_moment(words.issued),
        issuer=escape(words.issuer),
        extensions=f"<samlp:Extensions>{extensions}</samlp:Extensions>" if extensions else "",
        status=codes,
        inside=inside,
    )


def _answers(words: Words) -> str:
    return f" InResponseTo={quoteattr(words.in_response_to)}" if words.in_response_to else ""


def _attributes(attributes: Mapping[str, tuple[str, ...]]) -> str:
    inside = "".join(
        f"<saml:Attribute Name={quoteattr(name)}>"
        + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in attributes.items()
    )
    return f"<saml:AttributeStatement>{inside}</saml:AttributeStatement>"


def _moment(value: datetime) -> str:
    return quoteattr(f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
