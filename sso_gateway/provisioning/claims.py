"""Attribute Names that identity providers use out of the box, each with where it comes from.

Matched on the whole ``Name``, never on ``FriendlyName`` (IIP-SP11) and without regard to
``NameFormat`` (IIP-SP01). Names are case-sensitive: a spelling that is not here is not recognised,
and a partner's policy can choose it. Principal names (UPN, eduPersonPrincipalName) look like
addresses and are not: nobody promises that mail sent there arrives at their owner.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Final

_WS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_MICROSOFT: Final = "http://schemas.microsoft.com/ws/2008/06/identity/claims/"
_MACE: Final = "urn:mace:dir:attribute-def:"

EMAIL: Final = frozenset(
    {
        _WS + "emailaddress",  # Entra ID, AD FS 2+, Auth0, authentik: their default e-mail claim
        "http://schemas.xmlsoap.org/claims/EmailAddress",  # AD FS 1.x compatible claim
        "urn:oid:0.9.2342.19200300.100.1.3",  # mail (RFC 4524 2.16): Shibboleth, SimpleSAMLphp
        "urn:oid:1.2.840.113549.1.9.1",  # pkcs-9 emailAddress: Keycloak's "X500 email" mapper
        _MACE + "mail",  # Shibboleth and SAML 1 federations, basic names of pysaml2 IdPs
        _MACE + "email",
        _MACE + "emailAddress",
        "http://axschema.org/contact/email",  # OpenID attribute exchange, bridged by old portals
        "mail",  # SimpleSAMLphp, LemonLDAP::NG and PingFederate: the LDAP name as it is
        "Mail",
        "email",  # Okta, Google, JumpCloud, PingOne, OneLogin, Salesforce: their guides' spelling
        "Email",  # Duo and Zitadel
        "EMAIL",
        "emailAddress",  # node-saml based IdPs, PingFederate
        "EmailAddress",
        "emailaddress",
        "email_address",
        "User.email",  # OneLogin's SAML test connector, and its two other spellings
        "User.Email",
        "user.email",  # Okta's expression, copied into the Name
    }
)

FIRST_NAME: Final = frozenset(
    {
        _WS + "givenname",  # Entra ID, AD FS, Auth0
        "urn:oid:2.5.4.42",  # givenName (RFC 4519 2.12): Shibboleth, Keycloak's "X500 givenName"
        _MACE + "givenName",
        "givenName",  # SimpleSAMLphp, LemonLDAP::NG
        "givenname",
        "given_name",  # OpenID Connect names passed on: Auth0, Keycloak
        "firstName",  # Okta, Google, samlp
        "FirstName",  # OneLogin, Zitadel, authentik's guides
        "firstname",  # JumpCloud
        "first_name",
        "User.FirstName",  # OneLogin's SAML test connector
        "user.firstName",
    }
)

LAST_NAME: Final = frozenset(
    {
        _WS + "surname",  # Entra ID, AD FS, Auth0
        "urn:oid:2.5.4.4",  # sn (RFC 4519 2.32): Shibboleth, Keycloak's "X500 surname"
        _MACE + "sn",
        "sn",  # SimpleSAMLphp, LemonLDAP::NG
        "surname",
        "SurName",  # Zitadel
        "family_name",  # OpenID Connect names passed on: Auth0, Keycloak
        "lastName",  # Okta, Google, samlp
        "LastName",  # OneLogin, authentik's guides
        "lastname",  # JumpCloud
        "last_name",
        "User.LastName",  # OneLogin's SAML test connector
        "user.lastName",
    }
)

DISPLAY_NAME: Final = frozenset(
    {
        "http://schemas.microsoft.com/identity/claims/displayname",  # Entra ID
        _WS + "name",  # authentik and Auth0: full name; Entra ID: the UPN
        "http://schemas.xmlsoap.org/claims/CommonName",  # AD FS
        "urn:oid:2.16.840.1.113730.3.1.241",  # displayName (RFC 2798 2.3): Shibboleth
        "urn:oid:2.5.4.3",  # cn (RFC 4519 2.3)
        _MACE + "displayName",
        _MACE + "cn",
        "displayName",  # SimpleSAMLphp, Okta, samlp
        "cn",  # LemonLDAP::NG
        "FullName",  # Zitadel
        "name",
    }
)

GROUPS: Final = frozenset(
    {
        _MICROSOFT + "groups",  # Entra ID
        _MICROSOFT + "role",  # Entra ID app roles, AD FS
        "http://schemas.xmlsoap.org/claims/Group",  # AD FS, authentik, Auth0
        "http://schemas.auth0.com/roles",  # Auth0
        "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",  # isMemberOf: Shibboleth
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",  # eduPersonAffiliation: Shibboleth, SimpleSAMLphp
        "eduPersonAffiliation",  # SimpleSAMLphp
        "isMemberOf",
        "memberOf",  # OneLogin, JumpCloud, PingFederate
        "member",  # Keycloak's group list mapper
        "Role",  # Keycloak's role list mapper
        "groups",  # Okta, Google, samlp
        "Groups",
    }
)

PRINCIPAL_NAMES: Final = frozenset(
    {
        _WS + "upn",  # Entra ID, AD FS
        "http://schemas.xmlsoap.org/claims/UPN",  # AD FS 1.x compatible claim
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",  # eduPersonPrincipalName
        "eduPersonPrincipalName",
        _MACE + "eduPersonPrincipalName",
    }
)

EMAIL_NAME_ID_FORMATS: Final = frozenset(
    {
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",  # core 8.3.2
        # Never registered, and sent for it by products that read 2.0 for 1.1 (Auth0's examples,
        # older crewjam/saml and pysaml2).
        "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:email",
    }
)

OPEN_NAME_ID_FORMATS: Final = frozenset(
    {
        None,  # core 2.2.3: no Format means unspecified
        "",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",  # core 8.3.1
        "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified",  # as above, never registered
    }
)

_SOMETHING_ELSE: Final = FIRST_NAME | LAST_NAME | DISPLAY_NAME | GROUPS | PRINCIPAL_NAMES
_LIMIT: Final = 50
"""A suggestion is for people: no more Names than this are compared."""


def closest(received: Iterable[str], *, wanted: str = "") -> str:
    """The received Name that most likely carries the e-mail address, or "".

    ``wanted`` is the Name that the policy chose, "" where the table above decides.
    """
    names = [name for name in received if name != wanted][:_LIMIT]
    recognised = [name for name in names if name in EMAIL]
    if recognised:
        return recognised[0]
    by_tail = {
        _tail(name): name
        for name in names
        # One digit of an object identifier makes another attribute: likeness says nothing.
        if name not in _SOMETHING_ELSE and not name.startswith("urn:oid:")
    }
    for tail, name in by_tail.items():
        if "mail" in tail:
            return name
    targets = [_tail(wanted)] if wanted else ["email", "emailaddress"]
    for target in targets:
        if match := difflib.get_close_matches(target, by_tail, n=1, cutoff=0.75):
            return by_tail[match[0]]
    return ""


def _tail(name: str) -> str:
    return re.split(r"[/:#.]", name)[-1].lower()
