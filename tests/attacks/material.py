"""Forgeries out of other things that the identity provider signs: failures, metadata, questions."""

from collections.abc import Callable, Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, MD, SAML, SAMLP, StatusCode
from tests.attacks.anatomy import (
    SIGNATURE,
    STATUS,
    Element,
    after_issuer,
    assertion,
    child,
    descendant,
    octets,
    on_tree,
    signature,
    take_out,
    tree,
    twin,
)
from tests.attacks.attack import Attack, Transform, Verdicts, every
from tests.attacks.naive import signed_somewhere
from tests.attacks.places import extensions_of, status_detail_of
from tests.attacks.signing import sign
from tests.idp import signing
from tests.idp.recipe import IDP
from tests.shapes.shape import rsa

WRAPPING, SCOPE = Reason.SIGNATURE_WRAPPING, Reason.SIGNATURE_SCOPE
AT_RESPONSE_SCOPE = Verdicts(response=SCOPE, both=SCOPE)
NAMES = f'xmlns:md="{MD}" xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}"'
NOW = 'Version="2.0" IssueInstant="2030-01-15T12:00:00Z"'
DOCUMENTS = {
    "metadata": f'<md:EntityDescriptor {NAMES} ID="_doc" entityID="{IDP}">{{}}'
    f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}"><md:SingleSignOnService'
    ' Binding="urn:x" Location="urn:x"/></md:IDPSSODescriptor></md:EntityDescriptor>',
    "a LogoutRequest": f'<samlp:LogoutRequest {NAMES} ID="_doc" {NOW}><saml:Issuer>{IDP}'
    "</saml:Issuer>{}<saml:NameID>x</saml:NameID></samlp:LogoutRequest>",
    "an AuthnRequest": f'<samlp:AuthnRequest {NAMES} ID="_doc" {NOW}><saml:Issuer>{IDP}'
    "</saml:Issuer>{}</samlp:AuthnRequest>",
}


def signed_failure(root: Element) -> Element:
    """What the identity provider signs when it says no: no assertion, and nobody's name."""
    failure = tree(octets(root))
    failure.remove(assertion(failure))
    descendant(failure, STATUS + "Code").set("Value", StatusCode.RESPONDER)
    sign(signature(failure))
    return failure


def forged_response(root: Element) -> Element:
    """A response about the victim, signed nowhere."""
    forged = twin(root, "_evil-response")
    assertion(forged).set("ID", "_evil")
    for found in list(forged.iter(SIGNATURE)):
        take_out(found)
    return forged


def failure_in_status_detail(root: Element) -> Element:
    forged = forged_response(root)
    status_detail_of(forged).append(signed_failure(root))
    return forged


def failure_in_the_signature(root: Element) -> Element:
    """The failure, in an Object of its own signature, which the forged response carries."""
    forged, failure = forged_response(root), signed_failure(root)
    moved = take_out(signature(failure))
    after_issuer(forged, moved)
    etree.SubElement(moved, f"{{{DS}}}Object").append(failure)
    return forged


def forged_in_the_failure(root: Element) -> Element:
    """The signed failure itself; the forged assertion waits in an Object of its signature."""
    failure = signed_failure(root)
    holder = etree.SubElement(signature(failure), f"{{{DS}}}Object")
    holder.append(twin(assertion(root)))
    return failure


def document(kind: str) -> Element:
    """Another document with a good signature of the identity provider."""
    how = signing.Signing(key=rsa())
    found = tree(DOCUMENTS[kind].format(signing.template("_doc", how)).encode())
    signing.fill(child(found, SIGNATURE), how)
    return found


def beside(kind: str) -> Transform:
    """The forged response with the signed document, as it was written, beside the assertion."""

    def transform(message: bytes) -> bytes:
        forged = forged_response(tree(message))
        place = extensions_of if kind == "metadata" else status_detail_of
        place(forged).text = "\ue000"
        return octets(forged).replace("\ue000".encode(), octets(document(kind)))

    return transform


def signature_taken(kind: str, *, on_response: bool) -> Callable[[Element], Element]:
    """The forged response with that document's signature on it."""

    def change(root: Element) -> Element:
        forged = forged_response(root)
        near = forged if on_response else assertion(forged)
        after_issuer(near, take_out(signature(document(kind))))
        return forged

    return change


def _documents() -> Iterable[Attack]:
    for kind in DOCUMENTS:
        yield Attack(
            f"{kind} beside a forged assertion",
            (5, 14),
            beside(kind),
            every(WRAPPING),
            fools=signed_somewhere,
        )
        for where, on_response in (("response", True), ("assertion", False)):
            yield Attack(
                f"the signature of {kind} on a forged {where}",
                (14, 18),
                on_tree(signature_taken(kind, on_response=on_response)),
                every(SCOPE),
            )


ATTACKS: tuple[Attack, ...] = (
    *_documents(),
    Attack("a signed failure beside a forged assertion", (13,), on_tree(failure_in_status_detail),
           Verdicts(response=WRAPPING, both=WRAPPING), fools=signed_somewhere),
    Attack("a signed failure in the signature of a forged response", (12, 13),
           on_tree(failure_in_the_signature), AT_RESPONSE_SCOPE),
    Attack("a forged assertion in the signature of a failure", (12, 13),
           on_tree(forged_in_the_failure),
           Verdicts(response=Reason.IDP_RESPONDER_ERROR, both=Reason.IDP_RESPONDER_ERROR),
           fools=signed_somewhere),
)  # fmt: skip
