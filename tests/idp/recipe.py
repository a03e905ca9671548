"""What one Response says: every property a field, and the text it is written as.

A field that is ``None`` is left out of the message. Times are aware datetimes, or text that is
written as it stands. Fields named ``*_xml`` replace or add raw XML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from sso_gateway.saml.names import (
    SAML,
    SAMLP,
    XS,
    XSI,
    AuthnContext,
    ConfirmationMethod,
    NameIDFormat,
    StatusCode,
)

NOW = datetime(2030, 1, 15, 12, 0, 0, tzinfo=UTC)
"""The moment at which the good message arrives."""

IDP = "https://idp.acme.example/metadata"
SP = "https://sso.example.test/saml/acme/metadata/"
ACS = "https://sso.example.test/saml/acme/acs/"
EMAIL = "ada@acme.example"

Moment = datetime | str | None
SIGNATURE_SLOT = "<signature-slot/>"
"""Where the signature belongs: directly after Issuer (core 5.4.1, schema order)."""


def moment(value: datetime | str) -> str:
    """An xs:dateTime in UTC (core 1.3.3)."""
    if isinstance(value, str):
        return value
    text = value.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace(".000000", "").replace("+00:00", "Z")


def attributes(**values: Moment) -> str:
    """XML attributes; underscores are dropped from the ends, None is left out."""
    present = {name.strip("_"): value for name, value in values.items() if value is not None}
    return "".join(f" {name}={quoteattr(moment(value))}" for name, value in present.items())


def element(name: str, text: str | None, **values: Moment) -> str:
    """``<name …>text</name>``, or nothing where the text is None."""
    return "" if text is None else f"<{name}{attributes(**values)}>{escape(text)}</{name}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One SubjectConfirmation (core 2.4.1.1); the default is a good bearer confirmation."""

    method: str = ConfirmationMethod.BEARER
    recipient: str | None = ACS
    not_on_or_after: Moment = NOW + timedelta(minutes=5)
    not_before: Moment = None
    in_response_to: str | None = None
    address: str | None = None
    has_details: bool = True
    inner_xml: str = ""

    def xml(self) -> str:
        details = attributes(
            Recipient=self.recipient,
            NotOnOrAfter=self.not_on_or_after,
            NotBefore=self.not_before,
            InResponseTo=self.in_response_to,
            Address=self.address,
        )
        details = f"<saml:SubjectConfirmationData{details}>{self.inner_xml}" if details else ""
        details = f"{details}</saml:SubjectConfirmationData>" if details else ""
        return (
            f"<saml:SubjectConfirmation{attributes(Method=self.method)}>"
            f"{details if self.has_details else ''}</saml:SubjectConfirmation>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A good, unsolicited, successful Response at :data:`NOW`."""

    # The Response (core 3.3.3)
    response_id: str | None = "_response-1"
    response_version: str | None = "2.0"
    response_issued: Moment = NOW
    destination: str | None = ACS
    response_in_response_to: str | None = None
    response_issuer: str | None = IDP
    response_issuer_format: str | None = None
    extensions_xml: str = ""
    status: Sequence[str] = (StatusCode.SUCCESS,)
    """The status code, and the codes nested in it."""
    status_message: str | None = None
    status_xml: str | None = None
    before_assertion_xml: str = ""
    after_assertion_xml: str = ""
    assertion_xml: str | None = None

    # The Assertion (core 2.3.3)
    assertion_id: str | None = "_assertion-1"
    assertion_version: str | None = "2.0"
    assertion_issued: Moment = NOW
    assertion_issuer: str | None = IDP
    assertion_issuer_format: str | None = None
    advice_xml: str = ""

    # The subject (core 2.4)
    name_id: str | None = EMAIL
    name_id_format: str | None = NameIDFormat.EMAIL
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None
    name_id_xml: str | None = None
    confirmations: Sequence[Confirmation] = (Confirmation(),)
    subject_xml: str | None = None

    # The conditions (core 2.5)
    not_before: Moment = NOW - timedelta(minutes=1)
    not_on_or_after: Moment = NOW + timedelta(minutes=5)
    audiences: Sequence[Sequence[str]] = ((SP,),)
    """One list for each AudienceRestriction."""
    more_conditions_xml: str = ""
    conditions_xml: str | None = None

    # The statements (core 2.7)
    authn_instant: Moment = NOW - timedelta(minutes=2)
    session_index: str | None = "_session-1"
    session_not_on_or_after: Moment = None
    authn_context: str | None = AuthnContext.PASSWORD_PROTECTED_TRANSPORT
    authn_statement_xml: str | None = None
    attributes: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"email": (EMAIL,)})
    attributes_xml: str | None = None
    more_statements_xml: str = ""


def response_xml(recipe: Recipe) -> str:
    """The whole message, unsigned, a signature slot after each Issuer."""
    head = attributes(
        ID=recipe.response_id,
        Version=recipe.response_version,
        IssueInstant=recipe.response_issued,
        Destination=recipe.destination,
        InResponseTo=recipe.response_in_response_to,
    )
    issuer = element("saml:Issuer", recipe.response_issuer, Format=recipe.response_issuer_format)
    assertion = assertion_xml(recipe) if recipe.assertion_xml is None else recipe.assertion_xml
    return (
        f'<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" xmlns:xs="{XS}"'
        f' xmlns:xsi="{XSI}"{head}>{issuer}{SIGNATURE_SLOT}{recipe.extensions_xml}'
        f"{status_xml(recipe)}{recipe.before_assertion_xml}{assertion}"
        f"{recipe.after_assertion_xml}</samlp:Response>"
    )


def status_xml(recipe: Recipe) -> str:
    if recipe.status_xml is not None:
        return recipe.status_xml
    codes = ""
    for code in reversed(recipe.status):
        codes = f"<samlp:StatusCode{attributes(Value=code)}>{codes}</samlp:StatusCode>"
    message = element("samlp:StatusMessage", recipe.status_message)
    return f"<samlp:Status>{codes}{message}</samlp:Status>"


def assertion_xml(recipe: Recipe) -> str:
    head = attributes(
        ID=recipe.assertion_id,
        Version=recipe.assertion_version,
        IssueInstant=recipe.assertion_issued,
    )
    issuer = element("saml:Issuer", recipe.assertion_issuer, Format=recipe.assertion_issuer_format)
    return (
        f"<saml:Assertion{head}>{issuer}{SIGNATURE_SLOT}{subject_xml(recipe)}"
        f"{conditions_xml(recipe)}{recipe.advice_xml}{authn_statement_xml(recipe)}"
        f"{attributes_xml(recipe)}{recipe.more_statements_xml}</saml:Assertion>"
    )


def subject_xml(recipe: Recipe) -> str:
    if recipe.subject_xml is not None:
        return recipe.subject_xml
    name_id = recipe.name_id_xml
    if name_id is None:
        name_id = element(
            "saml:NameID",
            recipe.name_id,
            Format=recipe.name_id_format,
            NameQualifier=recipe.name_qualifier,
            SPNameQualifier=recipe.sp_name_qualifier,
        )
    confirmations = "".join(confirmation.xml() for confirmation in recipe.confirmations)
    return f"<saml:Subject>{name_id}{confirmations}</saml:Subject>"


def conditions_xml(recipe: Recipe) -> str:
    if recipe.conditions_xml is not None:
        return recipe.conditions_xml
    window = attributes(NotBefore=recipe.not_before, NotOnOrAfter=recipe.not_on_or_after)
    restrictions = "".join(
        "<saml:AudienceRestriction>"
        + "".join(element("saml:Audience", audience) for audience in restriction)
        + "</saml:AudienceRestriction>"
        for restriction in recipe.audiences
    )
    return f"<saml:Conditions{window}>{restrictions}{recipe.more_conditions_xml}</saml:Conditions>"


def authn_statement_xml(recipe: Recipe) -> str:
    if recipe.authn_statement_xml is not None:
        return recipe.authn_statement_xml
    head = attributes(
        AuthnInstant=recipe.authn_instant,
        SessionIndex=recipe.session_index,
        SessionNotOnOrAfter=recipe.session_not_on_or_after,
    )
    context = element("saml:AuthnContextClassRef", recipe.authn_context)
    context = context or "<saml:AuthnContextDeclRef>urn:acme:declaration</saml:AuthnContextDeclRef>"
    return (
        f"<saml:AuthnStatement{head}><saml:AuthnContext>{context}</saml:AuthnContext>"
        "</saml:AuthnStatement>"
    )


def attributes_xml(recipe: Recipe) -> str:
    if recipe.attributes_xml is not None:
        return recipe.attributes_xml
    if not recipe.attributes:
        return ""
    inner = "".join(
        f"<saml:Attribute{attributes(Name=name)}>"
        + "".join(element("saml:AttributeValue", value) for value in values)
        + "</saml:Attribute>"
        for name, values in recipe.attributes.items()
    )
    return f"<saml:AttributeStatement>{inner}</saml:AttributeStatement>"
