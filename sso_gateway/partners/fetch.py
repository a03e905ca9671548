"""The only outbound HTTP: one GET of a metadata URL that an administrator entered.

The name is resolved once, every address it has must be public, and the connection goes to one of
those addresses while TLS still proves the name: nothing can be re-resolved to a private address in
between. Proxies from the environment are not used, because a proxy would resolve the name again.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.partners.reach import Address, may_reach

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_SECONDS: Final = 20.0
MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 65_536
_ETAG: Final = re.compile(r'(?:W/)?"[!#-~]{0,200}"')
_DATE: Final = re.compile(r"[A-Za-z0-9,:+ -]{1,64}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost, redirects included."""

    max_bytes: int = MAX_BYTES
    max_seconds: float = MAX_SECONDS


STANDARD: Final = Limits()


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server knows the version that it gave us (RFC 9110 8.8); empty: it did not say."""

    etag: str = ""
    last_modified: str = ""

    def conditions(self) -> dict[str, str]:
        """The headers that ask only for another version (RFC 9110 13.1)."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


NOTHING_HELD: Final = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document from elsewhere. Nothing about it is trusted yet."""

    url: str
    """Where it finally came from."""
    body: bytes
    content_type: str
    validators: Validators = NOTHING_HELD
    unchanged: bool = False
    """The version that is held is the current one: there is no body."""


def fetch(
    url: str,
    *,
    allow: Callable[[str, Address], bool] = may_reach,
    limits: Limits = STANDARD,
    trust: ssl.SSLContext | None = None,
    held: Validators = NOTHING_HELD,
) -> Fetched:
    """The document at ``url``, or ``Declined``.

    ``allow`` judges (scheme, address) before anything is sent; ``trust`` is a context that verifies
    (the system's authorities where None). Redirects are followed on the same host only, three at
    most, each judged again. Only with ``held`` may the answer be that nothing has changed.
    """
    context = trust or ssl.create_default_context()
    deadline = time.monotonic() + limits.max_seconds
    current = url
    for _hop in range(MAX_REDIRECTS + 1):
        target = _target(current)
        addresses = _addresses(target, allow)
        try:
            answer = _get(target, addresses, context, deadline, limits.max_bytes, held)
        except (OSError, http.client.HTTPException) as error:
            raise _failed(target, error) from error
        if isinstance(answer, Fetched):
            return answer
        current = _redirected(target, answer)
    raise Declined(
        Problem("url_redirects", _("The address redirects too often."), received=current)
    )


def _target(url: str) -> SplitResult:
    """An absolute http(s) URL without user name; whether http is acceptable ``allow`` says."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        parts = urlsplit("")
    plain = len(url) <= 2000 and url.isascii() and url.isprintable() and not set(url) & set(" \\")
    if plain and parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc:
        return parts
    raise Declined(
        Problem(
            "url_invalid",
            _("This is not an address that we can fetch."),
            expected=_("https://host/path"),
            received=ascii(url[:120]),
            fix=_("Correct the address, or upload the file."),
        )
    )


def _addresses(target: SplitResult, allow: Callable[[str, Address], bool]) -> list[Address]:
    host = target.hostname or ""
    try:
        found = socket.getaddrinfo(host, _port(target), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _failed(target, error) from error
    addresses = list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
    if addresses and all(allow(target.scheme, address) for address in addresses):
        return addresses
    if target.scheme != "https":
        happened = _("The address is http: anybody on the way could change the certificates.")
    else:
        happened = _("The address points to a private network. That is not allowed.")
    raise Declined(
        Problem(
            "url_not_allowed",
            happened,
            expected=_("https:// and a public address"),
            received=f"{target.scheme}://{host}",
            fix=_("Use the https address, or download the file yourself and upload it."),
        )
    )


def _get(
    target: SplitResult,
    addresses: list[Address],
    context: ssl.SSLContext,
    deadline: float,
    max_bytes: int,
    held: Validators,
) -> Fetched | str:
    """The document, or where the answer redirects to."""
    connection = http.client.HTTPConnection(target.hostname or "", _port(target))
    plain = _connected(target, addresses, deadline)
    with closing(connection), closing(plain), _ended_at(deadline, plain):
        secure = target.scheme == "https"
        connection.sock = (
            context.wrap_socket(plain, server_hostname=target.hostname) if secure else plain
        )
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        accept = "application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1"
        headers = {"Accept": accept, "Accept-Encoding": "identity", "Connection": "close"}
        connection.request("GET", path, headers={**headers, **held.conditions()})
        with connection.getresponse() as answer:
            if answer.status in _REDIRECTS:
                return answer.getheader("Location", "")
            if answer.status == http.client.NOT_MODIFIED and held != NOTHING_HELD:
                return Fetched(target.geturl(), b"", "", held, unchanged=True)
            if answer.status != http.client.OK:
                raise _status(target, answer.status)
            body = _body(answer, max_bytes)
            _left(deadline)
            content_type = answer.getheader("Content-Type", "")
            return Fetched(target.geturl(), body, content_type, _validators(answer))


def _validators(answer: http.client.HTTPResponse) -> Validators:
    """What is no plain validator is not remembered: the next question is then unconditional."""
    etag, date = answer.getheader("ETag", ""), answer.getheader("Last-Modified", "")
    return Validators(etag if _ETAG.fullmatch(etag) else "", date if _DATE.fullmatch(date) else "")


def _connected(target: SplitResult, addresses: list[Address], deadline: float) -> socket.socket:
    """A socket to one of the judged addresses."""
    problem: OSError = TimeoutError("no address answered")
    for address in addresses:
        try:
            return socket.create_connection((str(address), _port(target)), _left(deadline))
        except OSError as error:
            problem = error
    raise problem


@contextmanager
def _ended_at(deadline: float, plug: socket.socket) -> Iterator[None]:
    """Cuts the line at the deadline, however slowly the other side drips its bytes."""
    with plug.dup() as line:
        alarm = threading.Timer(_left(deadline), _cut, (line,))
        alarm.daemon = True
        alarm.start()
        try:
            yield
        except (OSError, http.client.HTTPException):
            _left(deadline)
            raise
        finally:
            alarm.cancel()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, max_bytes: int) -> bytes:
    """Read in pieces: an endless answer costs no more than the limit."""
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_CHUNK):
        size += len(piece)
        if size > max_bytes:
            raise Declined(
                Problem(
                    "url_too_large",
                    _("The document is too large."),
                    expected=_("at most %d MiB") % (max_bytes // 1024**2),
                    fix=_("Ask for the address of this partner's own metadata."),
                )
            )
        pieces.append(piece)
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(pieces)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _redirected(target: SplitResult, location: str) -> str:
    url = urljoin(target.geturl(), location)
    found = _target(url)
    same_host = (found.scheme, found.hostname, _port(found)) == (
        target.scheme,
        target.hostname,
        _port(target),
    )
    if same_host:
        return url
    raise Declined(
        Problem(
            "url_redirects",
            _("The address redirects to another host."),
            received=url[:200],
            fix=_("If that is right, enter the new address itself."),
        )
    )


def _status(target: SplitResult, status: int) -> Declined:
    login = status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}
    return Declined(
        Problem(
            "url_status",
            _("The address needs a login.") if login else _("The address did not answer well."),
            expected="200",
            received=f"{status} {target.hostname}",
            fix=_("Check the address in a browser, or upload the file."),
        )
    )


def _failed(target: SplitResult, error: Exception) -> Declined:
    return Declined(
        Problem(
            "url_unreachable",
            _("The address could not be fetched."),
            received=f"{target.hostname}: {error}"[:200],
            fix=_("Check the address, or upload the file."),
        )
    )
