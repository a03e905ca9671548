"""All the shapes there are, each by its own name."""

from tests.shapes import features, products, products_encrypted, protection
from tests.shapes.shape import Shape

ALL: tuple[Shape, ...] = products.ALL + products_encrypted.ALL + features.ALL + protection.ALL
