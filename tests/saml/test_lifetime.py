"""How long metadata may be used, as it narrows on the way down."""

from datetime import UTC, datetime, timedelta

import pytest

from sso_gateway.refusal import Reason, Refusal
from tests.saml.documents import entity, group, left_out, only, read, role

JUNE, JULY, MAY = "2030-06-01T00:00:00Z", "2030-07-01T00:00:00Z", "2030-05-01T00:00:00Z"


@pytest.mark.parametrize(
    ("outer", "inner", "own", "of_role", "expected"),
    [
        ("", "", "", "", None),
        (JUNE, "", "", "", 6),
        (JULY, JUNE, "", "", 6),
        (JUNE, JULY, "", "", 6),
        ("", "", JUNE, "", 6),
        (JULY, JULY, JULY, MAY, 5),
        (MAY, JULY, JULY, JULY, 5),
        ("", "", MAY, JUNE, 5),
    ],
)
def test_the_earliest_end_on_the_way_down_counts(
    outer: str, inner: str, own: str, of_role: str, expected: int | None
) -> None:
    outer, inner, own, of_role = (
        f'validUntil="{until}"' if until else "" for until in (outer, inner, own, of_role)
    )
    document = group(
        group(entity(role(attributes=of_role), attributes=own), attributes=inner),
        attributes=outer,
    )

    until = only(document).valid_until

    assert until == (None if expected is None else datetime(2030, expected, 1, tzinfo=UTC))


def test_the_end_of_one_group_is_not_the_end_of_its_neighbour() -> None:
    document = group(
        group(entity(entity_id="urn:a"), attributes=f'validUntil="{MAY}"'),
        entity(entity_id="urn:b"),
        attributes=f'validUntil="{JULY}"',
    )

    ends = [(p.entity_id, p.valid_until) for p in read(document).identity_providers]

    assert ends == [
        ("urn:a", datetime(2030, 5, 1, tzinfo=UTC)),
        ("urn:b", datetime(2030, 7, 1, tzinfo=UTC)),
    ]


UNREADABLE_ENDS = [
    "",
    "soon",
    "2030-06-01",
    "2030-06-01T00:00:00",
    "2030-13-01T00:00:00Z",
    "2030-06-01T24:00:00Z",
    "2030-06-01T00:00:00+25:00",
    "-2030-06-01T00:00:00Z",
    "12030-06-01T00:00:00Z",
    "٢٠٣٠-06-01T00:00:00Z",
]


@pytest.mark.parametrize("end", UNREADABLE_ENDS)
def test_an_end_that_nobody_can_read_has_come(end: str) -> None:
    attributes = f'validUntil="{end}"'

    for inside in (entity(attributes=attributes), entity(role(attributes=attributes))):
        assert "validUntil" in left_out(group(inside))
    for whole in (entity(attributes=attributes), group(entity(), attributes=attributes)):
        with pytest.raises(Refusal, match="validUntil is not a time in UTC") as refused:
            read(whole)
        assert refused.value.reason is Reason.XML_MALFORMED


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT1S", timedelta(seconds=1)),
        ("PT0S", timedelta(0)),
        ("P1D", timedelta(days=1)),
        ("P1Y2M3DT4H5M6.789S", timedelta(days=365 + 60 + 3, hours=4, minutes=5, seconds=6)),
        ("P0Y0M0DT0H15M0.000S", timedelta(minutes=15)),
        ("PT1594475551S", timedelta(seconds=1594475551)),
        (" PT1H ", timedelta(hours=1)),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("P1S", None),
        ("1D", None),
        ("-P1D", None),
        ("P1.5D", None),
        ("PT.5S", None),
        ("P٣D", None),
        ("P999999999Y", None),
        ("P" + "9" * 5000 + "D", None),
        ("", None),
    ],
)
def test_a_cache_duration_is_read_or_absent(text: str, duration: timedelta | None) -> None:
    document = group(entity(), attributes=f'cacheDuration="{text}"')

    assert only(document).cache_duration == duration
    assert read(document).cache_duration == duration


def test_the_shortest_cache_duration_on_the_way_down_counts() -> None:
    inner = entity(attributes='cacheDuration="PT1H"')

    assert only(group(inner, attributes='cacheDuration="P1D"')).cache_duration == timedelta(hours=1)
    assert only(group(inner, attributes='cacheDuration="PT1M"')).cache_duration == timedelta(
        minutes=1
    )
