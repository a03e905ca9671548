"""Partners for staff in Django's admin: reviewed before saving, and changed by flows only."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from sso_gateway import clock
from sso_gateway.partners import admin_readonly as readonly
from sso_gateway.partners import admin_verbs, flows, policy_form
from sso_gateway.partners.forms import PartnerForm
from sso_gateway.partners.models import Partner, State
from sso_gateway.partners.problems import Declined
from sso_gateway.partners.recognise import Received

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Partner]
else:
    Base = admin.ModelAdmin

_METADATA = (
    "metadata_file",
    "metadata_text",
    "metadata_entity_ids",
    "metadata_everything",
    "metadata_add",
    "metadata_older",
)
_WHO = ("slug", "name", "email_domains", "landing", "portal_url", "contact_email")
_REPLACED = ("our_entity_id", "our_acs_path")


@admin.register(Partner)
class PartnerAdmin(Base):
    """List, form, review, and the verbs activate, pause, resume and roll back."""

    form = PartnerForm
    list_display = ("name", "slug", "shown_state", "certificate_days_left", "last_login")
    list_filter = ("state",)
    search_fields = ("name", "slug", "email_domains__domain")
    ordering = ("slug",)
    actions = None
    review_template = "admin/sso_partners/partner/review.html"

    class Media:
        css = {"all": ("sso_partners/partner.css",)}

    # --- What is shown ---

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Partner]:
        """With what the certificates tell."""
        return Partner.objects.with_use().order_by("slug")

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, partner: Partner) -> str:
        """In words and with a sign, not by colour alone."""
        return f"{readonly.SIGNS[partner.state]} {partner.get_state_display()}"

    @admin.display(description=_("certificate days left"), ordering="certificate_ends")
    def certificate_days_left(self, partner: Partner) -> int | None:
        """Until the first trusted certificate ends."""
        ends = getattr(partner, "certificate_ends", None)
        return (ends - clock.now()).days if ends else None

    @admin.display(description=_("last sign-in"), ordering="last_verified")
    def last_login(self, partner: Partner) -> Any:
        """To the hour: when a certificate last verified one."""
        return getattr(partner, "last_verified", None)

    def get_fieldsets(self, request: HttpRequest, obj: Partner | None = None) -> Any:
        """The form, or for those who may only look the same in words."""
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": (*_WHO[:2], *readonly.FIELDS)})]
        standing = readonly.STANDING if obj else ()
        return [
            (None, {"fields": (*_WHO, *standing)}),
            (_("Metadata of the identity provider"), {"fields": _METADATA}),
            (_("Policy"), {"fields": tuple(policy_form.names()), "classes": ("collapse",)}),
            (
                _("Replacing another service provider"),
                {"fields": _REPLACED, "classes": ("collapse",)},
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Partner | None = None) -> Any:
        """The short name never changes: it is part of addresses that the partner has."""
        return ("slug", *readonly.FIELDS) if obj else ()

    ours = readonly.ours
    identity_providers = readonly.identity_providers
    metadata_in_use = readonly.metadata_in_use
    shown_domains = readonly.shown_domains
    shown_policy = readonly.shown_policy

    # --- Review, then save ---

    @method_decorator(sensitive_post_parameters("metadata_text"))
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A form that brings metadata is shown back as understood, and saved by a second click."""
        if request.method == "POST" and "_reviewed" not in request.POST:
            answer = self._review(request, object_id, form_url, extra_context)
            if answer:
                return answer
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Declined as declined:
            # Between rehearsal and saving somebody else was faster; nothing was saved.
            self._say(request, declined)
            return HttpResponseRedirect(request.get_full_path())

    def _review(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> Any:
        """The review, or the form with what is wrong; ``None`` where there is nothing to review."""
        partner = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and partner is None:
            return None
        allowed = (
            self.has_change_permission(request, partner)
            if partner
            else self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        form_class = self.get_form(request, partner, change=partner is not None)
        form = cast(PartnerForm, form_class(request.POST, request.FILES, instance=partner))
        valid = form.is_valid()
        if valid and form.received is None and "_edit" not in request.POST:
            return None
        if valid and "_edit" not in request.POST:
            return self._reviewed(request, partner, form)
        return self._form_again(request, partner, form, form_url, extra_context)

    def _reviewed(
        self, request: HttpRequest, partner: Partner | None, form: PartnerForm
    ) -> HttpResponse:
        received = cast(Received, form.received)
        carried = [
            (name, value)
            for name in request.POST
            if name not in {"csrfmiddlewaretoken", "metadata_text", "metadata_source"}
            for value in request.POST.getlist(name)
        ]
        carried.append(("metadata_text", received.document.decode()))
        carried.append(("metadata_source", received.source))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review before saving"),
            "opts": self.opts,
            "original": partner,
            "understanding": form.understanding,
            "now": clock.now(),
            "carried": carried,
            "media": self.media,
        }
        return TemplateResponse(request, self.review_template, context)

    def _form_again(
        self,
        request: HttpRequest,
        partner: Partner | None,
        form: PartnerForm,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> Any:
        fieldsets = self.get_fieldsets(request, partner)
        shown = set(flatten_fieldsets(fieldsets))
        fixed = [name for name in self.get_readonly_fields(request, partner) if name in shown]
        admin_form = helpers.AdminForm(form, list(fieldsets), {}, fixed, model_admin=self)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change %s") % partner if partner else _("Add partner"),
            "adminform": admin_form,
            "object_id": partner.pk if partner else None,
            "original": partner,
            "is_popup": False,
            "to_field": None,
            "media": self.media + admin_form.media,
            "inline_admin_formsets": [],
            "errors": helpers.AdminErrorList(form, []),
            "understanding": form.understanding,
            "now": clock.now(),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return self.render_change_form(
            request,
            context,
            add=partner is None,
            change=partner is not None,
            obj=partner,
            form_url=form_url,
        )

    def save_model(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        """By the flows, in the name of whoever is signed in."""
        obj.pk = cast(PartnerForm, form).write(admin_verbs.actor(request)).pk
        obj.refresh_from_db()

    # --- Verbs ---

    def get_urls(self) -> list[URLPattern]:
        """A page for each verb, before the admin's own addresses."""
        own = [
            path(
                f"<path:object_id>/{verb.name}/",
                self.admin_site.admin_view(self.verb_view),
                {"name": verb.name},
                name=f"sso_partners_partner_{verb.name}",
            )
            for verb in admin_verbs.VERBS.values()
        ]
        return [*own, *super().get_urls()]

    def verb_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Asks once more, then does it; what stands in the way is said on the same page."""
        partner = self.get_object(request, unquote(object_id))
        if partner is None:
            raise Http404
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        verb = admin_verbs.VERBS[name]
        form = verb.form(partner, request.POST if request.method == "POST" else None)
        back = reverse("admin:sso_partners_partner_change", args=[partner.pk])
        if request.method == "POST" and form.is_valid():
            try:
                verb.run(partner.slug, form.cleaned_data, admin_verbs.actor(request))
            except Declined as declined:
                for problem in declined.problems:
                    form.add_error(None, str(problem))
            else:
                self.log_change(request, partner, str(verb.done))
                self.message_user(request, verb.done, messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": verb.question % {"name": partner.name},
            "opts": self.opts,
            "original": partner,
            "verb": verb,
            "form": form,
            "back": back,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/sso_partners/partner/verb.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """With the verbs that fit the partner's state."""
        partner = kwargs.get("obj")
        if isinstance(partner, Partner) and self.has_change_permission(request, partner):
            context["verbs"] = admin_verbs.fitting(partner)
            standing = partner.state != State.LIVE
            context["obstacles"] = flows.obstacles(partner, clock.now()) if standing else ()
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Deleting ---

    def has_delete_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        """Only drafts: the history of the others counts."""
        never_live = obj is None or obj.state in {State.DRAFT, State.TESTING}
        return never_live and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What belongs to a draft goes with it, although nobody may delete it by itself."""
        to_delete, counts, _permissions, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Partner) -> None:
        """By the flow."""
        flows.delete_draft(obj.slug, actor=admin_verbs.actor(request))

    def _say(self, request: HttpRequest, declined: Declined) -> None:
        for problem in declined.problems:
            self.message_user(request, str(problem), messages.ERROR)
