"""Who is calling: the client's address behind the proxies that we were told to believe."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

_USER_AGENT_LIMIT = 512

Address = IPv4Address | IPv6Address


def client_ip(request: HttpRequest) -> str:
    """The right-most address that is not one of ``SSO_TRUSTED_PROXIES``; "" where none is known.

    Every proxy appends the address it saw, so what stands further left was written by the
    stranger himself. An empty peer address is a Unix socket, which only a local proxy can reach:
    it counts as trusted where trusted proxies are configured at all.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    nearest = _address(peer)
    if nearest is None and (peer or not settings.SSO_TRUSTED_PROXIES):
        return ""
    client = nearest
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if client is not None and not _trusted(client):
            break
        address = _address(hop)
        if address is None:
            break
        client = address
    return str(client) if client is not None else ""


def user_agent(request: HttpRequest) -> str:
    """The User-Agent, at most 512 characters."""
    agent: str = request.META.get("HTTP_USER_AGENT", "")
    return agent[:_USER_AGENT_LIMIT]


def _trusted(address: Address) -> bool:
    return any(address in network for network in settings.SSO_TRUSTED_PROXIES)


def _address(text: str) -> Address | None:
    """Reads ``192.0.2.1``, ``192.0.2.1:443``, ``2001:db8::1`` and ``[2001:db8::1]:443``."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
