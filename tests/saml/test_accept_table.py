"""One good message, a table of single changes, and a table of good variants.

Each refused row differs from the good message in one thing and names the reason; each accepted row
is something that the specifications allow.
"""

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import response
from sso_gateway.saml.rules import RULES
from tests.idp import workshop
from tests.saml.rows import Row, assertions, encrypted, good, messages, signatures

REFUSED = messages.ROWS + assertions.ROWS + signatures.ROWS + encrypted.ROWS
ACCEPTED = good.ROWS


def name(row: Row) -> str:
    return row.name


@pytest.mark.parametrize("row", REFUSED, ids=name)
def test_a_single_change_is_refused_for_its_reason(row: Row) -> None:
    with pytest.raises(Refusal) as refusal:
        response.accept(row.message(), row.expected())
    assert refusal.value.reason is row.verdict, str(refusal.value)


@pytest.mark.parametrize("row", ACCEPTED, ids=name)
def test_a_good_variant_is_accepted(row: Row) -> None:
    assertion = response.accept(row.message(), row.expected())
    assert assertion.id == "_assertion-1"


@pytest.mark.parametrize("row", REFUSED + ACCEPTED, ids=name)
def test_explaining_says_what_accepting_does(row: Row) -> None:
    explanation = response.explain(row.message(), row.expected())
    assert explanation.reason is row.verdict
    assert (explanation.assertion is None) == (row.verdict is not None)
    assert [check.name for check in explanation.checks] == [rung for rung, _ in response.LADDER]


@pytest.mark.parametrize("part", ["encrypt_name_id", "encrypt_attribute"])
def test_explaining_decrypts_nothing_that_nobody_signed(part: str) -> None:
    # Whoever captured a ciphertext could otherwise have it read to them, or ask for its padding.
    intact = workshop.unsigned(**{part: encrypted.to_us()})
    damaged = workshop.unsigned(**{part: encrypted.to_us(spoil_data=True)})
    explanation = response.explain(intact, workshop.expected())
    assert explanation.reason is Reason.SIGNATURE_MISSING
    assert explanation == response.explain(damaged, workshop.expected())


def test_the_table_names_each_row_once() -> None:
    names = [row.name for row in REFUSED + ACCEPTED]
    assert len(names) == len(set(names))


def test_every_rule_that_can_refuse_is_named_by_a_row() -> None:
    failing = set()
    for row in REFUSED:
        for check in response.explain(row.message(), row.expected()).checks:
            if check.reason is row.verdict and check.outcome.value == "fail":
                failing.add(check.name)
    assert {rule.name for rule in RULES} <= failing


def test_warnings_are_carried_by_what_is_accepted() -> None:
    warned = {
        row.name: found
        for row in ACCEPTED
        if (found := response.accept(row.message(), row.expected()).warnings)
    }
    assert warned == {
        "a certificate expired": (Reason.CERT_EXPIRED,),
        "a certificate not yet valid": (Reason.CERT_NOT_YET,),
        "aes128-cbc in a signed response": (Reason.ENC_ALGORITHM,),
        "aes192-cbc in a signed response": (Reason.ENC_ALGORITHM,),
        "aes256-cbc in a signed response": (Reason.ENC_ALGORITHM,),
        "AES-128-CBC, both signed": (Reason.ENC_ALGORITHM,),
        "an encrypted NameID in CBC": (Reason.ENC_ALGORITHM,),
    }
