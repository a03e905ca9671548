"""Nouns to the messages we write: the one door to pysaml2's message classes.

Written unsigned: the binding decides how a message is signed (``bindings``, ``xmldsig.sign``).
"""

from datetime import UTC, datetime

from saml2 import saml, samlp

from sso_gateway.saml.model import NameID
from sso_gateway.saml.names import Binding, StatusCode


def authn_request(
    *,
    id: str,
    issue_instant: datetime,
    destination: str,
    issuer: str,
    acs_url: str,
    force_authn: bool = False,
    is_passive: bool = False,
    allow_create: bool = False,
    requested_authn_contexts: tuple[str, ...] = (),
) -> bytes:
    """An AuthnRequest (core 3.4.1). Unless asked for, no NameIDPolicy and no
    RequestedAuthnContext.

    Both are what strict and lenient IdPs alike accept (SDP-SP04, SDP-SP07). ``allow_create`` asks
    for a NameIDPolicy that never names a Format; a context is always asked for exactly.
    """
    request = samlp.AuthnRequest(
        id=id,
        version="2.0",
        issue_instant=_moment(issue_instant),
        destination=destination,
        protocol_binding=Binding.POST.value,
        assertion_consumer_service_url=acs_url,
        force_authn="true" if force_authn else None,
        is_passive="true" if is_passive else None,
        issuer=saml.Issuer(text=issuer),
        name_id_policy=samlp.NameIDPolicy(allow_create="true") if allow_create else None,
    )
    if requested_authn_contexts:
        request.requested_authn_context = samlp.RequestedAuthnContext(
            comparison="exact",
            authn_context_class_ref=[
                saml.AuthnContextClassRef(text=context) for context in requested_authn_contexts
            ],
        )
    return str(request).encode()


def logout_request(
    *,
    id: str,
    issue_instant: datetime,
    not_on_or_after: datetime,
    destination: str,
    issuer: str,
    name_id: NameID,
    session_index: str | None,
) -> bytes:
    """A LogoutRequest (core 3.7.1): the name as it was received, every attribute of it and in the
    clear (SDP-SP29, SDP-SP30), and the session that it names (E38).
    """
    request = samlp.LogoutRequest(
        id=id,
        version="2.0",
        issue_instant=_moment(issue_instant),
        not_on_or_after=_moment(not_on_or_after),
        destination=destination,
        issuer=saml.Issuer(text=issuer),
        name_id=saml.NameID(
            text=name_id.value,
            format=name_id.format,
            name_qualifier=name_id.name_qualifier,
            sp_name_qualifier=name_id.sp_name_qualifier,
            sp_provided_id=name_id.sp_provided_id,
        ),
    )
    if session_index is not None:
        request.session_index = [samlp.SessionIndex(text=session_index)]
    return str(request).encode()


def logout_response(
    *, id: str, issue_instant: datetime, destination: str, issuer: str, in_response_to: str
) -> bytes:
    """A LogoutResponse that says Success (core 3.7.2): what was asked for has ended here."""
    response = samlp.LogoutResponse(
        id=id,
        version="2.0",
        issue_instant=_moment(issue_instant),
        destination=destination,
        in_response_to=in_response_to,
        issuer=saml.Issuer(text=issuer),
        status=samlp.Status(status_code=samlp.StatusCode(value=StatusCode.SUCCESS.value)),
    )
    return str(response).encode()


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
