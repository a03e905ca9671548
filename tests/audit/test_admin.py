import re
from html import unescape
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sso_gateway.audit import listing
from sso_gateway.audit.listing import NewestOnly, values_in_use
from sso_gateway.audit.models import Event
from sso_gateway.audit.record import record
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Check, Outcome
from sso_gateway.saml.response import LADDER
from tests.audit.recipes import EMAIL, entry

pytestmark = pytest.mark.django_db
LIST = reverse("admin:sso_audit_event_changelist")
SCRIPT = "<script>alert(1)</script>"


def signed_in(*permissions: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def staff() -> Client:
    return signed_in("view_event")


def page(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def story(client: Client, event: Event) -> str:
    return page(client, reverse("admin:sso_audit_event_change", args=[event.pk]))


def refused(**changes: object) -> Event:
    refusal = Refusal(
        Reason.AUDIENCE_MISMATCH,
        expected="https://sso.example.com/saml/acme/metadata/",
        received="https://elsewhere.example/",
    )
    return record(
        entry(
            outcome="refused",
            reason=refusal.reason,
            facts=refusal.values,
            assertion=None,
            email="",
            **changes,
        )
    )


def listed(html: str) -> set[str]:
    return set(re.findall(r'field-shown_reference">([^<]+)<', html))


def test_the_list_shows_what_staff_look_for(staff: Client) -> None:
    event = record(entry())
    html = page(staff, LIST)
    shown = text(html)
    for expected in ("✓ Accepted", "m•••@acme.example", "acme", "192.0.2.7", "idp"):
        assert expected in shown
    assert listed(html) == {event.display_reference}
    assert EMAIL not in html


def test_an_unverified_user_is_called_a_claim(staff: Client) -> None:
    record(entry(assertion=None, outcome="refused", reason=Reason.SIGNATURE_INVALID))
    assert "m•••@acme.example (claimed)" in text(page(staff, LIST))


@pytest.mark.parametrize(
    "query",
    [
        {"q": "K7QF-2M9D"},
        {"q": "k7qf2m9d"},
        {"q": "maria@acme.example"},
        {"q": "acme"},
        {"outcome__exact": "success"},
        {"partner_slug": "acme"},
        {"key": "relay_refused"},
    ],
)
def test_search_and_filters_find_the_one_that_is_meant(
    staff: Client, query: dict[str, str]
) -> None:
    record(entry(reference="K7QF2M9D", reason=Reason.RELAY_REFUSED))
    refused(partner_slug="globex")
    assert listed(page(staff, LIST, **query)) == {"K7QF-2M9D"}


def test_the_date_filter_takes_a_range(staff: Client) -> None:
    record(entry())
    assert listed(page(staff, LIST, time__gte="2100-01-01 00:00:00+00:00")) == set()


def test_the_filters_offer_the_values_in_use(staff: Client) -> None:
    refused(partner_slug="globex")
    record(entry())
    html = page(staff, LIST)
    assert "?partner_slug=acme" in html
    assert "?partner_slug=globex" in html
    assert "?key=audience_mismatch" in html
    assert list(values_in_use("partner_slug")) == ["acme", "globex"]
    assert list(values_in_use("key")) == ["audience_mismatch"]


def test_no_event_has_no_values() -> None:
    assert list(values_in_use("key")) == []


def test_counting_stops_at_the_newest(monkeypatch: pytest.MonkeyPatch, staff: Client) -> None:
    monkeypatch.setattr(listing, "NEWEST", 3)
    monkeypatch.setattr("sso_gateway.audit.admin.NEWEST", 3)
    for _ in range(5):
        record(entry())
    assert NewestOnly(Event.objects.all(), 2).count == 3
    assert "Only the newest 3 matches are listed." in text(page(staff, LIST))


def test_the_list_never_counts_the_whole_log(staff: Client) -> None:
    record(entry())
    with CaptureQueriesContext(connection) as executed:
        page(staff, LIST)
    counts = [query["sql"] for query in executed if "COUNT(" in query["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)


def test_a_long_list_costs_as_many_queries_as_a_short_one(staff: Client) -> None:
    record(entry())
    with CaptureQueriesContext(connection) as short:
        page(staff, LIST)
    for _ in range(20):
        record(entry())
    with CaptureQueriesContext(connection) as long:
        page(staff, LIST)
    assert len(long) == len(short)


def test_the_story_says_what_happened_what_to_do_then_the_checks_then_the_facts(
    staff: Client,
) -> None:
    failed = Check("audience", Outcome.FAIL, "core 2.5.1.4", "ours", "theirs")
    passed = Check(LADDER[0][0], Outcome.PASS, LADDER[0][1])
    after = Check("recipient", Outcome.NOT_REACHED, "prof 4.1.4.2")
    warned = Check("certificate", Outcome.WARN, "IIP-MD12")
    event = refused(checks=[passed, failed, warned, after])
    shown = text(story(staff, event))
    places = [
        shown.index(part)
        for part in (
            event.display_reference,
            "Refused · 603 audience_mismatch",
            "https://elsewhere.example/",
            "What to do",
            "Checks",
            f"{LADDER[0][0]} ✓ Passed",
            "audience ✗ Failed ours theirs core 2.5.1.4",
            "certificate ! Warning",
            "recipient – Not reached",
            "Who, where, when",
            "192.0.2.7",
            "All fields",
            "request_host sso.example.com",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_story_without_open_placeholders(staff: Client, reason: Reason) -> None:
    event = record(entry(outcome="refused", reason=reason, facts={}, assertion=None))
    shown = text(story(staff, event))
    assert not re.search(r"\{[a-z_]+\}", shown.split("All fields")[0])


def test_an_accepted_sign_in_tells_who_came_through_whom(staff: Client) -> None:
    event = record(entry())
    assert "m•••@acme.example was signed in through Acme." in text(story(staff, event))


def test_what_no_key_vouched_for_is_called_a_claim(staff: Client) -> None:
    event = record(entry(assertion=None, outcome="refused", reason=Reason.KEY_UNKNOWN))
    shown = text(story(staff, event))
    assert "says about the user is claimed, not verified" in shown
    assert "email_masked (claimed, not verified) m•••@acme.example" in shown
    assert "claimed" not in text(story(staff, record(entry())))


def test_a_change_shows_before_and_after(staff: Client) -> None:
    event = record(
        entry(
            action="change.policy",
            outcome="info",
            before={"session_max": 28800, "same": 1},
            after={"session_max": 3600, "same": 1},
            actor="user:17",
            why="asked by Acme",
        )
    )
    shown = text(story(staff, event))
    assert "What changed Field Before After session_max 28800 3600 Who, where, when" in shown
    assert "By user:17 Why asked by Acme" in shown


def test_a_reason_of_another_version_is_still_shown(staff: Client) -> None:
    event = refused()
    Event(
        **{
            column.attname: getattr(event, column.attname)
            for column in Event._meta.concrete_fields
            if column.attname not in {"id", "reference", "key"}
        },
        id=UUID(int=7),
        reference="00000007",
        key="not_yet_invented",
    ).save()
    shown = text(story(staff, Event.objects.get(reference="00000007")))
    assert "The reason is “not_yet_invented”" in shown


def test_hostile_values_are_text(staff: Client) -> None:
    event = refused(
        user_agent=SCRIPT,
        partner_name=SCRIPT,
        partner_slug=SCRIPT,
        claimed_issuer=SCRIPT,
        subject=SCRIPT + "@x",
        checks=[Check(SCRIPT, Outcome.FAIL, SCRIPT, SCRIPT, SCRIPT)],
        before={SCRIPT: SCRIPT},
        flow=SCRIPT,
    )
    for html in (story(staff, event), page(staff, LIST), page(staff, LIST, q=SCRIPT)):
        assert SCRIPT not in html
    assert SCRIPT in unescape(story(staff, event))


def test_neither_page_has_an_inline_style_or_script(staff: Client) -> None:
    event = refused(checks=[Check("audience", Outcome.FAIL, "core 2.5.1.4")])
    for html in (story(staff, event), page(staff, LIST)):
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)


def test_the_table_of_checks_has_headers_for_its_rows_and_columns(staff: Client) -> None:
    html = story(staff, refused(checks=[Check("audience", Outcome.FAIL, "core 2.5.1.4")]))
    _, table = html.split('id="sso-checks"')
    assert table.count('<th scope="col">') == 5
    assert '<th scope="row">audience</th>' in table
    assert "<caption>" in table
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("permissions", [[], ["view_user"]])
def test_without_the_permission_there_is_nothing_to_see(permissions: list[str]) -> None:
    event = record(entry())
    client = signed_in(*permissions)
    assert client.get(LIST).status_code == 403
    address = reverse("admin:sso_audit_event_change", args=[event.pk])
    assert client.get(address).status_code == 403


def test_an_event_that_does_not_exist_is_404(staff: Client) -> None:
    for key in ("00000000-0000-7000-8000-000000000000", "nonsense"):
        address = reverse("admin:sso_audit_event_change", args=[key])
        assert staff.get(address).status_code == 404


def test_even_a_superuser_can_neither_add_nor_change_nor_delete(admin_client: Client) -> None:
    event = record(entry())
    change = reverse("admin:sso_audit_event_change", args=[event.pk])
    assert admin_client.get(reverse("admin:sso_audit_event_add")).status_code == 403
    delete = reverse("admin:sso_audit_event_delete", args=[event.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    admin_client.post(change, {"outcome": "refused"})
    admin_client.post(LIST, {"action": "delete_selected", "_selected_action": str(event.pk)})
    assert Event.objects.get().outcome == "success"


def test_there_is_no_permission_but_to_view() -> None:
    codenames = Permission.objects.filter(content_type__app_label="sso_audit")
    assert list(codenames.values_list("codename", flat=True)) == ["view_event"]
