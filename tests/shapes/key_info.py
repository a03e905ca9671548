"""ds:KeyInfo in the ways that products write it. Hints for people: nobody should believe them."""

import base64
import textwrap
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sso_gateway.saml.names import DS
from tests.idp.keys import KeyPair

DSIG11 = "http://www.w3.org/2009/xmldsig11#"


def key_info(*parts: str, prefix: str = "ds") -> str:
    """KeyInfo around ``parts``, which are written with the prefix ``ds``."""
    text = f'<ds:KeyInfo xmlns:ds="{DS}">{"".join(parts)}</ds:KeyInfo>'
    return text if prefix == "ds" else _renamed(text, prefix)


def _renamed(text: str, prefix: str) -> str:
    dot = f"{prefix}:" if prefix else ""
    text = text.replace("<ds:", f"<{dot}").replace("</ds:", f"</{dot}")
    return text.replace("xmlns:ds=", f"xmlns:{prefix}=" if prefix else "xmlns=")


def certificate(pair: KeyPair, *, wrapped: bool = False) -> str:
    """X509Data with the certificate; ``wrapped`` into lines of 64."""
    body = base64.b64encode(pair.certificate_der).decode()
    if wrapped:
        body = "\n" + "\n".join(textwrap.wrap(body, 64)) + "\n"
    return f"<ds:X509Data><ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data>"


def certificates(*pairs: KeyPair) -> str:
    """X509Data with several certificates."""
    inner = "".join(
        f"<ds:X509Certificate>{base64.b64encode(p.certificate_der).decode()}</ds:X509Certificate>"
        for p in pairs
    )
    return f"<ds:X509Data>{inner}</ds:X509Data>"


def with_subject(pair: KeyPair) -> str:
    """X509Data that names the certificate's subject beside it."""
    name = pair.certificate.subject.rfc4514_string()
    return certificate(pair).replace(
        "<ds:X509Certificate>",
        f"<ds:X509SubjectName>{name}</ds:X509SubjectName><ds:X509Certificate>",
    )


def issuer_serial(pair: KeyPair) -> str:
    """X509Data that only points at the certificate."""
    named: x509.Certificate = pair.certificate
    return (
        "<ds:X509Data><ds:X509IssuerSerial>"
        f"<ds:X509IssuerName>{named.issuer.rfc4514_string()}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{named.serial_number}</ds:X509SerialNumber>"
        "</ds:X509IssuerSerial></ds:X509Data>"
    )


def key_name(name: str) -> str:
    """KeyName."""
    return f"<ds:KeyName>{name}</ds:KeyName>"


def key_value(pair: KeyPair) -> str:
    """KeyValue of an RSA key."""
    public_key = pair.private_key.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    numbers = public_key.public_numbers()
    octets: Callable[[int], str] = lambda n: base64.b64encode(  # noqa: E731
        n.to_bytes((n.bit_length() + 7) // 8, "big")
    ).decode()
    return (
        f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{octets(numbers.n)}</ds:Modulus>"
        f"<ds:Exponent>{octets(numbers.e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )


def der_encoded(pair: KeyPair) -> str:
    """DEREncodedKeyValue of XML Signature 1.1."""
    der = pair.private_key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    body = base64.b64encode(der).decode()
    return f'<dsig11:DEREncodedKeyValue xmlns:dsig11="{DSIG11}">{body}</dsig11:DEREncodedKeyValue>'


def retrieval_method(uri: str, kind: str = f"{DS}X509Data") -> str:
    """RetrievalMethod: fetch the key from there."""
    return f'<ds:RetrievalMethod URI="{uri}" Type="{kind}"/>'
