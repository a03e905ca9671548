"""What staff can do to a partner besides changing it, each with its question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sso_gateway.partners import flows
from sso_gateway.partners.forms import PauseForm, RollbackForm
from sso_gateway.partners.models import Partner, State


@dataclass(frozen=True, slots=True)
class Verb:
    """One button and the page behind it."""

    name: str
    label: Any
    question: Any
    means: Any
    done: Any
    form: Callable[[Partner, Any], forms.Form]
    run: Callable[[str, Mapping[str, Any], str], object]
    states: frozenset[State]


def actor(request: HttpRequest) -> str:
    """Who is signed in, for the events and for colleagues who read them."""
    return f"user:{request.user.get_username()}"


def fitting(partner: Partner) -> list[Verb]:
    """The verbs that make sense in the partner's state."""
    older = partner.metadata_versions.filter(active=False).exists()
    return [
        verb
        for verb in VERBS.values()
        if partner.state in verb.states and (verb.name != "rollback" or older)
    ]


def _nothing(partner: Partner, posted: Any) -> forms.Form:
    return forms.Form(posted)


def _why(partner: Partner, posted: Any) -> forms.Form:
    return PauseForm(posted)


def _version(partner: Partner, posted: Any) -> forms.Form:
    return RollbackForm(posted, partner=partner)


_ALL: Final = (
    Verb(
        name="test",
        label=_("Start testing"),
        question=_("Test %(name)s?"),
        means=_("Sign-ins are judged and recorded as tests; nobody is signed in by them."),
        done=_("The partner is being tested. Its next sign-ins stand in the log as tests."),
        form=_nothing,
        run=lambda slug, cleaned, actor: flows.start_testing(slug, actor=actor),
        states=frozenset({State.DRAFT}),
    ),
    Verb(
        name="activate",
        label=_("Activate"),
        question=_("Activate %(name)s?"),
        means=_("From now on the partner's people are signed in."),
        done=_("The partner is live."),
        form=_nothing,
        run=lambda slug, cleaned, actor: flows.activate(slug, actor=actor),
        states=frozenset({State.DRAFT, State.TESTING}),
    ),
    Verb(
        name="pause",
        label=_("Pause"),
        question=_("Pause %(name)s?"),
        means=_("Nobody is signed in any more, and live sessions end with their next request."),
        done=_("The partner is paused."),
        form=_why,
        run=lambda slug, cleaned, actor: flows.pause(slug, reason=cleaned["reason"], actor=actor),
        states=frozenset({State.LIVE}),
    ),
    Verb(
        name="resume",
        label=_("Resume"),
        question=_("Resume %(name)s?"),
        means=_("The partner's people are signed in again."),
        done=_("The partner is live again."),
        form=_nothing,
        run=lambda slug, cleaned, actor: flows.resume(slug, actor=actor),
        states=frozenset({State.PAUSED}),
    ),
    Verb(
        name="rollback",
        label=_("Roll back metadata"),
        question=_("Roll back the metadata of %(name)s?"),
        means=_("Exactly what the chosen version says is trusted, and nothing else."),
        done=_("The older metadata is in use."),
        form=_version,
        run=lambda slug, cleaned, actor: flows.activate_metadata(
            slug, cleaned["version"].pk, actor=actor
        ),
        states=frozenset(State),
    ),
)
VERBS: Final = {verb.name: verb for verb in _ALL}
