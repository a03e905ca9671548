"""What every answer tells the browser, and every cookie, whatever the answer is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from tests.signon import scene

pytestmark = pytest.mark.django_db

Ask = Callable[[Client], Any]


def get(path: str, host: str = "sso.example.com") -> Ask:
    return lambda client: client.get(path, secure=True, headers={"Host": host})


def signed_in(path: str) -> Ask:
    def ask(client: Client) -> Any:
        scene.post(client, scene.message())
        return client.get(path, secure=True)

    return ask


def staff(path: str) -> Ask:
    def ask(client: Client) -> Any:
        root = User.objects.create_superuser("root", "root@example.com", "a password")
        client.force_login(root, "django.contrib.auth.backends.ModelBackend")
        return client.get(path, secure=True)

    return ask


def replayed(client: Client) -> Any:
    for _ in range(2):
        response = scene.post(client, scene.message())
    return client.get(response["Location"], secure=True)


def posted_question(client: Client) -> Any:
    flows.set_policy("acme", {"request_binding": "post"}, actor=scene.ACTOR)
    return client.get(scene.LOGIN, secure=True)


def dead_session(client: Client) -> Any:
    """The database fails where the session is looked up, before any view."""
    scene.post(client, scene.message())
    client.cookies["__Host-sso-session"] = "x" * 32
    return client.get("/", secure=True)


SIGNING_IN: dict[str, tuple[Ask, int]] = {
    "a login": (lambda client: scene.post(client, scene.message()), 303),
    "a refused login": (lambda client: scene.post(client, b"<a/>"), 400),
    "no account": (
        lambda client: scene.post(client, scene.message(name_id="eve@acme.example", attributes={})),
        403,
    ),
    "the ACS opened": (get(scene.ACS), 400),
    "the ACS of nobody": (get("/saml/nobody/acs/"), 404),
    "a question": (get(scene.LOGIN), 303),
    "a question by POST": (posted_question, 200),
    "a question to somebody else": (get(f"{scene.LOGIN}?idp=x"), 403),
    "the same again": (replayed, 200),
    "the start page": (get("/"), 200),
    "the start page of a person": (signed_in("/"), 200),
    "the start page of a dead session": (dead_session, 200),
    "the session": (get("/session/"), 200),
    "signed out": (get("/logout/"), 200),
    "signing out": (lambda client: Client().post("/logout/", secure=True), 303),
    "signing out from elsewhere": (lambda client: client.post("/logout/", secure=True), 403),
    "nothing": (get("/nothing/"), 404),
    "another host": (get("/", "evil.example"), 400),
    "another host at the ACS": (get(scene.ACS, "evil.example"), 400),
    "the admin's sign-in": (get("/admin/login/"), 200),
    "the admin": (staff("/admin/"), 200),
    "partners": (staff("/admin/sso_partners/partner/"), 200),
    "the log": (staff("/admin/sso_audit/event/"), 200),
}
OTHERS: dict[str, tuple[Ask, int]] = {
    "metadata": (get("/saml/acme/metadata/"), 200),
    "metadata of nobody": (get("/saml/nobody/metadata/"), 404),
    "a missing slash": (get("/saml/acme/login"), 302),
    "health": (get("/healthz"), 200),
    "readiness": (get("/readyz"), 200),
    "the icon": (get("/favicon.ico"), 302),
    "a style": (get("/static/sso_gateway/gateway.css"), 200),
}
EVERY = SIGNING_IN | OTHERS


def asked(browser: Client, name: str) -> Any:
    ask, status = EVERY[name]
    response = ask(browser)
    assert response.status_code == status
    return response


@pytest.mark.parametrize("name", EVERY)
def test_no_answer_can_be_framed_sniffed_or_told_about_elsewhere(
    browser: Client, acme: Partner, ada: User, name: str
) -> None:
    response = asked(browser, name)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    if not response.get("Content-Type", "").startswith("text/css"):
        policy = response["Content-Security-Policy"]
        for directive in ("frame-ancestors 'none'", "default-src 'none'", "base-uri 'none'"):
            assert directive in policy
        assert "unsafe" not in policy and "*" not in policy
    assert "Server" not in response and "X-Powered-By" not in response
    response.close()


@pytest.mark.parametrize("name", SIGNING_IN)
def test_no_answer_around_a_sign_in_is_kept_by_anybody(
    browser: Client, acme: Partner, ada: User, name: str
) -> None:
    assert "no-store" in asked(browser, name)["Cache-Control"]


@pytest.mark.parametrize("name", EVERY)
def test_every_cookie_is_ours_alone(browser: Client, acme: Partner, ada: User, name: str) -> None:
    response = asked(browser, name)
    response.close()
    for sent in response.cookies.values():
        assert sent.key.startswith("__Host-")
        assert sent["secure"] and (sent["httponly"] or sent["max-age"] == 0)
        assert (sent["path"], sent["domain"]) == ("/", "")
        assert sent["samesite"] == ("None" if sent.key == "__Host-sso-login" else "Lax")


def test_a_note_to_staff_is_no_cookie_without_the_prefix(acme: Partner) -> None:
    root = User.objects.create_superuser("root", "root@example.com", "a password")
    client = Client()
    client.force_login(root, "django.contrib.auth.backends.ModelBackend")
    address = f"/admin/sso_partners/partner/{acme.pk}/"
    response = client.post(f"{address}pause/", {"reason": "a test"}, secure=True)
    assert response.status_code == 302
    assert [name for name in client.cookies if not name.startswith("__Host-")] == []
    assert "The partner is paused." in client.get(f"{address}change/", secure=True).content.decode()
