"""The ways of protecting a message that must be accepted. The first is what most IdPs do."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from sso_gateway.demo import protection
from sso_gateway.demo.message import Words, assertion, response
from sso_gateway.demo.place import SLUG
from sso_gateway.demo.recipe import Group, Menu
from sso_gateway.partners import keys
from sso_gateway.partners.keys import Purpose

VARIANTS: Final = Menu()


@VARIANTS.add(
    Group.GOOD,
    _("Signed assertion"),
    _("The assertion is signed, the response around it is not: what most products do."),
)
def signed_assertion(words: Words) -> str:
    return protection.good(words)


@VARIANTS.add(
    Group.GOOD,
    _("Signed response"),
    _("One signature over the whole response; the assertion inside has none of its own."),
)
def signed_response(words: Words) -> str:
    return protection.signed_response(words, assertion(words))


@VARIANTS.add(
    Group.GOOD, _("Both signed"), _("The assertion is signed, and the response around it again.")
)
def both_signed(words: Words) -> str:
    return protection.signed_response(words, protection.signed_assertion(words))


@VARIANTS.add(
    Group.GOOD,
    _("Encrypted"),
    _("The signed assertion is encrypted for the gateway with AES-256-GCM."),
)
def encrypted(words: Words) -> str:
    ours = keys.published(Purpose.ENCRYPTION, SLUG)[0]
    return response(words, protection.encrypted(protection.signed_assertion(words), ours))
