"""The frame of every change."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.record import Entry, record
from sso_gateway.partners.models import Partner
from sso_gateway.partners.problems import Declined, Problem


@contextmanager
def transacted() -> Iterator[None]:
    """One transaction; what the database refuses, since somebody was faster, is ``Declined``."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Declined(
            Problem(
                "changed_meanwhile",
                _("Somebody else changed this at the same moment. Nothing was saved."),
                fix=_("Look at it again and repeat the change."),
            )
        ) from error


@contextmanager
def changing(slug: str) -> Iterator[Partner]:
    """The partner, locked until the transaction ends. ``Declined`` where there is none."""
    with transacted():
        partner = Partner.objects.select_for_update().filter(slug=slug).first()
        if partner is None:
            raise unknown(slug)
        yield partner


def unknown(slug: str) -> Declined:
    """No partner has this short name; perhaps a similar one is meant."""
    near = get_close_matches(slug, Partner.objects.values_list("slug", flat=True), n=1)
    return Declined(
        Problem(
            "partner_unknown",
            _("There is no partner “%s”.") % slug[:80],
            fix=_("Did you mean “%s”?") % near[0] if near else _("See: manage.py partner list"),
        )
    )


def changed(
    partner: Partner,
    action: str,
    *,
    actor: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    """Saves the partner with its next version and records what happened."""
    partner.version += 1
    partner.updated = clock.now()
    partner.save()
    record(
        Entry(
            action=action,
            partner_id=partner.pk,
            partner_slug=partner.slug,
            partner_name=partner.name,
            actor=actor,
            target=f"partner:{partner.slug}",
            before=before,
            after=after,
            why=why,
        )
    )
