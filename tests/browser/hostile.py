"""Markup in everything that a partner can write, and every page on which it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import quoteattr

from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.models import (
    Certificate,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
)
from sso_gateway.signon.models import LoginSession
from tests.idp.keys import key_pair
from tests.idp.recipe import IDP
from tests.partners.admin.pages import ADD, LIST, filled
from tests.partners.factory import idp_metadata
from tests.signon import scene

MARK: Final = "onerror=owned=1"
"""What each piece of markup would run."""
SHORT: Final = f"<img id=injected src=x {MARK}>"
MARKUP: Final = (
    f"\"'>{SHORT}</textarea></title></script><script>owned=1</script>"
    "<svg/onload=owned=1>javascript:owned=1//{{7*7}}{% now %}"
)
QUOTED: Final = quote(MARKUP, safe="")
ADDRESS: Final = "https://idp.acme.example/sso?x='onfocus=owned=1&y=%22%3E%3Cscript%3E"
"""As much of it as an address may carry."""
EMAIL: Final = "o'{{7*7}}`onfocus=owned=1&lt@acme.example"
KEY: Final = key_pair("rsa-2048", SHORT)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it left us."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def hostile(self) -> bool:
        """Whether the markup is on it, as text."""
        return escape(MARK) in self.body.decode()


Pages = dict[str, Shown]


class Camera:
    """A browser that keeps what it sees, by address."""

    def __init__(self, origin: str = scene.BASE) -> None:
        self.origin, self.client, self.pages = origin, Client(), Pages()

    def get(self, path: str) -> Any:
        return self.keep(path, self.client.get(path, secure=True, headers=self._host()))

    def post(self, path: str, form: dict[str, Any]) -> Any:
        answer = self.client.post(path, form, secure=True, headers=self._host())
        return self.keep(f"{path}?number={len(self.pages)}", answer)

    def keep(self, path: str, answer: Any) -> Any:
        """The page under an address of its own, for a browser that only gets."""
        assert answer.status_code < 500 and "Location" not in answer, (path, answer)
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        self.pages[f"{self.origin}{path}"] = Shown(answer.status_code, headers, answer.content)
        return answer

    def _host(self) -> dict[str, str]:
        return {"Host": urlsplit(self.origin).netloc, "Referer": f"{self.origin}/"}


def partner() -> Partner:
    """Acme, with markup in its name and in its metadata, and a portal that is a script."""
    made = scene.add_partner(document=metadata(), policy={"provision": "create"})
    Partner.objects.update(
        name=MARKUP, portal_url="javascript:owned=1", paused_reason=MARKUP, paused_by=MARKUP
    )
    return made


def metadata(entity_id: str = IDP, sign_on: str = ADDRESS) -> bytes:
    """Markup wherever metadata has words, and scripts for the addresses that staff might follow."""
    words = escape(MARKUP)
    inside = (
        f"<md:Organization><md:OrganizationName xml:lang='en'>{words}</md:OrganizationName>"
        f"<md:OrganizationDisplayName xml:lang='en'>{words}</md:OrganizationDisplayName>"
        "<md:OrganizationURL xml:lang='en'>javascript:owned=1</md:OrganizationURL>"
        "</md:Organization><md:ContactPerson contactType='technical'>"
        f"<md:GivenName>{words}</md:GivenName><md:EmailAddress>mailto:{words}</md:EmailAddress>"
        "</md:ContactPerson>"
    )
    document = idp_metadata(
        entity_id, [KEY], name=words, sign_on=escape(sign_on), inside=inside
    ).decode()
    role = f"<md:IDPSSODescriptor errorURL={quoteattr('javascript:owned=1')} "
    return document.replace("<md:IDPSSODescriptor ", role).encode()


MESSAGES: Final[tuple[dict[str, Any], ...]] = (
    {"issuer": MARKUP},
    {"key": key_pair("rsa-2048", "stranger"), "name_id": MARKUP},
    {"key": KEY, "name_id": f"{MARKUP}@acme.example"},
    {"key": KEY, "name_id": None, "attributes": {MARKUP: (MARKUP,)}},
    {"key": KEY, "status": (MARKUP,), "status_message": MARKUP},
    {"key": KEY, "audience": MARKUP},
    {"key": KEY, "destination": MARKUP, "sign": "both"},
)


def person(camera: Camera) -> None:
    """What somebody sees whom the partner signs in, or whom it cannot."""
    for message in MESSAGES:
        answer = scene.post(camera.client, scene.message(**message), HTTP_USER_AGENT=MARKUP)
        camera.keep(f"/refused/{len(camera.pages)}", answer)
    good = scene.message(key=KEY, name_id=EMAIL, attributes={"email": (EMAIL,)})
    camera.client.defaults["HTTP_USER_AGENT"] = MARKUP
    scene.post(camera.client, good, RelayState=MARKUP)
    camera.get("/?notice=relay_refused")
    camera.get(scene.post(camera.client, good)["Location"])
    flows.set_policy("acme", {"request_binding": "post"}, actor=scene.ACTOR)
    camera.get(scene.LOGIN)
    camera.get(camera.client.post("/logout/", secure=True)["Location"])
    camera.get(f"/logout/?from={QUOTED}")
    camera.get(f"/saml/{QUOTED}/login/")


def staff(camera: Camera) -> None:
    """What staff read of it."""
    root = User.objects.create_superuser("root", "root@example.com", "a password")
    camera.client.force_login(root, "django.contrib.auth.backends.ModelBackend")
    for path in staff_paths():
        camera.get(path)
    for document in (metadata("https://new.example/"), metadata(sign_on="javascript:owned=1")):
        form = filled(slug="other", email_domains="other.example", name=MARKUP)
        camera.post(ADD, form | {"metadata_text": document.decode()})
    broken = {"metadata_text": f"<x>{MARKUP}", "slug": MARKUP, "portal_url": "javascript:owned=1"}
    camera.post(ADD, filled(name=MARKUP) | broken)


def staff_paths() -> Iterator[str]:
    """The pages of the admin that show something of a partner."""
    yield from ("/admin/jsi18n/", LIST, f"{LIST}?q={QUOTED}", "/admin/sso_audit/event/")
    yield f"/admin/sso_audit/event/?q={QUOTED}"
    acme = Partner.objects.get()
    yield from (f"{LIST}{acme.pk}/{page}/" for page in ("change", "pause", "rollback", "history"))
    for model in (MetadataVersion, PartnerIdentityProvider, Certificate, LoginSession):
        name = model._meta.label_lower.replace(".", "/")
        yield f"/admin/{name}/"
        yield from (f"/admin/{name}/{row.pk}/change/" for row in model._default_manager.all())
    for event in Event.objects.filter(action="sign_in.attempt"):
        yield f"/admin/sso_audit/event/{event.pk}/change/"
