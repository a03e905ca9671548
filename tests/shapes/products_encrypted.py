"""The same products with encryption switched on, each with the algorithms that it is known for."""

from collections.abc import Mapping
from typing import Any

from sso_gateway.saml.names import DataEncryption, DigestMethod, KeyTransport
from tests.idp.encryption import Encryption
from tests.idp.signing import SHA1
from tests.idp.workshop import sp_key
from tests.shapes import products
from tests.shapes.shape import PLACEMENTS, SIGNED_RESPONSE, Shape


def encrypted(
    style: Shape,
    data: str,
    *,
    placements: tuple[Any, ...] = PLACEMENTS,
    **how: object,
) -> Shape:
    """The message of this style, its assertion encrypted with our key."""
    settings: Mapping[str, Any] = {"recipient": sp_key(), "data": data, **how}
    says = {**style.says, "encrypt": Encryption(**settings)}
    return Shape(f"{style.name}, encrypted", says, style.expect, placements, style.names)


AES128_CBC, AES256_CBC = DataEncryption.AES128_CBC, DataEncryption.AES256_CBC
AES128_GCM, AES256_GCM = DataEncryption.AES128_GCM, DataEncryption.AES256_GCM

PLAIN = encrypted(products.PLAIN, AES256_GCM)
OKTA = encrypted(products.OKTA, AES256_GCM, key_beside_data=True)
AD_FS = encrypted(products.AD_FS, AES256_CBC, placements=SIGNED_RESPONSE, oaep_digest=SHA1)
SHIBBOLETH = encrypted(products.SHIBBOLETH, AES128_GCM, key_name="our key")
SIMPLESAMLPHP = encrypted(products.SIMPLESAMLPHP, AES128_CBC, placements=SIGNED_RESPONSE)
KEYCLOAK = encrypted(
    products.KEYCLOAK,
    AES256_GCM,
    transport=KeyTransport.RSA_OAEP,
    oaep_digest=DigestMethod.SHA256,
    mgf="http://www.w3.org/2009/xmlenc11#mgf1sha256",
)
LEMONLDAP = encrypted(products.LEMONLDAP, AES256_GCM, type_uri=None)
PYSAML2 = encrypted(products.PYSAML2, AES128_GCM)

ALL: tuple[Shape, ...] = (
    PLAIN,
    OKTA,
    AD_FS,
    SHIBBOLETH,
    SIMPLESAMLPHP,
    KEYCLOAK,
    LEMONLDAP,
    PYSAML2,
)
