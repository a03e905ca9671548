"""7xx: who they say the person is."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_WHO = gettext_noop("Your portal didn't say who you are. Your IT team can correct it.")
_DIRECTORY = gettext_noop(
    "Your {attribute} is empty or not usable in your organisation's directory."
    " Your IT team can correct it."
)

NAMEID_MISSING = Row(
    code=701,
    key="nameid_missing",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WHO,
    admin=gettext_noop("There is no NameID and no attribute that identifies the person."),
    fix=gettext_noop('IdP: "Name ID" = e-mail address, or a persistent id.'),
    clause="core 2.4.1; SDP-SP13",
)
NAMEID_TRANSIENT = Row(
    code=702,
    key="nameid_transient",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WHO,
    admin=gettext_noop(
        "A transient NameID changes with every login, so no account can be matched with it."
    ),
    fix=gettext_noop(
        "IdP: send a persistent id or the e-mail address; or name an attribute in the policy"
        " (email_attribute)."
    ),
    clause="core 8.3.8",
)
NAMEID_FORMAT = Row(
    code=703,
    key="nameid_format",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WHO,
    admin=gettext_noop('The NameID\'s format is "{received}", expected "{expected}".'),
    fix=gettext_noop('IdP: change "Name ID format", or name an attribute in the policy.'),
    clause="core 3.4.1.1",
)
ATTRIBUTE_MISSING = Row(
    code=704,
    key="attribute_missing",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop("Your portal didn't send your {attribute}. Your IT team can add it."),
    admin=gettext_noop(
        'Not found: "{expected}". Attributes that came: {received}. Most likely: "{closest}".'
    ),
    fix=gettext_noop(
        "Name the likely one in the policy (email_attribute), or in the IdP add an attribute"
        ' "email" with the address of the person.'
    ),
    clause="core 2.7.3; SDP-SP12",
)
ATTRIBUTE_EMPTY = Row(
    code=705,
    key="attribute_empty",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_DIRECTORY,
    admin=gettext_noop(
        '"{expected}" is there but empty: it is this person\'s record in the directory.'
    ),
    fix=gettext_noop('The partner fills the field (often "mail") in their directory.'),
    clause="core 2.7.3.1.1",
)
ATTRIBUTE_INVALID = Row(
    code=706,
    key="attribute_invalid",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_DIRECTORY,
    admin=gettext_noop('"{received}" is not an e-mail address.'),
    fix=gettext_noop(
        "Entra: send user.mail, not user.userprincipalname (that of guests contains #EXT#)."
    ),
    clause="our rule: one ASCII address, one @",
)
EMAIL_DOMAIN = Row(
    code=707,
    key="email_domain",
    heading=Heading.ACCOUNT_NOT_READY,
    status=403,
    user=gettext_noop(
        "This e-mail domain isn't accepted for {organisation}. Please ask your contact at {app}."
    ),
    admin=gettext_noop('The domain "{received}" is not one of this partner\'s: {expected}.'),
    fix=gettext_noop("Add the domain to the partner if it is truly theirs."),
    clause="our rule: a partner asserts only its own domains (SDP-SP17)",
)
ATTRIBUTE_AMBIGUOUS = Row(
    code=708,
    key="attribute_ambiguous",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop("The sign-in message is unclear. Please send the reference to your IT team."),
    admin=gettext_noop('Two different values where one is needed: "{expected}".'),
    fix=gettext_noop("The IdP's mapping sends two; we never pick one silently."),
    clause="our rule: one value for the identity",
    alert=True,
)
AUTHN_TOO_WEAK = Row(
    code=709,
    key="authn_too_weak",
    heading=Heading.NOT_ALLOWED,
    status=403,
    user=gettext_noop(
        "{app} needs a stronger sign-in, for example with a second factor. Please ask your IT team."
    ),
    admin=gettext_noop('AuthnContext "{received}", wanted "{expected}".'),
    fix=gettext_noop("The IdP's policy for this application: require a second factor."),
    clause="core 2.7.2.2; IIP-SP07",
)
NAMEID_QUALIFIER = Row(
    code=710,
    key="nameid_qualifier",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WHO,
    admin=gettext_noop('The NameID was made for "{received}", ours is "{expected}".'),
    fix=gettext_noop("IdP: SPNameQualifier must be our entity ID {expected}, or absent."),
    clause="core 2.2.2",
)
SUBJECT_ID_INVALID = Row(
    code=711,
    key="subject_id_invalid",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_WHO,
    admin=gettext_noop('"{expected}" does not have the form of a subject identifier.'),
    fix=gettext_noop(
        "IdP: send uniqueID@scope: letters, digits, = and - before the @, letters, digits, - and ."
        " behind it."
    ),
    clause="SDP-SP14",
)
