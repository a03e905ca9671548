"""Raw tables of accounts in Django's admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from sso_gateway.provisioning.models import GroupMapping, Link


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only: a link is made by a login. Deleting one is how staff resolves a conflict."""

    list_display = ("email", "partner", "user", "created", "last_seen")
    list_filter = ("partner",)
    list_select_related = ("partner", "user")
    date_hierarchy = "last_seen"

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The asserted address, and the account's own name in whatever user model there is."""
        return ("email", f"user__{get_user_model().USERNAME_FIELD}")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(GroupMapping)
class GroupMappingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What a partner's groups mean here."""

    list_display = ("partner", "value", "group")
    list_display_links = ("value",)
    list_filter = ("partner", "group")
    list_select_related = ("partner", "group")
    search_fields = ("value", "group__name")
