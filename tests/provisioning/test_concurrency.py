"""Several workers meet the same person at the same moment."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import Link
from sso_gateway.provisioning.provision import Provisioned, provision
from sso_gateway.refusal import Reason, Refusal
from tests.provisioning.assertions import NOW

CREATE = Policy(provision="create")

pytestmark = [pytest.mark.needs_postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield pool


def overlap(
    workers: ThreadPoolExecutor,
    partner: Partner,
    policy: Policy,
    first: AssertedIdentity,
    second: AssertedIdentity,
    second_partner: Partner | None = None,
) -> tuple[Provisioned, "Future[Provisioned]"]:
    """The second login runs into the first one's open transaction, which then commits."""
    written, commit = threading.Event(), threading.Event()

    def login(identity: AssertedIdentity, to: Partner, hold: Callable[[], object]) -> Provisioned:
        try:
            with transaction.atomic():
                found = provision(identity, partner_id=to.pk, policy=policy, now=NOW)
                hold()
                return found
        finally:
            connection.close()

    def hold() -> None:
        written.set()
        assert commit.wait(30)

    one = workers.submit(login, first, partner, hold)
    assert written.wait(30)
    other = workers.submit(login, second, second_partner or partner, lambda: None)
    wait_until_blocked(other)
    commit.set()
    return one.result(30), other


def wait_until_blocked(other: "Future[Provisioned]") -> None:
    """Asks the database itself, so that nothing depends on how fast anything is."""
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        assert not other.done(), "the second login was not held up by the first"
    pytest.fail("the second login neither ended nor waited")


def test_two_first_logins_make_one_account(
    acme: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    one, other = overlap(workers, acme, CREATE, ada, ada)
    assert one.created
    assert other.result(30) == Provisioned(User.objects.get(), created=False, linked=False)
    assert Link.objects.count() == 1


def test_two_first_logins_link_one_account(
    acme: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    user = User.objects.create_user("ada", ada.email)
    one, other = overlap(workers, acme, Policy(), ada, ada)
    assert one == Provisioned(user, created=False, linked=True)
    assert other.result(30) == Provisioned(user, created=False, linked=False)


def test_two_idps_of_a_partner_make_one_account(
    acme: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    second = replace(ada, issuer="https://idp2.acme.test/")
    one, other = overlap(workers, acme, CREATE, ada, second)
    assert one.created
    assert other.result(30) == Provisioned(User.objects.get(), created=False, linked=True)


def test_one_account_is_not_bound_to_two_identifiers(
    acme: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    with transaction.atomic():
        provision(ada, partner_id=acme.pk, policy=CREATE, now=NOW)
    first, second = (replace(ada, persistent_id=letter * 64) for letter in "pq")
    _, other = overlap(workers, acme, CREATE, first, second)
    with pytest.raises(Refusal) as refused:
        other.result(30)
    assert refused.value.reason is Reason.IDENTITY_CONFLICT
    assert Link.objects.get().persistent_id == "p" * 64


def test_the_same_identifier_arriving_twice_is_attached_once(
    acme: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    with transaction.atomic():
        provision(ada, partner_id=acme.pk, policy=CREATE, now=NOW)
    known = replace(ada, persistent_id="p" * 64)
    one, other = overlap(workers, acme, CREATE, known, known)
    assert other.result(30).user == one.user
    assert Link.objects.get().persistent_id == "p" * 64


def test_one_identifier_is_not_bound_to_two_accounts(
    acme: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    people = [ada, replace(ada, email="eve@acme.test")]
    with transaction.atomic():
        for person in people:
            provision(person, partner_id=acme.pk, policy=CREATE, now=NOW)
    first, second = (replace(person, persistent_id="p" * 64) for person in people)
    _, other = overlap(workers, acme, CREATE, first, second)
    with pytest.raises(Refusal) as refused:
        other.result(30)
    assert refused.value.reason is Reason.IDENTITY_CONFLICT
    assert Link.objects.get(persistent_id="p" * 64).email == ada.email


def test_two_partners_do_not_share_an_account(
    acme: Partner, globex: Partner, ada: AssertedIdentity, workers: ThreadPoolExecutor
) -> None:
    user = User.objects.create_user("ada", ada.email)
    stranger = replace(ada, issuer="https://idp.globex.test/")
    one, other = overlap(workers, acme, Policy(), ada, stranger, globex)
    assert one.user == user
    with pytest.raises(Refusal) as refused:
        other.result(30)
    assert refused.value.reason is Reason.IDENTITY_CONFLICT
    assert Link.objects.get().partner == acme
