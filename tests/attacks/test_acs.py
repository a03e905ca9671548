"""The attacks through the front door: our page, one row with its reason, nothing else changed."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.provisioning.models import Link
from sso_gateway.saml.model import SignedPart
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.attacks import genuine
from tests.attacks.attack import PLACEMENTS, Attack
from tests.attacks.collection import ALL, GROUPS
from tests.shapes.shape import Shape
from tests.signon import scene

pytestmark = pytest.mark.django_db

OF_EACH_GROUP = 10
"""Attacks of each group for each placement, at least; and one of each class."""
Case = tuple[Attack, Shape]


def sample() -> dict[tuple[str, SignedPart], list[Case]]:
    """Some attacks, each on one message: every group and every class for each placement."""
    found: dict[tuple[str, SignedPart], list[Case]] = {}
    for placement in PLACEMENTS:
        classes: Counter[int] = Counter()
        for group, attack in ALL:
            shapes = [shape for shape, there in genuine.targets(attack) if there is placement]
            chosen = found.setdefault((group, placement), [])
            new = any(not classes[number] for number in attack.classes)
            if shapes and (new or len(chosen) < OF_EACH_GROUP):
                classes.update(attack.classes)
                chosen.append((attack, shapes[zlib.crc32(attack.name.encode()) % len(shapes)]))
    return {key: cases for key, cases in found.items() if cases}


SAMPLE = sample()


def everything() -> tuple[object, ...]:
    """All that a login could have changed, but for the log."""
    tables: Iterable[type[User | Link | LoginSession | SeenAssertion | Session]] = (
        User,
        Link,
        LoginSession,
        SeenAssertion,
        Session,
    )
    return tuple(list(table.objects.order_by("pk").values_list()) for table in tables)


@pytest.mark.parametrize("group", GROUPS)
def test_the_gateway_refuses_it(group: str, gateway: Callable[[], None]) -> None:
    gateway()
    for placement in PLACEMENTS:
        for attack, shape in SAMPLE.get((group, placement), ()):
            refused(attack, shape, placement)


def refused(attack: Attack, shape: Shape, placement: SignedPart) -> None:
    before, rows = everything(), set(Event.objects.values_list("pk", flat=True))
    browser = Client(enforce_csrf_checks=True)
    answer = scene.post(browser, attack.transform(shape.message(placement)))
    reason = attack.at_acs or attack.reason(shape, placement)
    (event,) = Event.objects.exclude(pk__in=rows)
    assert (event.action, event.key) == ("sign_in.attempt", reason.key), attack
    assert event.outcome == Event.Outcome.REFUSED, attack
    assert answer.status_code == reason.status, attack
    assert answer["X-SSO-Reference"] == event.display_reference, attack
    assert not browser.cookies, attack
    assert everything() == before, attack


def test_the_sample_is_large_and_has_everything_in_it() -> None:
    assert sum(map(len, SAMPLE.values())) >= 600
    assert {group for group, _ in SAMPLE} == set(GROUPS)
    for placement in PLACEMENTS:
        possible = {
            number
            for _, attack in ALL
            if any(there is placement for _, there in genuine.targets(attack))
            for number in attack.classes
        }
        taken = {
            number
            for (_, at), cases in SAMPLE.items()
            if at is placement
            for attack, _ in cases
            for number in attack.classes
        }
        assert taken == possible
