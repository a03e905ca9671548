"""Variants that must be accepted: what the specifications allow and identity providers send."""

from datetime import timedelta

from sso_gateway.saml.model import SignedPart
from sso_gateway.saml.names import (
    XENC11,
    AuthnContext,
    ConfirmationMethod,
    DataEncryption,
    DigestMethod,
    KeyTransport,
    NameIDFormat,
    SignatureMethod,
    StatusCode,
)
from tests.idp.encryption import MGF1
from tests.idp.recipe import NOW, SP, Confirmation
from tests.idp.signing import SHA1
from tests.saml.rows import Row, accepted
from tests.saml.rows.encrypted import CBC, TYPED, attribute, to_us, without_declarations
from tests.saml.rows.messages import EXTENSION, OLDEST, SECOND, SKEW, swap
from tests.saml.rows.signatures import IDP, NEW, OLD, STRANGER, x509

HOUR = timedelta(hours=1)
GCM = tuple(e for e in DataEncryption if e.endswith("-gcm"))
OAEP_DIGESTS = (SHA1, *DigestMethod)
NESTED = (
    '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">x</saml:NameID>'
)


SHAPES: tuple[Row, ...] = (
    accepted("the good message"),
    accepted("with an XML declaration",
             spoil=lambda m: b'<?xml version="1.0" encoding="UTF-8"?>\n' + m),
    accepted("with a byte order mark", spoil=lambda m: b"\xef\xbb\xbf" + m),
    accepted("with white space between elements", edit=swap("><", ">\n  <")),
    accepted("with other prefixes", edit=lambda t: t.replace("saml:", "a:").replace("samlp:", "b:")
             .replace("xmlns:saml=", "xmlns:a=").replace("xmlns:samlp=", "xmlns:b=")),
    accepted("an answer to our request", in_response_to="_request-1",
             expect={"request_id": "_request-1"}),
    accepted("an answer whose request the caller looks up", in_response_to="_request-1"),
    accepted("without Destination", destination=None),
    accepted("without response issuer", response_issuer=None),
    accepted("issuer of format entity", issuer_format=NameIDFormat.ENTITY),
    accepted("unknown extensions",
             extensions_xml=EXTENSION.format('<a:x xmlns:a="urn:acme" b="c"/>')),
    accepted("a status message", status_message="Willkommen"),
    accepted("a comment of the IdP's below Success", status=(StatusCode.SUCCESS, "urn:acme:note")),
)  # fmt: skip

ASSERTIONS: tuple[Row, ...] = (
    accepted("without NameID", name_id_xml=""),
    accepted("persistent NameID", name_id="x1", name_id_format=NameIDFormat.PERSISTENT,
             name_qualifier="https://idp.acme.example/metadata", sp_name_qualifier=SP),
    accepted("transient NameID", name_id="_x1", name_id_format=NameIDFormat.TRANSIENT),
    accepted("NameID without format", name_id_format=None),
    accepted("NameID of 256 characters", name_id="a" * 256),
    accepted("NameID of other letters", name_id="Zoë-Ωmega", attributes={"email": ("Zoë",)}),
    accepted("NotBefore at the edge of the skew", not_before=NOW + SKEW),
    accepted("NotOnOrAfter just inside the skew", not_on_or_after=NOW - SKEW + SECOND,
             not_before=NOW - HOUR),
    accepted("confirmation just inside the skew", confirmation_not_on_or_after=NOW - SKEW + SECOND),
    accepted("NotBefore now, without skew", not_before=NOW, expect={"skew": 0}),
    accepted("conditions without window", not_before=None, not_on_or_after=None),
    accepted("times with fractions", not_on_or_after="2030-01-15T12:05:00.123456789Z"),
    accepted("issued at the edge of the skew", issued=NOW + SKEW),
    accepted("issued as long ago as allowed", issued=NOW - OLDEST - SKEW),
    accepted("several audiences, we among them", audiences=(("https://other.example/sp", SP),)),
    accepted("two restrictions, both name us", audiences=((SP,), (SP, "urn:x"))),
    accepted("OneTimeUse", more_conditions_xml="<saml:OneTimeUse/>"),
    accepted("ProxyRestriction", more_conditions_xml='<saml:ProxyRestriction Count="0"/>'),
    accepted("holder of key beside bearer", confirmations=(
        Confirmation(method=ConfirmationMethod.HOLDER_OF_KEY), Confirmation())),
    accepted("another's bearer beside ours", confirmations=(
        Confirmation(recipient="https://other.example/acs/"), Confirmation())),
    accepted("confirmation with an address", address="192.0.2.7"),
    accepted("advice without assertion",
             advice_xml="<saml:Advice><saml:AssertionIDRef>_x</saml:AssertionIDRef></saml:Advice>"),
    accepted("advice of another namespace",
             advice_xml='<saml:Advice><a:x xmlns:a="urn:acme"/></saml:Advice>'),
    accepted("no attributes", attributes={}),
    accepted("an attribute without value", attributes_xml=attribute("")),
    accepted("an attribute of type string", attributes_xml=TYPED),
    accepted("an attribute of the IdP's own type", attributes_xml=attribute(
        '<saml:AttributeValue xmlns:a="urn:acme" xsi:type="a:Code">x</saml:AttributeValue>')),
    accepted("an attribute that is nil", attributes_xml=attribute(
        '<saml:AttributeValue xsi:nil="true"/>')),
    accepted("an attribute with a NameID inside", attributes_xml=attribute(
        f"<saml:AttributeValue>{NESTED}</saml:AttributeValue>",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.10")),
    accepted("an attribute with other XML attributes", edit=swap(
        '<saml:Attribute Name="email"',
        '<saml:Attribute Name="email" xmlns:a="urn:acme" a:OriginalIssuer="x"')),
    accepted("an authorisation statement beside", more_statements_xml=(
        '<saml:AuthzDecisionStatement Resource="urn:x" Decision="Permit"><saml:Action'
        ' Namespace="urn:x">read</saml:Action></saml:AuthzDecisionStatement>')),
    accepted("authenticated yesterday, no limit", authn_instant=NOW - timedelta(days=1)),
    accepted("authenticated just within the limit", authn_instant=NOW - HOUR - SKEW,
             expect={"max_authn_age": HOUR}),
    accepted("a session end to come", session_not_on_or_after=NOW + HOUR),
    accepted("a session end just inside the skew", session_not_on_or_after=NOW - SKEW + SECOND),
    accepted("without SessionIndex", session_index=None),
    accepted("a context that is wanted",
             expect={"authn_contexts": (AuthnContext.PASSWORD_PROTECTED_TRANSPORT,)}),
    accepted("a context declaration and no class", authn_context=None),
)  # fmt: skip

SIGNED: tuple[Row, ...] = (
    accepted("the response signed", sign="response"),
    accepted("both signed", sign="both"),
    accepted("both signed, both wanted", sign="both", expect={"signed": SignedPart.BOTH}),
    accepted("the response signed and wanted", sign="response",
             expect={"signed": SignedPart.RESPONSE}),
    accepted("both signed, the assertion wanted", sign="both",
             expect={"signed": SignedPart.ASSERTION}),
    *(accepted(f"signed with {m.rpartition('#')[2]}", sign="both", how={"method": m},
               key="ec-256" if "ecdsa" in m else "rsa-2048",
               expect={"keys": ("ec-256" if "ecdsa" in m else "rsa-2048",)})
      for m in SignatureMethod),
    *(accepted(f"digest {d.rpartition('#')[2]}", how={"digest": d}) for d in DigestMethod),
    *(accepted(f"a key of kind {kind}", key=kind, how={"method": SignatureMethod.ECDSA_SHA512},
               expect={"keys": (kind,)}) for kind in ("ec-384", "ec-521")),
    accepted("RSA of 3072 bits", key="rsa-3072", expect={"keys": ("rsa-3072",)}),
    accepted("inclusive namespaces", sign="both", how={"inclusive_prefixes": "xs xsi"}),
    accepted("inclusive default namespace", how={"inclusive_prefixes": "#default xs"}),
    accepted("a signature without prefix", how={"prefix": ""}),
    accepted("with its own certificate shown", how={"key_info_xml": x509(IDP)}),
    accepted("with a stranger's certificate shown", how={"key_info_xml": x509(STRANGER)}),
    accepted("the second of two keys", key=STRANGER, expect={"keys": (IDP, STRANGER)}),
    accepted("two keys, one for each signature", sign="both", how={"key": STRANGER},
             response_how={"key": IDP}, expect={"keys": (IDP, STRANGER)}),
    accepted("a certificate expired", key=OLD, expect={"keys": (OLD,)}),
    accepted("a certificate not yet valid", key=NEW, expect={"keys": (NEW,)}),
)  # fmt: skip

ENCRYPTED: tuple[Row, ...] = (
    *(accepted(f"encrypted with {e.rpartition('#')[2]}", encrypt=to_us(data=e)) for e in GCM),
    *(accepted(f"{e.rpartition('#')[2]} in a signed response", sign="response",
               encrypt=to_us(data=e)) for e in CBC),
    accepted("AES-128-CBC, both signed", sign="both", encrypt=to_us(data=CBC[0])),
    accepted("encrypted, the response signed", sign="response", encrypt=to_us()),
    accepted("encrypted, both signed", sign="both", encrypt=to_us()),
    accepted("encrypted, as the policy wants", encrypt=to_us(), expect={"encrypted": True}),
    accepted("encrypted with the prefixes of what is around it", encrypt=to_us(),
             edit_plaintext=without_declarations, attributes_xml=TYPED),
    accepted("the key beside the data", encrypt=to_us(key_beside_data=True)),
    accepted("a recipient named", encrypt=to_us(recipient_hint=SP, key_name="us")),
    accepted("EncryptedData without Type", encrypt=to_us(type_uri=None)),
    accepted("OAEP with parameters", encrypt=to_us(oaep_params=b"label")),
    *(accepted(f"OAEP with {d.rpartition('#')[2]}", encrypt=to_us(oaep_digest=d))
      for d in OAEP_DIGESTS),
    *(accepted(f"rsa-oaep of xmlenc11 with {d.rpartition('#')[2]} and {m.rpartition('#')[2]}",
               encrypt=to_us(transport=KeyTransport.RSA_OAEP, oaep_digest=d, mgf=m))
      for d in OAEP_DIGESTS for m in MGF1),
    accepted("rsa-oaep of xmlenc11 with nothing said",
             encrypt=to_us(transport=KeyTransport.RSA_OAEP)),
    accepted("mgf1p fixes its mask", encrypt=to_us(oaep_digest=DigestMethod.SHA256,
                                                   mgf=f"{XENC11}mgf1sha1")),
    accepted("the second of our keys", encrypt=to_us(), expect={
        "decryption_keys": (STRANGER, to_us().recipient)}),
    accepted("an encrypted NameID", encrypt_name_id=to_us()),
    accepted("an encrypted attribute", encrypt_attribute=to_us()),
    accepted("an encrypted NameID in CBC", encrypt_name_id=to_us(data=CBC[0])),
    accepted("an encrypted NameID in an encrypted assertion", encrypt=to_us(),
             encrypt_name_id=to_us()),
)  # fmt: skip

ROWS = SHAPES + ASSERTIONS + SIGNED + ENCRYPTED
