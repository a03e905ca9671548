"""Who answers for a session that a partner's word opened."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

PATH = "sso_gateway.signon.backend.GatewayBackend"
"""Belongs into AUTHENTICATION_BACKENDS; a system check says so."""


class GatewayBackend(BaseBackend):
    """Finds the user of a session; authenticates nobody, whatever it is given."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody: a partner's user comes in through the ACS only."""

    def get_user(self, user_id: Any) -> User | None:
        """The user, where the account still exists and is active."""
        user = get_user_model()._default_manager.filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
