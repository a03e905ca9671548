"""The scene of a sign-in: a live partner, a user, a browser, and a clock that stands still."""

from tests.signon.conftest import acme, ada, browser, clock, our_keys

__all__ = ["acme", "ada", "browser", "clock", "our_keys"]
