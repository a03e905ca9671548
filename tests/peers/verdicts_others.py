"""Whole responses of node-saml, pysaml2 and SimpleSAMLphp: what must become of each, and why."""

from sso_gateway.refusal import Reason
from tests.peers.verdicts_python3_saml import Verdict

ZONE = Verdict(
    Reason.XML_MALFORMED, "Times end in +00:00: SAML has UTC without a zone (core 1.3.3)."
)
MISPLACED = Verdict(
    Reason.XML_MALFORMED, "A signature at the end of what it signs: the schema has it after Issuer."
)
SHA1 = Verdict(Reason.ALGORITHM_WEAK, "RSA-SHA1, which carries no trust any more.")
HMAC = Verdict(Reason.ALGORITHM_WEAK, "HMAC: whoever can verify can forge.")
BARE = Verdict(Reason.SIGNATURE_MISSING, "Not signed.")
NOT_ONE = Verdict(Reason.NOT_A_RESPONSE, "An element that is no Response.")
COMMENT = Verdict(Reason.XML_FORBIDDEN, "A comment in the message.")
STRANGER = Verdict(
    Reason.KEY_UNKNOWN,
    "Their key is not among the test data. An attribute of type xs:integer where xs is bound to"
    " nothing is no fault (IIP-SP10).",
)
WRAPPED = Verdict(Reason.XML_MALFORMED, "Signature wrapping, in a shape the schema does not know.")

RESIGNED = "response.root-resigned-by-attacker-assertion-unsigned-attackers-cert-at-keyinfo"

NODE_SAML: dict[str, Verdict] = {
    f"signatures/invalid/{RESIGNED}": SHA1,
    "signatures/invalid/response.root-signed-transforms.assertion-unsigned": ZONE,
    "signatures/invalid/response.root-signed.assertion-invalidly-signed": ZONE,
    "signatures/invalid/response.root-signed.assertion-invalidly-signed-encrypted": ZONE,
    "signatures/invalid/response.root-signed.assertion-signed": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-signed.1advice-signed": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-signed.1advice-unsigned": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-signed.2advice-signed": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-signed.2advice-unsigned": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-unsigned": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-unsigned.1advice-unsigned": MISPLACED,
    "signatures/invalid/response.root-signed.assertion-unsigned.2advice-unsigned": MISPLACED,
    "signatures/invalid/response.root-signed.multiple-root-elements": Verdict(
        Reason.XML_MALFORMED, "Two root elements (CVE-2022-39299)."
    ),
    "signatures/invalid/response.root-unsigned.assertion-signed": MISPLACED,
    "signatures/invalid/response.root-unsigned.assertion-signed-transforms": ZONE,
    "signatures/invalid/response.root-unsigned.assertion-signed.1advice-signed": MISPLACED,
    "signatures/invalid/response.root-unsigned.assertion-signed.1advice-unsigned": MISPLACED,
    "signatures/invalid/response.root-unsigned.assertion-unsigned": ZONE,
    "signatures/invalid/response.root-unsigned.assertion-unsigned.1advice-unsigned": ZONE,
    "signatures/invalid/response.root-unsigned.assertion-unsigned.2advice-unsigned": ZONE,
    "signatures/valid/response.root-signed.assertion-signed": ZONE,
    "signatures/valid/response.root-signed.assertion-signed.1advice-signed": MISPLACED,
    "signatures/valid/response.root-signed.assertion-signed.1advice-unsigned": ZONE,
    "signatures/valid/response.root-signed.assertion-signed.2advice-signed": MISPLACED,
    "signatures/valid/response.root-signed.assertion-signed.2advice-unsigned": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned-13": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned-13-signature": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned-encrypted": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned-xd": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned-xd-signature": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned.1advice-unsigned": ZONE,
    "signatures/valid/response.root-signed.assertion-unsigned.2advice-unsigned": ZONE,
    "signatures/valid/response.root-unsigned.assertion-signed": ZONE,
    "signatures/valid/response.root-unsigned.assertion-signed.1advice-signed": MISPLACED,
    "signatures/valid/response.root-unsigned.assertion-signed.1advice-unsigned": ZONE,
    "response-with-uncomplete-attribute": ZONE,
    "response.root-signed.message-signed-double-subjectconfirmation": ZONE,
    "response.root-signed.message-signed-empty-subjectconfirmation": ZONE,
    "response.root-signed.message-signed-no-subjectconfirmation": ZONE,
    "testshib encrypted response": Verdict(
        Reason.ENC_ALGORITHM, "AES-CBC in a response that is not signed."
    ),
}

PYSAML2: dict[str, Verdict] = {
    "attribute_response": Verdict(
        Reason.ISSUER_UNKNOWN, "Its pretty print puts line breaks into the issuer: another name."
    ),
    "ecp_soap": NOT_ONE,
    "eidas_response": Verdict(
        Reason.SIGNATURE_INVALID,
        "Shortened after it was signed. Attribute types of eIDAS's own are no fault (IIP-SP10).",
    ),
    "enc_tmpl": NOT_ONE,
    "encrypted_attribute_statement": NOT_ONE,
    "okta_response": NOT_ONE,
    "pre_enc": Verdict(
        Reason.XML_MALFORMED, "A plain assertion inside EncryptedAssertion: a template."
    ),
    "saml2_response": SHA1,
    "saml_false_signed": SHA1,
    "saml_hok": COMMENT,
    "saml_hok_invalid": COMMENT,
    "saml_signed": SHA1,
    "saml_unsigned": BARE,
    "simplesamlphp_authnresponse": SHA1,
    "xmlsec1-keydata/signed-assertion-random-embedded-cert": SHA1,
    "xmlsec1-keydata/signed-assertion-with-hmac": HMAC,
    "xmlsec1-keydata/signed-response-with-hmac": HMAC,
    "xsw/signed-xsw-assertion-assertion": WRAPPED,
    "xsw/signed-xsw-assertion-extensions": Verdict(
        Reason.SEVERAL_ASSERTIONS, "Signature wrapping: the original hides in Extensions."
    ),
    "xsw/signed-xsw-assertion-in-assertion-first-sig": WRAPPED,
    "xsw/signed-xsw-assertion-wrapper": WRAPPED,
    "xsw/signed-xsw-response-in-response-first-sig": Verdict(
        Reason.SIGNATURE_WRAPPING, "Signature wrapping: an identifier is used twice."
    ),
}

SIMPLESAMLPHP: dict[str, Verdict] = {
    "assertions/signedassertion": NOT_ONE,
    "assertions/signedassertion_tampered": NOT_ONE,
    "assertions/signedassertion_with_comments": COMMENT,
    "response/signedresponse_with_signedassertion": STRANGER,
    "response/signedresponse_with_unsignedassertion": STRANGER,
    "response/unsignedresponse_with_signedassertion": STRANGER,
    "samlp_Response": BARE,
    "vulnerabilities/CVE-2025-66475": Verdict(
        Reason.XML_MALFORMED, "A relative namespace name: canonicalisation would be void."
    ),
    "vulnerabilities/signedAssertionReferencedEmbeddedAssertion": NOT_ONE,
    "vulnerabilities/signedAssertionWithInvalidReferencedId": NOT_ONE,
}

LOGOUT: dict[str, Verdict] = {
    "python3-saml/tests/data/logout_requests/invalids/invalid_issuer": BARE,
    "python3-saml/tests/data/logout_requests/invalids/no_nameId": Verdict(
        Reason.XML_MALFORMED, "It names nobody, which the schema asks for."
    ),
    "python3-saml/tests/data/logout_requests/invalids/not_after_failed": BARE,
    "python3-saml/tests/data/logout_requests/logout_request": BARE,
    "python3-saml/tests/data/logout_requests/logout_request_encrypted_nameid": BARE,
    "python3-saml/tests/data/logout_requests/logout_request_with_encoding": BARE,
    "python3-saml/tests/data/logout_requests/logout_request_with_sessionindex": BARE,
    "python3-saml/tests/data/logout_responses/logout_response": BARE,
    "python3-saml/tests/data/logout_responses/logout_response_with_encoding": BARE,
    "node-saml/test/static/logout_request_with_bad_expiration": MISPLACED,
    "node-saml/test/static/logout_request_with_bad_signature": SHA1,
    "node-saml/test/static/logout_request_with_encrypted_name_id": Verdict(
        Reason.XML_MALFORMED, "An EncryptedID outside of SAML's namespace."
    ),
    "node-saml/test/static/logout_request_with_good_signature": SHA1,
    "node-saml/test/static/logout_request_with_session_index": SHA1,
}
"""Logout messages, by the ends of their names: none of them ends a session here."""

NOT_RESPONSES: dict[str, str] = {
    "logout": "XML is judged by LOGOUT; the rest is wrapped for tests of their own (base64, JSON).",
    "metadata": "Metadata is read by tests/saml and tests/partners.",
    "element": "One SAML element alone, for a parser of elements; we read whole messages.",
    "key": "A key, a certificate or a setting that the messages need.",
    "request": "A message that a service provider sends; we write ours and read none.",
    "template": "What a project's own encryption or signing starts from, or ends in.",
    "licence": "The terms under which the data is here.",
}

ELSEWHERE: tuple[tuple[str, str], ...] = (
    ("*/LICENSE*", "licence"),
    ("*/COPYING", "licence"),
    ("*/notice.txt", "licence"),
    ("README.md", "licence"),
    ("SAML-Toolkits+python3-saml/tests/data/logout_*", "logout"),
    ("SAML-Toolkits+python3-saml/tests/data/metadata/*", "metadata"),
    ("SAML-Toolkits+python3-saml/tests/data/requests/*", "request"),
    ("SAML-Toolkits+python3-saml/tests/data/misc/*", "key"),
    ("SAML-Toolkits+python3-saml/tests/data/customPath/*", "key"),
    ("SAML-Toolkits+python3-saml/tests/certs/*", "key"),
    ("SAML-Toolkits+python3-saml/tests/settings/*", "key"),
    ("node-saml+node-saml/test/static/logout_request*", "logout"),
    ("node-saml+node-saml/test/static/*slo_redirect*", "logout"),
    ("node-saml+node-saml/test/static/*etadata*", "metadata"),
    ("node-saml+node-saml/test/static/acme_tools_com.xml", "metadata"),
    ("node-saml+node-saml/test/static/*.pem", "key"),
    ("node-saml+node-saml/test/static/*acme_tools_com*", "key"),
    ("node-saml+xml-crypto/test/static/*.pem", "key"),
    ("node-saml+xml-crypto/test/static/*.der", "key"),
    ("node-saml+xml-crypto/test/static/*.key", "key"),
    ("simplesamlphp+saml2/tests/resources/xml/authnrequest/*", "request"),
    ("simplesamlphp+saml2/tests/resources/xml/metadata/*", "metadata"),
    ("simplesamlphp+saml2/tests/resources/xml/*_*.xml", "element"),
    ("IdentityPython+pyFF/*", "metadata"),
    ("spring-projects+spring-security/*.crt", "key"),
    ("spring-projects+spring-security/*", "metadata"),
    ("IdentityPython+pysaml2/tests/*slo_redirect.xml", "metadata"),
    ("IdentityPython+pysaml2/tests/*.xml", "metadata"),
    ("IdentityPython+pysaml2/tests/*.pem", "key"),
    ("IdentityPython+pysaml2/tests/*.crt", "key"),
    ("IdentityPython+pysaml2/tests/*.key", "key"),
    ("IdentityPython+pysaml2/tests/*.der", "key"),
    ("IdentityPython+pysaml2/tests/attribute.map", "key"),
    ("IdentityPython+pysaml2/tests/*", "metadata"),
    ("lsh123+xmlsec/tests/*.xml", "template"),
    ("lsh123+xmlsec/tests/*", "template"),
)
"""What is not a response, by the first pattern that fits."""
