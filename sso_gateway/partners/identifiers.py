"""The names that identify a partner: slug, e-mail domains, entity IDs, taken-over ACS path."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from sso_gateway.partners.problems import Declined, Problem

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
RESERVED_SLUGS: Final = frozenset(
    {"acs", "add", "admin", "all", "api", "auth", "console", "healthz", "links", "login", "logout"}
    | {"metadata", "metrics", "new", "none", "oauth", "partner", "partners", "readyz", "saml"}
    | {"self", "session", "slo", "static"}
)
SIGNER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
"""The name of a metadata signer, which is the name of a file too."""
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_ACS_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?\Z")
_OUR_PATHS: Final = frozenset(
    {"admin", "console", "session", "logout", "auth", "links", "oauth", "api", "static"}
    | {"demo", "healthz", "readyz", "metrics", ".well-known"}
)
_PARTNERS_PATH: Final = re.compile(r"/saml/[^/]+/(?:acs|again|login|metadata|slo)(?:/|\Z)")
"""Ours below /saml/. Other service providers lived there too: /saml/acs/ can be taken over."""


def slug(text: str) -> str:
    """The slug as it stands, or ``Declined``. It is part of addresses, so it never changes."""
    if not SLUG.match(text):
        raise Declined(
            Problem(
                "slug_invalid",
                _("The short name cannot be used in an address."),
                expected=_("1 to 63 of a-z, 0-9 and -, not starting with -"),
                received=text[:80],
                fix=_("Choose another short name, for example “acme”."),
            )
        )
    if text in RESERVED_SLUGS:
        raise Declined(
            Problem(
                "slug_reserved",
                _("The short name “%s” is reserved.") % text,
                fix=_("Choose another short name, for example “acme”."),
            )
        )
    return text


def email_domain(text: str) -> str:
    """The domain in lower-case ASCII (A-labels, RFC 5890 2.3.2.1), or ``Declined``."""
    domain = _ascii(text.strip().removeprefix("@").lower())
    labels = domain.split(".")
    well_formed = len(domain) <= 253 and len(labels) >= 2 and all(map(_LABEL.match, labels))
    if not well_formed or labels[-1].isdigit():
        raise _domain_problem(text)
    return domain


def _ascii(domain: str) -> str:
    """Python speaks IDNA 2003: what does not survive the round trip would name another domain."""
    if domain.isascii():
        return domain
    try:
        a_label = domain.encode("idna").decode("ascii")
        unchanged = a_label.encode("ascii").decode("idna") == domain
    except UnicodeError as error:
        raise _domain_problem(domain) from error
    if not unchanged:
        raise _domain_problem(domain)
    return a_label


def _domain_problem(text: str) -> Declined:
    return Declined(
        Problem(
            "email_domain_invalid",
            _("This is not an e-mail domain."),
            expected=_("the part after @, for example acme.example (or its xn-- form)"),
            received=text[:80],
            fix=_("Correct the domain."),
        )
    )


def entity_id(text: str) -> str:
    """The entityID as it stands (meta 2.2.1: at most 1024 characters), or ``Declined``.

    Printable ASCII only: a look-alike or invisible character could pass for another partner's.
    """
    if 0 < len(text) <= 1024 and all("!" <= character <= "~" for character in text):
        return text
    raise Declined(
        Problem(
            "entity_id_invalid",
            _("This entity ID cannot be used."),
            expected=_("1 to 1024 visible ASCII characters"),
            received=ascii(text[:80]),
            fix=_("Ask the partner to correct the entityID in the metadata."),
        )
    )


def canonical_entity_id(text: str) -> str:
    """What two entity IDs share when a person would take one for the other."""
    return text.lower().rstrip("/")


def acs_path(text: str) -> str:
    """A path of a replaced service provider that we may answer, or ``Declined``."""
    first = text.split("/")[1] if text.startswith("/") else ""
    ours = first in _OUR_PATHS or _PARTNERS_PATH.match(text)
    if len(text) <= 200 and _ACS_PATH.match(text) and not ours:
        return text
    raise Declined(
        Problem(
            "acs_path_invalid",
            _("This ACS path cannot be taken over."),
            expected=_("a plain path that is not one of our own"),
            received=text[:80],
            fix=_("Give the path alone, for example /Shibboleth.sso/SAML2/POST."),
        )
    )


def web_address(text: str, *, local: bool = False) -> str:
    """An absolute http or https URL (with ``local`` also a path of ours), or ``Declined``."""
    if local and re.match(r"/(?![/\\])[!-\[\]-~]*\Z", text):
        return text
    parts = urlsplit(text) if re.match(r"[!-\[\]-~]{1,2000}\Z", text) else urlsplit("")
    if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc:
        return text
    raise Declined(
        Problem(
            "address_invalid",
            _("This is not a web address."),
            expected="/path or https://host/path" if local else "https://host/path",
            received=ascii(text[:80]),
            fix=_("Correct the address."),
        )
    )
