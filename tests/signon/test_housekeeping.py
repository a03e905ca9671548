"""``manage.py housekeeping`` where metadata came from addresses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows, trust
from sso_gateway.partners.recognise import from_url
from sso_gateway.signon.models import SeenAssertion
from tests.idp.keys import key_pair
from tests.partners.factory import acme_key, idp_metadata, make_partner, other_key
from tests.partners.server import says, serving
from tests.signon import scene

pytestmark = pytest.mark.django_db

ENTITIES = {"acme": "https://idp.acme.example/metadata", "beta": "https://idp.beta.example/"}
KEYS = {"acme": acme_key(), "beta": other_key()}
NEXT = key_pair("rsa-2048", "next")


@pytest.fixture
def served(our_keys: None, settings: Settings) -> Iterator[dict[str, bytes]]:
    """What the addresses of two partners say; both have been imported from there."""
    settings.SSO_DEMO = True
    said = {slug: idp_metadata(name, [KEYS[slug]]) for slug, name in ENTITIES.items()}
    with serving(lambda handler: says(said[handler.path.strip("/")])(handler)) as port:
        for slug in ENTITIES:
            make_partner(slug, metadata=False, state="draft")
            received = from_url(f"http://localhost:{port}/{slug}")
            flows.import_metadata(slug, received, actor=scene.ACTOR)
        yield said


def run(*arguments: str) -> tuple[int, str]:
    """The exit status, and what was printed."""
    out = StringIO()
    try:
        call_command("housekeeping", *arguments, stdout=out)
    except CommandError as failed:
        return failed.returncode, out.getvalue()
    return 0, out.getvalue()


def reports() -> tuple[int, Any]:
    status, said = run("--json")
    return status, json.loads(said)["partners"]


def test_metadata_is_refreshed_and_the_second_run_finds_nothing_new(
    served: dict[str, bytes],
) -> None:
    unchanged = [{"slug": slug, "unchanged": True} for slug in ENTITIES]
    assert reports() == (0, unchanged)
    served["acme"] = idp_metadata(ENTITIES["acme"], [acme_key(), NEXT])
    assert reports() == (0, [{"slug": "acme", "unchanged": False}, unchanged[1]])
    assert reports() == (0, unchanged)
    assert len(trust.for_slug("acme").identity_providers[ENTITIES["acme"]].keys) == 2
    assert Event.objects.filter(action="change.metadata.refreshed").count() == 1


def test_what_fails_is_recorded_and_keeps_nothing_else_from_being_done(
    served: dict[str, bytes],
) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    SeenAssertion.objects.create(key="0" * 64, expires=long_ago, first_used=long_ago)
    served["acme"] = b"<html>Please sign in</html>"
    served["beta"] = idp_metadata(ENTITIES["beta"], [other_key(), NEXT])
    status, (acme, beta) = reports()
    assert status == 1
    assert [problem["key"] for problem in acme["problems"]] == ["not_metadata"]
    assert beta == {"slug": "beta", "unchanged": False}
    assert Event.objects.get(action="change.metadata.failed").partner_slug == "acme"
    assert not SeenAssertion.objects.exists()


def test_people_read_a_line_for_each_partner(served: dict[str, bytes]) -> None:
    served["acme"] = b"<html>Please sign in</html>"
    status, said = run()
    assert status == 1
    assert "Metadata of acme: not taken over: " in said
    assert "Metadata of beta: unchanged." in said
