"""Attacks that we refuse by a rule of our own: the specifications leave them open, or allow them.

Whoever accepts one of these makes no mistake by it. In doubt it is here: the page is about others.
"""

from typing import Final

from sso_gateway.refusal import Reason
from tests.attacks.attack import Attack

IN_CIPHERTEXT: Final = "in ciphertext: "
"""The same attack on what is inside of an encrypted assertion."""
FORMS: Final = (
    "Exclusive canonicalisation is recommended, with or without comments; a verifier may refuse"
    " other transforms, and need not (core 5.4.3, 5.4.4)."
)
ADVICE: Final = "The type of a reference is advice (xmldsig 4.4.3.2)."
CONTENT: Final = "DigestMethod may hold elements of other namespaces (xmldsig 4.4.3.5)."
FOREIGN: Final = "What a foreign element calls its own attributes is its own affair."
NAMES: Final = {
    **{
        f"canonicalisation of SignedInfo: {which}": FORMS
        for which in (
            "inclusive",
            "inclusive 1.1",
            "inclusive with comments",
            "exclusive with comments",
        )
    },
    "the enveloped transform alone": FORMS,
    "inclusive canonicalisation": FORMS,
    "inclusive canonicalisation 1.1": FORMS,
    "canonicalisation with comments": FORMS,
    "canonicalisation twice": FORMS,
    "an XPath that selects everything": FORMS,
    **{
        f"a reference of type {which}": ADVICE
        for which in ("Manifest", "Object", "SignatureProperties")
    },
    "an element in DigestMethod": CONTENT,
    **{
        f"{which} on a foreign element": FOREIGN
        for which in (
            "AssertionID",
            "ResponseID",
            "a foreign Id",
            "a foreign id",
            "id",
            "samlp:ID",
            "wsu:Id",
            "xml:id",
        )
    },
}
"""The attack's name, and what the specifications say."""


def left_open(attack: Attack, reason: Reason) -> bool:
    """Whether nothing but a rule of ours refuses it, for this reason."""
    rule = reason is Reason.XML_FORBIDDEN or "our rule" in reason.clause
    return rule or attack.name.removeprefix(IN_CIPHERTEXT) in NAMES
