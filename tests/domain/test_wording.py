"""Days, spans and sizes as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.wording import MONTHS, day, full_day, number, size, span

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2, 1, 1), datetime(8999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    "moment, words",
    [
        (datetime(2026, 12, 1, tzinfo=UTC), "1 December"),
        (datetime(2026, 1, 31, tzinfo=UTC), "31 January"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "31 December 2025"),
        (datetime(2027, 1, 1, tzinfo=UTC), "1 January 2027"),
    ],
)
def test_a_day_has_its_year_only_where_it_is_another_one(moment, words):
    assert day(moment, now=NOW) == words


@given(moments, zones)
def test_a_day_is_that_of_the_calendar_of_now(moment, zone):
    local = moment.astimezone(zone)
    words = full_day(moment, now=NOW.astimezone(zone)).split()
    assert (int(words[0]), MONTHS.index(words[1]) + 1, int(words[2])) == (
        *(local.day, local.month, local.year),
    )


@given(moments)
def test_with_and_without_its_year_a_day_is_the_same(moment):
    assert full_day(moment, now=NOW).startswith(day(moment, now=NOW))


def test_naive_moments_are_taken_as_they_are():
    now = datetime(2026, 11, 22)  # noqa: DTZ001
    assert day(datetime(2026, 5, 1, 23), now=now) == "1 May"  # noqa: DTZ001


@pytest.mark.parametrize(
    "count, words",
    [
        *[(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.0 KB")],
        *[
            (1536, "1.5 KB"),
            (1024**2 - 1, "1.0 MB"),
            (3_565_158, "3.4 MB"),
            (5 * 1024**3, "5.0 GB"),
        ],
        (1024**8, "1048576.0 EB"),
    ],
)
def test_a_size_has_one_digit_after_the_point(count, words):
    assert size(count) == words


@given(st.integers(0, 2**60))
def test_a_size_is_true_to_its_last_digit(count):
    value, unit = size(count).split()
    units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"]
    factor = 1024 ** units.index("bytes" if unit == "byte" else unit)
    assert abs(float(value) * factor - count) <= 0.0501 * factor


@pytest.mark.parametrize(
    "length, words",
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=40), "40 days"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(length, words):
    assert span(length) == words


def test_one_thing_is_no_plural():
    assert [number(count, "file") for count in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
