"""Interoperability vectors of W3C and IETF: XML signatures that a SAML message must not have.

core 5.4 allows one shape only: enveloped, one reference to its parent, exclusive canonicalisation.
"""

from sso_gateway.refusal import Reason

SCOPE = Reason.SIGNATURE_SCOPE
FORBIDDEN = Reason.XML_FORBIDDEN

ENVELOPING = Reason.SIGNATURE_MISSING
"""The verdict on every other signature: it is the root, so there is nothing it stands in."""

SIGNATURES: dict[str, tuple[Reason, str]] = {
    "merlin-c14n-three/signature.xml": (SCOPE, "Many references, one with XPath."),
    "merlin-exc-c14n-one/exc-signature.xml": (SCOPE, "Objects inside the signature."),
    "merlin-xmldsig-twenty-three/signature-enveloped-dsa.xml": (
        SCOPE, "Inclusive canonicalisation."),
    "merlin-xmldsig-twenty-three/signature.xml": (FORBIDDEN, "A stylesheet and a DTD."),
    "merlin-xmlenc-five/decryption-transform-except.xml": (SCOPE, "A decryption transform."),
    "merlin-xmlenc-five/decryption-transform.xml": (SCOPE, "A decryption transform."),
    "merlin-xpath-filter2-three/sign-spec.xml": (SCOPE, "XPath filters."),
    "merlin-xpath-filter2-three/sign-xfdl.xml": (SCOPE, "XPath filters."),
    "phaos-xmldsig-three/signature-dsa-enveloped.xml": (SCOPE, "Inclusive canonicalisation."),
    "phaos-xmldsig-three/signature-hmac-sha1-exclusive-c14n-enveloped.xml": (
        Reason.ALGORITHM_WEAK, "HMAC."),
    "phaos-xmldsig-three/signature-rsa-detached-xslt-transform-bad-retrieval-method.xml": (
        SCOPE, "Inclusive canonicalisation, and a stylesheet."),
    "phaos-xmldsig-three/signature-rsa-enveloped-bad-digest-val.xml": (
        SCOPE, "Inclusive canonicalisation."),
    "phaos-xmldsig-three/signature-rsa-enveloped-bad-sig.xml": (SCOPE, "Several references."),
    "phaos-xmldsig-three/signature-rsa-enveloped.xml": (SCOPE, "Inclusive canonicalisation."),
    "phaos-xmldsig-three/signature-rsa-xpath-transform-enveloped.xml": (
        SCOPE, "Inclusive canonicalisation, and XPath."),
    "xmldsig2ed-tests/xpointer-1-SUN.xml": (SCOPE, "Inclusive canonicalisation, and XPointer."),
    "xmldsig2ed-tests/xpointer-3-SUN.xml": (SCOPE, "Inclusive canonicalisation, and XPointer."),
}  # fmt: skip

NOT_SIGNED: dict[str, str] = {
    "phaos-xmldsig-three/document.xml": "What a detached signature refers to.",
    "phaos-xmldsig-three/document-stylesheet.xml": "What a detached signature refers to.",
    "xmldsig2ed-tests/c14n11/xml-base-input.xml": "What a detached signature refers to.",
}

ENCRYPTION_FOLDERS = ("01-phaos-xmlenc-3", "merlin-xmlenc-five", "xmlenc11-interop-2012")
"""Vectors of XML encryption; two of them are signatures as well, and stand above."""

DECRYPTED = {
    "xmlenc11-interop-2012/cipherText__RSA-2048__aes128-gcm__rsa-oaep-mgf1p.xml":
        "RSA-2048_SHA256WithRSA",
    "xmlenc11-interop-2012/cipherText__RSA-3072__aes192-gcm__rsa-oaep-mgf1p__Sha256.xml":
        "RSA-3072_SHA256WithRSA",
    "xmlenc11-interop-2012/cipherText__RSA-3072__aes256-gcm__rsa-oaep__Sha384-MGF_Sha1.xml":
        "RSA-3072_SHA256WithRSA",
    "xmlenc11-interop-2012/cipherText__RSA-4096__aes256-gcm__rsa-oaep__Sha512-MGF_Sha1_PSource.xml":
        "RSA-4096_SHA256WithRSA",
}  # fmt: skip
"""AES-GCM with RSA-OAEP, in all its variants: must be read, with the key of that name."""

DECRYPTED_IF_SIGNED = {
    "01-phaos-xmlenc-3/enc-element-aes128-kt-rsa_oaep_sha1.xml",
    "01-phaos-xmlenc-3/enc-element-aes192-kt-rsa_oaep_sha1.xml",
}
"""AES-CBC with RSA-OAEP: read only where a trusted signature covers the ciphertext."""
