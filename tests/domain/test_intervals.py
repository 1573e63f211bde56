from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.intervals import (
    Held,
    Interval,
    Told,
    compare,
    intervals,
    is_needed,
    may_be_gone,
    oldest_needed,
)
from gallery_events.domain.retention import RetentionPolicy

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
MONTH = RetentionPolicy(retention=30 * DAY)
FOR_EVER = RetentionPolicy(retention=None)


def held(version, *keys, days_ago=0, other=()):
    return Held(version, NOW - days_ago * DAY, {"photos": list(keys), "plans": list(other)})


def ended(until, *, until_version=2, since_version=1):
    return Interval("photos", 7, since_version, NOW - 400 * DAY, until_version, until)


histories = st.lists(
    st.tuples(
        st.lists(st.integers(1, 5), unique=True, max_size=4),
        st.lists(st.integers(1, 5), unique=True, max_size=2),
        st.integers(0, 100),
    ),
    min_size=1,
    max_size=8,
).map(
    lambda saves: [
        held(version, *photos, other=plans, days_ago=age)
        for version, (photos, plans, age) in enumerate(saves, start=1)
    ]
)


def test_an_image_that_comes_back_has_two_intervals_with_the_gap_between_them():
    found = list(intervals([held(1, 7), held(2), held(5, 7), held(6, 7)]))

    assert found == [
        Interval("photos", 7, 1, NOW, 2, NOW),
        Interval("photos", 7, 5, NOW),
    ]


@given(histories)
def test_each_snapshot_holds_exactly_what_its_intervals_cover(log):
    found = list(intervals(log))

    for snapshot in log:
        covered = {
            (each.field, each.key)
            for each in found
            if each.since_version <= snapshot.version
            and (each.until_version is None or snapshot.version < each.until_version)
        }
        holds = {(name, key) for name, keys in snapshot.lists.items() for key in keys}
        assert covered == holds


@given(histories)
def test_intervals_carry_the_dates_of_their_snapshots(log):
    dates = {snapshot.version: snapshot.at for snapshot in log}

    for each in intervals(log):
        assert each.since == dates[each.since_version]
        assert each.until == (dates[each.until_version] if each.until_version else None)


@given(histories)
def test_what_is_stored_as_the_history_says_it_differs_in_nothing(log):
    found = list(intervals(log))
    told = Told(log[0].version, log[-1].version)

    assert compare(found, found, told=told, limit=NOW - 30 * DAY) == ([], [])


@given(histories, st.data())
def test_what_is_left_of_a_pruned_history_still_agrees_with_what_was_stored(log, data):
    stored = list(intervals(log))
    limit = NOW - 30 * DAY
    newest = data.draw(st.integers(1, 3))
    policy = replace(MONTH, keep_snapshots=newest)
    oldest = oldest_needed([(each.version, each.at) for each in log], limit=limit, newest=newest)
    left = [each for each in log if each.version >= oldest]
    told = Told(left[0].version, left[-1].version)
    needed = [each for each in intervals(left) if is_needed(each, policy, now=NOW, told=told)]

    assert compare(needed, stored, told=told, limit=limit) == ([], [])


@pytest.mark.parametrize(
    "until, needed",
    [
        (None, True),
        (NOW - 30 * DAY + INSTANT, True),
        (NOW - 30 * DAY, False),
    ],
)
def test_an_interval_is_needed_until_its_retention_has_run_out(until, needed):
    stay = ended(until, until_version=None if until is None else 2)

    assert is_needed(stay, MONTH, now=NOW, told=Told(1, 2)) is needed


@pytest.mark.parametrize("last, needed", [(3, True), (4, False)])
def test_the_last_snapshots_need_their_images_whatever_their_age(last, needed):
    policy = replace(MONTH, keep_snapshots=2)
    stay = ended(NOW - 400 * DAY, until_version=3)

    assert is_needed(stay, policy, now=NOW, told=Told(1, last)) is needed
    assert not is_needed(stay, policy, now=NOW, told=Told(1, last, exists=False))


def test_without_an_end_of_the_retention_everything_is_needed():
    assert is_needed(ended(NOW - 4000 * DAY), FOR_EVER, now=NOW, told=Told(1, 90, exists=False))


@pytest.mark.parametrize(
    "until, deleted, may",
    [
        (NOW - 31 * DAY, 2, True),
        (NOW - 31 * DAY, 1, False),
        (NOW - 29 * DAY, 2, False),
    ],
)
def test_only_what_ended_by_a_deletion_and_is_old_may_be_gone(until, deleted, may):
    told = Told(1, 3, deleted=deleted)

    assert may_be_gone(ended(until), MONTH, now=NOW, told=told) is may


@pytest.mark.parametrize(
    "change",
    [
        {"since_version": 2},
        {"since": NOW},
        {"until": NOW - 2 * DAY},
        {"until_version": 4},
        {"until": None, "until_version": None},
        {"key": 8},
        {"field": "plans"},
    ],
)
def test_whatever_is_wrong_with_a_stored_interval_is_missing_and_surplus(change):
    right = Interval("photos", 7, 1, NOW - 9 * DAY, 3, NOW - DAY)
    wrong = replace(right, **change)

    missing, surplus = compare([right], [wrong], told=Told(1, 5), limit=NOW - 30 * DAY)

    assert (missing, surplus) == ([right], [wrong])


def test_a_second_copy_of_a_stored_interval_is_surplus():
    stay = Interval("photos", 7, 1, NOW)

    assert compare([stay], [stay, stay], told=Told(1, 1), limit=NOW) == ([], [stay])


@pytest.mark.parametrize("until, surplus", [(NOW - 30 * DAY, 0), (NOW - 30 * DAY + INSTANT, 1)])
def test_what_only_waits_to_be_expired_is_not_surplus(until, surplus):
    found = compare([], [ended(until)], told=Told(1, 3), limit=NOW - 30 * DAY)

    assert len(found[1]) == surplus


@pytest.mark.parametrize("until_version, surplus", [(4, 0), (5, 1)])
def test_the_history_says_nothing_about_what_ended_before_it_begins(until_version, surplus):
    stay = ended(NOW, until_version=until_version)

    assert len(compare([], [stay], told=Told(4, 9), limit=NOW - DAY)[1]) == surplus


def test_a_beginning_that_was_pruned_away_is_believed_and_one_that_was_not_is_compared():
    expected = Interval("photos", 7, 4, NOW - DAY)
    earlier = replace(expected, since_version=2, since=NOW - 9 * DAY)
    same_number = replace(expected, since=NOW - 9 * DAY)

    assert compare([expected], [earlier], told=Told(4, 4), limit=NOW) == ([], [])
    assert compare([expected], [same_number], told=Told(4, 4), limit=NOW) != ([], [])
    assert compare([expected], [earlier], told=Told(3, 4), limit=NOW) != ([], [])


logs = st.lists(st.integers(0, 60), max_size=10).map(
    lambda ages: [(number, NOW - age * DAY) for number, age in enumerate(ages, start=1)]
)


@given(logs, st.integers(1, 4))
def test_no_snapshot_that_was_in_effect_after_the_limit_is_ever_past_use(log, newest):
    limit = NOW - 30 * DAY
    oldest = oldest_needed(log, limit=limit, newest=newest)

    for (version, at), (_, superseded) in pairwise(log):
        if at > limit or superseded > limit:
            assert version >= oldest


@given(logs, st.integers(1, 4))
def test_what_is_shown_for_the_limit_itself_is_never_past_use(log, newest):
    limit = NOW - 30 * DAY
    shown = max(((at, version) for version, at in log if at <= limit), default=None)

    if shown is not None:
        assert shown[1] >= oldest_needed(log, limit=limit, newest=newest)


@given(logs, st.integers(1, 4))
def test_the_newest_snapshots_are_never_past_use(log, newest):
    oldest = oldest_needed(log, limit=NOW + DAY, newest=newest)

    assert all(version >= oldest for version, _ in log[-newest:])


def test_a_snapshot_that_was_superseded_at_the_limit_is_past_use_and_a_moment_later_is_not():
    limit = NOW - 30 * DAY

    assert oldest_needed([(1, limit - DAY), (2, limit), (3, NOW)], limit=limit, newest=1) == 2
    assert (
        oldest_needed([(1, limit - DAY), (2, limit + INSTANT), (3, NOW)], limit=limit, newest=1)
        == 1
    )


def test_without_a_limit_nothing_is_past_use():
    assert oldest_needed([(1, NOW - 900 * DAY), (2, NOW)], limit=None, newest=1) == 1


def test_of_no_snapshot_none_is_past_use():
    assert oldest_needed([], limit=NOW, newest=1) == 0
