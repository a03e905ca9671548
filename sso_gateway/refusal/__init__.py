"""Why we say no: the catalogue of reasons, and the one exception that carries one."""

from sso_gateway.refusal.catalogue.row import Heading
from sso_gateway.refusal.placeholders import fill
from sso_gateway.refusal.reason import Reason
from sso_gateway.refusal.refusal import Refusal

__all__ = ["Heading", "Reason", "Refusal", "fill"]
