"""validUntil: metadata that has ended is nobody's word any more (meta 2.3.2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import response
from tests.idp import workshop
from tests.idp.recipe import IDP, NOW

SKEW = timedelta(seconds=180)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("ended", "believed"),
    [(timedelta(days=-1), True), (SKEW - INSTANT, True), (SKEW, False), (timedelta(days=1), False)],
)
def test_metadata_is_believed_until_its_end(ended: timedelta, believed: bool) -> None:
    good = workshop.expected(skew=180)
    provider = replace(good.identity_providers[IDP], valid_until=NOW - ended)
    expected = replace(good, identity_providers={IDP: provider})
    if believed:
        assert response.accept(workshop.response(), expected).issuer == IDP
        return
    with pytest.raises(Refusal) as refused:
        response.accept(workshop.response(), expected)
    assert refused.value.reason is Reason.METADATA_EXPIRED
