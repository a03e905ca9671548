"""``manage.py demo prepare``: the demo partner, its keys, its people and an administrator."""

from typing import Any

from sso_gateway.demo import flows
from sso_gateway.partners.commands import Answer, VerbCommand


class Command(VerbCommand):
    """The demo from the command line."""

    help = "Prepares the demo."

    def prepare(self, **options: Any) -> Answer:
        """Makes what is missing, leaves what is there."""
        return {"said": flows.prepare()}

    verbs = {"prepare": prepare}
