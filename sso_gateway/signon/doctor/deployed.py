"""``manage.py check --deploy`` asks the doctor's questions that need neither database nor keys."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from sso_gateway.signon import doctor
from sso_gateway.signon.doctor import Level, installation, libraries

_LEVELS: Final = {Level.WARNING: checks.WARNING, Level.ERROR: checks.ERROR}


@register(Tags.security, deploy=True)
def known_answers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E402 to E414, W402 to W405: address, cookies, proxies, and what the libraries answer."""
    if not hasattr(settings, "SSO_BASE_URL"):
        return []  # E005 says so.
    questions = (
        installation.address,
        installation.cookies,
        installation.proxies,
        *libraries.QUESTIONS,
    )
    findings = [finding for question in questions for finding in doctor.answers(question)]
    return [
        CheckMessage(_LEVELS[each.level], each.text, hint=each.fix, id=each.id)
        for each in findings
        if each.level in _LEVELS
    ]
