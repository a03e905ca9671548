"""60x: whom it was meant for, and what it answers."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_WRONG_ADDRESS = gettext_noop(
    "Your portal sent you to the wrong address. Your IT team can correct it."
)
_OTHER_SERVICE = gettext_noop(
    "Your portal is set up for a different service. Your IT team can correct it."
)
_OTHER_BROWSER = gettext_noop(
    "That sign-in took too long or started in another browser. Please start again."
)

DESTINATION_MISMATCH = Row(
    code=601,
    key="destination_mismatch",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WRONG_ADDRESS,
    admin=gettext_noop(
        'Destination "{received}", ours "{expected}" (compare http and https, the host, the slash'
        " at the end and the partner's name)."
    ),
    fix=gettext_noop(
        'Paste {expected} into the IdP: as its ACS URL (Okta: "Single sign-on URL"; Entra: "Reply'
        ' URL"), or as its logout URL where that is ours for logout.'
    ),
    clause="core 3.2.2; bind 3.5.5.2",
)
RECIPIENT_MISMATCH = Row(
    code=602,
    key="recipient_mismatch",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WRONG_ADDRESS,
    admin=gettext_noop('SubjectConfirmation Recipient "{received}", ours "{expected}".'),
    fix=gettext_noop(
        'Okta: tick "Use this for Recipient URL and Destination URL". OneLogin: "Recipient".'
        " The value: {expected}"
    ),
    clause="prof 4.1.4.3",
)
AUDIENCE_MISMATCH = Row(
    code=603,
    key="audience_mismatch",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_OTHER_SERVICE,
    admin=gettext_noop('Audience "{received}", ours "{expected}".'),
    fix=gettext_noop(
        'Paste {expected} into the IdP\'s field "Audience", "Entity ID" or "Identifier". Entra: a'
        " value that starts with spn: means that the application id was used."
    ),
    clause="core 2.5.1.4",
)
AUDIENCE_MISSING = Row(
    code=604,
    key="audience_missing",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_OTHER_SERVICE,
    admin=gettext_noop("There is no AudienceRestriction at all."),
    fix=gettext_noop('IdP: set "Audience" (or "Entity ID", "Identifier") to {expected}'),
    clause="prof 4.1.4.2",
)
REQUEST_UNKNOWN = Row(
    code=605,
    key="request_unknown",
    heading=Heading.START_AGAIN,
    status=403,
    user=_OTHER_BROWSER,
    admin=gettext_noop(
        'InResponseTo "{received}" is unknown, expired, or was made in another browser.'
    ),
    fix=gettext_noop(
        "One user: normal. Many: several host names for the ACS, blocked cookies, or a load"
        " balancer in between."
    ),
    clause="prof 4.1.4.3",
)
REQUEST_REUSED = Row(
    code=606,
    key="request_reused",
    heading=Heading.START_AGAIN,
    status=403,
    user=_OTHER_BROWSER,
    admin=gettext_noop('InResponseTo "{received}" was already answered.'),
    fix=gettext_noop("A double post. If it happens often: a fault of the portal."),
    clause="our rule: a request is answered once",
)
NO_BEARER = Row(
    code=607,
    key="no_bearer",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "The sign-in message is incomplete. Please send the reference to your IT team."
    ),
    admin=gettext_noop("There is no valid SubjectConfirmation with the method bearer."),
    fix=gettext_noop("IdP: the profile must be Web Browser SSO."),
    clause="prof 4.1.4.2",
)
OUR_URL_WRONG = Row(
    code=608,
    key="our_url_wrong",
    heading=Heading.OUR_SIDE,
    status=503,
    user=gettext_noop("We have a setup problem. We've been told. Please try again later."),
    admin=gettext_noop(
        'The Destination is right for SSO_BASE_URL ({expected}), but this server saw "{received}".'
    ),
    fix=gettext_noop(
        "Our proxy must pass Host and X-Forwarded-Proto, or SSO_BASE_URL is wrong:"
        " see manage.py doctor."
    ),
    clause="our rule: the base URL is stated, never guessed",
)
DESTINATION_MISSING = Row(
    code=609,
    key="destination_missing",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WRONG_ADDRESS,
    admin=gettext_noop("The signed message has no Destination; ours is {expected}."),
    fix=gettext_noop(
        "IdP: a signed message names where it goes. Set our address {expected} as its destination."
    ),
    clause="bind 3.5.5.2",
)
REQUEST_MISMATCH = Row(
    code=610,
    key="request_mismatch",
    heading=Heading.START_AGAIN,
    status=403,
    user=_OTHER_BROWSER,
    admin=gettext_noop(
        'The response answers the request "{expected}", its SubjectConfirmation "{received}".'
    ),
    fix=gettext_noop("IdP: InResponseTo must be the same in both places, or absent in both."),
    clause="prof 4.1.4.3",
)
