"""What must become of each recorded response, and why.

ACCEPTED files sign in the person that was recorded. The others are refused either by the core, for
what the message says, or by the gateway, for what only it remembers.
"""

from dataclasses import dataclass

from sso_gateway.refusal import Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """None means accepted at that point."""

    core: Reason | None
    gateway: Reason | None
    why: str


def accepted(why: str) -> Verdict:
    return Verdict(None, None, why)


def refused(reason: Reason, why: str) -> Verdict:
    return Verdict(reason, reason, why)


PLAIN = accepted("A signed assertion, unasked for, to our address and audience: the main job.")
ANSWER = accepted("The answer to a request of ours, in the browser that asked.")
BOTH = accepted("Response and assertion are both signed; both verify.")
RESPONSE = accepted("The signature around the response covers the assertion in it.")
LONGER = accepted("A longer hash of the same family is allowed (RFC 6931).")
LETTERS = accepted("UTF-8 in names and a plus in the address are ordinary.")
SHA1 = refused(
    Reason.ALGORITHM_WEAK, "SHA-1 carries no trust any more: collisions are cheap (SDP-ALG01)."
)
TRIPLE_DES = refused(
    Reason.ENC_ALGORITHM, "3DES has a short block and no integrity; SAML2Int asks for AES-GCM."
)
BARE_CBC = refused(
    Reason.ENC_ALGORITHM,
    "AES-CBC in an unsigned response answers questions of whoever alters the ciphertext; it is"
    " read only under a verified signature (CVE-2026-2092 class).",
)
CBC = accepted("AES-CBC under the verified signature of the response can be no oracle; a warning.")
GCM = accepted("AES-GCM with RSA-OAEP, as SAML2Int asks for.")
E26 = Verdict(
    None,
    Reason.REQUEST_UNKNOWN,
    "InResponseTo=IdP_Initiated_Login names a request that we never made: E26 forbids it in an"
    " unsolicited response, and an unknown request is never taken for none.",
)
SILENT = refused(
    Reason.IDP_NO_PASSIVE, "The IdP had no session and was asked not to show a form: it said so."
)

VERDICTS: dict[str, Verdict] = {
    "djangosaml2idp/solicited-attributes-basic": ANSWER,
    "djangosaml2idp/solicited-both-signed": BOTH,
    "djangosaml2idp/solicited-checked-request-post": ANSWER,
    "djangosaml2idp/solicited-encrypted": TRIPLE_DES,
    "djangosaml2idp/solicited-encrypted-both-signed": TRIPLE_DES,
    "djangosaml2idp/solicited-persistent-nameid": ANSWER,
    "djangosaml2idp/solicited-post": ANSWER,
    "djangosaml2idp/solicited-redirect": ANSWER,
    "djangosaml2idp/solicited-response-signed": RESPONSE,
    "djangosaml2idp/solicited-sha512": LONGER,
    "djangosaml2idp/unsolicited-assertion-signed": E26,
    "djangosaml2idp/unsolicited-both-signed": E26,
    "djangosaml2idp/unsolicited-encrypted": TRIPLE_DES,
    "djangosaml2idp/unsolicited-no-relaystate": E26,
    "djangosaml2idp/unsolicited-plain": PLAIN,
    "djangosaml2idp/unsolicited-plain-encrypted": TRIPLE_DES,
    "djangosaml2idp/unsolicited-response-signed": E26,
    "djangosaml2idp/unsolicited-sha1": SHA1,
    "djangosaml2idp/unsolicited-sha512": E26,
    "djangosaml2idp/unsolicited-unicode-user": E26,
    "saml-idp/solicited-both-signed": BOTH,
    "saml-idp/solicited-encrypted": GCM,
    "saml-idp/solicited-encrypted-both-signed": GCM,
    "saml-idp/solicited-persistent-nameid": ANSWER,
    "saml-idp/solicited-post": ANSWER,
    "saml-idp/solicited-redirect": ANSWER,
    "saml-idp/solicited-response-signed": RESPONSE,
    "saml-idp/solicited-transient-nameid": ANSWER,
    "saml-idp/unsolicited-assertion-signed": PLAIN,
    "saml-idp/unsolicited-attributes-claims": PLAIN,
    "saml-idp/unsolicited-both-signed": BOTH,
    "saml-idp/unsolicited-encrypted": GCM,
    "saml-idp/unsolicited-no-relaystate": PLAIN,
    "saml-idp/unsolicited-response-signed": RESPONSE,
    "saml-idp/unsolicited-sha1": SHA1,
    "saml-idp/unsolicited-unicode-user": LETTERS,
    "simplesamlphp/solicited-attributes-claims": ANSWER,
    "simplesamlphp/solicited-attributes-oid": ANSWER,
    "simplesamlphp/solicited-both-signed": BOTH,
    "simplesamlphp/solicited-checked-request": ANSWER,
    "simplesamlphp/solicited-checked-request-post": ANSWER,
    "simplesamlphp/solicited-encrypted": BARE_CBC,
    # Named for what the IdP was told to use; what it sent is AES-128-CBC.
    "simplesamlphp/solicited-encrypted-aes256-gcm": BARE_CBC,
    "simplesamlphp/solicited-encrypted-both-signed": CBC,
    "simplesamlphp/solicited-persistent-nameid": ANSWER,
    "simplesamlphp/solicited-post": ANSWER,
    "simplesamlphp/solicited-redirect": ANSWER,
    "simplesamlphp/solicited-response-signed": RESPONSE,
    "simplesamlphp/solicited-sha384": LONGER,
    "simplesamlphp/solicited-sha512": LONGER,
    "simplesamlphp/solicited-transient-nameid": ANSWER,
    "simplesamlphp/status-no-passive": SILENT,
    "simplesamlphp/status-no-passive-signed": SILENT,
    "simplesamlphp/unsolicited-assertion-signed": PLAIN,
    "simplesamlphp/unsolicited-both-signed": BOTH,
    "simplesamlphp/unsolicited-encrypted": BARE_CBC,
    "simplesamlphp/unsolicited-no-relaystate": PLAIN,
    "simplesamlphp/unsolicited-response-signed": RESPONSE,
    "simplesamlphp/unsolicited-sha1": SHA1,
    "simplesamlphp/unsolicited-sha512": LONGER,
    "simplesamlphp/unsolicited-unicode-user": LETTERS,
}

LOGOUT_VERDICTS: dict[str, Verdict] = {
    "djangosaml2idp/logout-response": refused(
        Reason.SIGNATURE_MISSING,
        "Neither the query nor the XML is signed: anybody could say that all has ended there.",
    ),
    "saml-idp/logout-request": accepted("Signed XML in a form, and the address is ours."),
    "saml-idp/logout-response": accepted("Signed XML in a form, the answer to a request of ours."),
    "simplesamlphp/logout-request": accepted("A signed query, before its NotOnOrAfter."),
    "simplesamlphp/logout-response": accepted("A signed query, the answer to a request of ours."),
}
"""Logout messages are put to the core's readers alone: ``gateway`` says nothing more."""
