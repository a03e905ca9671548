"""Who is calling: the client's address behind the proxies that we were told to believe."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

_USER_AGENT_LIMIT = 512
_LONGEST_ADDRESS = 64  # characters, with brackets, zone and port
_REMEMBERED = 4096  # addresses: people come back, and reading one takes longer than all the rest

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


def network(request: HttpRequest, client: str) -> str:
    """Whose refusals count as one: an IPv4 address, or the /64 of an IPv6 address.

    ``client`` is what ``client_ip`` says. "" for an address that stands for everybody behind it,
    because one of them must not lock the others out: this machine, a trusted proxy that names
    nobody, and, where no proxy is declared at all, one inside that ``X-Forwarded-For`` betrays.
    """
    address = _address(client)
    if address is None or address.is_loopback or _trusted(address):
        return ""
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    forwards = peer == address and "HTTP_X_FORWARDED_FOR" in request.META
    if forwards and address.is_private and not settings.SSO_TRUSTED_PROXIES:
        return ""
    return _one_customer(address)


def user_agent(request: HttpRequest) -> str:
    """The User-Agent, at most 512 characters."""
    agent: str = request.META.get("HTTP_USER_AGENT", "")
    return agent[:_USER_AGENT_LIMIT]


def _trusted(address: Address) -> bool:
    return any(address in network for network in settings.SSO_TRUSTED_PROXIES)


@lru_cache(_REMEMBERED)
def _one_customer(address: Address) -> str:
    """Whoever has an IPv6 address has all of its /64."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, 64), strict=False))


def _address(text: str) -> Address | None:
    """Reads ``192.0.2.1``, ``192.0.2.1:443``, ``2001:db8::1`` and ``[2001:db8::1]:443``.

    A zone (``%eth0``) is dropped: it may be any text at all, and would make many of one address.
    """
    text = text.strip()
    return _read(text) if len(text) <= _LONGEST_ADDRESS else None


@lru_cache(_REMEMBERED)
def _read(text: str) -> Address | None:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
