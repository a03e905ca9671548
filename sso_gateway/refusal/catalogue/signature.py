"""40x: who signed it, and how."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop

_UNPROTECTED = gettext_noop(
    "The sign-in message wasn't protected. Your IT team can switch that on."
)
_CERTIFICATE = gettext_noop(
    "Your organisation's sign-in certificate has changed."
    " Your IT team needs to send us the new one."
)
OUTDATED = gettext_noop(
    "Your organisation's sign-in uses an outdated method. Your IT team can change it."
)

SIGNATURE_MISSING = Row(
    code=401,
    key="signature_missing",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNPROTECTED,
    admin=gettext_noop("The message has no signature that counts."),
    fix=gettext_noop(
        'Okta: "Assertion Signature" = Signed. Entra: "Sign SAML assertion". AD FS signs unless it'
        " was switched off."
    ),
    clause="prof 4.1.4.5",
    alert=True,
)
ASSERTION_UNSIGNED = Row(
    code=402,
    key="assertion_unsigned",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNPROTECTED,
    admin=gettext_noop("Signed is: {received}. The partner's policy asks for: {expected}."),
    fix=gettext_noop(
        'Okta, Ping: "Sign assertion". Entra: "Sign SAML response and assertion". Or set the policy'
        " signed=any for this partner."
    ),
    clause="core 5.2",
)
SIGNATURE_INVALID = Row(
    code=403,
    key="signature_invalid",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=gettext_noop(
        "We couldn't confirm where this sign-in came from."
        " Please send the reference to your IT team."
    ),
    admin=gettext_noop("The digest or the signature value is wrong although the key is known."),
    fix=gettext_noop(
        "The message was changed on the way (a proxy, pretty-printing, a character set) or it is"
        " forged. Compare with what the IdP sent (manage.py explain)."
    ),
    clause="xmldsig 3.2",
    alert=True,
)
KEY_UNKNOWN = Row(
    code=404,
    key="key_unknown",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_CERTIFICATE,
    admin=gettext_noop(
        'Signed with the certificate SHA-256 "{received}"; on file: "{expected}". What the response'
        " itself carries is never trusted."
    ),
    fix=gettext_noop(
        "Typical after a rotation: get the new metadata from the partner by a channel you trust,"
        " compare the fingerprint, and import it."
    ),
    clause="IIP-MD06",
)
CERT_EXPIRED = Row(
    code=405,
    key="cert_expired",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_CERTIFICATE,
    admin=gettext_noop("The certificate on file ended {received}; the signature itself is right."),
    fix=gettext_noop(
        "Ask the partner for the new certificate. It is a warning unless the policy says"
        " refuse_expired_certificate=true."
    ),
    clause="IIP-MD12",
)
CERT_NOT_YET = Row(
    code=406,
    key="cert_not_yet",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_CERTIFICATE,
    admin=gettext_noop(
        "The certificate on file is valid from {received}; the signature itself is right."
    ),
    fix=gettext_noop("The IdP switched early, or our clock is wrong: see manage.py doctor."),
    clause="IIP-MD12",
)
ALGORITHM_WEAK = Row(
    code=407,
    key="algorithm_weak",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=OUTDATED,
    admin=gettext_noop("{received} is refused (SHA-1, MD5, DSA and HMAC always are)."),
    fix=gettext_noop("IdP: choose RSA-SHA256. AD FS: relying party → Advanced → SHA-256."),
    clause="IIP-ALG08",
)
KEY_TOO_SMALL = Row(
    code=408,
    key="key_too_small",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=OUTDATED,
    admin=gettext_noop("The key is too small: {received}, at least {expected}."),
    fix=gettext_noop("Ask the partner for a new certificate with RSA 2048 bit or more."),
    clause="our rule: weak keys are refused",
)
SIGNATURE_SCOPE = Row(
    code=409,
    key="signature_scope",
    heading=Heading.NOT_FINISHED,
    status=400,
    user=gettext_noop(
        "The sign-in message wasn't acceptable. Please send the reference to your IT team."
    ),
    admin=gettext_noop(
        "A forbidden transform, several references, or a reference to another element."
    ),
    fix=gettext_noop("The pattern of an attack: keep the evidence and call the partner."),
    clause="core 5.4.2, 5.4.4",
    alert=True,
)
