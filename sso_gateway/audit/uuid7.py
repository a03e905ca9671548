"""UUID version 7 (RFC 9562, 5.7), which Python 3.11 does not have yet."""

import secrets
from datetime import datetime
from uuid import UUID


def uuid7(moment: datetime) -> UUID:
    """An identifier that sorts by ``moment`` (aware; before the year 10889).

    The twelve bits after the milliseconds carry their fraction (6.2, method 3), so that identifiers
    made one after the other in one process sort in that order. 62 bits are random.
    """
    milliseconds = int(moment.timestamp()) * 1000 + moment.microsecond // 1000
    fraction = moment.microsecond % 1000 * 4096 // 1000
    number = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62)
    return UUID(int=number)
