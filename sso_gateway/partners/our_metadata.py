"""Our metadata for one partner: signed once an hour, not once a request."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from sso_gateway import clock
from sso_gateway.partners import addresses, keys
from sso_gateway.partners.keys import Purpose
from sso_gateway.partners.models import Partner
from sso_gateway.saml.metadata import Logo, SpDescription, write_signed

VALIDITY: Final = timedelta(days=7)
FILE_VALIDITY: Final = timedelta(days=400)
"""Of a copy that goes by mail: who keeps it as a file does not read it anew every week."""
_MAX_REMEMBERED: Final = 1024


@dataclass(frozen=True, slots=True)
class Published:
    """A signed document and what HTTP says of it."""

    document: bytes
    etag: str
    modified: datetime


_lock: Final = threading.Lock()
_remembered: dict[int, tuple[object, Published]] = {}


def publish(partner: Partner) -> Published:
    """The signed document, valid for seven days from the beginning of this hour."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    state = (
        partner.version,
        settings.SSO_BASE_URL,
        settings.SSO_APP_NAME,
        settings.SSO_SUPPORT_CONTACT,
        settings.SSO_LOGO_URL,
        settings.SSO_LOGO_SIZE,
        settings.SSO_INFORMATION_URL,
        settings.SSO_PRIVACY_URL,
        keys.published_stamp(partner.slug),
        hour,
    )
    remembered = _remembered.get(partner.pk)
    if remembered and remembered[0] == state:
        return remembered[1]
    published = _publish(partner, hour)
    with _lock:
        while len(_remembered) >= _MAX_REMEMBERED:
            del _remembered[next(iter(_remembered))]
        _remembered[partner.pk] = (state, published)
    return published


def as_file(partner: Partner) -> bytes:
    """The signed document to hand over by mail, valid for ``FILE_VALIDITY``."""
    valid_until = clock.now().replace(microsecond=0) + FILE_VALIDITY
    return _written(describe(partner, valid_until=valid_until))


def forget() -> None:
    """Empties this process's memory. Never needed for correctness: every change is compared."""
    with _lock:
        _remembered.clear()


def _publish(partner: Partner, hour: datetime) -> Published:
    # Every worker writes and signs the same bytes, so that one tag is true behind a load balancer.
    document = _written(describe(partner, valid_until=hour + VALIDITY))
    return Published(
        document=document,
        etag=f'"{hashlib.sha256(document).hexdigest()}"',
        modified=max(partner.updated.replace(microsecond=0), hour).astimezone(UTC),
    )


def _written(description: SpDescription) -> bytes:
    key = keys.signing()
    # pysaml2 names its prefixes to all of ElementTree, each time anew: a second thread that writes
    # meanwhile would find some without a name, and write other bytes.
    with _lock:
        return write_signed(description, key)


def describe(partner: Partner, *, valid_until: datetime) -> SpDescription:
    """What a partner has to know of us (SDP-SP39)."""
    return SpDescription(
        entity_id=addresses.entity_id(partner),
        acs_urls=addresses.acs_urls(partner),
        signing=keys.published(Purpose.SIGNING, partner.slug),
        encryption=keys.published(Purpose.ENCRYPTION, partner.slug),
        display_name=settings.SSO_APP_NAME,
        logo=_logo(),
        information_url=settings.SSO_INFORMATION_URL,
        privacy_url=settings.SSO_PRIVACY_URL,
        subject_id=partner.policy.get("subject_id", "none"),
        contact_email=_email(settings.SSO_SUPPORT_CONTACT),
        valid_until=valid_until,
        logout_url=addresses.logout_url(partner.slug),
        denied_algorithms=frozenset(partner.policy.get("denied_algorithms", ())),
        discovery_url=_discovery(partner),
    )


def _discovery(partner: Partner) -> str | None:
    """Where a discovery service may send people back to, if the partner has one."""
    return addresses.login_url(partner.slug) if partner.policy.get("discovery_url") else None


def _logo() -> Logo | None:
    width, _, height = settings.SSO_LOGO_SIZE.partition("x")
    url = settings.SSO_LOGO_URL
    return Logo(url, int(width), int(height)) if url else None


def _email(contact: str) -> str:
    """The support contact, where it is an address and not a telephone number or a web page."""
    return contact if "@" in contact and "/" not in contact and " " not in contact else ""
