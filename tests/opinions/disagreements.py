"""Where other implementations judge a message differently: the row's name, and the argument.

A disagreement that is not listed fails a test, and so does a listed one that is none any more.
"""

XMLSEC_NOT_ASKED = {
    "a reference to another host": "libxmlsec would fetch the address before it verifies.",
    "a reference to a file": "libxmlsec would read the file before it verifies.",
    "a second reference to a file": "libxmlsec would read the file before it verifies.",
}
OCTETS = "libxmlsec is given a parsed document; we refuse the octets before there is one."
OLD = "What libxmlsec still computes is too weak to believe (IIP-ALG08, SDP-ALG01)."
PROFILE = "A valid XML signature, but core 5.4 allows SAML one shape only."
XMLSEC = {
    "a document type declaration": OCTETS,
    "a harmless document type declaration": OCTETS,
    "a stylesheet instruction": OCTETS,
    "a processing instruction in the NameID": OCTETS,
    "a CDATA section in the NameID": OCTETS,
    "UTF-16": OCTETS,
    "another encoding declared": OCTETS,
    "XML 1.1": OCTETS,
    "a comment in the NameID, signed": OCTETS,
    "a comment in the NameID, added later": OCTETS,
    "more than a mebibyte": OCTETS,
    "more elements than a login needs": OCTETS,
    "more attributes than a login needs": OCTETS,
    "RSA with SHA-1": OLD,
    "SHA-1 only in the digest": OLD,
    "MD5 in the digest": OLD,
    "RSA with MD5": OLD,
    "ECDSA with SHA-1": OLD,
    "RSA of 1024 bits": OLD,
    "inclusive canonicalisation": PROFILE,
    "canonicalisation with comments": PROFILE,
    "only the enveloped transform": PROFILE,
    "inclusive canonicalisation as transform": PROFILE,
    "canonicalisation 1.1 as transform": PROFILE,
    "canonicalisation twice": PROFILE,
    "a reference by XPointer": PROFILE,
    "a manifest": PROFILE,
    "an Object in the signature": PROFILE,
}

VERSION = "What the installed xmlsec1 can do here depends on its version."
PYSAML2_NOT_ASKED = {
    **dict.fromkeys(("MD5 in the digest", "RSA with MD5", "mgf1p fixes its mask"), VERSION),
    **{f"signed with sha{n}-rsa-MGF1": VERSION for n in (256, 384, 512)},
    **{f"OAEP with sha{n}": VERSION for n in (256, 384, 512)},
    "rsa-oaep of xmlenc11 with nothing said": VERSION,
    **{
        f"rsa-oaep of xmlenc11 with sha{digest} and mgf1sha{mask}": VERSION
        for digest in (1, 256, 384, 512)
        for mask in (1, 256, 384, 512)
    },
}
PARSERS = (
    "pysaml2 leaves out what is not element or text; two readers of one message must not differ."
)
ENCODING = "We read UTF-8 and XML 1.0 only: one reading for all parsers."
BOUNDS = "pysaml2 has no bounds; a login needs far less than this."
SCHEMA = "Not valid by the SAML schema, which pysaml2 does not ask for an unsigned response."
CLOCK = "pysaml2 does not judge this time, or judges its edge the other way (core 2.5.1.2)."
FRESH = "pysaml2 does not ask when the message was issued; a message kept for long may be stolen."
TENANT = "pysaml2 does not compare the two issuers: the envelope could name another partner."
FORMAT = "An issuer is an entity and of no other format (prof 4.1.4.2)."
DESTINATION = "A signed response must carry its Destination (bind 3.5.5.2)."
POLICY = "The partner's policy demands it; pysaml2 has no such policy."
HIDDEN = "pysaml2 reads where it expects an assertion; we refuse a second one wherever it hides."
NAME = "pysaml2 takes the NameID as it comes; a name must name, and must be meant for us."
AUDIENCE = "Each restriction must name us, and there must be one (core 2.5.1.4, prof 4.1.4.2)."
BEARER = "A bearer confirmation has Recipient and NotOnOrAfter and no NotBefore (prof 4.1.4.2)."
REQUEST = "InResponseTo must agree in both places (prof 4.1.4.3); pysaml2 does not compare them."
AGE = "pysaml2 does not judge the authentication's own times."
WEAK = "SHA-1 carries no trust any more (SDP-ALG01)."
SMALL = "A key of 1024 bits can be broken; pysaml2 takes any size."
SHAPE = "Beyond the one shape of core 5.4; pysaml2 is laxer with transforms and types."
PLACE = "pysaml2 does not mind where a signature stands; one outside its place may cover nothing."
CIPHER = "pysaml2 decrypts with whatever xmlsec1 knows; PKCS 1.5 and bare CBC answer attackers."
ANY_CONFIRMATION = "One good confirmation is enough (core 2.4); pysaml2 wants each of them good."
TYPES = "An attribute of the IdP's own type must not fail a login (IIP-SP10)."
TYPE = "Type is optional (xmlenc 3.1); xmlsec1 then writes the content without its document."
SCOPE = "The plaintext is read where it stood (xmlenc 4.2); pysaml2 reads it by itself."
ENCRYPTED_ATTRIBUTE = "Decrypting attributes is for the reader (core 2.7.3.2); pysaml2 does not."

PYSAML2 = {
    "a harmless document type declaration": PARSERS,
    "a stylesheet instruction": PARSERS,
    "a processing instruction in the NameID": PARSERS,
    "a comment in the NameID, signed": PARSERS,
    "a comment in the NameID, added later": PARSERS,
    "a CDATA section in the NameID": PARSERS,
    "a comment in the ciphertext": PARSERS,
    "another encoding declared": ENCODING,
    "XML 1.1": ENCODING,
    "more than a mebibyte": BOUNDS,
    "more elements than a login needs": BOUNDS,
    "more attributes than a login needs": BOUNDS,
    "nested three hundred deep": BOUNDS,
    "a very long NameID": BOUNDS,
    "response ID that is no NCName": SCHEMA,
    "a response in the response": SCHEMA,
    "no Status": SCHEMA,
    "two Status elements": SCHEMA,
    "two NameIDs": SCHEMA,
    "two Conditions": SCHEMA,
    "assertion of version 2.1": "pysaml2 looks at the version of the response only.",
    "a time without its zone": "SAML has UTC, marked with Z (core 1.3.3).",
    "the ID of the response is used again": "Identifiers are unique (core 1.3.4).",
    "an identifier in a foreign form": "Only ID is SAML's identifier; others are confusion.",
    "an identifier of the response in the ciphertext": "Identifiers are unique (core 1.3.4).",
    "response issued in the future": FRESH,
    "response issued long ago": FRESH,
    "issued in the future": FRESH,
    "issued long ago": FRESH,
    "response issuer unknown": TENANT,
    "response issuer of a foreign format": FORMAT,
    "issuer of a foreign format": FORMAT,
    "issuer with a blank": "pysaml2 strips what Python calls a blank: two names become one.",
    "encrypted without the response naming its issuer": "It must be then (prof 4.1.4.2, E26).",
    "signed response without Destination": DESTINATION,
    "twice signed response without Destination": DESTINATION,
    "signed response with an empty Destination": DESTINATION,
    "no Destination where the partner's policy demands it": POLICY,
    "an assertion in Extensions": HIDDEN,
    "an assertion in Advice": HIDDEN,
    "an assertion in Advice in the ciphertext": HIDDEN,
    "an assertion in StatusDetail": HIDDEN,
    "an assertion in an attribute": HIDDEN,
    "empty NameID": NAME,
    "blank NameID": NAME,
    "NameID qualified for another": NAME,
    "no Conditions": AUDIENCE,
    "empty Conditions": AUDIENCE,
    "no audience": AUDIENCE,
    "a second restriction without us": AUDIENCE,
    "a first restriction without us": AUDIENCE,
    "NotOnOrAfter at the edge of the skew": CLOCK,
    "NotOnOrAfter now, without skew": CLOCK,
    "a window of no length": CLOCK,
    "sender vouches": BEARER,
    "Recipient is our name, not our address": BEARER,
    "confirmation without NotOnOrAfter": BEARER,
    "confirmation with NotBefore": BEARER,
    "confirmation expired": BEARER,
    "InResponseTo only in the response": REQUEST,
    "InResponseTo only in the confirmation": REQUEST,
    "InResponseTo of two requests": REQUEST,
    "authenticated in the future": AGE,
    "authenticated too long ago": AGE,
    "the IdP's session has ended": AGE,
    "authenticated too weakly": POLICY,
    "a context that only begins right": POLICY,
    "no context where one is wanted": POLICY,
    "a certificate expired, where the policy minds": POLICY,
    "a certificate not yet valid, where the policy minds": POLICY,
    "in the clear where the policy wants encryption": POLICY,
    "a signature at the end of the assertion": PLACE,
    "a stray signature in an attribute": PLACE,
    "RSA with SHA-1": WEAK,
    "SHA-1 only in the digest": WEAK,
    "ECDSA with SHA-1": WEAK,
    "RSA of 1024 bits": SMALL,
    "canonicalisation with comments": SHAPE,
    "only the enveloped transform": SHAPE,
    "a manifest": SHAPE,
    "RSA of PKCS 1.5": CIPHER,
    "an encrypted NameID with PKCS 1.5": CIPHER,
    "aes128-cbc in an unsigned response": CIPHER,
    "aes192-cbc in an unsigned response": CIPHER,
    "aes256-cbc in an unsigned response": CIPHER,
    "another's bearer beside ours": ANY_CONFIRMATION,
    "an attribute of the IdP's own type": TYPES,
    "EncryptedData without Type": TYPE,
    "an encrypted attribute": ENCRYPTED_ATTRIBUTE,
    "encrypted with the prefixes of what is around it": SCOPE,
}
"""The row's name, and why we stay with our own verdict."""
