"""Refused for what the assertion says: who, for whom, when, how."""

from datetime import timedelta

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import XSI, AuthnContext, ConfirmationMethod, NameIDFormat
from tests.idp.recipe import ACS, IDP, NOW, SP, Confirmation
from tests.saml.rows import Row, refused
from tests.saml.rows.messages import OLDEST, SECOND, SKEW, swap

HOUR = timedelta(hours=1)
OTHER = "https://other.example/sp"
REQUEST = "_request-1"
CONDITION = (
    f'<saml:Condition xmlns:xsi="{XSI}" xsi:type="saml:AudienceRestrictionType">{{}}'
    "</saml:Condition>"
)

IDENTITY: tuple[Row, ...] = (
    refused("assertion of version 2.1", Reason.VERSION, assertion_version="2.1"),
    refused("assertion without version", Reason.XML_MALFORMED, assertion_version=None),
    refused("assertion without ID", Reason.XML_MALFORMED, assertion_id=None, sign="response"),
    refused("assertion without issuer", Reason.ISSUER_MISSING, assertion_issuer=None),
    refused("assertion issuer empty", Reason.ISSUER_MISSING, assertion_issuer=""),
    refused("issuer unknown", Reason.ISSUER_UNKNOWN, issuer="https://other.example/idp"),
    refused("issuer with a slash too many", Reason.ISSUER_UNKNOWN, issuer=IDP + "/"),
    refused("issuer in capitals", Reason.ISSUER_UNKNOWN, issuer=IDP.upper()),
    refused("issuer with a blank", Reason.ISSUER_UNKNOWN, issuer=f"{IDP}\u00a0"),
    refused("issuer of a foreign format", Reason.ISSUER_MISMATCH,
            assertion_issuer_format=NameIDFormat.EMAIL),
    refused("no subject", Reason.NO_BEARER, subject_xml=""),
    refused("empty NameID", Reason.NAMEID_MISSING, name_id=""),
    refused("blank NameID", Reason.NAMEID_MISSING, name_id=" \n"),
    refused("NameID qualified for another", Reason.NAMEID_QUALIFIER, sp_name_qualifier=OTHER),
    refused("two NameIDs", Reason.XML_MALFORMED,
            name_id_xml="<saml:NameID>ada</saml:NameID><saml:NameID>eve</saml:NameID>"),
    refused("a NameID with an element in it", Reason.XML_MALFORMED,
            name_id_xml="<saml:NameID>ada<saml:NameID>eve</saml:NameID></saml:NameID>"),
    refused("a very long NameID", Reason.XML_MALFORMED, name_id="a" * 2000),
)  # fmt: skip

CONDITIONS: tuple[Row, ...] = (
    refused("no Conditions", Reason.AUDIENCE_MISSING, conditions_xml=""),
    refused("empty Conditions", Reason.AUDIENCE_MISSING, conditions_xml="<saml:Conditions/>"),
    refused("two Conditions", Reason.XML_MALFORMED, edit=swap(
        "</saml:Conditions>", "</saml:Conditions><saml:Conditions/>")),
    refused("no audience", Reason.AUDIENCE_MISSING, audience=None),
    refused("another audience", Reason.AUDIENCE_MISMATCH, audience=OTHER),
    refused("empty audience", Reason.AUDIENCE_MISMATCH, audience=""),
    refused("audience that only begins like ours", Reason.AUDIENCE_MISMATCH, audience=SP + "x"),
    refused("audience without its slash", Reason.AUDIENCE_MISMATCH, audience=SP[:-1]),
    refused("audience in capitals", Reason.AUDIENCE_MISMATCH, audience=SP.upper()),
    refused("audience with Entra's prefix", Reason.AUDIENCE_MISMATCH, audience=f"spn:{SP}"),
    refused("a second restriction without us", Reason.AUDIENCE_MISMATCH,
            audiences=((SP,), (OTHER,))),
    refused("a first restriction without us", Reason.AUDIENCE_MISMATCH,
            audiences=((OTHER,), (SP,))),
    refused("an unknown condition", Reason.CONDITION_UNKNOWN,
            more_conditions_xml=CONDITION.format(f"<saml:Audience>{SP}</saml:Audience>")),
    refused("NotBefore beyond the skew", Reason.TOO_EARLY, not_before=NOW + SKEW + SECOND),
    refused("NotOnOrAfter at the edge of the skew", Reason.EXPIRED, not_on_or_after=NOW - SKEW,
            not_before=NOW - HOUR),
    refused("NotOnOrAfter long ago", Reason.EXPIRED, not_on_or_after=NOW - HOUR,
            not_before=NOW - 2 * HOUR),
    refused("NotOnOrAfter now, without skew", Reason.EXPIRED, not_on_or_after=NOW,
            not_before=NOW - HOUR, expect={"skew": 0}),
    refused("NotBefore in a second, without skew", Reason.TOO_EARLY, not_before=NOW + SECOND,
            expect={"skew": 0}),
    refused("a window that ends before it begins", Reason.EXPIRED,
            not_before=NOW + SECOND, not_on_or_after=NOW - SECOND),
    refused("a window of no length", Reason.EXPIRED, not_before=NOW, not_on_or_after=NOW),
    refused("a time without its T", Reason.XML_MALFORMED, not_on_or_after="2030-01-15 12:05:00Z"),
    refused("a time without its zone", Reason.XML_MALFORMED, not_on_or_after="2030-01-15T12:05:00"),
    refused("a time of another zone", Reason.XML_MALFORMED,
            not_on_or_after="2030-01-15T13:05:00+01:00"),
    refused("the thirteenth month", Reason.XML_MALFORMED, not_on_or_after="2030-13-15T12:05:00Z"),
    refused("the year ten thousand", Reason.XML_MALFORMED, not_on_or_after="10000-01-15T12:05:00Z"),
    refused("a leap second", Reason.XML_MALFORMED, not_on_or_after="2030-01-15T12:05:60Z"),
    refused("issued in the future", Reason.ISSUE_INSTANT, assertion_issued=NOW + SKEW + SECOND),
    refused("issued long ago", Reason.ISSUE_INSTANT, assertion_issued=NOW - OLDEST - SKEW - SECOND),
)  # fmt: skip

BEARER: tuple[Row, ...] = (
    refused("no confirmation", Reason.NO_BEARER, confirmations=()),
    refused("confirmation without data", Reason.NO_BEARER, confirmation_has_details=False),
    refused("holder of key", Reason.NO_BEARER, method=ConfirmationMethod.HOLDER_OF_KEY),
    refused("sender vouches", Reason.NO_BEARER, method=ConfirmationMethod.SENDER_VOUCHES),
    refused("a method of nobody's", Reason.NO_BEARER, method="urn:acme:bearer"),
    refused("no Recipient", Reason.NO_BEARER, recipient=None),
    refused("empty Recipient", Reason.RECIPIENT_MISMATCH, recipient=""),
    refused("another Recipient", Reason.RECIPIENT_MISMATCH, recipient="https://other.example/acs/"),
    refused("Recipient that contains ours", Reason.RECIPIENT_MISMATCH,
            recipient=f"https://other.example/?{ACS}"),
    refused("Recipient that is part of ours", Reason.RECIPIENT_MISMATCH, recipient=ACS[:-1]),
    refused("Recipient is our name, not our address", Reason.RECIPIENT_MISMATCH, recipient=SP),
    refused("confirmation without NotOnOrAfter", Reason.NO_BEARER,
            confirmation_not_on_or_after=None),
    refused("confirmation with NotBefore", Reason.NO_BEARER, confirmation_not_before=NOW - HOUR),
    refused("confirmation expired", Reason.EXPIRED, confirmation_not_on_or_after=NOW - SKEW),
    refused("confirmation expired, conditions open", Reason.EXPIRED, not_on_or_after=NOW + HOUR,
            confirmation_not_on_or_after=NOW - HOUR),
    refused("two confirmations, neither good", Reason.RECIPIENT_MISMATCH, confirmations=(
        Confirmation(method=ConfirmationMethod.HOLDER_OF_KEY), Confirmation(recipient=OTHER))),
    refused("InResponseTo only in the response", Reason.REQUEST_MISMATCH,
            response_in_response_to=REQUEST),
    refused("InResponseTo only in the confirmation", Reason.REQUEST_MISMATCH,
            confirmation_in_response_to=REQUEST),
    refused("InResponseTo of two requests", Reason.REQUEST_MISMATCH,
            response_in_response_to=REQUEST, confirmation_in_response_to="_request-2"),
    refused("an answer to another request", Reason.REQUEST_UNKNOWN, in_response_to="_request-2",
            expect={"request_id": REQUEST}),
    refused("no answer to our request", Reason.REQUEST_UNKNOWN, expect={"request_id": REQUEST}),
)  # fmt: skip

AUTHENTICATION: tuple[Row, ...] = (
    refused("no AuthnStatement", Reason.AUTHN_STATEMENT_MISSING, authn_statement_xml=""),
    refused("AuthnStatement without AuthnInstant", Reason.XML_MALFORMED, authn_instant=None),
    refused("authenticated in the future", Reason.ISSUE_INSTANT, authn_instant=NOW + SKEW + SECOND),
    refused("authenticated too long ago", Reason.SESSION_TOO_OLD,
            authn_instant=NOW - HOUR - SKEW - SECOND, expect={"max_authn_age": HOUR}),
    refused("the IdP's session has ended", Reason.SESSION_TOO_OLD,
            session_not_on_or_after=NOW - SKEW),
    refused("authenticated too weakly", Reason.AUTHN_TOO_WEAK,
            expect={"authn_contexts": ("urn:acme:mfa",)}),
    refused("a context that only begins right", Reason.AUTHN_TOO_WEAK,
            authn_context=AuthnContext.PASSWORD_PROTECTED_TRANSPORT,
            expect={"authn_contexts": (AuthnContext.PASSWORD,)}),
    refused("no context where one is wanted", Reason.AUTHN_TOO_WEAK, authn_context=None,
            expect={"authn_contexts": (AuthnContext.PASSWORD,)}),
    refused("no context at all", Reason.XML_MALFORMED, authn_statement_xml=(
        '<saml:AuthnStatement AuthnInstant="2030-01-15T12:00:00Z"/>')),
)  # fmt: skip

ROWS = IDENTITY + CONDITIONS + BEARER + AUTHENTICATION
