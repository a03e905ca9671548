"""Django's sessions in the database, read from a shared cache while there is one.

``SESSION_ENGINE = "sso_gateway.signon.session_store"``. It differs from Django's ``cached_db`` in
two things, both about a cache that does not answer:

- Whatever the cache fails at, the database does: a session lives on, and nobody sees an error.
- The cache cannot bring a session back that was deleted while it was away. A session that a
  partner opened is believed from there, because its ``LoginSession`` decides at every request; any
  other, such as one that a password opened, is read from the database.
"""

import logging
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.cache import caches

from sso_gateway.signon.sessions import LOGIN_KEY

_PREFIX: Final = "sso_gateway.session."
logger = logging.getLogger("sso_gateway.signon")


class SessionStore(DatabaseStore):
    """What the database has, sometimes sooner."""

    def __init__(self, session_key: str | None = None) -> None:
        self._cache = caches[settings.SESSION_CACHE_ALIAS]
        super().__init__(session_key)

    def load(self) -> dict[str, Any]:
        """The session's contents; none where it does not exist or is over."""
        remembered = self._remembered()
        if remembered is not None:
            return remembered
        stored: dict[str, Any] = super().load()
        self._remember(stored)
        return stored

    def save(self, must_create: bool = False) -> None:
        """Stores it in the database, and then in the cache if that answers."""
        super().save(must_create)
        self._remember(dict(self.items()))

    def delete(self, session_key: str | None = None) -> None:
        """Deletes it in the database, and then in the cache if that answers."""
        super().delete(session_key)
        try:
            self._cache.delete(f"{_PREFIX}{session_key or self.session_key}")
        except Exception as failure:
            _tell("delete", failure)

    def _remembered(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] | None = self._cache.get(f"{_PREFIX}{self.session_key}")
        except Exception as failure:
            _tell("get", failure)
            return None
        return found

    def _remember(self, contents: dict[str, Any]) -> None:
        """Only what a partner opened is ever put into the cache."""
        if LOGIN_KEY not in contents:
            return
        age = self.get_expiry_age(expiry=contents.get("_session_expiry"))
        try:
            self._cache.set(f"{_PREFIX}{self.session_key}", contents, age)
        except Exception as failure:
            _tell("set", failure)


def _tell(what: str, failure: Exception) -> None:
    """Its kind, never its own words: they may name an address with a password."""
    logger.warning("the cache failed at %s: %s", what, type(failure).__name__)
