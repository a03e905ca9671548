"""On and off."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners import policy
from sso_gateway.partners.flows.change import changed, changing
from sso_gateway.partners.models import Certificate, Partner, State
from sso_gateway.partners.problems import Declined, Problem, decline


def start_testing(slug: str, *, actor: str) -> Partner:
    """Sign-ins are judged and recorded as tests, and open nothing; conditions as for ``activate``.

    Only a draft can be tested: a live partner's people would be locked out by it.
    """
    with changing(slug) as partner:
        if partner.state == State.TESTING:
            return partner
        if partner.state != State.DRAFT:
            raise Declined(_wrong_state(partner, _("Only a draft can be tested.")))
        _enter(partner, State.TESTING, "change.partner.testing", actor)
    return partner


def activate(slug: str, *, actor: str) -> Partner:
    """From now on this partner's people are signed in; ``Declined`` with all reasons against it."""
    with changing(slug) as partner:
        if partner.state == State.LIVE:
            return partner
        if partner.state == State.PAUSED:
            raise Declined(_wrong_state(partner, _("Resume it instead.")))
        _enter(partner, State.LIVE, "change.partner.activated", actor)
    return partner


def resume(slug: str, *, actor: str) -> Partner:
    """Ends a pause, on the same conditions as ``activate``."""
    with changing(slug) as partner:
        if partner.state == State.LIVE:
            return partner
        if partner.state != State.PAUSED:
            raise Declined(_wrong_state(partner, _("Activate it instead.")))
        partner.paused_by, partner.paused_at, partner.paused_reason = "", None, ""
        _enter(partner, State.LIVE, "change.partner.resumed", actor)
    return partner


def pause(slug: str, *, reason: str, actor: str) -> Partner:
    """Nobody is signed in any more, and live sessions end with their next request."""
    why = " ".join(reason.split())[:500]
    if not why:
        raise Declined(
            Problem(
                "reason_missing",
                _("A pause needs a reason: staff will read it when people ask."),
                fix=_("Say why in a few words."),
            )
        )
    with changing(slug) as partner:
        if partner.state != State.LIVE:
            raise Declined(_wrong_state(partner, _("Only a live partner can be paused.")))
        partner.state = State.PAUSED
        partner.paused_by, partner.paused_at, partner.paused_reason = actor, clock.now(), why
        changed(
            partner,
            "change.partner.paused",
            actor=actor,
            before={"state": State.LIVE.value},
            after={"state": State.PAUSED.value},
            why=why,
        )
    return partner


def obstacles(partner: Partner, now: datetime) -> tuple[Problem, ...]:
    """Everything that keeps this partner from being live."""
    return tuple(_obstacles(partner, now))


def _enter(partner: Partner, state: State, action: str, actor: str) -> None:
    decline(obstacles(partner, clock.now()))
    before = partner.state
    partner.state = state
    changed(
        partner,
        action,
        actor=actor,
        before={"state": str(before)},
        after={"state": state.value},
    )


def _obstacles(partner: Partner, now: datetime) -> Iterator[Problem]:
    usable = Certificate.objects.filter(
        identity_provider__partner=partner, identity_provider__retired=None, retired=None
    )
    if not usable.exists():
        yield Problem(
            "no_identity_provider",
            _("There is no identity provider with a signing certificate."),
            fix=_("Import the partner's metadata."),
        )
    elif not partner.identity_providers.filter(retired=None).exclude(valid_until__lte=now).exists():
        yield Problem(
            "metadata_expired",
            _("The partner's metadata has expired."),
            fix=_("Import a fresh version."),
        )
    elif policy.from_stored(partner.policy).refuse_expired_certificate and not usable.filter(
        not_after__gt=now
    ):
        yield Problem(
            "certificates_expired",
            _("Every certificate has ended, and the policy refuses ended certificates."),
            fix=_("Import metadata with the new certificate, or change the policy."),
        )
    if not partner.email_domains.exists():
        yield Problem(
            "no_email_domain",
            _("There is no e-mail domain: nobody could sign in."),
            fix=_("Add the domains of the partner's e-mail addresses."),
        )


def _wrong_state(partner: Partner, fix: str) -> Problem:
    return Problem(
        "wrong_state",
        _("“%(name)s” is in the state “%(state)s”.")
        % {"name": partner.name, "state": partner.get_state_display()},
        fix=fix,
    )
