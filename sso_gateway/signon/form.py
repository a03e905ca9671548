"""What an identity provider lets the browser bring: a form (bind 3.5.4), a query (bind 3.4.4)."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, logout

_FORM: Final = "application/x-www-form-urlencoded"
_REQUEST: Final = "SAMLRequest"
_RESPONSE: Final = "SAMLResponse"
_OVERHEAD: Final = 16 * 1024
"""RelayState and whatever else a portal puts into the form."""
_DRAINED: Final = 16 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_NAMES_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class PostedForm:
    """The two fields of the binding. ``relay_state`` is "" where absent."""

    saml_response: str
    relay_state: str


@dataclass(frozen=True, slots=True)
class LogoutMessage:
    """A logout message as it came. ``relay_state`` is None where there was none."""

    is_request: bool
    message: logout.Message
    relay_state: str | None


def read(request: HttpRequest) -> PostedForm:
    """The fields of a POST that carries exactly one SAMLResponse.

    Refuses ACS_GET for every other method, BINDING_UNSUPPORTED for an artifact, TOO_LARGE before
    anything is read, and NO_RESPONSE_FIELD for another content type or number of SAMLResponses.
    SigAlg and Signature belong to another binding and are not looked at (bind 3.5.4).
    """
    if "SAMLart" in request.GET:
        raise Refusal(Reason.BINDING_UNSUPPORTED, received="SAMLart")
    if request.method != "POST":
        raise Refusal(Reason.ACS_GET, received=request.method or "")
    _refuse_large(request)
    if request.content_type != _FORM:
        raise _no_field(f"the content type is {request.content_type or 'absent'}", [])
    if "SAMLart" in request.POST:
        raise Refusal(Reason.BINDING_UNSUPPORTED, received="SAMLart")
    messages = request.POST.getlist(_RESPONSE)
    if len(messages) != 1:
        raise _no_field(f"{len(messages)} fields SAMLResponse", list(request.POST))
    return PostedForm(messages[0], request.POST.get("RelayState", ""))


def read_logout(request: HttpRequest) -> LogoutMessage:
    """The one SAMLRequest or SAMLResponse of a GET (HTTP-Redirect) or a POST (HTTP-POST).

    The query is taken as the browser sent it, octet for octet, because its signature covers that.
    Refuses BINDING_UNSUPPORTED for an artifact and for other methods, TOO_LARGE, UNDECODABLE, and
    NO_RESPONSE_FIELD for another content type or number of messages.
    """
    limit: int = settings.SSO_MAX_MESSAGE_BYTES
    if "SAMLart" in request.GET or request.method not in {"GET", "POST"}:
        artifact = "SAMLart" in request.GET
        raise Refusal(
            Reason.BINDING_UNSUPPORTED, received="SAMLart" if artifact else request.method or ""
        )
    if request.method == "GET":
        found = bindings.read_redirect(request.META.get("QUERY_STRING", ""), max_bytes=limit)
        return LogoutMessage(found.parameter == _REQUEST, found, found.relay_state)
    _refuse_large(request)
    if request.content_type != _FORM:
        raise _no_field(f"the content type is {request.content_type or 'absent'}", [])
    fields = [(n, v) for n in (_REQUEST, _RESPONSE) for v in request.POST.getlist(n)]
    if len(fields) != 1:
        raise _no_field(f"{len(fields)} fields SAMLRequest and SAMLResponse", list(request.POST))
    ((name, value),) = fields
    message = bindings.decode_post(value, max_bytes=limit)
    return LogoutMessage(name == _REQUEST, message, request.POST.get("RelayState"))


def _refuse_large(request: HttpRequest) -> None:
    """By its announced length: base64 takes a third more, URL-encoding and line ends some more."""
    limit = 2 * settings.SSO_MAX_MESSAGE_BYTES + _OVERHEAD
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (announced.isascii() and announced.isdecimal()):
        raise Refusal(Reason.UNDECODABLE, "the Content-Length is not a number", position="0")
    length = int(announced)
    if length > limit:
        drain(request)
        raise Refusal(Reason.TOO_LARGE, expected=f"{limit} bytes", received=f"{length} bytes")


def drain(request: HttpRequest) -> None:
    """Takes what is being sent, without keeping it: a browser that is cut off shows no page."""
    for _ in range(_DRAINED // _CHUNK):
        if not request.read(_CHUNK):
            return


def _no_field(detail: str, names: list[str]) -> Refusal:
    shown = ", ".join(name[:40] for name in names[:_NAMES_SHOWN])
    return Refusal(Reason.NO_RESPONSE_FIELD, detail, fields=shown or "none")
