"""Whatever comes in: a refusal or the genuine thing, the same each time, and no other exception.

The properties are in ``properties``; here they meet a few hundred messages each.
"""

from hypothesis import HealthCheck, given, settings

from tests.fuzz import genuine, strategies
from tests.fuzz.properties import PROPERTIES, SIGNED_QUERIES

a_few_hundred = settings(
    max_examples=300, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)
RESPONSES = genuine.responses()
LOGOUTS = {**genuine.logout_requests(), **genuine.logout_responses()}


@a_few_hundred
@given(strategies.hostile(RESPONSES))
def test_only_what_was_signed_is_accepted_and_as_it_was_signed(message: bytes) -> None:
    PROPERTIES["response.accept"](message)


@a_few_hundred
@given(strategies.hostile({**RESPONSES, **genuine.unsigned_responses()}))
def test_explaining_never_fails_and_says_what_accepting_says(message: bytes) -> None:
    PROPERTIES["response.explain"](message)


@a_few_hundred
@given(strategies.changed(genuine.unsigned_responses()))
def test_what_is_changed_and_then_signed_is_accepted_only_if_it_is_for_us(message: bytes) -> None:
    PROPERTIES["response.signed"](message)


@a_few_hundred
@given(strategies.unsigned_responses(strategies.NUMBERS_AND_TIMES))
def test_odd_numbers_and_times_signed_by_a_partner_are_refused_or_harmless(message: bytes) -> None:
    PROPERTIES["response.signed"](message)


@a_few_hundred
@given(strategies.unsigned_responses(strategies.TEXTS_AND_LISTS))
def test_odd_texts_and_lists_signed_by_a_partner_are_refused_or_harmless(message: bytes) -> None:
    PROPERTIES["response.signed"](message)


@a_few_hundred
@given(strategies.hostile(genuine.plaintexts()))
def test_what_anybody_encrypts_for_us_is_trusted_for_its_signature_alone(plaintext: bytes) -> None:
    PROPERTIES["response.encrypted"](plaintext)


@a_few_hundred
@given(strategies.hostile({**RESPONSES, **genuine.metadata_documents()}))
def test_what_is_parsed_has_one_canonical_form_and_looks_alike_to_another_parser(
    message: bytes,
) -> None:
    PROPERTIES["xml.parse"](message)


@a_few_hundred
@given(strategies.hostile(genuine.metadata_documents()))
def test_what_is_read_from_metadata_can_be_used(document: bytes) -> None:
    PROPERTIES["metadata.read"](document)


@a_few_hundred
@given(strategies.hostile(LOGOUTS))
def test_only_what_was_signed_ends_a_session_or_says_that_one_has_ended(message: bytes) -> None:
    PROPERTIES["logout.read_request"](message)
    PROPERTIES["logout.read_response"](message)


@a_few_hundred
@given(strategies.fields())
def test_a_form_field_is_decoded_as_by_anybody_or_refused(field: bytes) -> None:
    PROPERTIES["bindings.decode_post"](field)


@a_few_hundred
@given(strategies.queries())
def test_a_query_that_verifies_is_one_that_was_signed(query: bytes) -> None:
    assert SIGNED_QUERIES
    PROPERTIES["bindings.read_redirect"](query)
