"""Which identity provider to ask, where a partner has several (IIP-SP04, SDP-SP23).

A discovery service is asked by the IdP Discovery Service Protocol (disco 2.4): it learns our name
and one address of ours, and whatever it sends back can only name one of this partner's identity
providers. Where there is no service, or no answer, the person chooses on a page of ours.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from sso_gateway.audit.printable import printable
from sso_gateway.partners import addresses
from sso_gateway.partners.trust import Trust
from sso_gateway.saml.model import IdentityProvider
from sso_gateway.saml.names import Binding
from sso_gateway.signon import asking
from sso_gateway.signon.asking import Choice

_ASKED_BY: Final = frozenset({Binding.REDIRECT, Binding.POST})


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address of a login asks for; "" where it is silent."""

    landing: str = ""
    idp_entity_id: str = ""
    handle: str = ""
    """Of the question to a discovery service from which the browser comes back."""


def wish(query: Mapping[str, str]) -> Wish:
    """``next``; ``idp``, which a discovery service calls ``entityID``; and our handle."""
    named = query.get("idp") or query.get("entityID") or ""
    return Wish(query.get("next", ""), named, query.get("discovery", ""))


def provider(trust: Trust, entity_id: str) -> IdentityProvider | None:
    """The IdP of this name, or the only one that can be asked; None where several can.

    Refuses ISSUER_UNKNOWN for a name that is not the partner's, and where there is none at all.
    """
    can = () if entity_id else _askable(trust)
    if len(can) > 1:
        return None
    return can[0] if can else asking.provider_of(trust, entity_id)


def service_url(trust: Trust, handle: str) -> str:
    """The partner's discovery service, asked to send the browser back to its login (disco 2.4.1).

    The handle stands for where the person wants to go: that stays with us.
    """
    back = f"{addresses.login_url(trust.slug)}?{urlencode({'discovery': handle})}"
    asked = urlencode({"entityID": trust.service_provider.entity_id, "return": back})
    service = trust.policy.discovery_url
    return f"{service}{'&' if '?' in service else '?'}{asked}"


def choices(trust: Trust, landing: str) -> tuple[Choice, ...]:
    """What the person may choose, by name. ``landing`` travels along.

    Names come from metadata (SDP-MD09), in the language of the page where it has one. Two of one
    name are told apart by their entity IDs.
    """
    login = reverse("signon:login", args=[trust.slug])
    found = [(*_name(each), each.entity_id) for each in _askable(trust)]
    times = Counter(name.casefold() for name, _, _ in found)
    also = {"next": landing} if landing else {}
    return tuple(
        Choice(
            name=name,
            language=language,
            detail=printable(entity_id) if times[name.casefold()] > 1 else "",
            url=f"{login}?{urlencode({'idp': entity_id, **also})}",
        )
        for name, language, entity_id in sorted(found, key=lambda row: (row[0].casefold(), row[2]))
    )


def _askable(trust: Trust) -> tuple[IdentityProvider, ...]:
    return tuple(
        each
        for each in trust.identity_providers.values()
        if any(endpoint.binding in _ASKED_BY for endpoint in each.sign_on)
    )


def _name(each: IdentityProvider) -> tuple[str, str]:
    """Its name and the language of that: of this page, else English, else any."""
    wanted = (get_language() or "en").lower()
    names = {language.lower(): name for language, name in each.display_names.items()}
    for language in (wanted, wanted.partition("-")[0], "en", *names):
        if language in names:
            return printable(names[language], 200), language
    return printable(each.entity_id), ""
