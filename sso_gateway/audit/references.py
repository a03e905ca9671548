"""The reference: eight characters that a user can read out on the telephone.

Crockford's base 32 has no I, L, O or U, so that what is heard or typed wrongly is still understood.
Forty random bits say nothing about the user, the partner or how many sign-ins there are.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8

_SEPARATORS = " -\u00a0\u2010\u2011\u2012\u2013\u2014\t\r\n"
_AS_TYPED = str.maketrans("OIL", "011", _SEPARATORS)


def reference() -> str:
    """A new reference without its dash, for example ``K7QF2M9D``."""
    number = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * LENGTH - 5, -1, -5))


def display(reference: str) -> str:
    """The reference as people see it: ``K7QF-2M9D``."""
    return f"{reference[:4]}-{reference[4:]}" if len(reference) == LENGTH else reference


def parse_reference(text: str) -> str | None:
    """The reference somebody typed or pasted, or None where ``text`` cannot be one.

    Small letters, dashes and spaces do not matter; I and L are read as 1, O as 0.
    """
    if len(text) > 4 * LENGTH:
        return None
    typed = text.upper().translate(_AS_TYPED)
    return typed if len(typed) == LENGTH and set(typed) <= set(ALPHABET) else None
