from datetime import UTC, datetime

import pytest
import time_machine
from django.test import override_settings
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from sso_gateway.audit.models import Event
from sso_gateway.audit.query import search
from sso_gateway.audit.record import record
from sso_gateway.refusal import Reason
from sso_gateway.saml.model import NameID
from tests.audit.recipes import assertion, entry
from tests.audit.test_printable import any_text


def found(text: str) -> set[str]:
    return {event.reference for event in Event.objects.filter(search(text))}


@pytest.fixture
def events(db: None) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC), tick=False):
        record(entry(reference="K7QF2M9D"))
    with time_machine.travel(datetime(2026, 11, 21, tzinfo=UTC), tick=False):
        record(
            entry(
                reference="00000001",
                outcome="refused",
                reason=Reason.AUDIENCE_MISMATCH,
                partner_slug="globex",
                email="ben@globex.example",
                client_ip="2001:db8::1",
                assertion=assertion(name_id=NameID("Ben@GLOBEX.example")),
            )
        )


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("K7QF-2M9D", {"K7QF2M9D"}),
        ("k7qf 2m9d", {"K7QF2M9D"}),
        ("  K7QF2M9D\n", {"K7QF2M9D"}),
        ("oooo-oooi", {"00000001"}),
        ("maria@acme.example", {"K7QF2M9D"}),
        ("MARIA@acme.example", {"K7QF2M9D"}),
        ("maria@acme", set()),
        ("Ben@GLOBEX.example", {"00000001"}),
        ("acme", {"K7QF2M9D"}),
        ("Globex", {"00000001"}),
        ("audience_mismatch", {"00000001"}),
        ("603", {"00000001"}),
        ("604", set()),
        ("999", set()),
        ("192.0.2.7", {"K7QF2M9D"}),
        ("2001:DB8:0::1", {"00000001"}),
        ("2026-11-20", {"K7QF2M9D"}),
        ("2026-11-21", {"00000001"}),
        ("globex 603", {"00000001"}),
        ("acme 603", set()),
        ("globex 0000-0001", {"00000001"}),
        ("nobody", set()),
        ("", {"K7QF2M9D", "00000001"}),
        ("a b c d e f g h i", set()),
        ("9999-12-31", set()),
        ("0001-01-01", set()),
        ("2026-13-45", set()),
    ],
)
def test_what_staff_paste_is_recognised(text: str, expected: set[str]) -> None:
    assert found(text) == expected


@pytest.mark.django_db
def test_a_partner_whose_name_could_be_a_reference_is_found_by_it() -> None:
    record(entry(reference="AAAAAAAA", partner_slug="acme2026"))
    record(entry(reference="ACME2026", partner_slug="other"))
    assert found("acme2026") == {"AAAAAAAA", "ACME2026"}
    assert found("acme 2026") == {"ACME2026"}


@pytest.mark.django_db
def test_events_from_before_a_key_change_are_found() -> None:
    with override_settings(SECRET_KEY="old"):
        record(entry(reference="K7QF2M9D"))
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert found("maria@acme.example") == {"K7QF2M9D"}


@pytest.mark.django_db
def test_a_day_is_a_day_of_the_readers_time_zone() -> None:
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False):
        record(entry(reference="K7QF2M9D"))
    with override_settings(TIME_ZONE="Europe/Berlin"):
        assert found("2026-11-20") == set()
        assert found("2026-11-21") == {"K7QF2M9D"}


class HostileSearches(TestCase):
    """Whatever is typed, the database gets a question it can answer."""

    @settings(max_examples=100)
    @given(any_text)
    def test_no_text_breaks_the_search(self, text: str) -> None:
        assert Event.objects.filter(search(text)).count() == 0
