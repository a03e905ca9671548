import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from sso_gateway.audit import mask, vault
from sso_gateway.audit.models import Event
from sso_gateway.audit.printable import ELLIPSIS
from sso_gateway.audit.record import Entry, display, parse_reference, record, reference
from sso_gateway.refusal import Reason
from sso_gateway.saml.model import Check, NameID, Outcome
from sso_gateway.saml.response import LADDER
from tests.audit.recipes import EMAIL, MOMENT, assertion, entry
from tests.audit.test_printable import any_json, any_text, is_visible, strings

PASSED = tuple(Check(name, Outcome.PASS, clause) for name, clause in LADDER)
TEXTS = (
    "action",
    "detail",
    "partner_slug",
    "partner_name",
    "flow",
    "subject",
    "subject_format",
    "email",
    "idp_entity_id",
    "claimed_issuer",
    "relay_received",
    "relay_used",
    "client_ip",
    "user_agent",
    "request_host",
    "actor",
    "target",
    "why",
)


@pytest.mark.django_db
def test_one_event_is_one_insert(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with transaction.atomic(), django_assert_num_queries(1) as executed:
        record(entry(checks=PASSED))
    assert executed.captured_queries[0]["sql"].startswith("INSERT INTO")


@pytest.mark.django_db
@time_machine.travel(MOMENT, tick=False)
def test_what_is_returned_is_what_is_stored() -> None:
    made = record(
        entry(
            outcome="refused",
            reason=Reason.AUDIENCE_MISMATCH,
            detail="none is ours",
            facts={"expected": "x", "received": "y"},
            checks=PASSED,
            before={"state": "draft"},
            after={"state": "live"},
            account_id=7,
            account_created=True,
            received=MOMENT - timedelta(milliseconds=12),
        )
    )
    stored = Event.objects.get()
    names = [column.attname for column in Event._meta.concrete_fields]
    read = {name: getattr(stored, name) for name in names}
    for name in ("subject_closed", "email_closed"):
        read[name] = bytes(read[name])
    assert read == {name: getattr(made, name) for name in names}
    assert (stored.time, stored.took_ms, stored.code, stored.key) == (
        MOMENT,
        12,
        603,
        "audience_mismatch",
    )
    assert (stored.account_id, stored.partner_slug, stored.client_ip) == ("7", "acme", "192.0.2.7")
    assert stored.facts == {"expected": "x", "received": "y"}


@pytest.mark.django_db
def test_the_person_is_findable_masked_and_readable_only_with_the_key() -> None:
    record(
        entry(email="Maria@Acme.Example", assertion=assertion(name_id=NameID("G-12345678", "f")))
    )
    event = Event.objects.get()
    assert event.email_hash == mask.keyed_hash(EMAIL, mask.EMAIL)
    assert event.email_masked == "M•••@Acme.Example"
    assert vault.read(bytes(event.email_closed), event=event.pk, column="email") == (
        "Maria@Acme.Example"
    )
    assert (event.subject_masked, event.subject_format) == ("G-•••", "f")
    assert vault.read(bytes(event.subject_closed), event=event.pk, column="subject") == (
        "G-12345678"
    )


@pytest.mark.django_db
def test_no_column_holds_an_address_a_name_an_attribute_value_or_the_assertions_id() -> None:
    record(entry(checks=PASSED))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sso_audit_event")
        row = cursor.fetchone()
    stored = " ".join(
        bytes(v).decode("latin-1") if isinstance(v, memoryview) else str(v) for v in row
    )
    for secret in (EMAIL, "secret-value", "_assertion-1", "_session-1"):
        assert secret not in stored
    assert "mail" in stored


@pytest.mark.django_db
def test_the_assertion_leaves_its_issuer_key_and_times() -> None:
    event = record(entry())
    assert event.verified
    assert event.idp_entity_id == "https://idp.acme.example/"
    assert event.cert_sha256 == "ab" * 32
    assert event.assertion["attributes"] == ["mail", "groups"]
    assert event.assertion["not_on_or_after"] == "2026-11-20T14:10:00.123456+00:00"
    assert event.assertion_id_hash == mask.keyed_hash("_assertion-1", mask.ASSERTION)


@pytest.mark.django_db
def test_without_an_assertion_nothing_is_verified() -> None:
    event = record(entry(assertion=None, claimed_issuer="https://idp.acme.example/"))
    assert not event.verified
    assert event.assertion == {}


@pytest.mark.django_db
def test_a_plain_change_needs_an_action_only() -> None:
    record(Entry(action="change.partner.paused"))
    event = Event.objects.get()
    assert (event.outcome, event.severity, event.code, event.key) == ("info", "info", None, "")
    assert (event.email_hash, event.client_ip, event.before, event.after) == ("", None, None, None)
    assert parse_reference(display(event.reference)) == event.reference


@pytest.mark.django_db
def test_the_reference_that_the_user_saw_is_kept_and_never_given_twice() -> None:
    seen = reference()
    assert record(entry(reference=seen)).reference == seen
    with pytest.raises(IntegrityError), transaction.atomic():
        record(entry(reference=seen))
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_a_transaction_that_fails_takes_its_event_along() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(entry())
        1 / 0  # noqa: B018
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, "info"),
        ({"reason": Reason.RELAY_REFUSED}, "low"),
        ({"outcome": "refused", "reason": Reason.AUDIENCE_MISMATCH}, "low"),
        ({"outcome": "error", "reason": Reason.INTERNAL}, "medium"),
        ({"outcome": "refused", "reason": Reason.SIGNATURE_WRAPPING}, "high"),
    ],
)
def test_severity_follows_the_reason(changes: dict[str, Any], severity: str) -> None:
    assert record(entry(**changes)).severity == severity


@pytest.mark.django_db
def test_an_outcome_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="acepted"):
        record(entry(outcome="acepted"))


@pytest.mark.django_db
def test_an_address_that_is_none_is_kept_as_a_fact() -> None:
    event = record(entry(client_ip="unknown\n"))
    assert event.client_ip is None
    assert event.facts["client_ip"] == r"unknown\n"


@pytest.mark.django_db
def test_a_clock_that_went_back_gives_no_negative_duration() -> None:
    assert record(entry(received=datetime.now(UTC) + timedelta(hours=1))).took_ms == 0


@pytest.mark.django_db
def test_ordinary_passed_checks_are_stored_by_name_and_others_whole() -> None:
    name, clause = LADDER[0]
    failed = Check("audience", Outcome.FAIL, "core 2.5.1.4", "x", "y", Reason.AUDIENCE_MISMATCH)
    checks = [Check(name, Outcome.PASS, clause), failed, {"name": "other", "result": "pass"}]
    assert record(entry(checks=checks)).checks == [
        name,
        {
            "name": "audience",
            "result": "fail",
            "expected": "x",
            "received": "y",
            "clause": "core 2.5.1.4",
            "key": "audience_mismatch",
        },
        {"name": "other", "result": "pass"},
    ]


@pytest.mark.django_db
def test_texts_are_cut_to_their_column() -> None:
    event = record(entry(user_agent="a" * 10_000, relay_received="/" + "b" * 10_000))
    assert (len(event.user_agent), len(event.relay_received)) == (500, 2000)
    assert event.user_agent.endswith(ELLIPSIS)
    event.refresh_from_db()


@pytest.mark.django_db
def test_the_log_line_comes_with_the_commit_and_names_nobody(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "sso_gateway.audit")
    with django_capture_on_commit_callbacks(execute=True):
        event = record(entry(outcome="refused", reason=Reason.EXPIRED, partner_slug="a\nb c"))
        assert not caplog.records
    (line,) = caplog.records
    assert line.levelno == logging.WARNING
    assert line.getMessage() == (
        f"reference={event.display_reference} action=sign_in.attempt outcome=refused code=502"
        r" key=expired partner=a\nb_c took_ms=0"
    )


@pytest.mark.django_db
def test_an_accepted_sign_in_is_logged_as_information(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "sso_gateway.audit")
    with django_capture_on_commit_callbacks(execute=True):
        record(entry())
    assert [line.levelno for line in caplog.records] == [logging.INFO]


@pytest.mark.django_db
def test_a_new_secret_key_does_not_stop_the_writing() -> None:
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert record(entry()).email_hash == mask.keyed_hash(EMAIL, mask.EMAIL)


class HostileTexts(TestCase):
    """Hypothesis needs a transaction for each example, which its own TestCase opens."""

    @settings(max_examples=100)
    @given(
        texts=st.fixed_dictionaries(dict.fromkeys(TEXTS, any_text)),
        facts=st.dictionaries(any_text, any_json),
        check=st.builds(Check, any_text, st.sampled_from(Outcome), any_text, any_text, any_text),
    )
    def test_nothing_invisible_is_ever_stored(
        self, texts: dict[str, Any], facts: dict[str, Any], check: Check
    ) -> None:
        made = record(Entry(**texts, facts=facts, before=facts, after=facts, checks=[check, facts]))
        event = Event.objects.get(pk=made.pk)
        for column in Event._meta.concrete_fields:
            value = getattr(event, column.attname)
            assert all(is_visible(text) for text in strings(value)), column.attname
