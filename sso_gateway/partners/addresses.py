"""Where a partner reaches us and what we are called there, built from SSO_BASE_URL alone."""

from typing import Protocol

from django.conf import settings


class Addressed(Protocol):
    """What addresses are made of; a ``Partner`` has it."""

    @property
    def slug(self) -> str: ...
    @property
    def our_entity_id(self) -> str: ...
    @property
    def our_acs_path(self) -> str | None: ...


def standard_entity_id(slug: str) -> str:
    """Also the URL of our metadata for this partner (eGov-011)."""
    return f"{settings.SSO_BASE_URL}/saml/{slug}/metadata/"


def entity_id(partner: Addressed) -> str:
    """Our entityID for this partner: one of its own, so that an audience cannot fit two."""
    return partner.our_entity_id or standard_entity_id(partner.slug)


def acs_url(partner: Addressed) -> str:
    """The AssertionConsumerService this partner posts to, compared exactly."""
    if partner.our_acs_path:
        return f"{settings.SSO_BASE_URL}{partner.our_acs_path}"
    return standard_acs_url(partner.slug)


def standard_acs_url(slug: str) -> str:
    """The address of the ACS that exists for every partner."""
    return f"{settings.SSO_BASE_URL}/saml/{slug}/acs/"


def login_url(slug: str) -> str:
    """Where a login here begins, and where a discovery service answers."""
    return f"{settings.SSO_BASE_URL}/saml/{slug}/login/"


def logout_url(slug: str) -> str:
    """Our SingleLogoutService for this partner, also where its ACS path was taken over."""
    return f"{settings.SSO_BASE_URL}/saml/{slug}/slo/"


def acs_urls(partner: Addressed) -> tuple[str, ...]:
    """All ACS addresses for our metadata, the effective one first."""
    return tuple(dict.fromkeys((acs_url(partner), standard_acs_url(partner.slug))))
