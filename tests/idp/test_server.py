"""The stand-in signs what it sends, with either signer."""

from datetime import timedelta

import pytest

from tests.idp import workshop
from tests.idp.keys import key_pair
from tests.idp.server import IdentityProviderStandIn
from tests.idp.test_workshop import xmlsec_verifies

SIGNERS = [
    "in-process",
    pytest.param(
        "xmlsec1",
        marks=[
            pytest.mark.needs_xmlsec1,
        ],
    ),
]


@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize(("assertion", "response"), [(True, False), (False, True), (True, True)])
def test_the_stand_in_signs_what_it_was_asked_to(
    signer: str, assertion: bool, response: bool
) -> None:
    with IdentityProviderStandIn(signer=signer) as idp:
        message = idp.response(
            sp_entity_id=workshop.SP,
            acs_url=workshop.ACS,
            email="ada@acme.example",
            sign_assertion=assertion,
            sign_response=response,
            session_not_on_or_after=workshop.NOW + timedelta(hours=8),
            now=workshop.NOW,
        )
    assert xmlsec_verifies(message, workshop.idp_key()) == assertion + response


def test_the_metadata_carries_the_key_that_signs() -> None:
    with IdentityProviderStandIn(key=key_pair("rsa-2048", "other")) as idp:
        metadata = idp.metadata()
    body = "".join(key_pair("rsa-2048", "other").certificate_pem.decode().splitlines()[1:-1])
    assert body.encode() in metadata
