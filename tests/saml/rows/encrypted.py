"""Refused for how the message is encrypted."""

import re
from collections.abc import Callable

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import XENC11, DataEncryption, KeyTransport
from tests.idp.encryption import RSA_1_5, TRIPLE_DES, Encryption
from tests.idp.keys import key_pair
from tests.idp.recipe import EMAIL
from tests.idp.signing import MD5, SHA1
from tests.idp.workshop import sp_key
from tests.saml.rows import Row, refused
from tests.saml.rows.messages import another_assertion, become, swap_bytes

STRANGER = key_pair("rsa-2048", "stranger")


def to_us(**how: object) -> Encryption:
    return Encryption(**{"recipient": sp_key(), **how})  # type: ignore[arg-type]


def inside(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def edit(plaintext: bytes) -> bytes:
        assert old in plaintext, old
        return plaintext.replace(old, new, 1)

    return edit


def without_declarations(plaintext: bytes) -> bytes:
    """What is left where an encryptor copies an element without the namespaces in scope."""
    return re.sub(rb' xmlns:(?:samlp|saml|xs|xsi)="[^"]*"', b"", plaintext)


def attribute(inner: str, name: str = "urn:acme:more") -> str:
    """An attribute statement with the e-mail address and one attribute more."""
    return (
        '<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>'
        f"{EMAIL}</saml:AttributeValue></saml:Attribute><saml:Attribute"
        f' Name="{name}">{inner}</saml:Attribute></saml:AttributeStatement>'
    )


TYPED = attribute('<saml:AttributeValue xsi:type="xs:string">x</saml:AttributeValue>')
CBC = tuple(e for e in DataEncryption if e.endswith("-cbc"))

ROWS: tuple[Row, ...] = (
    refused("in the clear where the policy wants encryption", Reason.ENCRYPTION_REQUIRED,
            expect={"encrypted": True}),
    refused("encrypted, and we have no key", Reason.ENCRYPTED_NO_KEY, encrypt=to_us(),
            expect={"decryption_keys": ()}),
    refused("encrypted for another", Reason.DECRYPT_FAILED, encrypt=Encryption(recipient=STRANGER)),
    refused("the encrypted key is damaged", Reason.DECRYPT_FAILED, encrypt=to_us(spoil_key=True)),
    refused("the ciphertext is damaged", Reason.DECRYPT_FAILED, encrypt=to_us(spoil_data=True)),
    refused("RSA of PKCS 1.5", Reason.ENC_ALGORITHM, encrypt=to_us(transport=RSA_1_5)),
    refused("3DES", Reason.ENC_ALGORITHM, encrypt=to_us(declared_data=TRIPLE_DES)),
    refused("3DES in a signed response", Reason.ENC_ALGORITHM, sign="both",
            encrypt=to_us(declared_data=TRIPLE_DES)),
    refused("GCM called CBC in a signed response", Reason.DECRYPT_FAILED, sign="both",
            encrypt=to_us(declared_data=DataEncryption.AES256_CBC)),
    refused("AES-256 called AES-128", Reason.DECRYPT_FAILED,
            encrypt=to_us(declared_data=DataEncryption.AES128_GCM)),
    *(refused(f"{e.rpartition('#')[2]} in an unsigned response", Reason.ENC_ALGORITHM,
              encrypt=to_us(data=e)) for e in CBC),
    refused("OAEP with MD5", Reason.ENC_ALGORITHM, encrypt=to_us(oaep_digest=SHA1),
            spoil=swap_bytes(SHA1.encode(), MD5.encode())),
    refused("OAEP with an unknown mask", Reason.ENC_ALGORITHM,
            encrypt=to_us(transport=KeyTransport.RSA_OAEP, mgf=f"{XENC11}mgf1sha1"),
            spoil=swap_bytes(f"{XENC11}mgf1sha1".encode(), b"urn:acme:mgf")),
    refused("a reference instead of the ciphertext", Reason.XML_MALFORMED,
            encrypt=to_us(cipher_reference="http://127.0.0.1/x")),
    refused("encrypted and signed nowhere", Reason.SIGNATURE_MISSING, sign="nothing",
            encrypt=to_us()),
    refused("encrypted, signed by a stranger", Reason.KEY_UNKNOWN, key=STRANGER, encrypt=to_us()),
    refused("changed after signing, then encrypted", Reason.SIGNATURE_INVALID, encrypt=to_us(),
            edit_plaintext=inside(b"ada@", b"eve@")),
    refused("encrypted without the response naming its issuer", Reason.ISSUER_MISSING,
            encrypt=to_us(), response_issuer=None),
    refused("encrypted, the issuers differ", Reason.ISSUER_MISMATCH, encrypt=to_us(),
            assertion_issuer="https://other.example/idp"),
    refused("something else was encrypted", Reason.NO_ASSERTION, encrypt=to_us(),
            edit_plaintext=become(b"<x/>")),
    refused("nothing was encrypted", Reason.XML_MALFORMED, encrypt=to_us(),
            edit_plaintext=become(b"")),
    refused("two assertions in the ciphertext", Reason.XML_MALFORMED, encrypt=to_us(),
            edit_plaintext=lambda p: p + p),
    refused("a document type declaration in the ciphertext", Reason.XML_FORBIDDEN, encrypt=to_us(),
            edit_plaintext=lambda p: b"<!DOCTYPE x>" + p),
    refused("a comment in the ciphertext", Reason.XML_FORBIDDEN, encrypt=to_us(),
            edit_plaintext=inside(b"ada@acme", b"ada@<!---->acme")),
    refused("invalid SAML in the ciphertext", Reason.XML_MALFORMED, encrypt=to_us(),
            edit_plaintext=inside(b' Version="2.0"', b"")),
    refused("an identifier of the response in the ciphertext", Reason.SIGNATURE_WRAPPING,
            encrypt=to_us(), assertion_id="EncryptedAssertion-data"),
    refused("a plain assertion beside the encrypted one", Reason.SEVERAL_ASSERTIONS,
            encrypt=to_us(), after_assertion_xml=another_assertion()),
    refused("an assertion in Advice in the ciphertext", Reason.SEVERAL_ASSERTIONS,
            encrypt=to_us(), advice_xml=f"<saml:Advice>{another_assertion()}</saml:Advice>"),
    refused("encrypted for us, for another audience", Reason.AUDIENCE_MISMATCH,
            encrypt=to_us(), audience="https://other.example/sp"),
    # Exclusive canonicalisation leaves out the prefixes that only the plaintext uses, so nothing
    # that was signed says what they mean.
    *(refused(f"encrypted with prefixes that the signed {part} does not carry",
              Reason.XML_MALFORMED, sign=sign, encrypt=to_us(),
              edit_plaintext=without_declarations, attributes_xml=TYPED)
      for sign, part in (("response", "response"), ("both", "response and assertion"))),
    refused("an encrypted NameID for another", Reason.DECRYPT_FAILED,
            encrypt_name_id=Encryption(recipient=STRANGER)),
    refused("an encrypted attribute for another", Reason.DECRYPT_FAILED,
            encrypt_attribute=Encryption(recipient=STRANGER)),
    refused("an encrypted NameID with PKCS 1.5", Reason.ENC_ALGORITHM,
            encrypt_name_id=to_us(transport=RSA_1_5)),
)  # fmt: skip
