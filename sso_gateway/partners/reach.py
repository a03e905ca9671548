"""Which addresses of the network may be asked for anything."""

import ipaddress
from typing import Final

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet.

    Private, loopback, link-local, shared (CGNAT, RFC 6598), multicast and reserved ranges do not,
    nor does an IPv4 address dressed as IPv6 (mapped, 6to4, Teredo, NAT64).
    """
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or address.sixtofour or address.teredo or address in _NAT64
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def may_reach(scheme: str, address: Address) -> bool:
    """https to public addresses; in demo mode also http and https to this machine."""
    if settings.SSO_DEMO and address.is_loopback:
        return True
    return scheme == "https" and is_public(address)
