"""The partners that sign people in, or are being tried out: what has ended, and what will."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners import flows, signers
from sso_gateway.partners.models import (
    Certificate,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
    State,
)
from sso_gateway.partners.policy import Policy, from_stored
from sso_gateway.partners.problems import Declined
from sso_gateway.signon.doctor.finding import Finding, error, info, sound, warning

_SOON: Final = 30
_VERY_SOON: Final = 7
_DAY: Final = 86_400
ACTIVE: Final = (State.LIVE, State.TESTING)


def _partners() -> Iterable[Partner]:
    certificates = Certificate.objects.filter(retired=None)
    providers = PartnerIdentityProvider.objects.filter(retired=None)
    return (
        Partner.objects.with_use()
        .filter(state__in=ACTIVE)
        .prefetch_related(
            Prefetch(
                "identity_providers",
                providers.prefetch_related(Prefetch("certificates", certificates)),
            )
        )
    )


def nothing_stands_in_the_way() -> Iterator[Finding]:
    """A live partner's people can sign in: keys, current metadata, e-mail domains, a policy."""
    now, found, wrong = clock.now(), 0, 0
    for partner in _partners():
        found += 1
        try:
            problems = flows.obstacles(partner, now)
        except Declined as declined:
            problems = declined.problems
        for problem in problems:
            if problem.key == "metadata_expired":
                continue  # a question of its own, which names the identity provider
            wrong += 1
            yield error(441, f"{partner.slug}: {problem.happened}", problem.fix)
    if not found:
        yield info(441, _("No partner is live."))
    elif not wrong:
        yield sound(441, _("Nothing keeps %d partners from signing in.") % found)


def certificates_last() -> Iterator[Finding]:
    """The certificate of an IdP that ends last; the dates of the others do not matter any more."""
    now, well = clock.now(), True
    for partner in _partners():
        for provider in partner.identity_providers.all():
            ends = [each.not_after for each in provider.certificates.all()]
            for finding in _judge_end(442, f"{partner.slug}: {provider}", _last(ends), now):
                well = False
                yield finding
    if well:
        yield sound(442, _("No partner's certificate ends within %d days.") % _SOON)


def _last(ends: list[datetime]) -> datetime | None:
    return max(ends, default=None)


def _judge_end(question: int, who: str, end: datetime | None, now: datetime) -> Iterator[Finding]:
    """Nothing where the end is far away, or where there is none."""
    if end is None or (end - now).days >= _SOON:
        return
    words = {"who": who, "days": (end - now).days, "day": f"{end:%Y-%m-%d}"}
    fix = _("Ask the partner for metadata with the next certificate, and import it.")
    if end <= now:
        text = _("%(who)s: the last signing certificate ended on %(day)s.")
    elif (end - now).days < _VERY_SOON:
        text = _("%(who)s: the last signing certificate ends in %(days)d days: this week.")
    else:
        text = _("%(who)s: the last signing certificate ends in %(days)d days.")
    yield warning(question, text % words, fix)


def metadata_lasts() -> Iterator[Finding]:
    """``validUntil`` of what we import: behind it nobody signs in."""
    now, well = clock.now(), True
    for partner in _partners():
        for provider in partner.identity_providers.all():
            end = provider.valid_until
            if end is None or (end - now).days >= _SOON:
                continue
            well = False
            words = {"who": f"{partner.slug}: {provider}", "day": f"{end:%Y-%m-%d %H:%M} UTC"}
            fix = _("Import fresh metadata, or let manage.py metadata refresh do it.")
            if end <= now:
                text = _("%(who)s: the metadata ended on %(day)s; it signs nobody in.")
                yield error(443, text % words, fix)
            else:
                yield warning(443, _("%(who)s: the metadata ends on %(day)s.") % words, fix)
    if well:
        yield sound(443, _("No partner's metadata ends within %d days.") % _SOON)


def metadata_is_vouched_for() -> Iterator[Finding]:
    """By the signer that is named, or by a person whose approval has an end (SDP-MD02)."""
    now, well = clock.now(), True
    for partner in _partners():
        try:
            signer = from_stored(partner.policy).metadata_signer
        except Declined:
            continue  # the first question says so
        for finding in _judge_word(partner, signer, now):
            well = False
            yield finding
    if well:
        yield sound(446, _("Somebody vouches for the metadata of every partner."))


def _judge_word(partner: Partner, signer: str, now: datetime) -> Iterator[Finding]:
    try:
        key = signers.key(signer).sha256 if signer else ""
    except Declined as declined:
        for problem in declined.problems:
            yield warning(446, f"{partner.slug}: {problem.happened}", problem.fix)
        return
    for version in partner.metadata_versions.filter(active=True).defer("xml"):
        yield from _judge_approval(partner, version, key, now)


def _judge_approval(
    partner: Partner, version: MetadataVersion, key: str, now: datetime
) -> Iterator[Finding]:
    words = {"who": f"{partner.slug}: {version.source}", "day": str(version.review_by)}
    fix = _("Compare the fingerprints with the partner, then import it again.")
    if version.signer != key:
        text = _("%(who)s: the metadata in use was not verified with the signer's key of today.")
        yield warning(446, text % words, _("Import it again: it is verified then."))
    elif key:
        return
    elif version.review_by is None or version.review_by < now.date():
        text = _("%(who)s: the metadata was to be reviewed by %(day)s; no refresh takes it over.")
        yield warning(446, text % words, fix)
    elif (version.review_by - now.date()).days < _SOON:
        yield warning(446, _("%(who)s: review the metadata by %(day)s.") % words, fix)


def exceptions() -> Iterator[Finding]:
    """Where a partner is allowed more than others."""
    well = True
    for partner in _partners():
        try:
            policy = from_stored(partner.policy)
        except Declined:
            continue  # the first question says so
        if policy.allow_staff:
            well = False
            yield warning(
                444,
                _("%s: the partner may sign in staff accounts.") % partner.slug,
                _("Run: manage.py partner set %s --policy allow_staff=false") % partner.slug,
            )
        looser = _looser(policy)
        if looser:
            well = False
            yield info(444, f"{partner.slug}: {', '.join(looser)}")
    if well:
        yield sound(444, _("No partner is allowed more than others."))


def _looser(policy: Policy) -> list[str]:
    """Choices that are lawful, and easily forgotten."""
    found = {
        "sign_requests=false": not policy.sign_requests,
        f"session_max={policy.session_max}": policy.session_max > _DAY,
        f"session_idle={policy.session_idle}": policy.session_idle > _DAY,
        "relay_state_allowed": bool(policy.relay_state_allowed),
    }
    return [name for name, is_so in found.items() if is_so]


def last_sign_in() -> Iterator[Finding]:
    """When a key of the partner's last verified a sign-in."""
    now = clock.now()
    for partner in _partners():
        last: datetime | None = partner.last_verified  # type: ignore[attr-defined]
        if last is None:
            yield info(445, _("%s: nobody has signed in yet.") % partner.slug)
        else:
            words = {"slug": partner.slug, "days": (now - last).days}
            yield info(445, _("%(slug)s: last sign-in %(days)d days ago.") % words)


QUESTIONS: Final = (
    nothing_stands_in_the_way,
    certificates_last,
    metadata_lasts,
    exceptions,
    last_sign_in,
    metadata_is_vouched_for,
)
