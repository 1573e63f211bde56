from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.bundles import Seen, bundles, is_in_order
from gallery_events.domain.intervals import Held, Interval, Told, compare, intervals, is_needed
from gallery_events.domain.retention import RetentionPolicy, cutoff

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = RetentionPolicy(retention=30 * DAY)

keys = st.frozensets(st.integers(1, 6), max_size=5)
logs = st.lists(st.tuples(keys, keys, st.sampled_from([False, False, False, True])), max_size=9)


def single(bundle):
    """Return the intervals that a bundle stands for."""
    stay, together = bundle
    return [
        Interval(stay.field, key, stay.since_version, stay.since, stay.until_version, stay.until)
        for key in together
    ]


@given(logs)
def test_bundles_are_the_intervals_and_no_two_of_them_share_a_stay(log):
    lists = [({"left": left, "right": right}, deletion) for left, right, deletion in log]
    seen = [Seen(at, NOW + at * DAY, gone, each) for at, (each, gone) in enumerate(lists, 1)]
    held = [Held(at, NOW + at * DAY, each, gone) for at, (each, gone) in enumerate(lists, 1)]
    found = list(bundles(seen))
    assert sorted(map(repr, (one for each in found for one in single(each)))) == sorted(
        map(repr, intervals(held))
    )
    assert len({stay for stay, _ in found}) == len(found)


def bundle(*together, since=1, until=None, began=None):
    began = NOW - (100 - since) * DAY if began is None else began
    ended = None if until is None else NOW - (100 - until) * DAY
    return Interval("photos", frozenset(together), since, began, until, ended)


some = st.lists(
    st.builds(
        lambda together, since, until: bundle(*together, since=since, until=until),
        st.frozensets(st.integers(1, 3), min_size=1),
        st.integers(1, 6),
        st.sampled_from([None, None, 4, 6, 80]),
    ),
    max_size=4,
)


@given(some, some, st.integers(1, 6), st.integers(1, 3), st.booleans())
def test_what_is_in_order_by_the_bundle_is_in_order_one_by_one(expected, found, first, keep, there):
    policy = RetentionPolicy(retention=30 * DAY, keep_snapshots=keep)
    told = Told(first, 80, exists=there)
    if is_in_order(expected, found, told=told, policy=policy, now=NOW):
        needed = [each for each in expected if is_needed(each, policy, now=NOW, told=told)]
        one_by_one = compare(
            [one for each in needed for one in _apart(each)],
            [one for each in found for one in _apart(each)],
            told=told,
            limit=cutoff(policy, now=NOW),
        )
        assert one_by_one == ([], [])


def _apart(each):
    rest = (each.since_version, each.since, each.until_version, each.until)
    return [Interval(each.field, key, *rest) for key in each.key]


@pytest.mark.parametrize(
    "found, in_order",
    [
        ([bundle(1, 2, since=5)], True),
        ([bundle(1, since=2), bundle(2, since=3)], True),
        ([bundle(1, since=2), bundle(2, since=5)], True),
        ([bundle(1, since=2)], False),
        ([bundle(1, since=2), bundle(1, 2, since=3)], False),
        ([bundle(1, since=2), bundle(2, since=5, began=NOW)], False),
        ([bundle(1, since=2), bundle(2, since=6)], False),
        ([bundle(1, 2, 3, since=2)], False),
    ],
)
def test_what_began_before_a_pruned_history_is_put_together(found, in_order):
    told = Told(first=5, last=9)
    expected = [bundle(1, 2, since=5)]
    assert is_in_order(expected, found, told=told, policy=MONTH, now=NOW) is in_order
