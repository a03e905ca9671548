"""The genuine messages that every attack starts from."""

import functools

from sso_gateway.saml.model import Expected, SignedPart
from sso_gateway.saml.names import SignatureMethod
from tests.attacks.attack import Attack
from tests.idp import workshop
from tests.shapes import features, products, products_encrypted, writing
from tests.shapes.attributes import attribute
from tests.shapes.shape import ACS, SP, Shape, elliptic, rsa, shape

INDENTED = shape(
    "many values, one element a line",
    edit=writing.indented("  "),
    attributes_xml=features.beside(attribute("groups", "a", "b", "c"), attribute("sn", "Zoë")),
)
ELLIPTIC = shape("an elliptic curve", key=elliptic(), how={"method": SignatureMethod.ECDSA_SHA256})

PLAIN: tuple[Shape, ...] = (
    products.PLAIN,
    products.ENTRA,
    products.OKTA,
    products.AD_FS,
    products.KEYCLOAK,
    products.PYSAML2,
    INDENTED,
    ELLIPTIC,
)
ENCRYPTED: tuple[Shape, ...] = (
    products_encrypted.PLAIN,
    products_encrypted.OKTA,
    products_encrypted.AD_FS,
    products_encrypted.KEYCLOAK,
)
SHAPES = PLAIN + ENCRYPTED


MESSAGES = tuple((shape, placement) for shape in SHAPES for placement in shape.placements)


def targets(attack: Attack) -> tuple[tuple[Shape, SignedPart], ...]:
    """The genuine messages that the attack applies to."""
    return tuple(target for target in MESSAGES if attack.applies(*target))


def shows_key(shape: Shape) -> bool:
    """Whether its signatures have a KeyInfo."""
    return "key_info_xml" in shape.says.get("how", {})


def has_prefixes(shape: Shape) -> bool:
    """Whether its assertion's names are written with a prefix."""
    return shape not in (products.ENTRA, products.AD_FS)


@functools.cache
def expected() -> Expected:
    """What one partner's gateway expects, who has all these identity providers."""
    agreed = workshop.expected(keys=(rsa(), elliptic()), acs_url=ACS, entity_id=SP)
    return Expected(
        service_provider=agreed.service_provider,
        identity_providers={found.issuer: found.provider() for found in SHAPES},
        now=agreed.now,
    )
