"""8xx: the account here, and the way into the application."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

# One sentence and one visible code for all of these: nobody learns whether an account exists.
_ASK = gettext_noop("Please ask your contact at {app} for access.")

NOT_INVITED = Row(
    code=801,
    key="not_invited",
    heading=Heading.ACCOUNT_NOT_READY,
    status=403,
    user=_ASK,
    admin=gettext_noop("There is no account, and accounts are not created at the first login."),
    fix=gettext_noop("Create the user, or set the policy provision=create for this partner."),
    clause="our rule: no account is created unless the policy says so",
)
ACCOUNT_DISABLED = Row(
    code=802,
    key="account_disabled",
    heading=Heading.ACCOUNT_NOT_READY,
    status=403,
    user=_ASK,
    admin=gettext_noop("The account is disabled (is_active is off)."),
    fix=gettext_noop("Enable the user, if the person should have access."),
    clause="our rule: a disabled account stays closed",
    shown_as=801,
)
IDENTITY_CONFLICT = Row(
    code=803,
    key="identity_conflict",
    heading=Heading.ACCOUNT_NOT_READY,
    status=403,
    user=_ASK,
    admin=gettext_noop("The e-mail address belongs to an account that is linked to {linked_to}."),
    fix=gettext_noop("Ask the person by another channel first; then change the link."),
    clause="our rule: an account is bound to its partner and identity (SDP-SP16)",
    alert=True,
    shown_as=801,
)
NO_ROLE = Row(
    code=804,
    key="no_role",
    heading=Heading.ACCOUNT_NOT_READY,
    status=403,
    user=_ASK,
    admin=gettext_noop("The groups {received} map to no role."),
    fix=gettext_noop("Add a group mapping for the partner, or assign the person in the IdP."),
    clause="our rule: roles come from a fixed mapping",
    shown_as=801,
)
NETWORK_NOT_ALLOWED = Row(
    code=805,
    key="network_not_allowed",
    heading=Heading.NOT_ALLOWED,
    status=403,
    user=gettext_noop(
        "{app} can't be opened from this network. Please try from your organisation's network."
    ),
    admin=gettext_noop("The address {received} is outside {expected}."),
    fix=gettext_noop("Edit the networks in the partner's policy."),
    clause="our rule: a partner's policy can only tighten",
)
STAFF_PROTECTED = Row(
    code=806,
    key="staff_protected",
    heading=Heading.ACCOUNT_NOT_READY,
    status=403,
    user=_ASK,
    admin=gettext_noop(
        "The account has staff or superuser rights, and this partner may not sign in staff."
    ),
    fix=gettext_noop(
        "Ask why the partner asserts this address. If it is intended, set the policy"
        " allow_staff=true."
    ),
    clause="our rule: staff rights never come from a partner unasked",
    alert=True,
    shown_as=801,
)
RELAY_REFUSED = Row(
    code=851,
    key="relay_refused",
    heading=Heading.SIGNED_IN,
    status=200,
    user=gettext_noop("We couldn't open the page you asked for, so this is your start page."),
    admin=gettext_noop('RelayState "{received}" is not allowed; the person got the start page.'),
    fix=gettext_noop(
        "Add its beginning to the policy relay_state_allowed, if the address is yours."
    ),
    clause="bind 3.5.3; our rule: no open redirect",
)
HANDOFF_FAILED = Row(
    code=852,
    key="handoff_failed",
    heading=Heading.OUR_SIDE,
    status=503,
    user=gettext_noop("You're signed in, but {app} didn't answer. Please try again."),
    admin=gettext_noop("The application answered {received} to the hand-off."),
    fix=gettext_noop("See the application's log, then verify its connection."),
    clause="our rule: the application answers the hand-off",
)
HANDOFF_EXPIRED = Row(
    code=853,
    key="handoff_expired",
    heading=Heading.START_AGAIN,
    status=403,
    user=gettext_noop("That sign-in took too long. Please click the link in your portal again."),
    admin=gettext_noop("The one-time code of the hand-off was unused for {period}."),
    fix=gettext_noop("A slow application, or two tabs."),
    clause="our rule: a hand-off code is short-lived and used once",
)
