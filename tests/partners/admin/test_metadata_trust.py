"""Who is believed about metadata, in the admin."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from sso_gateway.partners.models import MetadataVersion, Partner
from tests.partners.admin.pages import ADD, change_url, filled, page_of, save, uploaded
from tests.partners.factory import federation_key, idp_metadata, make_partner, other_key, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]

SIGNED = {"metadata_signer": "federation"}


def changed(**changes: Any) -> dict[str, Any]:
    """Acme's form, filled in anew."""
    return filled(email_domains="acme.example", **changes)


def test_the_signers_to_choose_from_are_those_of_the_folder(admin: Client) -> None:
    text = page_of(admin.get(ADD))
    for name in ("federation", "stranger"):
        assert f'<option value="{name}">{name}</option>' in text


def test_a_partner_is_added_on_the_word_of_a_signer(admin: Client) -> None:
    document = signed(idp_metadata(), federation_key())
    given = filled(metadata_file=uploaded(document), policy_metadata_signer="federation")
    review = admin.post(ADD, given)
    text = page_of(review)
    assert "signed by the partner's metadata signer" in text
    assert "federation rsa-2048 for tests" in text
    assert save(admin, ADD, review).status_code == 302
    assert Partner.objects.get().policy == SIGNED
    assert MetadataVersion.objects.get().signer == federation_key().sha256


def test_what_somebody_else_signed_is_neither_understood_nor_saved(admin: Client) -> None:
    document = signed(idp_metadata("https://smuggled.example/"), other_key())
    given = filled(metadata_file=uploaded(document), policy_metadata_signer="federation")
    for step in ({}, {"_reviewed": "1"}):
        given["metadata_file"] = uploaded(document)
        text = page_of(admin.post(ADD, {**given, **step}))
        assert "signed by somebody else" in text
        assert "https://smuggled.example/</code>" not in text
    assert not Partner.objects.exists()


def test_a_signer_whose_file_is_gone_is_not_dropped_by_saving(admin: Client, signers: Path) -> None:
    document = signed(idp_metadata(), federation_key())
    acme = make_partner(document=document, policy=SIGNED)
    (signers / "federation.crt").unlink()
    text = page_of(admin.get(change_url(acme)))
    assert '<option value="federation" selected>federation</option>' in text
    given = changed(name="ACME", policy_metadata_signer="federation")
    assert admin.post(change_url(acme), given).status_code == 302
    saved = Partner.objects.get()
    assert (saved.name, saved.policy) == ("ACME", SIGNED)


def test_it_is_shown_who_vouches_and_until_when(admin: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC), tick=False):
        acme = make_partner(document=idp_metadata())
        text = page_of(admin.get(change_url(acme)))
        assert "review by 2027-12-21" in text
        assert "overdue" not in text
    MetadataVersion.objects.update(review_by="2026-01-01")
    assert "overdue" in page_of(admin.get(change_url(acme)))
    MetadataVersion.objects.update(signer=federation_key().sha256, review_by=None)
    assert "signed by the key" in page_of(admin.get(change_url(acme)))


def test_older_metadata_is_taken_only_on_purpose(admin: Client) -> None:
    first = idp_metadata()
    acme = make_partner(document=first)
    second = changed(metadata_file=uploaded(idp_metadata(certificates=[other_key()])))
    save(admin, change_url(acme), admin.post(change_url(acme), second))
    text = page_of(admin.post(change_url(acme), changed(metadata_text=first.decode())))
    assert "has been replaced since" in text
    on_purpose = changed(metadata_text=first.decode(), metadata_older="on")
    save(admin, change_url(acme), admin.post(change_url(acme), on_purpose))
    assert bytes(MetadataVersion.objects.get(active=True).xml) == first


def test_names_that_others_chose_are_only_names(admin: Client) -> None:
    # In a template, names.items is the value called “items” where there is one.
    attributes = (
        b'<a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute">'
        b'<s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" Name="items">'
        b"<s:AttributeValue>&lt;b&gt;gold&lt;/b&gt;</s:AttributeValue></s:Attribute>"
        b"</a:EntityAttributes>"
    )
    document = (
        idp_metadata()
        .replace(b"xml:lang='en'", b"xml:lang='items'")
        .replace(b"<md:IDPSSO", b"<md:Extensions>" + attributes + b"</md:Extensions><md:IDPSSO", 1)
    )
    answer = admin.post(ADD, filled(metadata_text=document.decode()))
    text = page_of(answer)
    assert "Name (items)" in text
    assert b"&lt;b&gt;gold&lt;/b&gt;" in answer.content
