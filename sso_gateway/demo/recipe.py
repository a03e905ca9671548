"""One kind of message that the demo can send."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sso_gateway.demo.message import Words
from sso_gateway.refusal import Reason

Text = str | Promise
Write = Callable[[Words], str]


class Group(Enum):
    """Under which heading the portal lists it."""

    GOOD = _("Accepted")
    ELSEWHERE = _("Meant for somebody else")
    TIME = _("Too late, too early, once too often")
    PROTECTION = _("Not signed or encrypted as agreed")
    FORGERY = _("Forged")
    PERSON = _("About the wrong person")
    SENDER = _("Not Acme, or no sign-in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A message with a name. ``reason`` is why it must be refused; None: it must be accepted."""

    name: str
    """Part of addresses."""
    title: Text
    sentence: Text
    group: Group
    write: Write
    reason: Reason | None = None
    fault_inside: bool = True
    """False where the message is faultless, and what is wrong shows only when it arrives."""


class Menu(dict[str, Recipe]):
    """Recipes by name, in the order in which they were added."""

    def add(
        self,
        group: Group,
        title: Text,
        sentence: Text,
        reason: Reason | None = None,
        *,
        fault_inside: bool = True,
    ) -> Callable[[Write], Write]:
        """Enters the decorated function, whose name gives the recipe its own."""

        def enter(write: Write) -> Write:
            name = write.__name__.replace("_", "-")
            self[name] = Recipe(
                name=name,
                title=title,
                sentence=sentence,
                group=group,
                write=write,
                reason=reason,
                fault_inside=fault_inside,
            )
            return write

        return enter

    def of(self, group: Group) -> list[Recipe]:
        """The recipes of one group."""
        return [recipe for recipe in self.values() if recipe.group is group]
