"""``manage.py demo prepare`` makes what is missing, and a second run changes nothing."""

import re
import stat
from io import StringIO

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from sso_gateway.audit.models import Event
from sso_gateway.demo import flows, keys
from sso_gateway.demo.keys import Owner
from sso_gateway.partners import flows as partner_flows
from sso_gateway.partners import trust
from sso_gateway.partners.models import Partner
from tests.demo.site import PORTAL, Site

PASSWORD = re.compile(r"^    ([0-9a-z]{4}(?:-[0-9a-z]{4}){3})$", re.MULTILINE)


def printed() -> str:
    out = StringIO()
    call_command("demo", "prepare", stdout=out)
    return out.getvalue()


def test_the_first_run_prints_a_password_that_opens_the_admin(demo_mode: None, db: None) -> None:
    found = PASSWORD.search(printed())
    assert found is not None
    assert Client().login(username="admin", password=found[1])
    admin = User.objects.get(username="admin")
    assert found[1] not in admin.password
    assert admin.is_superuser


def test_the_second_run_prints_no_password_and_says_how_to_set_one(said: list[str]) -> None:
    again = printed()
    assert PASSWORD.search("\n".join(said)) is not None
    assert PASSWORD.search(again) is None
    assert "changepassword admin" in again


def test_the_second_run_changes_nothing(said: list[str]) -> None:
    before = Partner.objects.get(), User.objects.count(), Event.objects.count()
    flows.prepare()
    after = Partner.objects.get(), User.objects.count(), Event.objects.count()
    assert after == before
    assert after[0].version == before[0].version


def test_keys_are_made_once_and_only_their_owner_reads_them() -> None:
    before = {owner: keys.pair(owner).private.read_bytes() for owner in Owner}
    assert keys.ensure() == ()
    assert {owner: keys.pair(owner).private.read_bytes() for owner in Owner} == before
    modes = {stat.S_IMODE(keys.pair(owner).private.stat().st_mode) for owner in Owner}
    assert modes == {0o600}
    assert len(set(before.values())) == len(Owner)


def test_on_another_port_and_back_again_acme_is_found_where_it_is(
    said: list[str], settings: Settings
) -> None:
    first = trust.for_slug("acme").identity_providers
    for port in (8123, 8000, 8123, 8000):
        settings.SSO_BASE_URL = f"http://localhost:{port}"
        flows.prepare()
        acme = trust.for_slug("acme")
        (provider,) = acme.identity_providers.values()
        assert provider.sign_on[0].location == f"http://127.0.0.1:{port}/demo/idp/sso/"
        assert acme.portal_url == f"http://127.0.0.1:{port}/demo/"
    assert trust.for_slug("acme").identity_providers == first


def test_a_lost_key_is_replaced_and_trusted(site: Site) -> None:
    lost = keys.pair(Owner.IDENTITY_PROVIDER)
    lost.private.unlink()
    lost.certificate.unlink()
    flows.prepare()
    assert site.press(site.form("/demo/", person="ada")).status_code == 303


def test_what_staff_decided_stays(site: Site) -> None:
    partner_flows.pause("acme", reason="to see what happens", actor="test")
    partner_flows.set_policy("acme", {"provision": "match"}, actor="test")
    assert any("not live: Paused" in line for line in flows.prepare())
    acme = trust.for_slug("acme")
    assert (acme.state, acme.policy.provision) == ("paused", "match")
    assert site.press(site.form("/demo/", person="ada")).status_code == 403


def test_beside_a_gateway_at_127_0_0_1_acme_is_at_localhost(
    demo_mode: None, db: None, settings: Settings
) -> None:
    settings.SSO_BASE_URL = PORTAL
    flows.prepare()
    assert trust.for_slug("acme").portal_url == "http://localhost:8000/demo/"
