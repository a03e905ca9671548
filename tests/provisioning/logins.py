"""Logins without a browser: an identity meets a partner."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import Link
from sso_gateway.provisioning.provision import Provisioned, provision
from sso_gateway.refusal import Refusal
from tests.provisioning.assertions import NOW

MATCH = Policy()
CREATE = Policy(provision="create")


def sign_in(
    identity: AssertedIdentity, partner: Partner, policy: Policy = MATCH, now: datetime = NOW
) -> Provisioned:
    return provision(identity, partner_id=partner.pk, policy=policy, now=now)


def refusal(identity: AssertedIdentity, partner: Partner, policy: Policy = MATCH) -> Refusal:
    """Why this login is refused; it must leave no trace."""
    before = list(Link.objects.values()), list(User.objects.values())
    with pytest.raises(Refusal) as refused:
        sign_in(identity, partner, policy)
    assert (list(Link.objects.values()), list(User.objects.values())) == before
    return refused.value
