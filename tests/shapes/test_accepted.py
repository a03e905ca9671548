"""Every genuine message is accepted, whichever part of it is signed, and read as it was meant."""

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning import mapping
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import response
from sso_gateway.saml.model import SignedPart
from tests.opinions import ask_xmlsec
from tests.shapes import protection
from tests.shapes.collection import ALL
from tests.shapes.shape import Shape


def each(shapes: Iterable[Shape]) -> list[ParameterSet]:
    return [
        pytest.param(shape, placement, id=f"{shape.name} ({placement.value} signed)")
        for shape in shapes
        for placement in shape.placements
    ]


EVERY = each(ALL)
PLAIN = each(shape for shape in ALL if not shape.is_encrypted)
DOMAINS = frozenset({"acme.example"})


@pytest.mark.parametrize(("shape", "placement"), EVERY)
def test_it_is_accepted(shape: Shape, placement: SignedPart) -> None:
    found = response.accept(shape.message(placement), shape.expected())
    assert (found.signed, found.issuer) == (placement, shape.issuer)
    assert (found.encrypted_with is not None) == shape.is_encrypted
    explained = response.explain(shape.message(placement), shape.expected())
    assert explained.assertion == found and explained.reason is None


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.name)
def test_it_speaks_of_the_person_it_was_made_for(shape: Shape) -> None:
    found = response.accept(shape.message(shape.placements[0]), shape.expected())
    if shape.names is None:
        with pytest.raises(Refusal):
            mapping.identify(found, policy=Policy(), email_domains=DOMAINS)
        return
    identity = mapping.identify(found, policy=Policy(), email_domains=DOMAINS)
    assert identity.email == shape.names


@pytest.mark.parametrize(("shape", "placement"), PLAIN)
def test_libxmlsec_verifies_every_signature_in_it(shape: Shape, placement: SignedPart) -> None:
    keys = tuple(key.trusted for key in shape.keys)
    found = ask_xmlsec.theirs(shape.message(placement), keys)
    assert found == (True,) * (2 if placement is SignedPart.BOTH else 1)


def test_each_has_a_name_of_its_own_and_there_are_enough() -> None:
    names = [shape.name for shape in ALL]
    assert len(names) == len(set(names)) >= 60


def test_a_certificate_out_of_its_time_is_a_warning() -> None:
    warned = {
        shape.name: response.accept(shape.message(SignedPart.BOTH), shape.expected()).warnings
        for shape in protection.SIGNED
        if shape.name.startswith("a certificate")
    }
    assert warned == {
        "a certificate for eight thousand years": (),
        "a certificate that has expired": (Reason.CERT_EXPIRED,),
        "a certificate that is not valid yet": (Reason.CERT_NOT_YET,),
    }


def test_a_cipher_without_integrity_is_a_warning() -> None:
    for shape in protection.ENCRYPTED:
        if "-cbc" in shape.name:
            found = response.accept(shape.message(SignedPart.RESPONSE), shape.expected())
            assert found.warnings == (Reason.ENC_ALGORITHM,)
