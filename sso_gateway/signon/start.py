"""May this gateway start? Asked once by ``sso_gateway.wsgi``, before there is anybody to answer.

No question needs the database: while it is away a gateway starts and answers 503.
"""

from collections.abc import Iterable

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from sso_gateway.signon import doctor
from sso_gateway.signon.doctor import Level, Question, libraries


def refuse_unsafe(questions: Iterable[Question] = libraries.QUESTIONS) -> None:
    """Asks the system checks, and where they have no error the libraries' known answers.

    Raises ``ImproperlyConfigured`` with every error and its fix. Warnings do not stop a start, and
    neither does what SILENCED_SYSTEM_CHECKS names. In this order, because two copies of libxml2 in
    one process (E001) may not survive a question about signatures.
    """
    errors = _of_the_checks() or _of_the_doctor(questions)
    if errors:
        raise ImproperlyConfigured("\n  ".join(["The gateway does not start.", *errors]))


def _of_the_checks() -> list[str]:
    """Without those for which one has to ask by tag, among them every one of the database."""
    return [
        _line(str(each.id), str(each.msg), str(each.hint or ""))
        for each in checks.run_checks()
        if each.is_serious(checks.ERROR) and not each.is_silenced()
    ]


def _of_the_doctor(questions: Iterable[Question]) -> list[str]:
    findings = [finding for question in questions for finding in doctor.answers(question)]
    return [_line(each.id, each.text, each.fix) for each in findings if each.level is Level.ERROR]


def _line(name: str, text: str, fix: str) -> str:
    return f"{name}: {text} Fix: {fix}" if fix else f"{name}: {text}"
