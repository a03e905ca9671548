"""Sessions that partners' users have, for staff to look at."""

from django.contrib import admin
from django.http import HttpRequest

from sso_gateway.audit.record import display
from sso_gateway.signon.models import LoginSession


@admin.register(LoginSession)
class LoginSessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only: sessions are opened by sign-ins, and ended by what ends them."""

    list_display = ("email", "partner", "opened", "last_seen", "expires", "ended", "ended_because")
    list_filter = ("partner", "ended_because", "opened")
    search_fields = ("email", "reference")
    search_help_text = "E-mail address or reference"
    date_hierarchy = "opened"
    list_select_related = ("partner",)
    show_full_result_count = False
    fields = (
        "email",
        "user",
        "partner",
        "issuer",
        "shown_reference",
        "opened",
        "last_seen",
        "expires",
        "idle_seconds",
        "ended",
        "ended_because",
    )
    readonly_fields = fields

    @admin.display(description="Reference")
    def shown_reference(self, login: LoginSession) -> str:
        """Of the sign-in that opened it; searchable in the audit log."""
        return display(login.reference)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: LoginSession | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LoginSession | None = None) -> bool:
        """Nobody here; but whoever may delete an account or a partner takes its sessions along."""
        match = request.resolver_match
        here = match is None or (match.url_name or "").startswith("sso_signon_loginsession")
        return not here and super().has_delete_permission(request, obj)
