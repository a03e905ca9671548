"""The question to an IdP: which one, by which binding, in which words (prof 4.1.3)."""

from dataclasses import dataclass, field
from typing import Final

from sso_gateway.partners import keys
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import algorithms, bindings, message_write, xmldsig
from sso_gateway.saml.model import Endpoint, IdentityProvider
from sso_gateway.saml.names import Binding
from sso_gateway.signon.models import PendingRequest

_PREFERRED: Final = {
    "redirect": (Binding.REDIRECT, Binding.POST),
    "post": (Binding.POST, Binding.REDIRECT),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One identity provider as a person may choose it."""

    name: str
    language: str
    """The tag of the language that the name is in, "" where nobody said."""
    detail: str
    """What tells it from another one of the same name, else ""."""
    url: str
    """Where choosing it leads: a path of ours."""


@dataclass(frozen=True, slots=True)
class Question:
    """Where the browser goes next: by a form where there are ``fields``, else by a redirect.

    Where there are ``choices``, the person has to choose first, and there is no ``url`` yet.
    """

    url: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


def provider_of(trust: Trust, entity_id: str) -> IdentityProvider:
    """The partner's IdP of this name, "" for its first; refuses ISSUER_UNKNOWN for any other."""
    if not entity_id and trust.identity_providers:
        return next(iter(trust.identity_providers.values()))
    provider = trust.identity_providers.get(entity_id)
    if provider is None:
        raise Refusal(
            Reason.ISSUER_UNKNOWN,
            "the address asks for an identity provider that is not this partner's",
            expected=", ".join(trust.identity_providers),
            received=entity_id,
        )
    return provider


def endpoint_of(trust: Trust, provider: IdentityProvider) -> Endpoint:
    """Where it takes an AuthnRequest, by the binding we prefer; else BINDING_UNSUPPORTED."""
    for binding in _PREFERRED[trust.policy.request_binding]:
        for endpoint in provider.sign_on:
            if endpoint.binding is binding:
                return endpoint
    raise Refusal(
        Reason.BINDING_UNSUPPORTED,
        "the identity provider names no address for an AuthnRequest by HTTP-Redirect or HTTP-POST",
        received=", ".join(endpoint.binding for endpoint in provider.sign_on),
    )


def question(
    trust: Trust, provider: IdentityProvider, endpoint: Endpoint, pending: PendingRequest
) -> Question:
    """The AuthnRequest that ``pending`` remembers, as our policy for this partner words it."""
    policy = trust.policy
    message = message_write.authn_request(
        id=pending.id,
        issue_instant=pending.created,
        destination=endpoint.location,
        issuer=trust.service_provider.entity_id,
        acs_url=trust.service_provider.acs_url,
        force_authn=policy.force_authn,
        is_passive=policy.is_passive,
        allow_create=policy.name_id_policy == "allow_create",
        requested_authn_contexts=policy.requested_authn_contexts,
    )
    signed = policy.sign_requests or provider.want_authn_requests_signed
    key = keys.signing() if signed else None
    # Of what it declares it can verify, if it declares anything (IIP-MD10).
    denied = policy.demands().denied_algorithms
    method = algorithms.signature_for(provider.signing_methods, denied)
    # The RelayState is only a handle; the landing stays with us (security i.93).
    if endpoint.binding is Binding.REDIRECT:
        url = bindings.redirect_url(
            endpoint.location, message=message, relay_state=pending.id, sign=key, method=method
        )
        return Question(url)
    if key is not None:
        digest = algorithms.digest_for(provider.digest_methods, denied)
        message = xmldsig.sign(message, key, reference_id=pending.id, method=method, digest=digest)
    return Question(endpoint.location, bindings.post_fields(message, pending.id))
