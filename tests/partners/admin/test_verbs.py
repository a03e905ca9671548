"""What staff can do and see, by permission."""

import re

import pytest
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.models import MetadataVersion, Partner
from tests.partners.admin.pages import (
    ADD,
    LIST,
    change_url,
    filled,
    page_of,
)
from tests.partners.factory import (
    acme_key,
    idp_metadata,
    make_partner,
    other_key,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("our_keys")]


def verb_url(partner: Partner, verb: str) -> str:
    return f"{LIST}{partner.pk}/{verb}/"


def test_a_partner_is_activated_paused_and_resumed(admin: Client) -> None:
    acme = make_partner(state="draft")
    assert verb_url(acme, "activate") in page_of(admin.get(change_url(acme)))
    page_of(admin.get(verb_url(acme, "activate")))
    assert Partner.objects.get().state == "draft"
    assert admin.post(verb_url(acme, "activate")).status_code == 302
    assert Partner.objects.get().state == "live"
    assert "This field is required" in page_of(admin.post(verb_url(acme, "pause")))
    admin.post(verb_url(acme, "pause"), {"reason": "key stolen"})
    paused = Partner.objects.get()
    assert (paused.state, paused.paused_by, paused.paused_reason) == (
        "paused",
        "user:ada",
        "key stolen",
    )
    assert "key stolen" in page_of(admin.get(change_url(acme)))
    admin.post(verb_url(acme, "resume"))
    assert Partner.objects.get().state == "live"


def test_what_stands_in_the_way_is_said(admin: Client) -> None:
    acme = make_partner(metadata=False, domains=[], state="draft")
    text = page_of(admin.post(verb_url(acme, "activate")))
    assert "no identity provider with a signing certificate" in text
    assert "no e-mail domain" in text
    assert "no e-mail domain" in page_of(admin.get(change_url(acme)))
    assert Partner.objects.get().state == "draft"


def test_metadata_is_rolled_back(admin: Client) -> None:
    acme = make_partner(document=idp_metadata())
    first = MetadataVersion.objects.get()
    assert verb_url(acme, "rollback") not in page_of(admin.get(change_url(acme)))
    flows.import_metadata(
        "acme", received(idp_metadata("https://new.example/", [other_key()])), actor="user:x"
    )
    assert verb_url(acme, "rollback") in page_of(admin.get(change_url(acme)))
    page_of(admin.get(verb_url(acme, "rollback")))
    admin.post(verb_url(acme, "rollback"), {"version": first.pk})
    assert list(MetadataVersion.objects.filter(active=True)) == [first]


def test_only_versions_of_the_partner_itself_can_come_back(admin: Client) -> None:
    acme, beta = make_partner(), make_partner("beta")
    other = beta.metadata_versions.get()
    answer = admin.post(verb_url(acme, "rollback"), {"version": other.pk})
    assert "Select a valid choice" in page_of(answer)


def test_a_verb_for_nobody_is_not_found(admin: Client) -> None:
    assert admin.get(f"{LIST}999/pause/").status_code == 404


def test_a_draft_is_deleted_and_a_live_partner_is_not(admin: Client) -> None:
    acme, beta = make_partner(), make_partner("beta", state="draft")
    assert admin.post(f"{LIST}{acme.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.post(f"{LIST}{beta.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Partner.objects.values_list("slug", flat=True)) == ["acme"]
    assert Event.objects.get(action="change.partner.deleted").actor == "user:ada"


def test_those_who_may_only_look_see_and_change_nothing(viewer: Client) -> None:
    acme = make_partner(policy={"signed": "both"})
    text = page_of(viewer.get(change_url(acme)))
    assert "signed=both" in text
    assert "acme.example" in text
    assert 'name="metadata_text"' not in text
    page_of(viewer.get(LIST))
    given = filled(name="Mine")
    for url in (ADD, change_url(acme)):
        assert viewer.post(url, given).status_code == 403
        assert viewer.post(url, {**given, "_reviewed": "1"}).status_code == 403
    for verb in ("activate", "pause", "resume", "rollback"):
        assert viewer.get(verb_url(acme, verb)).status_code == 403
        assert viewer.post(verb_url(acme, verb), {"reason": "x"}).status_code == 403
    assert Partner.objects.get().version == acme.version


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    acme = make_partner()
    for url in (LIST, ADD, change_url(acme), verb_url(acme, "pause")):
        assert client.post(url, {"reason": "x"}).status_code == 302
    assert Partner.objects.get().state == "live"


@pytest.mark.parametrize("model", ["metadataversion", "partneridentityprovider", "certificate"])
def test_what_imports_leave_behind_can_only_be_looked_at(admin: Client, model: str) -> None:
    make_partner(document=idp_metadata())
    url = f"/admin/sso_partners/{model}/"
    listed = admin.get(url)
    page_of(listed)
    row = listed.context["cl"].result_list[0]
    text = page_of(admin.get(f"{url}{row.pk}/change/"))
    assert 'type="submit"' not in text.partition('id="content-main"')[2]
    assert admin.get(f"{url}add/").status_code == 403
    assert admin.post(f"{url}{row.pk}/change/", {"x": "y"}).status_code == 403
    assert admin.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_shows_state_certificate_and_last_sign_in(admin: Client) -> None:
    make_partner()
    make_partner("beta", metadata=False, state="draft")
    text = page_of(admin.get(LIST))
    assert "● Live" in text
    assert "○ Draft" in text
    days = (acme_key().certificate.not_valid_after_utc.year - 2026) * 365
    assert any(str(days + near) in text for near in range(-400, 400))
    page_of(admin.get(f"{LIST}?q=acme.example&state__exact=live&o=4.5"))


def test_our_pages_bring_no_inline_style_or_script(admin: Client) -> None:
    acme = make_partner(document=idp_metadata())
    pages = [
        admin.get(LIST),
        admin.get(ADD),
        admin.get(change_url(acme)),
        admin.get(verb_url(acme, "pause")),
        admin.post(ADD, filled(slug="b", name="B", metadata_text=idp_metadata("urn:b").decode())),
    ]
    for page in pages:
        text = page_of(page)
        assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*json)[^>]*>", text)
        assert " style=" not in text
        assert " onclick=" not in text
        assert "default-src 'none'" in page["Content-Security-Policy"]
