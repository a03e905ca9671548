"""Partners in Django's admin: reviewed, then saved."""

import re

import pytest
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners.forms import PartnerForm
from sso_gateway.partners.models import Certificate, MetadataVersion, Partner
from tests.partners.admin.pages import (
    ADD,
    change_url,
    filled,
    hidden,
    page_of,
    save,
    uploaded,
)
from tests.partners.factory import (
    ENTITY_ID,
    acme_key,
    aggregate,
    idp_metadata,
    make_partner,
    other_key,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("our_keys")]


@pytest.mark.parametrize("how", ["file", "text"])
def test_a_partner_is_added_in_two_steps(admin: Client, how: str) -> None:
    document = idp_metadata()
    given = (
        {"metadata_file": uploaded(document)}
        if how == "file"
        else {"metadata_text": document.decode()}
    )
    review = admin.post(ADD, filled(**given))
    text = page_of(review)
    assert not Partner.objects.exists()
    assert not Event.objects.exists()
    fingerprint = acme_key().sha256.upper()
    assert " ".join(re.findall("....", fingerprint)) in text
    for words in (
        ENTITY_ID,
        "https://idp.acme.example/sso",
        "HTTP-Redirect",
        "RSA 2048",
        "nameid-format:emailAddress",
        "ends in",
        "acme rsa-2048 for tests",
        "Nothing has been saved yet",
    ):
        assert words in text
    saved = save(admin, ADD, review)
    assert saved.status_code == 302
    partner = Partner.objects.get()
    assert (partner.slug, partner.state) == ("acme", "draft")
    assert set(partner.email_domains.values_list("domain", flat=True)) == {
        "acme.example",
        "acme.test",
    }
    version = MetadataVersion.objects.get()
    assert bytes(version.xml) == document
    assert version.uploaded_by == "user:ada"
    assert version.source == ("acme-idp.xml" if how == "file" else "pasted")
    assert set(Event.objects.values_list("actor", flat=True)) == {"user:ada"}


def test_without_metadata_there_is_nothing_to_review(admin: Client) -> None:
    assert admin.post(ADD, filled()).status_code == 302
    assert Partner.objects.get().name == "Acme"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"<!doctype html><html></html>", "web page (HTML)"),
        (idp_metadata(certificates=[]), "no signing certificate"),
        (idp_metadata(use="encryption"), "no signing certificate"),
        (acme_key().certificate_pem, "only a certificate"),
        (
            aggregate(
                idp_metadata("https://a.example/", [acme_key()]),
                idp_metadata("https://b.example/", [other_key()]),
            ),
            "describes 2 identity providers",
        ),
        (b"", "submitted file is empty"),
    ],
)
def test_a_wrong_file_is_explained_and_nothing_is_saved(
    admin: Client, document: bytes, words: str
) -> None:
    text = page_of(admin.post(ADD, filled(metadata_file=uploaded(document))))
    assert words in text
    assert not Partner.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("how", ["file", "text"])
def test_a_private_key_is_kept_nowhere(
    admin: Client, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    pem = acme_key().private_pem
    secret = pem.decode().splitlines()[3]
    given = {"metadata_file": uploaded(pem)} if how == "file" else {"metadata_text": pem.decode()}
    answer = admin.post(ADD, filled(**given))
    text = page_of(answer)
    assert "treat it as exposed" in text
    assert secret not in text
    assert secret not in caplog.text
    assert secret not in str(dict(admin.session))
    assert not Partner.objects.exists()
    assert not MetadataVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "New"}, "cannot be used in an address"),
        ({"slug": "api"}, "is reserved"),
        ({"name": ""}, "This field is required"),
        ({"email_domains": "acme"}, "not an e-mail domain"),
        ({"policy_session_max": "5"}, "greater than or equal to 60"),
        ({"policy_signed": "nothing"}, "not one of the available choices"),
        ({"policy_relay_state_allowed": "https://a.example"}, "cannot have this value"),
        ({"landing": "javascript:alert(1)"}, "not a web address"),
        ({"our_acs_path": "/admin/x"}, "cannot be taken over"),
    ],
)
def test_a_wrong_field_is_explained_and_nothing_is_saved(
    admin: Client, changes: dict[str, str], words: str
) -> None:
    given = filled(metadata_text=idp_metadata().decode(), **changes)
    assert words in page_of(admin.post(ADD, given))
    # Nor by pretending that it was reviewed.
    assert words in page_of(admin.post(ADD, {**given, "_reviewed": "1"}))
    assert not Partner.objects.exists()
    assert not Event.objects.exists()


def test_a_file_and_a_text_together_are_one_too_many(admin: Client) -> None:
    given = filled(metadata_file=uploaded(idp_metadata()), metadata_text=idp_metadata().decode())
    assert "There is a file and a text" in page_of(admin.post(ADD, given))


def test_a_file_that_is_too_large_for_the_page_names_the_command(admin: Client) -> None:
    given = filled(metadata_file=uploaded(idp_metadata() + b" " * 2_000_000 + b"\n<!-- x -->"))
    assert "manage.py metadata import" in page_of(admin.post(ADD, given))


def test_an_address_that_may_not_be_fetched_is_explained(admin: Client) -> None:
    text = page_of(admin.post(ADD, filled(metadata_text="https://127.0.0.1/metadata")))
    assert "private network" in text
    assert not Partner.objects.exists()


def test_who_was_slower_is_told_and_nothing_is_saved(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = admin.post(ADD, filled(metadata_text=idp_metadata().decode()))
    rehearse = PartnerForm._rehearse

    def and_then_somebody_is_faster(form: PartnerForm) -> None:
        rehearse(form)
        make_partner("faster", domains=["acme.test"], metadata=False, state="draft")

    monkeypatch.setattr(PartnerForm, "_rehearse", and_then_somebody_is_faster)
    answer = admin.post(ADD, {**hidden(review), "_reviewed": "1"}, follow=True)
    assert "acme.test belongs to the partner" in page_of(answer)
    assert not Partner.objects.exists()


def test_what_belongs_to_another_partner_is_named(admin: Client) -> None:
    make_partner(document=idp_metadata())
    given = filled(slug="beta", name="Beta", metadata_text=idp_metadata().decode())
    text = page_of(admin.post(ADD, given))
    assert "The entity ID belongs to the partner “Acme” (acme)" in text
    assert "The e-mail domain acme.example belongs to the partner “Acme” (acme)" in text
    assert Partner.objects.count() == 1


def test_wrong_metadata_is_refused_at_the_second_step_too(admin: Client) -> None:
    review = admin.post(ADD, filled(metadata_text=idp_metadata().decode()))
    tampered = {**hidden(review), "metadata_text": ["<html></html>"], "_reviewed": ["1"]}
    assert "web page (HTML)" in page_of(admin.post(ADD, tampered))
    assert not Partner.objects.exists()


def test_one_can_go_back_from_the_review(admin: Client) -> None:
    review = admin.post(ADD, filled(metadata_text=idp_metadata().decode()))
    text = page_of(admin.post(ADD, {**hidden(review), "_edit": "1"}))
    assert 'value="Acme"' in text
    assert ENTITY_ID in text
    assert not Partner.objects.exists()


def test_markup_in_metadata_is_shown_as_text(admin: Client) -> None:
    document = idp_metadata(name="&lt;script&gt;alert(1)&lt;/script&gt;")
    answer = admin.post(ADD, filled(metadata_text=document.decode()))
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert(1)" in answer.content


def test_metadata_is_replaced_in_two_steps(admin: Client) -> None:
    acme = make_partner(document=idp_metadata())
    new = idp_metadata("https://new.example/", [other_key()])
    given = filled(email_domains="acme.example", metadata_file=uploaded(new))
    review = admin.post(change_url(acme), given)
    assert "Will not be trusted any more" in page_of(review)
    assert MetadataVersion.objects.count() == 1
    save(admin, change_url(acme), review)
    assert MetadataVersion.objects.get(active=True).entity_ids == ["https://new.example/"]
    assert Certificate.objects.get(retired=None).sha256 == other_key().sha256


def test_the_same_metadata_again_is_called_unchanged(admin: Client) -> None:
    acme = make_partner(document=idp_metadata())
    given = filled(email_domains="acme.example", metadata_text=idp_metadata().decode())
    assert "Unchanged" in page_of(admin.post(change_url(acme), given))


def test_policy_and_domains_are_changed_by_flows(admin: Client) -> None:
    acme = make_partner()
    given = filled(
        email_domains="acme.test",
        policy_signed="both",
        policy_relay_state_allowed="https://a.example/\n\nhttps://b.example/x\n",
        name="ACME",
    )
    del given["slug"]
    assert admin.post(change_url(acme), given).status_code == 302
    changed = Partner.objects.get()
    assert changed.name == "ACME"
    assert changed.policy == {
        "signed": "both",
        "relay_state_allowed": ["https://a.example/", "https://b.example/x"],
    }
    assert list(changed.email_domains.values_list("domain", flat=True)) == ["acme.test"]
    by_ada = Event.objects.filter(actor="user:ada").values_list("action", flat=True)
    assert sorted(by_ada) == [
        "change.partner.updated",
        "change.partner.updated",
        "change.policy",
    ]


def test_saving_without_a_change_is_no_change(admin: Client) -> None:
    acme = make_partner(policy={"signed": "both"})
    form = admin.get(change_url(acme)).context["adminform"].form
    shown = {name: form[name].field.prepare_value(form[name].initial) for name in form.fields}
    given = {
        name: value for name, value in shown.items() if value is not None and value is not False
    }
    assert admin.post(change_url(acme), given).status_code == 302
    assert Partner.objects.get().version == acme.version
    assert not Event.objects.filter(actor="user:ada").exists()


def test_the_short_name_never_changes(admin: Client) -> None:
    acme = make_partner()
    given = filled(slug="other", email_domains="acme.example")
    assert admin.post(change_url(acme), given).status_code == 302
    assert Partner.objects.get().slug == "acme"


def test_the_form_shows_what_the_partner_has_to_know(admin: Client) -> None:
    text = page_of(admin.get(change_url(make_partner())))
    assert "https://sso.example.com/saml/acme/acs/" in text
    assert "https://sso.example.com/saml/acme/metadata/" in text
