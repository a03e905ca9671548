"""The arithmetic behind the figures."""

import pytest

from benchmarks.timing import in_turns, percentile, spread


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0, 0.02, 0.2, 0.21, 0.5, 0.99, 1)] == [
        1.0, 1.0, 1.0, 2.0, 3.0, 5.0, 5.0,
    ]  # fmt: skip


def test_the_99th_of_a_hundred_leaves_one_above() -> None:
    assert percentile([float(number) for number in range(1, 101)], 0.99) == 99.0


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], -0.1), ([1.0], 1.1)])
def test_a_percentile_of_nothing_or_beyond_is_refused(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_a_spread_is_in_microseconds() -> None:
    found = spread([3000, 1000, 2000, 4000])
    assert (found.p02, found.median, found.calls) == (1.0, 2.5, 4)


def test_candidates_take_turns_in_blocks_of_their_own() -> None:
    called: list[str] = []
    found = in_turns(
        {"a": lambda: called.append("a"), "b": lambda: called.append("b")},
        rounds=2,
        block_seconds=60,
        most=4,
    )
    block_of_a, block_of_b = ["a"] * 7, ["b"] * 7  # three to warm up, four measured
    assert called == (block_of_a + block_of_b) * 2
    assert found["a"].calls == found["b"].calls == 8


def test_a_slow_candidate_is_measured_once_a_block_at_least() -> None:
    assert in_turns({"a": lambda: None}, rounds=3, block_seconds=0)["a"].calls == 3
