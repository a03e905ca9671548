"""Whom we trust: partners, their identity providers, metadata versions and certificates."""
