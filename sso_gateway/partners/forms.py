"""A partner as staff fill it in. The flows judge: the form rehearses them, and takes all back."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sso_gateway import clock
from sso_gateway.partners import flows, policy, policy_form, recognise
from sso_gateway.partners.flows.agreement import FIELDS
from sso_gateway.partners.intake import Choice, Understanding, understand
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.policy_form import LinesField, PolicyFields
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.partners.recognise import Received

MAX_BYTES: Final = 2_000_000
"""A reviewed document travels in the form; larger ones are for the command."""
_FIELD_OF: Final = {
    "slug": "slug",
    "name": "name",
    "email_domain": "email_domains",
    "no_email_domain": "email_domains",
    "acs_path": "our_acs_path",
    "contact": "contact_email",
}
if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Partner]
else:
    ModelForm = forms.ModelForm

Step = tuple[str | None, Callable[[], object]]


class PartnerForm(PolicyFields, ModelForm):
    """Everything of a partner on one page; new metadata is reviewed before it is saved."""

    email_domains = LinesField(
        label=gettext_lazy("E-mail domains"),
        required=False,
        help_text=gettext_lazy("One a line. Only these may be asserted, and by nobody else."),
    )
    metadata_file = forms.FileField(label=gettext_lazy("Metadata file"), required=False)
    metadata_text = forms.CharField(
        label=gettext_lazy("… or paste it"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80, "spellcheck": "false"}),
        help_text=gettext_lazy("Metadata (XML) or its https address. You will see what it means."),
    )
    metadata_source = forms.CharField(required=False, widget=forms.HiddenInput)
    metadata_entity_ids = LinesField(
        label=gettext_lazy("Which identity providers"),
        required=False,
        help_text=gettext_lazy("Entity IDs, one a line; only where the file describes several."),
    )
    metadata_everything = forms.BooleanField(
        label=gettext_lazy("All identity providers in the file"), required=False
    )
    metadata_add = forms.BooleanField(
        label=gettext_lazy("Keep trusting the others"),
        required=False,
        help_text=gettext_lazy("Otherwise the new metadata replaces all the partner's others."),
    )
    metadata_older = forms.BooleanField(
        label=gettext_lazy("Take it although it is older"),
        required=False,
        help_text=gettext_lazy("Older metadata may bring keys back that somebody has stolen."),
    )

    class Meta:
        model = Partner
        fields = ("slug", *FIELDS)

    understanding: Understanding | None = None
    """What the metadata means, once the form was validated with some."""
    received: Received | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.policy if self.instance.pk else {}
        agreed = policy.from_stored(stored)
        self.initial.update(policy_form.initial(agreed))
        signer = cast(forms.ChoiceField, self.fields["policy_metadata_signer"])
        signer.choices = policy_form.signer_choices(agreed.metadata_signer)
        if self.instance.pk:
            domains = self.instance.email_domains.values_list("domain", flat=True)
            self.initial["email_domains"] = list(domains)

    def clean(self) -> dict[str, Any]:
        """Reads the metadata and rehearses the whole change."""
        cleaned = super().clean() or self.cleaned_data
        try:
            self.received = self._received(cleaned)
        except Declined as declined:
            self._blame("metadata_text", declined)
        if self.received:
            self._understand(self.received)
        if not self.errors.keys() - {"metadata_text"}:
            self._rehearse()
        return cleaned

    def write(self, actor: str) -> Partner:
        """Does what was rehearsed; in the caller's transaction."""
        for _field, step in self._steps(actor):
            step()
        return Partner.objects.get(slug=self._slug())

    def _received(self, cleaned: dict[str, Any]) -> Received | None:
        file, text = cleaned.get("metadata_file"), cleaned.get("metadata_text", "")
        if file and text.strip():
            raise Declined(
                Problem("metadata_twice", _("There is a file and a text."), _("Give one of them."))
            )
        if file:
            if file.size > MAX_BYTES:
                raise Declined(_too_large())
            return recognise.uploaded(file.name, file.read())
        if not text.strip():
            return None
        received = recognise.given(text)
        if len(received.document) > MAX_BYTES:
            raise Declined(_too_large())
        source = cleaned.get("metadata_source")
        return Received(received.document, source) if source else received

    def _understand(self, received: Received) -> None:
        partner = self.instance if self.instance.pk else None
        self.understanding = understand(
            received,
            partner=partner,
            now=clock.now(),
            choice=self._choice(),
            policy=self._agreed(),
        )
        if self.understanding.problems:
            self._blame("metadata_text", Declined(*self.understanding.problems))
        if not self.understanding.document:
            # What must not be kept must not come back in the page either.
            self.received = None
            emptied = cast(QueryDict, self.data).copy()
            emptied["metadata_text"] = ""
            self.data = emptied

    def _choice(self) -> Choice:
        cleaned = self.cleaned_data
        return Choice(
            entity_ids=tuple(cleaned.get("metadata_entity_ids", ())),
            everything=cleaned.get("metadata_everything", False),
            add=cleaned.get("metadata_add", False),
            going_back=cleaned.get("metadata_older", False),
        )

    def _agreed(self) -> policy.Policy | None:
        """The policy that the form asks for; None: it cannot be had, which the rehearsal says."""
        stored = self.instance.policy if self.instance.pk else {}
        try:
            return policy.from_stored({**stored, **policy_form.asked(self.cleaned_data)})
        except Declined:
            return None

    def _rehearse(self) -> None:
        """Every step in a transaction that is undone: the judgement of saving, without a trace."""
        with transaction.atomic():
            for field, step in self._steps("rehearsal"):
                try:
                    step()
                except Declined as declined:
                    self._blame(field, declined)
                    if not self.instance.pk:
                        break
            transaction.set_rollback(True)

    def _steps(self, actor: str) -> Iterator[Step]:
        cleaned, slug = self.cleaned_data, self._slug()
        described = {key: cleaned[key] or "" for key in FIELDS}
        asked = policy_form.asked(cleaned)
        domains = cleaned["email_domains"]
        if self.instance.pk:
            yield None, lambda: flows.update_partner(slug, described, actor=actor)
            yield "email_domains", lambda: flows.set_domains(slug, domains, actor=actor)
            yield None, lambda: flows.set_policy(slug, asked, actor=actor)
        else:
            yield (
                None,
                lambda: flows.add_partner(
                    slug=slug, actor=actor, policy=asked, email_domains=domains, **described
                ),
            )
        received = self.received
        if received and not self.errors:
            choice = self._choice()
            yield (
                "metadata_text",
                lambda: flows.import_metadata(slug, received, actor=actor, choice=choice),
            )

    def _slug(self) -> str:
        slug: str = self.instance.slug if self.instance.pk else self.cleaned_data["slug"]
        return slug

    def _blame(self, field: str | None, declined: Declined) -> None:
        for problem in declined.problems:
            named = next((_FIELD_OF[key] for key in _FIELD_OF if problem.key.startswith(key)), None)
            where = field or named
            self.add_error(where if where and where in self.fields else None, str(problem))


class PauseForm(forms.Form):
    """Why a partner is paused."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("Staff reads it when people ask why they cannot sign in."),
    )


class RollbackForm(forms.Form):
    """Which metadata version comes back."""

    version = forms.ModelChoiceField(
        label=gettext_lazy("Version"), queryset=MetadataVersion.objects.none()
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = cast("forms.ModelChoiceField[MetadataVersion]", self.fields["version"])
        version.queryset = partner.metadata_versions.filter(active=False).defer("xml")


def _too_large() -> Problem:
    return Problem(
        "too_large",
        _("The file is too large for this page."),
        _("Use the command: manage.py metadata import SLUG FILE --entity-id …"),
        expected=_("at most %d kB") % (MAX_BYTES // 1000),
    )
