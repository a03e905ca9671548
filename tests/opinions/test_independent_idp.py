"""What pysaml2's own IdP sends is accepted, whoever computed its signatures."""

from datetime import timedelta

import pytest
from saml2.xmldsig import DIGEST_SHA512, SIG_RSA_SHA1, SIG_RSA_SHA512

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata, response
from sso_gateway.saml.model import SignedPart
from sso_gateway.saml.names import DataEncryption, NameIDFormat
from tests.idp import workshop
from tests.idp.recipe import ACS, EMAIL, NOW, SP
from tests.idp.server import IdentityProviderStandIn
from tests.idp.workshop import expected, sp_key

SIGNERS = ["in-process", pytest.param("xmlsec1", marks=pytest.mark.needs_xmlsec1)]
PLACES = {
    SignedPart.ASSERTION: (True, False),
    SignedPart.RESPONSE: (False, True),
    SignedPart.BOTH: (True, True),
}
GCM = [e for e in DataEncryption if e.endswith("-gcm")]


@pytest.fixture(params=SIGNERS)
def idp(request: pytest.FixtureRequest) -> IdentityProviderStandIn:
    stand_in = IdentityProviderStandIn(signer=request.param)
    request.addfinalizer(stand_in.close)
    return stand_in


def send(idp: IdentityProviderStandIn, **said: object) -> bytes:
    said = {"sp_entity_id": SP, "acs_url": ACS, "email": EMAIL, "now": NOW, **said}
    return idp.response(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize("signed", PLACES)
def test_its_signatures_are_accepted_wherever_they_stand(
    idp: IdentityProviderStandIn, signed: SignedPart
) -> None:
    assertion, message = PLACES[signed]
    found = response.accept(send(idp, sign_assertion=assertion, sign_response=message), expected())
    assert found.signed is signed
    assert found.name_id is not None
    assert found.name_id.value == EMAIL
    assert [a.values for a in found.attributes] == [(EMAIL,)]


@pytest.mark.parametrize("signed", PLACES)
@pytest.mark.parametrize("algorithm", GCM)
def test_what_it_encrypts_is_read(
    idp: IdentityProviderStandIn, signed: SignedPart, algorithm: DataEncryption
) -> None:
    assertion, message = PLACES[signed]
    sent = send(
        idp,
        sign_assertion=assertion,
        sign_response=message,
        encrypt_for=sp_key(),
        data_encryption=algorithm,
    )
    assert EMAIL.encode() not in sent
    found = response.accept(sent, expected(encrypted=True))
    assert found.encrypted_with == algorithm
    assert found.signed is signed


def test_an_answer_to_our_request_with_the_end_of_its_session(
    idp: IdentityProviderStandIn,
) -> None:
    end = NOW + timedelta(hours=8)
    sent = send(
        idp,
        in_response_to="_request-1",
        session_not_on_or_after=end,
        name_id="p-1",
        name_id_format=NameIDFormat.PERSISTENT,
        sign_alg=SIG_RSA_SHA512,
        digest_alg=DIGEST_SHA512,
    )
    found = response.accept(sent, expected(request_id="_request-1"))
    assert found.in_response_to == "_request-1"
    assert found.session_not_on_or_after == end
    assert found.name_id is not None
    assert found.name_id.format == NameIDFormat.PERSISTENT


def test_its_sha1_is_refused(idp: IdentityProviderStandIn) -> None:
    with pytest.raises(Refusal) as refusal:
        response.accept(send(idp, sign_alg=SIG_RSA_SHA1), expected())
    assert refusal.value.reason is Reason.ALGORITHM_WEAK


def test_its_metadata_names_the_key_that_signs(idp: IdentityProviderStandIn) -> None:
    (found,) = metadata.read(idp.metadata()).identity_providers
    assert found.entity_id == workshop.IDP
    assert [key.sha256 for key in found.keys] == [workshop.idp_key().sha256]
