"""2xx: the message is not the XML we read."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_UNACCEPTABLE = gettext_noop(
    "The sign-in message wasn't acceptable. Please send the reference to your IT team."
)

XML_FORBIDDEN = Row(
    code=201,
    key="xml_forbidden",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=_UNACCEPTABLE,
    admin=gettext_noop("A DTD, an entity, a processing instruction or a comment in the XML."),
    fix=gettext_noop(
        "A normal IdP does not produce this: treat it as an attack unless the partner confirms it."
    ),
    clause="IIP-G03",
    alert=True,
)
XML_MALFORMED = Row(
    code=202,
    key="xml_malformed",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop(
        "The sign-in message couldn't be read. Please send the reference to your IT team."
    ),
    admin=gettext_noop("The XML is not well-formed or not valid: {detail}."),
    fix=gettext_noop(
        "A template of the IdP was edited by hand, or the message was cut off by a size limit on"
        " the way."
    ),
    clause="our rule: one parser, schema-valid XML",
)
NOT_A_RESPONSE = Row(
    code=203,
    key="not_a_response",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop(
        "Your portal sent something else than a sign-in. Please send the reference to your IT team."
    ),
    admin=gettext_noop("The root element is {received}, not {expected}."),
    fix=gettext_noop(
        "Metadata or a logout message was sent to the ACS, or something else to the logout address:"
        " correct the endpoint in the IdP."
    ),
    clause="prof 4.1.4.2",
)
NO_ASSERTION = Row(
    code=204,
    key="no_assertion",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop("Your portal sent no user. Your IT team can check this."),
    admin=gettext_noop("The status is Success, but there is no assertion."),
    fix=gettext_noop(
        "A policy of the IdP suppresses it. AD FS: the relying party has no issuance rule."
    ),
    clause="prof 4.1.4.2",
)
SEVERAL_ASSERTIONS = Row(
    code=205,
    key="several_assertions",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=_UNACCEPTABLE,
    admin=gettext_noop("{received} assertions in one response; we take exactly one."),
    fix=gettext_noop("A wrapping attack, or a misbuilt IdP: ask the partner which of the two."),
    clause="our rule: one assertion",
    alert=True,
)
SIGNATURE_WRAPPING = Row(
    code=206,
    key="signature_wrapping",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=_UNACCEPTABLE,
    admin=gettext_noop(
        "The signed element is not the one that carries the user (a duplicate ID, or a moved node)."
    ),
    fix=gettext_noop("The pattern of an attack: keep the evidence and call the partner."),
    clause="core 5.4.2",
    alert=True,
)
VERSION = Row(
    code=207,
    key="version",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop(
        "Your organisation's sign-in is too old for us. Your IT team can set it up anew."
    ),
    admin=gettext_noop("The version is {received}, not 2.0."),
    fix=gettext_noop("A SAML 1.1 application template in the IdP: create it again as SAML 2.0."),
    clause="core 4.1.3.2",
)
CONDITION_UNKNOWN = Row(
    code=208,
    key="condition_unknown",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "Your organisation's sign-in uses a setting we don't support. Your IT team can change it."
    ),
    admin=gettext_noop("The assertion carries a condition that we don't know: {received}."),
    fix=gettext_noop("IdP: send AudienceRestriction, OneTimeUse and ProxyRestriction only."),
    clause="core 2.5.1.1",
)
AUTHN_STATEMENT_MISSING = Row(
    code=209,
    key="authn_statement_missing",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "The sign-in message is incomplete. Please send the reference to your IT team."
    ),
    admin=gettext_noop(
        "The assertion has no AuthnStatement: it does not say that anybody signed in."
    ),
    fix=gettext_noop("IdP: the profile must be Web Browser SSO, with an authentication statement."),
    clause="prof 4.1.4.2",
)
