"""Filling in the pages, and reading them."""

import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from sso_gateway.partners import policy_form
from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Policy

ADD = "/admin/sso_partners/partner/add/"
LIST = "/admin/sso_partners/partner/"


def filled(**changes: Any) -> dict[str, Any]:
    """The form as somebody fills it in."""
    policy = {
        name: value
        for name, value in policy_form.initial(Policy()).items()
        if value is not False and not isinstance(value, tuple)
    }
    return {
        "slug": "acme",
        "name": "Acme",
        "email_domains": "acme.example\nacme.test",
        "policy_sign_requests": "on",
        **policy,
        **changes,
    }


def page_of(answer: Any) -> str:
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def hidden(answer: Any) -> dict[str, list[str]]:
    """What the review page carries back."""
    fields: dict[str, list[str]] = {}
    pattern = r'<input type="hidden" name="([^"]*)" value="([^"]*)">'
    for name, value in re.findall(pattern, answer.content.decode()):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def save(admin: Client, url: str, review: Any) -> Any:
    """The second click."""
    return admin.post(url, {**hidden(review), "_reviewed": "1"})


def change_url(partner: Partner) -> str:
    return f"{LIST}{partner.pk}/change/"


def uploaded(document: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("acme-idp.xml", document, "text/xml")
