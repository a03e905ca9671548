"""A message that waits on a page to be sent, and knows how to be written anew when it has aged."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sso_gateway.demo.faults import FAULTS
from sso_gateway.demo.message import LIFETIME, about
from sso_gateway.demo.people import ADA, BY_KEY, Person
from sso_gateway.demo.recipe import Menu, Recipe
from sso_gateway.demo.variants import VARIANTS
from sso_gateway.partners.trust import Trust

RECIPES: Final = Menu({**VARIANTS, **FAULTS})
USUAL: Final = next(iter(VARIANTS.values()))
_MARGIN: Final = timedelta(seconds=30)
"""A message that has less than this to live is written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which message about whom, and what it answers."""

    recipe: Recipe = USUAL
    person: Person = ADA
    in_response_to: str = ""
    relay_state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The message, ready for the form that carries it."""

    order: Order
    message: str
    written: datetime

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields: those of the HTTP-POST binding (bind 3.5.4), and the order."""
        order = self.order
        binding = {"SAMLResponse": b64encode(self.message.encode()).decode()}
        if order.relay_state:
            binding["RelayState"] = order.relay_state
        return binding | {
            "recipe": order.recipe.name,
            "person": order.person.key,
            "request": order.in_response_to,
            "written": str(int(self.written.timestamp())),
        }


def make(order: Order, trust: Trust, now: datetime) -> Offer:
    """The message that is ordered, as of now."""
    words = about(order.person, trust.service_provider, now, order.in_response_to)
    return Offer(order=order, message=order.recipe.write(words), written=now)


def order_in(form: Mapping[str, str]) -> Order | None:
    """The order that ``fields`` carried; None where it is not one of ours."""
    recipe, person = RECIPES.get(form.get("recipe", "")), BY_KEY.get(form.get("person", ""))
    if recipe is None or person is None:
        return None
    return Order(
        recipe=recipe,
        person=person,
        in_response_to=form.get("request", ""),
        relay_state=form.get("RelayState", ""),
    )


def is_fresh(form: Mapping[str, str], now: datetime) -> bool:
    """Whether the message in this form will still be in time when it arrives.

    A courtesy to whoever left the page open; the gateway judges the message itself.
    """
    written = form.get("written", "")
    if not (written.isascii() and written.isdecimal() and len(written) < 12):
        return False
    return now - datetime.fromtimestamp(int(written), UTC) < LIFETIME - _MARGIN
