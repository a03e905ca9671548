"""1xx: what arrived over HTTP is no SAML message yet."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

ACS_GET = Row(
    code=101,
    key="acs_get",
    heading=Heading.START_AGAIN,
    status=400,
    user=gettext_noop(
        "This address only works when you arrive from your portal. Please open {app} from there."
    ),
    admin=gettext_noop(
        "The ACS was opened with GET: a bookmark, or the IdP uses the Redirect binding."
    ),
    fix=gettext_noop(
        "Set the binding HTTP-POST in the IdP, and tell users to bookmark the portal tile."
    ),
    clause="prof 4.1.3.5",
)
NO_RESPONSE_FIELD = Row(
    code=102,
    key="no_response_field",
    heading=Heading.START_AGAIN,
    status=400,
    user=gettext_noop("Nothing arrived from your portal. Please try the link again."),
    admin=gettext_noop(
        "A POST without exactly one SAMLResponse ({detail}). Fields that came: {fields}."
    ),
    fix=gettext_noop(
        "The IdP posts to the wrong URL, or a proxy drops bodies: check the proxy's limit of the"
        " body size (nginx: client_max_body_size) and the web application firewall."
    ),
    clause="bind 3.5.4",
)
BINDING_UNSUPPORTED = Row(
    code=103,
    key="binding_unsupported",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop(
        "Your organisation's sign-in uses a setting we don't support. Your IT team can change it."
    ),
    admin=gettext_noop("An artifact or PAOS message: {received}."),
    fix=gettext_noop("In the IdP, choose the binding HTTP-POST for our ACS."),
    clause="prof 4.1.3.5",
)
TOO_LARGE = Row(
    code=104,
    key="too_large",
    heading=Heading.NOT_FINISHED,
    status=413,
    user=gettext_noop("The sign-in message was too big. Your IT team can shrink it."),
    admin=gettext_noop("The message is too large: {received}, at most {expected}."),
    fix=gettext_noop(
        "Usually hundreds of groups: send only the groups assigned to this application, or group"
        " ids filtered by prefix."
    ),
    clause="our rule: size, depth and counts are limited before parsing",
)
UNDECODABLE = Row(
    code=105,
    key="undecodable",
    heading=Heading.START_AGAIN,
    status=400,
    user=gettext_noop("The sign-in message arrived damaged. Please try once more."),
    admin=gettext_noop("Base64, deflate or UTF-8 failed at byte {position}."),
    fix=gettext_noop(
        "A proxy rewrites the body, or it was URL-encoded twice. Compare with what the IdP sent"
        " (manage.py explain)."
    ),
    clause="bind 3.5.4",
)
RATE_LIMITED = Row(
    code=106,
    key="rate_limited",
    heading=Heading.TOO_MANY,
    status=429,
    user=gettext_noop("Please wait {wait} and try again."),
    admin=gettext_noop(
        "{count} requests from {client_ip} for {partner} in {period}: {detail}. What else comes"
        " from there until the period ends is refused without an event."
    ),
    fix=gettext_noop(
        "The events before this one say what was wrong. A loop in a portal? Mend it there. An"
        " office behind one address? Raise the limit in the partner's policy. A stranger? Block the"
        " address in the proxy."
    ),
    clause="our rule: no address is refused without end",
)
