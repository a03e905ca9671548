"""python3-saml's responses: what must become of each, and why.

Nearly all are signed with RSA-SHA1 or not at all, which is reason enough to refuse them. So that
the defect a file is named for is not hidden behind that, a verdict also names what the ladder must
show besides (``also``); for a file that python3-saml calls valid, that is nothing.
"""

from dataclasses import dataclass

from sso_gateway.refusal import Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reason of the refusal, what else the ladder shows, and the argument."""

    reason: Reason
    why: str
    also: frozenset[Reason] = frozenset()


def weak(
    *also: Reason, why: str = "Signed with RSA-SHA1; in everything else as it should be."
) -> Verdict:
    return Verdict(Reason.ALGORITHM_WEAK, why, frozenset(also))


def bare(*also: Reason, why: str = "Not signed; in everything else as it should be.") -> Verdict:
    return Verdict(Reason.SIGNATURE_MISSING, why, frozenset(also))


def broken(why: str) -> Verdict:
    return Verdict(Reason.XML_MALFORMED, why)


def several(why: str) -> Verdict:
    return Verdict(Reason.SEVERAL_ASSERTIONS, why)


CBC = Verdict(Reason.ENC_ALGORITHM, "AES-CBC in a response that is not signed.")
QUALIFIER = Reason.NAMEID_QUALIFIER
"""Their sample NameID is qualified for ``hello.com``, which is not the service provider."""

RESPONSES: dict[str, Verdict] = {
    "adfs_response": Verdict(
        Reason.SIGNATURE_INVALID, "Names were replaced by example.com after it had been signed."
    ),
    "decrypted_valid_encrypted_assertion.xml": bare(
        Reason.NO_BEARER, why="Unsigned, and its bearer confirmation has no Recipient."
    ),
    "double_signed_encrypted_assertion": weak(),
    "double_signed_encrypted_assertion2": weak(),
    "double_signed_response": weak(),
    "double_signed_response2": weak(),
    "expired_response": bare(),
    "no_audience": bare(Reason.AUDIENCE_MISSING, QUALIFIER, why="Without an audience."),
    "open_saml_response.xml": broken("Its certificate is the word dfghjkl."),
    "pretty_decrypted_valid_encrypted_assertion.xml": bare(
        Reason.NO_BEARER, why="Unsigned, and its bearer confirmation has no Recipient."
    ),
    "pretty_signed_message_response.xml": weak(),
    "response1": weak(),
    "response1_with_duplicate_attributes": weak(
        why="RSA-SHA1. An attribute twice is for the mapping to judge, not for the core."
    ),
    "response1_with_friendlyname": weak(),
    "response2": broken("Its signature value is a sentence."),
    "response3": broken("Its certificate is a word."),
    "response4": several("The original beside the forgery: signature wrapping."),
    "response5": broken("Its digest is not base64."),
    "response_encrypted_nameid": broken("EncryptedID stands where the schema has none."),
    "response_node_text_attack": Verdict(
        Reason.XML_FORBIDDEN, "A comment in the NameID (CVE-2017-11427)."
    ),
    "response_with_ampersands.xml": broken("The file is base64 under a name that says XML."),
    "response_with_ampersands": several("Two assertions in the message."),
    "response_with_nested_nameid_values": weak(
        why="RSA-SHA1. An attribute declared xs:string and yet holding elements is no fault."
    ),
    "response_without_assertion_reference_uri": weak(
        why="RSA-SHA1; its reference without a URI would be refused as well."
    ),
    "response_without_reference_uri": weak(
        why="RSA-SHA1; its reference without a URI would be refused as well."
    ),
    "signed_assertion_response": weak(),
    "signed_assertion_response2": weak(),
    "signed_encrypted_assertion": CBC,
    "signed_encrypted_assertion2": CBC,
    "signed_message_encrypted_assertion": weak(),
    "signed_message_encrypted_assertion2": weak(),
    "signed_message_response": weak(),
    "signed_message_response2": weak(),
    "simple_saml_php.xml": broken("Its signature value is not base64."),
    "unsigned_assertion": broken("A prefix without its namespace."),
    "unsigned_response": bare(QUALIFIER),
    "unsigned_response_with_miliseconds.xm.base64": bare(QUALIFIER),
    "valid_encrypted_assertion": CBC,
    "valid_encrypted_assertion_encrypted_nameid": weak(),
    "valid_response": weak(),
    "valid_response2": weak(),
    "valid_response_with_namequalifier": weak(),
    "valid_response_without_inresponseto": weak(
        Reason.REQUEST_MISMATCH,
        why="InResponseTo only in the confirmation: the two must agree (prof 4.1.4.3).",
    ),
    "valid_unsigned_response.xml": broken("The file is base64 under a name that says XML."),
    "valid_unsigned_response": bare(),
    "wrapped_response_2": broken("Metadata inside the message: signature wrapping, not SAML."),
}

INVALID: dict[str, Verdict] = {
    "bad_reference": weak(why="RSA-SHA1; the shape of its reference is judged after that."),
    "duplicated_attributes": weak(
        why="RSA-SHA1. An attribute twice is for the mapping to judge, not for the core."
    ),
    "empty_destination": weak(
        Reason.RECIPIENT_MISMATCH,
        why="An empty Destination is none, and the assertion alone is signed; meant for another.",
    ),
    "empty_nameid": weak(Reason.NAMEID_MISSING, why="A NameID that names nobody."),
    "encrypted_attrs": bare(
        Reason.NAMEID_QUALIFIER,
        Reason.RECIPIENT_MISMATCH,
        why="Attributes encrypted for a key that nobody has, left out of what is claimed.",
    ),
    "encrypted_nameID_without_EncMethod": weak(
        why="The encrypted NameID does not say how; the signature is refused before that."
    ),
    "encrypted_nameID_without_keyinfo": weak(
        why="The encrypted NameID has no key; the signature is refused before that."
    ),
    "invalid_audience": bare(Reason.AUDIENCE_MISMATCH, QUALIFIER, why="Another audience."),
    "invalid_issuer_assertion": bare(
        Reason.ISSUER_MISMATCH, QUALIFIER, why="Response and assertion have different issuers."
    ),
    "invalid_issuer_message": bare(
        Reason.ISSUER_MISMATCH, QUALIFIER, why="Response and assertion have different issuers."
    ),
    "invalid_sessionindex": bare(
        QUALIFIER,
        why="Its session ended in 2013, before python3-saml's now but not before its own.",
    ),
    "invalid_subjectconfirmation_inresponse": bare(
        Reason.REQUEST_MISMATCH, QUALIFIER, why="InResponseTo differs between the two places."
    ),
    "invalid_subjectconfirmation_nb": bare(
        Reason.NO_BEARER, QUALIFIER, why="A bearer confirmation must not have NotBefore."
    ),
    "invalid_subjectconfirmation_noa": bare(Reason.EXPIRED, QUALIFIER, why="Expired in 2010."),
    "invalid_subjectconfirmation_recipient": bare(
        Reason.RECIPIENT_MISMATCH, QUALIFIER, why="Another Recipient."
    ),
    "multiple_assertions": several("Two assertions."),
    "no_authnstatement": weak(Reason.AUTHN_STATEMENT_MISSING, why="Nobody was authenticated."),
    "no_conditions": weak(Reason.AUDIENCE_MISSING, QUALIFIER, why="Without conditions for nobody."),
    "no_id": broken("An assertion without ID, in an order the schema does not know."),
    "no_issuer_assertion": Verdict(Reason.ISSUER_MISSING, "The assertion names no issuer."),
    "no_issuer_response": weak(
        why="RSA-SHA1; an unsigned response need not name its issuer (prof 4.1.4.2)."
    ),
    "no_key": broken("A signature without SignedInfo."),
    "no_nameid": bare(why="Unsigned; a NameID is not required (SDP-SP13)."),
    "no_saml2": Verdict(Reason.VERSION, "A SAML 1.1 response."),
    "no_signature": bare(),
    "no_status": broken("Without Status."),
    "no_status_code": broken("A Status without code."),
    "no_subjectconfirmation_data": bare(
        Reason.NO_BEARER, QUALIFIER, why="A bearer confirmation without data."
    ),
    "no_subjectconfirmation_method": bare(
        Reason.NO_BEARER, QUALIFIER, why="No confirmation is a bearer's."
    ),
    "not_after_failed": broken("An assertion in a place the schema does not know."),
    "not_before_failed": broken("An assertion in a place the schema does not know."),
    "response_encrypted_attrs": bare(
        Reason.NAMEID_QUALIFIER,
        Reason.RECIPIENT_MISMATCH,
        why="Attributes encrypted for a key that nobody has, left out of what is claimed.",
    ),
    "signature_wrapping_attack": Verdict(
        Reason.SIGNATURE_WRAPPING, "The original hides in StatusDetail: an identifier comes twice."
    ),
    "signature_wrapping_attack2": broken("The original hides in an element of no namespace."),
    "signed_assertion_response": weak(),
    "status_code_responder": Verdict(Reason.IDP_RESPONDER_ERROR, "The IdP said no."),
    "status_code_responer_and_msg": Verdict(
        Reason.IDP_RESPONDER_ERROR, "The IdP said no, and why."
    ),
    "wrong_spnamequalifier": weak(QUALIFIER, why="A NameID made for another service provider."),
}
