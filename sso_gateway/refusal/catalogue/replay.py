"""65x: an assertion is used once."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

REPLAYED = Row(
    code=651,
    key="replayed",
    heading=Heading.START_AGAIN,
    status=403,
    user=gettext_noop("This sign-in was already used. Please click the link in your portal again."),
    admin=gettext_noop(
        'The assertion "{assertion_id}" was first used {first_used} from {first_ip}; now from'
        " {client_ip}."
    ),
    fix=gettext_noop(
        "The same address within five minutes: the back button. Another address: possibly stolen;"
        " consider ending the session."
    ),
    clause="prof 4.1.4.5",
)
REPLAYED_SAME_SESSION = Row(
    code=652,
    key="replayed_same_session",
    heading=Heading.ALREADY_SIGNED_IN,
    status=200,
    user=gettext_noop("You can continue to {app}."),
    admin=gettext_noop(
        "The same assertion again, in the browser that is already signed in with it."
    ),
    fix=gettext_noop("Nothing to do: the back button, a refresh or a double click."),
    clause="prof 4.1.4.5",
)
REPLAY_STORE_DOWN = Row(
    code=653,
    key="replay_store_down",
    heading=Heading.OUR_SIDE,
    status=503,
    user=gettext_noop("Please try again in a few minutes."),
    admin=gettext_noop("The store of used assertions is unreachable, so nothing is accepted."),
    fix=gettext_noop("Check the database and the cache."),
    clause="prof 4.1.4.5",
)
