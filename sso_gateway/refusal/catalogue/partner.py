"""3xx: whose message it is, and whether we take messages from them now."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_UNRECOGNISED = gettext_noop(
    "We don't recognise the organisation that sent you. Please send the reference to your IT team."
)

ISSUER_UNKNOWN = Row(
    code=301,
    key="issuer_unknown",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNRECOGNISED,
    admin=gettext_noop(
        'The Issuer "{received}" is none of this partner\'s. On file: {expected} (compare the'
        " trailing slash and the tenant id)."
    ),
    fix=gettext_noop(
        "If it is theirs, import their metadata with this entity ID and test again; otherwise"
        " ignore it."
    ),
    clause="prof 4.1.4.3",
)
ISSUER_WRONG_PARTNER = Row(
    code=302,
    key="issuer_wrong_partner",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "This link belongs to another organisation. Please send the reference to your IT team."
    ),
    admin=gettext_noop(
        "The ACS is that of {partner}, the Issuer that of {other_partner}: {received}."
    ),
    fix=gettext_noop(
        "Their application in the IdP uses another partner's ACS URL. The correct value: {expected}"
    ),
    clause="our rule: the signed Issuer names the partner",
)
ISSUER_MISSING = Row(
    code=303,
    key="issuer_missing",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop(
        "The sign-in message is incomplete. Please send the reference to your IT team."
    ),
    admin=gettext_noop("The assertion has no Issuer."),
    fix=gettext_noop("A fault of the IdP or of its template: the Issuer must be its entity ID."),
    clause="prof 4.1.4.2",
)
PARTNER_DRAFT = Row(
    code=304,
    key="partner_draft",
    heading=Heading.PAUSED,
    status=403,
    user=gettext_noop(
        "Sign-in from {organisation} isn't switched on yet. Please ask your contact at {app}."
    ),
    admin=gettext_noop("The partner is in draft or in test; this was logged as a test."),
    fix=gettext_noop("Finish the test, then activate the partner."),
    clause="our rule: only a live partner signs people in",
)
PARTNER_PAUSED = Row(
    code=305,
    key="partner_paused",
    heading=Heading.PAUSED,
    status=403,
    user=gettext_noop("Sign-in from {organisation} is paused. Please ask your contact at {app}."),
    admin=gettext_noop('The partner is paused: "{why}".'),
    fix=gettext_noop(
        "Resume the partner when the reason is gone. Its changes in the log say who"
        " paused it, and when."
    ),
    clause="our rule: only a live partner signs people in",
)
METADATA_EXPIRED = Row(
    code=306,
    key="metadata_expired",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "Your organisation's sign-in details are out of date."
        " Your IT team needs to send us new ones."
    ),
    admin=gettext_noop("Their metadata ended: validUntil {received}."),
    fix=gettext_noop("Refresh it from its URL, or ask the partner for a new file and import it."),
    clause="meta 2.3.2",
)
IDP_INITIATED_OFF = Row(
    code=307,
    key="idp_initiated_off",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop("Please start from {app} instead."),
    admin=gettext_noop(
        "An unsolicited response, while the partner's policy allows only logins that start here."
    ),
    fix=gettext_noop(
        "Set the policy unsolicited=accept for this partner, or give them the link {expected}"
    ),
    clause="prof 4.1.5",
)
PARTNER_UNKNOWN = Row(
    code=309,
    key="partner_unknown",
    heading=Heading.NOT_FOUND,
    status=404,
    user=gettext_noop("There is nothing at this address. Please check the link."),
    admin=gettext_noop('No partner has this address: "{received}".'),
    fix=gettext_noop(
        "A typing mistake in the IdP's ACS URL, a partner that was removed, or somebody guessing."
    ),
    clause="our rule: the address names the partner",
)
ISSUER_MISMATCH = Row(
    code=308,
    key="issuer_mismatch",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNRECOGNISED,
    admin=gettext_noop(
        'The issuers differ: "{received}" where "{expected}" was expected. The signed assertion'
        " decides who speaks; the envelope around it claims somebody else."
    ),
    fix=gettext_noop(
        "A proxy IdP must issue the response and the assertion under one entity ID. Treat it as an"
        " attack unless the partner confirms such a proxy."
    ),
    clause="prof 4.1.4.2",
    alert=True,
)
