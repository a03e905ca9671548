"""45x: what is encrypted, and for whom."""

from sso_gateway.refusal.catalogue.row import Heading, Row, gettext_noop
from sso_gateway.refusal.catalogue.signature import OUTDATED

_UNREADABLE = gettext_noop(
    "We couldn't read the message from your portal. Please send the reference to your IT team."
)

ENCRYPTED_NO_KEY = Row(
    code=451,
    key="encrypted_no_key",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNREADABLE,
    admin=gettext_noop("The assertion is encrypted, and there is no decryption key here."),
    fix=gettext_noop(
        "Turn off encryption in the IdP; or create a decryption key and let the partner import our"
        " metadata again."
    ),
    clause="IIP-SP08",
)
DECRYPT_FAILED = Row(
    code=452,
    key="decrypt_failed",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNREADABLE,
    admin=gettext_noop(
        'None of our keys opens the assertion. Encrypted for "{received}", ours: "{expected}".'
    ),
    fix=gettext_noop("They hold an old copy of our certificate: re-import our metadata."),
    clause="IIP-SP08",
    # What became of a decryption is not told to whoever chose the ciphertext.
    shown_as=451,
)
ENCRYPTION_REQUIRED = Row(
    code=453,
    key="encryption_required",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=_UNREADABLE,
    admin=gettext_noop("The partner's policy asks for encryption; the assertion came in clear."),
    fix=gettext_noop(
        "IdP: turn on encryption with our certificate; or set the policy require_encryption=false."
    ),
    clause="our rule: a partner's policy can only tighten",
)
ENC_ALGORITHM = Row(
    code=454,
    key="enc_algorithm",
    heading=Heading.NOT_FINISHED,
    status=403,
    user=OUTDATED,
    admin=gettext_noop(
        "The encryption method {received} is refused (RSA 1.5 and CBC, for example)."
    ),
    fix=gettext_noop("IdP: choose RSA-OAEP for the key and AES-GCM for the content."),
    clause="IIP-ALG04, IIP-ALG06, IIP-ALG08",
)
