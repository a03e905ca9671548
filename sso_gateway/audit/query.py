"""What staff type into the search box, as one condition on events."""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_

from django.db.models import Q
from django.utils import timezone

from sso_gateway.audit import mask
from sso_gateway.audit.printable import printable
from sso_gateway.audit.references import parse_reference
from sso_gateway.refusal import Reason

_WORDS_LIMIT = 8
_YEARS = range(2000, 3000)


def search(text: str) -> Q:
    """The events that ``text`` describes; all of them for "".

    Recognised, in any mixture separated by spaces: a reference in any spelling, an e-mail address
    or name identifier with an @ (exactly), a reason's code or key, a partner's slug, an IP address,
    a day (``2026-11-20``, in the reader's time zone). Every word must fit. What is recognised as
    nothing finds nothing.
    """
    words = [printable(word) for word in text.split()]
    if len(words) > _WORDS_LIMIT:
        return Q(pk__in=[])
    described = reduce(and_, map(_word, words), Q())
    # "K7QF 2M9D" is one reference, "acme 2026" two words: what can be both is searched as both.
    pasted = parse_reference(" ".join(words))
    return described | Q(reference=pasted) if pasted else described


def _word(word: str) -> Q:
    if "@" in word:
        emails = mask.keyed_hashes(mask.same_email(word), mask.EMAIL)
        subjects = mask.keyed_hashes(word, mask.SUBJECT)
        return Q(email_hash__in=emails) | Q(subject_hash__in=subjects)
    if address := mask.same_address(word):
        return Q(client_ip=address)
    if day := _day(word):
        return day
    if word.isascii() and word.isdigit() and len(word) == 3:
        return _code(int(word))
    # A slug or a key may happen to look like a reference: both are looked for.
    names = Q(partner_slug=word.lower()) | Q(key=word.lower())
    pasted = parse_reference(word)
    return names | Q(reference=pasted) if pasted else names


def _code(code: int) -> Q:
    try:
        # By key, because that is the column with an index.
        return Q(key=Reason.by_code(code).key)
    except KeyError:
        return Q(code=code)


def _day(word: str) -> Q | None:
    try:
        day = date.fromisoformat(word) if "-" in word else None
    except ValueError:
        return None
    if day is None or day.year not in _YEARS:
        return None
    start, end = (
        timezone.make_aware(datetime.combine(midnight, time.min))
        for midnight in (day, day + timedelta(days=1))
    )
    return Q(time__gte=start, time__lt=end)
