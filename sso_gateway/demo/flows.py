"""What the demo does: it prepares itself, uses a message before you do, and says goodbye."""

import secrets
from hashlib import sha256
from io import BytesIO
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.references import ALPHABET
from sso_gateway.demo import description, keys
from sso_gateway.demo.message import new_id
from sso_gateway.demo.people import ADMIN, ADMIN_EMAIL, PEOPLE, Person
from sso_gateway.demo.place import EMAIL_DOMAIN, ENTITY_ID, NAME, SLUG, address
from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner, State
from sso_gateway.partners.recognise import Received
from sso_gateway.saml import bindings, message_write
from sso_gateway.saml.model import ServiceProvider
from sso_gateway.signon import views
from sso_gateway.signon.middleware import GatewaySessionMiddleware

ACTOR: Final = "command:demo"
_SOURCE: Final = "demo.xml"
_FORM: Final = "application/x-www-form-urlencoded"
ELSEWHERE: Final = "192.0.2.7"
"""Where the other browser is (RFC 5737: nowhere)."""


def prepare() -> list[str]:
    """Keys, partner, accounts and an administrator; what is there is left as it is.

    You get the lines to print. Only a password that was made in this call is among them.
    """
    keys.ensure()
    partner = _partner()
    for person in PEOPLE:
        if person.has_account_here:
            _account(person)
    said = [_("The demo partner is “%s”.") % partner.name]
    if partner.state != State.LIVE:
        said.append(_("It is not live: %s.") % partner.get_state_display())
    return [*said, *_administrator()]


def use_elsewhere(body: bytes) -> None:
    """Signs in with this form as another browser would, so that whoever sends it now is second."""
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/saml/{SLUG}/acs/",
            "CONTENT_TYPE": _FORM,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": ELSEWHERE,
            "HTTP_USER_AGENT": "Another browser (demo)",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.input": BytesIO(body),
        }
    )
    SessionMiddleware(AuthenticationMiddleware(GatewaySessionMiddleware(_acs)))(request)


def goodbye(in_response_to: str, relay_state: str, service_provider: ServiceProvider) -> str:
    """The address that carries Acme's signed LogoutResponse to the gateway."""
    message = message_write.logout_response(
        id=new_id(),
        issue_instant=clock.now(),
        destination=service_provider.logout_url,
        issuer=ENTITY_ID,
        in_response_to=in_response_to,
    )
    return bindings.redirect_url(
        service_provider.logout_url,
        message=message,
        relay_state=relay_state or None,
        sign=keys.signing(),
        parameter="SAMLResponse",
    )


def _acs(request: HttpRequest) -> HttpResponse:
    return views.acs(request, SLUG)


def _partner() -> Partner:
    here = {"portal_url": address("portal")}
    is_new = not Partner.objects.filter(slug=SLUG).exists()
    if is_new:
        flows.add_partner(
            slug=SLUG,
            name=NAME,
            actor=ACTOR,
            email_domains=[EMAIL_DOMAIN],
            policy={"provision": "create"},
            **here,
        )
    else:
        flows.update_partner(SLUG, here, actor=ACTOR)
    _trust(description.metadata().encode())
    if is_new:
        flows.activate(SLUG, actor=ACTOR)
    return Partner.objects.get(slug=SLUG)


def _trust(document: bytes) -> None:
    """The IdP as it is on this port; a version that was in use before comes back."""
    received = Received(document, _SOURCE)
    versions = Partner.objects.get(slug=SLUG).metadata_versions
    known = versions.filter(sha256=sha256(document).hexdigest()).first()
    if known is None:
        flows.import_metadata(SLUG, received, actor=ACTOR)
    else:
        flows.activate_metadata(SLUG, known.pk, actor=ACTOR)


def _account(person: Person) -> None:
    users = get_user_model()._default_manager
    if not users.filter(email=person.email).exists():
        users.create_user(username=person.email, email=person.email, first_name=person.name)


def _administrator() -> list[str]:
    users = get_user_model()._default_manager
    if users.filter(username=ADMIN).exists():
        forgotten = ".venv/bin/python manage.py changepassword admin"
        return [_("Staff sign in as “admin”. Password forgotten? %s") % forgotten]
    password = new_password()
    users.create_superuser(username=ADMIN, email=ADMIN_EMAIL, password=password)
    return [
        _("Staff sign in as “admin” with this password, which is shown only now:"),
        f"    {password}",
    ]


def new_password() -> str:
    """Eighty random bits that can be copied by hand."""
    letters = ALPHABET.lower()
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
