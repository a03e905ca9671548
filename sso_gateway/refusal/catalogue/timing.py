"""5xx: too early, too late, too long ago."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_CLOCKS = gettext_noop(
    "The clocks of your organisation and ours disagree. Please try again in a minute."
)

TOO_EARLY = Row(
    code=501,
    key="too_early",
    heading=Heading.OUR_SIDE,
    status=403,
    user=_CLOCKS,
    admin=gettext_noop("NotBefore {received}, our time {expected}: {detail}."),
    fix=gettext_noop(
        "Ask the partner to check their time service (NTP); manage.py doctor tells whether our own"
        " clock is right."
    ),
    clause="core 2.5.1.2",
)
EXPIRED = Row(
    code=502,
    key="expired",
    heading=Heading.START_AGAIN,
    status=403,
    user=gettext_noop("The link was valid for a short time only. Please click it again."),
    admin=gettext_noop("NotOnOrAfter {received}, our time {expected}: {detail}."),
    fix=gettext_noop(
        "A slow login page, a laptop that slept, or a clock. If it meets all users: a clock."
    ),
    clause="core 2.5.1.2; prof 4.1.4.3",
)
ISSUE_INSTANT = Row(
    code=503,
    key="issue_instant",
    heading=Heading.OUR_SIDE,
    status=403,
    user=_CLOCKS,
    admin=gettext_noop("Issued {received}, our time {expected}: {detail}."),
    fix=gettext_noop(
        "Ask the partner to check their time service (NTP); manage.py doctor tells whether our own"
        " clock is right."
    ),
    clause="core 3.2.2; our rule: a message is fresh",
)
SESSION_TOO_OLD = Row(
    code=504,
    key="session_too_old",
    heading=Heading.START_AGAIN,
    status=403,
    user=gettext_noop("Please sign in to your portal again."),
    admin=gettext_noop(
        "The person signed in there too long ago, or that session is over: {received},"
        " allowed {expected}."
    ),
    fix=gettext_noop(
        "The IdP's session lasts too long for this policy: raise max_authn_age, or set"
        " force_authn=true."
    ),
    clause="core 2.7.2",
)
