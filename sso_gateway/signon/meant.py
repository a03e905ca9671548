"""Whom a LogoutRequest means: the sessions whose NameID it repeats (core 3.7.3.2).

The value is exact. Around it identity providers are careless: some leave Format or qualifiers out
of the LogoutRequest that they sent at sign-in. What is left out matches anything, and a default
that is spelt out matches one that is not: a session too many of this very issuer ends, rather than
that somebody is told Success and stays signed in.
"""

from django.db.models import Q

from sso_gateway.saml.model import NameID
from sso_gateway.saml.names import NameIDFormat

_NO_FORMAT = ("", NameIDFormat.UNSPECIFIED.value)
"""An absent Format is this one (core 2.2.2)."""


def by(name_id: NameID, *, issuer: str, ours: str) -> Q:
    """The condition on sessions of ``issuer`` that ``name_id`` names; ``ours`` is our entityID.

    The qualifiers that a name has by default are its issuer and the service provider (core 8.3.7).
    """
    condition = Q(name_id=name_id.value)
    wanted = name_id.format or ""
    if wanted not in _NO_FORMAT:
        condition &= Q(name_id_format__in=(wanted, *_NO_FORMAT))
    for field, qualifier, default in (
        ("name_qualifier", name_id.name_qualifier, issuer),
        ("sp_name_qualifier", name_id.sp_name_qualifier, ours),
    ):
        if qualifier:
            same = ("", default) if qualifier == default else (qualifier,)
            condition &= Q(**{f"{field}__in": same})
    return condition
