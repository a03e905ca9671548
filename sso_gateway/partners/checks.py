"""System checks of our key files; with ``--deploy`` also whether they exist."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils.translation import gettext as _

from sso_gateway.partners import keys
from sso_gateway.partners.keys import Pair, Purpose, Stage


@register(Tags.security, deploy=True)
def keys_exist(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W101: there is no key of this kind."""
    if not _has_folder():
        return []
    return [
        Warning(
            _("There is no %s key.") % purpose.value,
            hint=_("Run: manage.py keys ensure"),
            id="sso_gateway.W101",
        )
        for purpose in Purpose
        if not keys.pair(purpose).exists
    ]


@register(Tags.security)
def keys_are_private(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W102: everybody can read a key, so it is not used. W103: its group can."""
    if not _has_folder():
        return []
    pairs = [keys.pair(purpose, stage) for purpose in Purpose for stage in Stage]
    return [message for files in pairs if files.exists for message in _judge(files)]


def _has_folder() -> bool:
    """Where SSO_CERTS_DIR is absent or no path, E005 or E006 says so."""
    return isinstance(getattr(settings, "SSO_CERTS_DIR", None), Path)


def _judge(files: Pair) -> Iterator[CheckMessage]:
    hint = _("Run: chmod 600 %s") % files.private
    if keys.is_exposed(files.private):
        yield Warning(
            _("Everybody on this machine can read %s; it is not used.") % files.private.name,
            hint=hint,
            id="sso_gateway.W102",
        )
    elif keys.is_shared(files.private):
        yield Warning(
            _("Its group can read %s.") % files.private.name, hint=hint, id="sso_gateway.W103"
        )
