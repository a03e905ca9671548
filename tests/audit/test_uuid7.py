from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.audit.uuid7 import uuid7

moments = st.integers(min_value=0, max_value=10**17).map(
    lambda microseconds: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)


def test_the_milliseconds_of_the_example_in_rfc_9562_come_first() -> None:
    # RFC 9562, appendix A.6: 2022-02-22T14:22:22-05:00 is 017F22E2-79B0-7...
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert str(uuid7(moment)).startswith("017f22e2-79b0-7")


@given(moments)
def test_version_and_variant_are_those_of_the_rfc(moment: datetime) -> None:
    made = uuid7(moment)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


@given(moments, st.integers(min_value=1, max_value=10**9))
def test_a_later_microsecond_sorts_later(moment: datetime, microseconds: int) -> None:
    assert uuid7(moment) < uuid7(moment + timedelta(microseconds=microseconds))


def test_two_of_one_moment_differ() -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    assert uuid7(moment) != uuid7(moment)
