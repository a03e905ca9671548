"""Whom a genuine identity provider may speak of: its own people, in names read one way only."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.refusal import Reason
from sso_gateway.signon.models import LoginSession
from tests.attacks.anatomy import VICTIM
from tests.idp.recipe import EMAIL
from tests.shapes.attributes import WS, attribute, statement
from tests.shapes.shape import PLACEMENTS, Shape, shape
from tests.signon import scene

pytestmark = pytest.mark.django_db

INVALID, DOMAIN = Reason.ATTRIBUTE_INVALID, Reason.EMAIL_DOMAIN
AMBIGUOUS, EMPTY = Reason.ATTRIBUTE_AMBIGUOUS, Reason.ATTRIBUTE_EMPTY
ADDRESSES: dict[str, tuple[str, Reason]] = {
    "another partner's user": ("boss@globex.example", DOMAIN),
    "a domain of nobody's": ("boss@other.example", DOMAIN),
    "a sub-domain": ("boss@mail.acme.example", DOMAIN),
    "a domain that ends alike": ("boss@evil-acme.example", DOMAIN),
    "a domain that begins alike": ("boss@acme.example.evil.example", DOMAIN),
    "two at signs": ("boss@acme.example@evil.example", INVALID),
    "another domain in front": ("boss@evil.example@acme.example", INVALID),
    "a quoted name": ('"boss@acme.example"@acme.example', INVALID),
    "a comment": ("boss(x)@acme.example", INVALID),
    "a display name": ("Boss <boss@acme.example>", INVALID),
    "a list": ("ada@acme.example, boss@acme.example", INVALID),
    "a list with semicolons": ("ada@acme.example;boss@acme.example", INVALID),
    "a dot at the end": ("boss@acme.example.", INVALID),
    "two dots": ("bo..ss@acme.example", INVALID),
    "an address of a machine": ("boss@[127.0.0.1]", INVALID),
    "no domain": ("boss@", INVALID),
    "no name": ("@acme.example", INVALID),
    "a blank inside": ("boss @acme.example", INVALID),
    "a line inside": ("boss\n@acme.example", INVALID),
    "a no-break space behind": ("boss@acme.example\u00a0", INVALID),
    "a zero-width space": ("bo\u200bss@acme.example", INVALID),
    "a right-to-left mark": ("boss\u202e@acme.example", INVALID),
    "a Cyrillic letter": ("b\u043ess@acme.example", INVALID),
    "a long s": ("bo\u017f\u017f@acme.example", INVALID),
    "a Kelvin sign": ("boss@ac\u212ae.example", INVALID),
    "full-width letters": ("\uff42oss@acme.example", INVALID),
    "a full-width at": ("boss\uff20acme.example", INVALID),
    "an ideographic full stop": ("boss@acme\u3002example", INVALID),
    "a guest's principal name": ("boss_acme.example#EXT#@acme.example", INVALID),
    "a name of three hundred characters": ("b" * 300 + "@acme.example", INVALID),
    "nothing": ("", EMPTY),
    "a blank": (" ", EMPTY),
}
FIELDS = ("pk", "username", "password", "is_superuser", "is_staff", "is_active")
PRIVILEGES = ("is_superuser", "is_staff", "is_active", "__class__", "password", "username", "id")


def speaking_of(address: str) -> Shape:
    """A genuine message about this address, in an attribute and nowhere else."""
    said = statement(attribute("email", address))
    return shape("an address", name_id="_t1", attributes_xml=said, name_id_format=TRANSIENT)


TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


def refused(message: bytes, reason: Reason, name: str = "") -> None:
    users = list(User.objects.order_by("pk").values_list())
    rows = set(Event.objects.values_list("pk", flat=True))
    browser = Client(enforce_csrf_checks=True)
    answer = scene.post(browser, message)
    (event,) = Event.objects.exclude(pk__in=rows)
    assert (event.key, answer.status_code) == (reason.key, reason.status), name
    assert not browser.cookies and not LoginSession.objects.exists(), name
    assert list(User.objects.order_by("pk").values_list()) == users, name


def test_an_address_that_may_be_somebody_else_s_is_refused(gateway: Callable[[], None]) -> None:
    gateway()
    for number, (name, (address, reason)) in enumerate(ADDRESSES.items()):
        refused(speaking_of(address).message(PLACEMENTS[number % 3]), reason, name)


def test_two_people_in_one_message_are_none(gateway: Callable[[], None]) -> None:
    gateway()
    both = statement(attribute("email", EMAIL, VICTIM))
    refused(shape("two", attributes_xml=both).message(PLACEMENTS[0]), AMBIGUOUS)


def test_a_name_and_an_attribute_that_differ_are_none(gateway: Callable[[], None]) -> None:
    gateway()
    other = statement(attribute(f"{WS}emailaddress", VICTIM))
    refused(shape("differ", attributes_xml=other).message(PLACEMENTS[0]), AMBIGUOUS)


def test_a_friendly_name_is_no_name(gateway: Callable[[], None]) -> None:
    gateway()
    spoofed = statement(attribute("urn:acme:x", VICTIM, friendly="email"))
    said = shape("friendly", attributes_xml=spoofed, name_id="_t1", name_id_format=TRANSIENT)
    refused(said.message(PLACEMENTS[0]), Reason.NAMEID_TRANSIENT)


def test_attributes_set_nothing_but_what_they_are_for(gateway: Callable[[], None]) -> None:
    gateway()
    extra = [attribute(name, "1") for name in PRIVILEGES]
    said = shape("privileges", attributes_xml=statement(attribute("email", EMAIL), *extra))
    before = list(User.objects.order_by("pk").values_list(*FIELDS))
    answer = scene.post(Client(), said.message(PLACEMENTS[0]))
    assert answer.status_code == 303
    assert LoginSession.objects.get().email == EMAIL
    assert list(User.objects.order_by("pk").values_list(*FIELDS)) == before
