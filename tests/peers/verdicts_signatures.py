"""Signatures of other projects, judged by themselves: one outcome for each ds:Signature, in order.

None: it verifies with the project's own key. A single reason instead of a tuple: the document is
refused before any signature is looked at.
"""

from dataclasses import dataclass

from sso_gateway.refusal import Reason


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of each signature, or of the document, and the argument."""

    outcome: tuple[Reason | None, ...] | Reason
    why: str


def each(*outcome: Reason | None, why: str) -> Judged:
    return Judged(outcome, why)


WEAK = Reason.ALGORITHM_WEAK
SCOPE = Reason.SIGNATURE_SCOPE
ONE_WEAK = each(WEAK, why="RSA-SHA1, which carries no trust any more.")
TWO_WEAK = each(WEAK, WEAK, why="RSA-SHA1 both times.")
GOOD = "RSA-SHA256 over the element it stands in: it verifies."
NOT_BASE64 = "The signature value was replaced by a word."
RELATIVE = Judged(
    Reason.XML_MALFORMED,
    "A relative namespace name, which canonicalisation cannot render (void signatures).",
)
NONE = each(why="Not signed at all.")

RESIGNED = "response.root-resigned-by-attacker-assertion-unsigned-attackers-cert-at-keyinfo"

NODE_SAML: dict[str, Judged] = {
    f"invalid/{RESIGNED}": ONE_WEAK,
    "invalid/response.root-signed-transforms.assertion-unsigned": ONE_WEAK,
    "invalid/response.root-signed.assertion-invalidly-signed": TWO_WEAK,
    "invalid/response.root-signed.assertion-invalidly-signed-encrypted": ONE_WEAK,
    "invalid/response.root-signed.assertion-signed": each(SCOPE, SCOPE, why=NOT_BASE64),
    "invalid/response.root-signed.assertion-signed.1advice-signed": each(
        SCOPE, SCOPE, SCOPE, why=NOT_BASE64
    ),
    "invalid/response.root-signed.assertion-signed.1advice-unsigned": each(
        SCOPE, SCOPE, why=NOT_BASE64
    ),
    "invalid/response.root-signed.assertion-signed.2advice-signed": each(
        SCOPE, SCOPE, SCOPE, why=NOT_BASE64
    ),
    "invalid/response.root-signed.assertion-signed.2advice-unsigned": each(
        SCOPE, SCOPE, why=NOT_BASE64
    ),
    "invalid/response.root-signed.assertion-unsigned": each(SCOPE, why=NOT_BASE64),
    "invalid/response.root-signed.assertion-unsigned.1advice-unsigned": each(SCOPE, why=NOT_BASE64),
    "invalid/response.root-signed.assertion-unsigned.2advice-unsigned": each(SCOPE, why=NOT_BASE64),
    "invalid/response.root-signed.multiple-root-elements": Judged(
        Reason.XML_MALFORMED, "Two root elements (CVE-2022-39299)."
    ),
    "invalid/response.root-unsigned.assertion-signed": each(SCOPE, why=NOT_BASE64),
    "invalid/response.root-unsigned.assertion-signed-transforms": ONE_WEAK,
    "invalid/response.root-unsigned.assertion-signed.1advice-signed": each(
        SCOPE, SCOPE, why=NOT_BASE64
    ),
    "invalid/response.root-unsigned.assertion-signed.1advice-unsigned": each(SCOPE, why=NOT_BASE64),
    "invalid/response.root-unsigned.assertion-unsigned": NONE,
    "invalid/response.root-unsigned.assertion-unsigned.1advice-unsigned": NONE,
    "invalid/response.root-unsigned.assertion-unsigned.2advice-unsigned": NONE,
    "valid/response.root-signed.assertion-signed": TWO_WEAK,
    "valid/response.root-signed.assertion-signed.1advice-signed": each(None, None, None, why=GOOD),
    "valid/response.root-signed.assertion-signed.1advice-unsigned": TWO_WEAK,
    "valid/response.root-signed.assertion-signed.2advice-signed": each(
        SCOPE, None, None, why="The first, inside Advice, refers twice; the others verify."
    ),
    "valid/response.root-signed.assertion-signed.2advice-unsigned": TWO_WEAK,
    "valid/response.root-signed.assertion-unsigned": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned-13": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned-13-signature": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned-encrypted": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned-xd": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned-xd-signature": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned.1advice-unsigned": ONE_WEAK,
    "valid/response.root-signed.assertion-unsigned.2advice-unsigned": ONE_WEAK,
    "valid/response.root-unsigned.assertion-signed": ONE_WEAK,
    "valid/response.root-unsigned.assertion-signed.1advice-signed": each(None, None, why=GOOD),
    "valid/response.root-unsigned.assertion-signed.1advice-unsigned": ONE_WEAK,
}

XML_CRYPTO: dict[str, Judged] = {
    "hmac_signature": each(WEAK, why="HMAC: whoever can verify can forge."),
    "id_with_quotes": ONE_WEAK,
    "invalid_saml_no_signed_info": each(SCOPE, WEAK, why="The first has no SignedInfo."),
    "invalid_saml_sha256_rsa_mgf1": each(SCOPE, why="A reference to the whole document."),
    "invalid_signature - changed content": RELATIVE,
    "invalid_signature - hash": RELATIVE,
    "invalid_signature - non existing reference": RELATIVE,
    "invalid_signature - signature value": RELATIVE,
    "invalid_signature - wsu - changed content": RELATIVE,
    "invalid_signature - wsu - hash": RELATIVE,
    "invalid_signature - wsu - invalid signature value": RELATIVE,
    "invalid_signature - wsu - non existing reference": RELATIVE,
    "invalid_signature_without_transforms_element": ONE_WEAK,
    "keyinfo - pretty-printed": ONE_WEAK,
    "saml_external_ns": ONE_WEAK,
    "saml_multiple_signed_info_nodes": each(SCOPE, why="Two SignedInfo (CVE-2025-29774)."),
    "saml_wrapped_signed_info_node": each(SCOPE, why="SignedInfo in a wrapper (CVE-2025-29774)."),
    "signature_with_inclusivenamespaces": ONE_WEAK,
    "signature_with_inclusivenamespaces_lines": ONE_WEAK,
    "signature_with_inclusivenamespaces_lines_windows": ONE_WEAK,
    "unsigned_saml_response": NONE,
    "valid_saml": TWO_WEAK,
    "valid_saml_sha256_rsa_mgf1": each(
        SCOPE, why="RSA-PSS is welcome, a reference to the whole document is not."
    ),
    "valid_saml_signature_wrapping": TWO_WEAK,
    # Here comments are let through, as in metadata; a message with one is refused on its octets.
    "valid_saml_with_digest_comment": ONE_WEAK,
    "valid_saml_withcomments": each(SCOPE, WEAK, why="Canonicalisation with comments; RSA-SHA1."),
    "valid_signature": RELATIVE,
    "valid_signature wsu": RELATIVE,
    "valid_signature_utf8": each(
        Reason.KEY_TOO_SMALL, why="It verifies, with a key of 1024 bits: too small to believe."
    ),
    "valid_signature_with_lowercase_id_attribute": RELATIVE,
    "valid_signature_with_reference_keyInfo": RELATIVE,
    "valid_signature_with_root_level_sig_namespace": RELATIVE,
    "valid_signature_with_unused_prefixes": each(SCOPE, why="Several references in one signature."),
    "valid_signature_with_whitespace_in_digestvalue": RELATIVE,
    "valid_signature_without_transforms_element": ONE_WEAK,
    "windows_store_signature": each(SCOPE, why="A reference to the whole document."),
    "wsfederation_metadata": each(None, why=GOOD),
    "integration/expectedVerify": RELATIVE,
    "integration/expectedVerifyComplex": ONE_WEAK,
}

SIMPLESAMLPHP: dict[str, Judged] = {
    "vulnerabilities/CVE-2025-66475": each(
        SCOPE, why="A namespace that canonicalisation cannot render: void is not empty."
    ),
    "vulnerabilities/signedAssertionReferencedEmbeddedAssertion": ONE_WEAK,
    "vulnerabilities/signedAssertionWithInvalidReferencedId": ONE_WEAK,
    "response/signedresponse_with_signedassertion": each(
        Reason.KEY_UNKNOWN, Reason.KEY_UNKNOWN, why="Their key is not among the test data."
    ),
    "response/signedresponse_with_unsignedassertion": each(
        Reason.KEY_UNKNOWN, why="Their key is not among the test data."
    ),
    "response/unsignedresponse_with_signedassertion": each(
        Reason.KEY_UNKNOWN, why="Their key is not among the test data."
    ),
    "assertions/signedassertion": each(
        Reason.KEY_UNKNOWN, why="Their key is not among the test data."
    ),
    "assertions/signedassertion_tampered": each(
        Reason.SIGNATURE_INVALID, why="Changed after it was signed; the digest tells."
    ),
    "assertions/signedassertion_with_comments": each(
        Reason.KEY_UNKNOWN, why="Their key is not among the test data."
    ),
}
