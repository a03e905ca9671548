"""Where a login's CPU time goes: whole requests through our WSGI application, in this process.

No socket and no second process: what a worker does between reading a request and writing its
answer. The profiler makes small functions look dear; believe its ranking, and measure gains with
the CPU time that is printed first, taken without it.
"""

import cProfile
import io
import os
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks import databases, messages, systems
from benchmarks.messages import BASE, Kind

PATH = "/saml/acme/acs/"
PEOPLE = 20


def report(engine: str, logins: int, sort: str, lines: int) -> None:
    """Prints CPU time, the statements of one login, and the profile."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        databases.fresh(engine, Path(name)) as address,
    ):
        os.environ |= systems.prepared(Path(name), address)
        import django

        django.setup()
        from django.db import connection

        try:
            _report(logins, sort, lines)
        finally:
            connection.close()


def _report(logins: int, sort: str, lines: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    login = _login()
    for body in _bodies(2 * PEOPLE):
        login(body)
    print(f"CPU ms per login: {_cpu_ms(login, logins):.2f}\n")
    with CaptureQueriesContext(connection) as captured:
        login(next(_bodies(1)))
    print(f"{len(captured)} statements:")
    for query in captured.captured_queries:
        print(f"  {query['sql'][:110]}")
    profile = cProfile.Profile(time.thread_time)
    for body in list(_bodies(logins)):
        profile.runcall(login, body)
    words = io.StringIO()
    pstats.Stats(profile, stream=words).sort_stats(sort).print_stats(lines)
    print(words.getvalue().replace(f"{Path.cwd()}/", ""))


def _cpu_ms(login: Callable[[bytes], None], logins: int) -> float:
    """The lower quartile: what disturbs a login only ever makes it dearer."""
    taken: list[float] = []
    for body in list(_bodies(logins)):
        begun = time.thread_time()
        login(body)
        taken.append((time.thread_time() - begun) * 1000)
    return sorted(taken)[logins // 4]


def _bodies(count: int) -> Iterator[bytes]:
    for number in range(count):
        email = f"person{number % PEOPLE}@acme.example"
        message = messages.response(
            Kind.ASSERTION, name_id=email, attributes_xml=messages.attributes_xml(email)
        )
        yield urlencode({"SAMLResponse": messages.field(message)}).encode()


def _login() -> Callable[[bytes], None]:
    from sso_gateway.wsgi import application

    def login(body: bytes) -> None:
        answered: list[Any] = []
        answer = application(_environ(body), lambda *head: answered.extend(head))  # type: ignore[arg-type]
        b"".join(answer)
        getattr(answer, "close", lambda: None)()
        assert answered[0].startswith("303 "), answered

    return login


def _environ(body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": urlsplit(BASE).hostname,
        "HTTP_USER_AGENT": "benchmark",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
