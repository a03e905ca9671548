"""Acme's portal and identity provider, to try everything on a laptop. Never in production."""
