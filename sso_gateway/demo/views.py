"""HTTP in, HTTP out: Acme's portal, its identity provider, and a look behind the scenes."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sso_gateway import clock
from sso_gateway.audit.models import Event
from sso_gateway.audit.references import parse_reference
from sso_gateway.demo import description, flows, offer, question, shown
from sso_gateway.demo.faults import FAULTS
from sso_gateway.demo.frame import at_home, page
from sso_gateway.demo.offer import RECIPES, Offer, Order
from sso_gateway.demo.people import PEOPLE
from sso_gateway.demo.place import SLUG
from sso_gateway.demo.recipe import Group
from sso_gateway.demo.variants import VARIANTS
from sso_gateway.partners import trust as trusted
from sso_gateway.partners.trust import Trust
from sso_gateway.signon import explaining
from sso_gateway.signon.views import SeeOther

LATEST: Final = 10
REPLAY: Final = FAULTS["replay"]
DENIED: Final = FAULTS["denied"]


@require_safe
@at_home
def portal(request: HttpRequest) -> HttpResponse:
    """What Acme's people see; each button carries a message that was signed a moment ago."""
    trust = trusted.for_slug(SLUG)
    return page(
        request,
        "portal",
        {
            "people": _people(trust),
            "variants": [_made(trust, recipe=recipe) for recipe in VARIANTS.values()][1:],
            "faults": [(group, FAULTS.of(group)) for group in Group if FAULTS.of(group)],
            "events": shown.latest(LATEST),
            "login": reverse("signon:login", args=[SLUG]),
            "our_metadata": reverse("partners:metadata", args=[SLUG]),
        },
    )


@csrf_exempt
@require_POST
@at_home
def send(request: HttpRequest) -> HttpResponse:
    """The message goes on to the gateway: 307 keeps the POST, so the browser carries it there."""
    now, order = clock.now(), offer.order_in(request.POST)
    if order is None:
        raise Http404
    trust = trusted.for_slug(SLUG)
    if not offer.is_fresh(request.POST, now):
        return page(request, "fresh", {"offer": offer.make(order, trust, now)})
    if order.recipe is REPLAY:
        flows.use_elsewhere(request.body)
    return HttpResponse(status=307, headers={"Location": trust.service_provider.acs_url})


@require_safe
@at_home
def attempt(request: HttpRequest, name: str) -> HttpResponse:
    """One message: what is wrong with it, the button that sends it, and the gateway's checks."""
    if name not in RECIPES:
        raise Http404
    trust = trusted.for_slug(SLUG)
    made = _made(trust, recipe=RECIPES[name])
    verdict = explaining.judge(made.message.encode(), trust, now=clock.now(), request_id=None)
    return page(
        request,
        "attempt",
        {
            "offer": made,
            "recipe": made.order.recipe,
            "rungs": shown.rungs(verdict.checks),
            "advice": verdict.advice(),
            "xml": shown.readable(made.message),
        },
    )


@require_safe
@at_home
def event(request: HttpRequest, reference: str) -> HttpResponse:
    """What the person saw beside what the staff see."""
    known = parse_reference(reference)
    found = Event.objects.filter(reference=known).first() if known else None
    if found is None:
        raise Http404
    return page(request, "event", shown.both_sides(found))


@csrf_exempt
@at_home
def sso(request: HttpRequest) -> HttpResponse:
    """SingleSignOnService of Acme's identity provider: the gateway asks, a person is chosen."""
    trust = trusted.for_slug(SLUG)
    asked = question.read(request, trust)
    answer = {"in_response_to": asked.id, "relay_state": asked.relay_state}
    people, no = _people(trust, **answer), _made(trust, recipe=DENIED, **answer)
    return page(request, "sso", {"people": people, "no": no})


@require_safe
@at_home
def slo(request: HttpRequest) -> HttpResponse:
    """SingleLogoutService of Acme's identity provider, which keeps nobody signed in: Success."""
    trust = trusted.for_slug(SLUG)
    asked = question.read_logout(request, trust)
    return SeeOther(flows.goodbye(asked.id, asked.relay_state, trust.service_provider))


@require_safe
@at_home
def metadata(request: HttpRequest) -> HttpResponse:
    """The metadata of Acme's identity provider."""
    return HttpResponse(description.metadata(), content_type="application/samlmetadata+xml")


def _people(trust: Trust, **answer: str) -> list[tuple[Offer, bool]]:
    """Everybody's message, and whether the gateway has an account for them."""
    return [(_made(trust, person=person, **answer), shown.has_account(person)) for person in PEOPLE]


def _made(trust: Trust, **order: Any) -> Offer:
    return offer.make(Order(**order), trust, clock.now())
