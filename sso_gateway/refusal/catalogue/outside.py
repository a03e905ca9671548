"""9xx: the partner's IdP said no, or we cannot work."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_TOLD = gettext_noop("We've been told. Please try again in a few minutes.")

IDP_DENIED = Row(
    code=901,
    key="idp_denied",
    heading=Heading.NOT_ALLOWED,
    status=403,
    user=gettext_noop(
        "Your organisation hasn't given you access to {app}. Please ask your IT team."
    ),
    admin=gettext_noop('The IdP answered {received}: "{message}".'),
    fix=gettext_noop(
        "The person is not assigned to our application in the IdP (AD FS: issuance rule; Entra:"
        " assignment; Google: user access)."
    ),
    clause="core 3.2.2.2",
)
IDP_AUTHN_FAILED = Row(
    code=902,
    key="idp_authn_failed",
    heading=Heading.NOT_ALLOWED,
    status=403,
    user=gettext_noop("Your organisation's sign-in didn't succeed. Please try again."),
    admin=gettext_noop('The IdP answered AuthnFailed: "{message}".'),
    fix=gettext_noop("The IdP's own log tells why, at the time of this event."),
    clause="core 3.2.2.2",
)
IDP_NO_PASSIVE = Row(
    code=903,
    key="idp_no_passive",
    heading=Heading.START_AGAIN,
    status=403,
    user=gettext_noop("Please sign in to your portal first."),
    admin=gettext_noop("The IdP answered NoPassive: it would have had to ask the person."),
    fix=gettext_noop("Expected for silent checks; otherwise set the policy is_passive=false."),
    clause="core 3.2.2.2",
)
IDP_REQUESTER_ERROR = Row(
    code=904,
    key="idp_requester_error",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "Your organisation's sign-in rejected our request."
        " Please send the reference to your IT team."
    ),
    admin=gettext_noop('The IdP answered {received}: "{message}".'),
    fix=gettext_noop(
        "Do not ask for an authentication context (policy requested_authn_contexts), and check that"
        " the IdP holds our current metadata."
    ),
    clause="core 3.2.2.2",
)
IDP_RESPONDER_ERROR = Row(
    code=905,
    key="idp_responder_error",
    heading=Heading.NOT_ALLOWED,
    status=403,
    user=gettext_noop("Your organisation's sign-in had a problem. Please try again later."),
    admin=gettext_noop('The IdP answered {received}: "{message}".'),
    fix=gettext_noop("Their log tells why. A wrong entity ID in the IdP is common."),
    clause="core 3.2.2.2",
)
INTERNAL = Row(
    code=951,
    key="internal",
    heading=Heading.OUR_SIDE,
    status=503,
    user=_TOLD,
    admin=gettext_noop("An error of ours: {detail}."),
    fix=gettext_noop(
        "The server's log has more under this reference ({exception}); please report it."
    ),
    clause="our rule: an error of ours signs nobody in",
)
MAINTENANCE = Row(
    code=952,
    key="maintenance",
    heading=Heading.PAUSED,
    status=503,
    user=gettext_noop("We're updating the service until {until}."),
    admin=gettext_noop("Maintenance mode, switched on by {who}."),
    fix=gettext_noop("End the maintenance mode."),
    clause="our rule: an error of ours signs nobody in",
)
STORAGE_DOWN = Row(
    code=953,
    key="storage_down",
    heading=Heading.OUR_SIDE,
    status=503,
    user=_TOLD,
    admin=gettext_noop("The database is unreachable."),
    fix=gettext_noop("Check the database; /readyz tells when it is back."),
    clause="our rule: no login without a record of it",
)
