"""Which addresses of the network may be asked for anything."""

import ipaddress
from typing import Final

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that has been given out of IPv6 for the internet (RFC 4291 2.4)."""
_NOT_PUBLIC: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "192.0.0.0/24",  # protocol assignments (RFC 6890); metadata of a cloud lives here
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "168.63.129.16/32",  # answers inside of a cloud only, with secrets
        ),
    )
)
"""What not every version of Python knows."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet.

    Private, loopback, link-local, shared (CGNAT, RFC 6598), multicast and reserved ranges do not,
    nor does an IPv4 address dressed as IPv6 (mapped, 6to4, Teredo, NAT64).
    """
    if isinstance(address, ipaddress.IPv6Address):
        dressed = address.ipv4_mapped or address.sixtofour or address.teredo
        if dressed or address not in _UNICAST:
            return False
    elif any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def may_reach(scheme: str, address: Address) -> bool:
    """https to public addresses; in demo mode also http and https to this machine."""
    if settings.SSO_DEMO and address.is_loopback:
        return True
    return scheme == "https" and is_public(address)
