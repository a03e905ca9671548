"""A login reaches no network but the database's, starts no program and writes no file."""

import os
import socket
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from sso_gateway.signon.models import LoginSession
from tests.signon import leaving, scene
from tests.signon.aloneness import NotAloneError, alone

TRUE = [sys.executable, "-c", ""]


def connect() -> None:
    with socket.socket() as line:
        line.connect(("127.0.0.1", 9))


LEAVING: dict[str, Callable[[], Any]] = {
    "a socket": connect,
    "a name": lambda: socket.getaddrinfo("localhost", 80),
    "a name, the old way": lambda: socket.gethostbyname("localhost"),
    "a program": lambda: subprocess.run(TRUE, check=True),
    "a program of the shell": lambda: os.system("true"),  # noqa: S605
    "a program, spawned": lambda: os.posix_spawn(sys.executable, TRUE, {}),
    # If it were not stopped, a program that exists would end the tests, and well.
    "a program in our place": lambda: os.execv("no-such-program", TRUE),  # noqa: S606
    "a child": lambda: os.fork() or os._exit(0),
    "a child with a terminal": lambda: os.forkpty()[0] or os._exit(0),
    "a temporary file": tempfile.TemporaryFile,
    "a temporary folder": tempfile.mkdtemp,
}


class TestTheBlock:
    """It can fail."""

    @pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
    def test_what_leaves_the_process_is_stopped(self, leave: Callable[[], Any]) -> None:
        with pytest.raises(NotAloneError), alone():
            leave()

    def test_a_socket_from_before_does_not_connect(self) -> None:
        with socket.socket() as line, pytest.raises(NotAloneError, match="connect"), alone():
            line.connect(("127.0.0.1", 9))

    def test_a_datagram_is_not_sent(self) -> None:
        with (
            socket.socket(type=socket.SOCK_DGRAM) as line,
            pytest.raises(NotAloneError, match="sendto"),
            alone(),
        ):
            line.sendto(b"", ("127.0.0.1", 9))

    @pytest.mark.parametrize("mode", ["w", "a", "x", "r+"])
    def test_a_file_is_not_written(self, tmp_path: Path, mode: str) -> None:
        path = tmp_path / "file"
        if mode == "r+":
            path.touch()
        with pytest.raises(NotAloneError, match="open"), alone():
            path.open(mode)

    def test_who_swallows_the_refusal_is_found_out_at_the_end(self) -> None:
        with pytest.raises(NotAloneError, match=r"socket\.__new__"), alone(), suppress(Exception):
            connect()

    def test_reading_is_free_and_so_is_everything_behind_the_block(self) -> None:
        with alone():
            assert Path(__file__).read_bytes()
        subprocess.run(TRUE, check=True)
        socket.socket().close()


@pytest.mark.django_db
class TestSigningIn:
    """Through the real views, from the form to the session."""

    def test_unasked(self, browser: Client, acme: Partner, ada: User) -> None:
        message = scene.message()
        with alone():
            assert scene.post(browser, message).status_code == 303
        assert scene.signed_in_as(browser) == scene.EMAIL

    def test_encrypted(self, browser: Client, acme: Partner, ada: User) -> None:
        message = scene.message(encrypt=scene.for_us())
        with alone():
            assert scene.post(browser, message).status_code == 303
        assert scene.signed_in_as(browser) == scene.EMAIL

    def test_asked_by_redirect(self, browser: Client, acme: Partner, ada: User) -> None:
        with alone():
            request_id = scene.ask(browser, "?next=/orders")
        message = scene.message(in_response_to=request_id)
        with alone():
            assert scene.post(browser, message)["Location"] == "/orders"
        assert scene.signed_in_as(browser) == scene.EMAIL

    def test_asked_by_a_form(self, browser: Client, acme: Partner, ada: User) -> None:
        flows.set_policy("acme", {"request_binding": "post"}, actor=scene.ACTOR)
        with alone():
            fields = browser.get(scene.LOGIN).context["fields"]
        request = etree.fromstring(b64decode(fields["SAMLRequest"]))
        message = scene.message(in_response_to=request.get("ID"))
        with alone():
            assert scene.post(browser, message).status_code == 303
        assert scene.signed_in_as(browser) == scene.EMAIL


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sign": "nothing"}, Reason.SIGNATURE_MISSING),
        ({}, Reason.NOT_INVITED),
    ],
    ids=["a forger", "a stranger"],
)
def test_refusing(browser: Client, acme: Partner, changes: dict[str, Any], reason: Reason) -> None:
    message = scene.message(**changes)
    with alone():
        response = scene.post(browser, message)
    scene.assert_refused(browser, response, reason)


@pytest.mark.django_db
@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_signing_out_at_the_word_of_the_identity_provider(
    browser: Client, ada: User, binding: str
) -> None:
    leaving.add_partner()
    scene.post(browser, scene.message())
    with alone():
        assert leaving.arrive(browser, binding).status_code == 303
    assert LoginSession.objects.get().ended_because == "single_logout"
