"""The log for staff: a list that can be searched, and the story of each event. Read-only."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sso_gateway.audit import story
from sso_gateway.audit.listing import NEWEST, IndexedColumn, NewestOnly, values_in_use
from sso_gateway.audit.models import Event
from sso_gateway.audit.query import search

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Event]
else:
    Base = admin.ModelAdmin


class InUse(admin.SimpleListFilter):
    """A filter over the values that an indexed column really has."""

    column: IndexedColumn

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The values, each by its own name."""
        return [(value, value) for value in values_in_use(self.column)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Events with the chosen value; a value that no event has finds none."""
        chosen = self.value()
        return queryset.filter(**{self.column: chosen}) if chosen else queryset


class ByPartner(InUse):
    """Events of one partner."""

    title = _("partner")
    parameter_name = column = "partner_slug"


class ByReason(InUse):
    """Events with one reason."""

    title = _("reason")
    parameter_name = column = "key"


@admin.register(Event)
class EventAdmin(Base):
    """List and story. Nobody adds, changes or deletes, whatever their permissions."""

    list_display = (
        "when",
        "ending",
        "user",
        "partner",
        "key",
        "client_ip",
        "flow",
        "shown_reference",
    )
    list_display_links = ("when",)
    list_filter = ("outcome", ByPartner, ByReason, ("time", admin.DateFieldListFilter))
    list_per_page = 50
    sortable_by = ()
    ordering = ("-time", "-id")
    actions = None
    search_fields = ("reference",)
    search_help_text = _(
        "Reference, e-mail address, partner, reason (name or code), IP address or day (2026-11-20)."
    )
    paginator = NewestOnly
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "sso_audit/event_list.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """The events that ``query.search`` finds."""
        return queryset.filter(search(search_term)), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only what happens is written."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """What happened stays what it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """And it stays."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, which says so where it shows only the newest matches."""
        return super().changelist_view(request, {"newest": NEWEST, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The story of one event."""
        event = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        if event is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": event.get_outcome_display(),
            "subtitle": event.display_reference,
            "opts": self.opts,
            "event": event,
            "symbol": story.OUTCOME_SYMBOLS.get(event.outcome, ""),
            "sentence": story.sentence(event),
            "advice": story.advice(event),
            "rungs": story.rungs(event),
            "changes": story.changes(event),
            "who_where_when": story.who_where_when(event),
            "fields": story.fields(event),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "sso_audit/event_story.html", context)

    @admin.display(description=_("time"))
    def when(self, event: Event) -> SafeString:
        """In the reader's time zone, with UTC for the machine and on hovering."""
        utc = event.time.isoformat(timespec="milliseconds")
        local = f"{timezone.localtime(event.time):%Y-%m-%d %H:%M:%S}"
        return format_html('<time datetime="{}" title="{}">{}</time>', utc, utc, local)

    @admin.display(description=_("outcome"))
    def ending(self, event: Event) -> SafeString:
        """A symbol for the eye and a word for everybody."""
        return format_html(
            '<span class="sso-{}"><span aria-hidden="true">{}</span> {}</span>',
            event.outcome,
            story.OUTCOME_SYMBOLS.get(event.outcome, ""),
            event.get_outcome_display(),
        )

    @admin.display(description=_("user"), empty_value="–")
    def user(self, event: Event) -> str:
        """Masked, and said to be a claim where no trusted key vouched for it."""
        if event.verified or not event.user_masked:
            return event.user_masked
        return _("%(user)s (claimed)") % {"user": event.user_masked}

    @admin.display(description=_("partner"), empty_value="–")
    def partner(self, event: Event) -> str:
        """By slug, as the filter and the search know it."""
        return event.partner_slug

    @admin.display(description=_("reference"))
    def shown_reference(self, event: Event) -> str:
        """As the user sees it."""
        return event.display_reference
