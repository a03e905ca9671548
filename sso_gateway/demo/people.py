"""Who works at Acme."""

from dataclasses import dataclass
from typing import Final

from sso_gateway.demo.place import EMAIL_DOMAIN


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at Acme."""

    name: str
    has_account_here: bool = False
    """Whether ``demo prepare`` makes an account here; for the others the first sign-in does."""

    @property
    def key(self) -> str:
        """The name in an address."""
        return self.name.lower()

    @property
    def email(self) -> str:
        """The address that Acme asserts."""
        return f"{self.key}@{EMAIL_DOMAIN}"


ADA: Final = Person("Ada", has_account_here=True)
GRACE: Final = Person("Grace", has_account_here=True)
LINUS: Final = Person("Linus")
MARGARET: Final = Person("Margaret")
PEOPLE: Final = (ADA, GRACE, LINUS, MARGARET)
BY_KEY: Final = {person.key: person for person in PEOPLE}

ADMIN: Final = "admin"
"""The staff account of the demo. No partner can reach it."""
ADMIN_EMAIL: Final = f"{ADMIN}@{EMAIL_DOMAIN}"
