"""The earliest deletion that is promised is never undercut, and can be reached."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.outlook import Station, earliest_purge
from gallery_events.domain.retention import NEVER, Facts, RetentionPolicy, Step, review

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = RetentionPolicy()

around = st.integers(-40, 40).map(lambda days: NOW + days * DAY)
stations = st.builds(
    Station,
    review_after=around,
    trashed_at=st.none() | st.integers(-40, 0).map(lambda days: NOW + days * DAY),
    named_until=st.none() | around,
    pinned_until=st.none() | around,
)
schedules = st.lists(st.integers(0, 120), max_size=30).map(sorted)


def purged(station, moments, policy=POLICY):
    """Return when a sweep at these moments deletes the image, by the rules of a review."""
    reviews, due, trashed, named = 0, station.review_after, station.trashed_at, station.named_until
    for now in moments:
        if named is not None and named <= now:
            named, due, reviews = None, min(due or now, now), 0
        if due is None or due > now:
            continue
        facts = Facts(
            referenced=named is not None,
            pinned_until=station.pinned_until,
            trashed_at=trashed,
            reviews=reviews,
        )
        verdict = review(facts, policy, now=now)
        if verdict.step is Step.PURGE:
            return now
        if verdict.step is Step.TRASH:
            trashed = now
        elif verdict.rescues:
            trashed = None
        due, reviews = verdict.review_after, verdict.reviews
    return None


@given(stations, schedules)
def test_no_sweep_deletes_before_the_earliest_moment(station, days):
    when = purged(station, [NOW + day * DAY for day in days])
    assert when is None or when >= earliest_purge(station, POLICY, now=NOW)


@given(stations)
def test_sweeps_at_the_right_moments_reach_it(station):
    earliest = earliest_purge(station, POLICY, now=NOW)
    # A sweep before its trash period is over would take it out again where it is still needed.
    into_the_trash = [] if station.trashed_at is not None else [earliest - POLICY.trash]
    moments = [*into_the_trash, earliest]
    assert purged(station, moments) == earliest


@pytest.mark.parametrize(
    "station",
    [
        Station(review_after=NEVER),
        Station(review_after=NOW, pinned_until=NEVER),
        Station(review_after=NEVER, trashed_at=NOW - 99 * DAY),
    ],
)
def test_what_is_never_looked_at_never_goes(station):
    assert earliest_purge(station, POLICY, now=NOW) is None
    assert earliest_purge(naive(station), POLICY, now=naive(NOW)) is None


def naive(told):
    """Return a moment, or all of a station's, as a project without time zones has it."""
    if isinstance(told, datetime):
        return told.replace(tzinfo=None)
    moments = {each.name: getattr(told, each.name) for each in fields(told)}
    return Station(**{name: at and naive(at) for name, at in moments.items()})


@given(stations)
def test_a_trash_that_is_never_emptied_deletes_nothing(station):
    assert earliest_purge(station, replace(POLICY, trash=None), now=NOW) is None
