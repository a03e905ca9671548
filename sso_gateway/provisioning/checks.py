"""Can the project's user model hold whom partners name? E301 stops, W301 warns."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import AutoField, Field
from django.utils.translation import gettext as _

from sso_gateway.provisioning import accounts


@register(Tags.models)
def user_model(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E301: there is no field for an address. W301: ``provision=create`` would have to guess."""
    model = get_user_model()
    try:
        ours = {accounts.email_field(), model.USERNAME_FIELD}
    except ImproperlyConfigured as missing:
        hint = _("Let EMAIL_FIELD name the field that holds the address.")
        return [Error(str(missing), hint=hint, obj=model, id="sso_gateway.E301")]
    open_fields = [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in ours and not _has_a_value(field)
    ]
    if not open_fields:
        return []
    return [
        Warning(
            _("A partner's user could not be created: no value for %s.") % ", ".join(open_fields),
            hint=_(
                "Give each a default, fill it in a pre_save receiver, or let partners match only."
            ),
            obj=model,
            id="sso_gateway.W301",
        )
    ]


def _has_a_value(field: "Field[Any, Any]") -> bool:
    """Whether a new row has a value that the database takes: a default, null or an empty text."""
    if isinstance(field, AutoField) or field.has_default() or field.has_db_default() or field.null:
        return True
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return True
    if field.remote_field is not None and getattr(field.remote_field, "parent_link", False):
        return True
    return field.empty_strings_allowed and not field.unique
