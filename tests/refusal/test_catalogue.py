"""The catalogue against the design it was written from, and against its own rules."""

import copy
import pickle
import re
from http import HTTPStatus
from pathlib import Path

import pytest

from sso_gateway.refusal import Heading, Reason, Refusal
from sso_gateway.refusal.placeholders import NEUTRAL, names

DESIGN = Path(__file__).parents[2] / ".." / "shared" / "design" / "refusals.md"
ROW = re.compile(r"^\| (\d{3})( ⚠)? \| `([a-z_]+)` \|", re.MULTILINE)
CLAUSE = re.compile(
    r"((core|prof|bind|meta) \d(\.\d)*(, \d(\.\d)*)*|xmldsig \d\.\d|(IIP|SDP)-[A-Z]+\d\d"
    r"(, IIP-[A-Z]+\d\d)*|our rule: .+)"
)
JARGON = re.compile(
    r"saml|assertion|acs\b|idp\b|xml|http|sha-|rsa|base64|nameid|issuer|audience|metadata|policy"
    r"|partner\b|entity|relaystate|binding|token|sso|\d",
    re.IGNORECASE,
)

every_reason = pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.key)


def test_every_row_of_the_design_is_a_reason_with_the_same_code_key_and_alert() -> None:
    if not DESIGN.exists():
        pytest.skip("the design documents are not beside this checkout")
    rows = ROW.findall(DESIGN.read_text("utf-8"))
    assert len(rows) >= 73
    ours = {(str(reason.code), reason.key, reason.alert) for reason in Reason}
    assert {(code, key, bool(alert)) for code, alert, key in rows} <= ours


def test_no_code_and_no_key_is_used_twice() -> None:
    assert len({reason.code for reason in Reason}) == len(Reason)
    assert len({reason.key for reason in Reason}) == len(Reason)


def test_no_two_reasons_are_the_same_member() -> None:
    assert len(Reason.__members__) == len(Reason)


@every_reason
def test_a_reason_is_found_by_its_code_and_by_its_key(reason: Reason) -> None:
    assert reason.name == reason.key.upper()
    assert Reason.by_code(reason.code) is reason
    assert Reason.by_key(reason.key) is reason


def test_an_unknown_code_or_key_is_no_reason() -> None:
    with pytest.raises(KeyError):
        Reason.by_code(600)
    with pytest.raises(KeyError):
        Reason.by_key("AUDIENCE_MISMATCH")


@every_reason
def test_a_user_text_is_a_sentence_without_codes_or_jargon(reason: Reason) -> None:
    assert reason.user_text.endswith(".")
    assert not JARGON.search(reason.user_text)
    assert reason.key not in reason.user_text


@every_reason
def test_a_user_text_and_a_heading_ask_only_for_what_every_page_knows(reason: Reason) -> None:
    assert names(reason.user_text) | names(reason.heading.text) <= NEUTRAL.keys()


@every_reason
def test_staff_read_sentences_and_a_clause(reason: Reason) -> None:
    assert reason.admin_text.endswith(".")
    assert reason.fix.endswith((".", "}"))
    assert all(CLAUSE.fullmatch(clause) for clause in reason.clause.split("; ")), reason.clause


@every_reason
def test_a_status_says_whose_fault_it_is(reason: Reason) -> None:
    assert HTTPStatus(reason.status)
    signed_in = reason.heading in {Heading.ALREADY_SIGNED_IN, Heading.SIGNED_IN}
    assert (reason.status == 200) is signed_in
    assert (reason.status == 404) is (reason is Reason.PARTNER_UNKNOWN)
    assert (reason.status == 413) is (reason is Reason.TOO_LARGE)
    assert (reason.status == 429) is (reason is Reason.RATE_LIMITED)
    if reason.status == 503:
        assert reason.heading in {Heading.OUR_SIDE, Heading.PAUSED}


def test_outsiders_cannot_tell_by_text_or_code_or_status_whether_an_account_exists() -> None:
    about_accounts = [
        reason
        for reason in Reason
        if 800 < reason.code < 850 and reason.heading is Heading.ACCOUNT_NOT_READY
    ]
    assert len(about_accounts) >= 5
    assert {(reason.user_text, reason.public_code, reason.status) for reason in about_accounts} == {
        (Reason.NOT_INVITED.user_text, 801, 403)
    }


def test_outsiders_cannot_tell_a_failed_decryption_from_a_missing_key() -> None:
    failed, missing = Reason.DECRYPT_FAILED, Reason.ENCRYPTED_NO_KEY
    assert failed.public_code == missing.public_code
    assert (failed.user_text, failed.status) == (missing.user_text, missing.status)


def test_a_public_code_never_stands_for_another_sentence() -> None:
    for reason in Reason:
        assert Reason.by_code(reason.public_code).user_text == reason.user_text


def test_missing_and_mismatching_are_different_reasons() -> None:
    pairs = [
        (Reason.AUDIENCE_MISSING, Reason.AUDIENCE_MISMATCH),
        (Reason.ISSUER_MISSING, Reason.ISSUER_UNKNOWN),
        (Reason.SIGNATURE_MISSING, Reason.SIGNATURE_INVALID),
        (Reason.NAMEID_MISSING, Reason.NAMEID_FORMAT),
        (Reason.ATTRIBUTE_MISSING, Reason.ATTRIBUTE_EMPTY),
    ]
    assert all(missing.admin_text != mismatching.admin_text for missing, mismatching in pairs)


def test_a_refusal_says_its_code_key_and_detail() -> None:
    assert str(Refusal(Reason.AUDIENCE_MISMATCH, "none is ours")) == (
        "603 audience_mismatch: none is ours"
    )
    assert str(Refusal(Reason.NO_BEARER)) == "607 no_bearer"


def test_a_refusal_keeps_what_was_expected_and_received_beside_the_facts() -> None:
    refusal = Refusal(Reason.EXPIRED, "late", expected="12:00", received="11:00", seconds="3600")
    assert (refusal.expected, refusal.received) == ("12:00", "11:00")
    assert refusal.facts == {"seconds": "3600"}
    own = {"detail": "late", "expected": "12:00", "received": "11:00"}
    assert refusal.values == {"seconds": "3600"} | own


def test_a_refusal_survives_a_copy_and_a_pickle() -> None:
    refusal = Refusal(Reason.EXPIRED, "late", received="11:00", seconds="3600")
    for twin in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):  # noqa: S301 - our own
        assert isinstance(twin, Refusal)
        assert (str(twin), twin.values) == (str(refusal), refusal.values)
