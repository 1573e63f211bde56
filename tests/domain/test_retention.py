"""What a review decides, and where its boundaries lie, to the microsecond."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.retention import (
    NEVER,
    Facts,
    RetentionPolicy,
    Step,
    cutoff,
    end_of_grace,
    protects_latest,
    put_off,
    review,
    review_of_pinned,
    review_of_unpinned,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
WEEK = timedelta(days=7)
POLICY = RetentionPolicy()
moments = st.none() | st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(NOW.__add__)
facts = st.builds(
    Facts,
    referenced=st.booleans(),
    uses=st.lists(st.just("a foreign key"), max_size=2).map(tuple),
    unknown=st.sampled_from(["", "a source failed"]),
    pinned_until=moments,
    trashed_at=moments,
    reviews=st.integers(0, 200),
)
policies = st.builds(
    RetentionPolicy,
    retention=st.none() | st.timedeltas(timedelta(days=1), timedelta(days=4000)),
    trash=st.none() | st.timedeltas(timedelta(days=1), timedelta(days=4000)),
)


@given(facts, policies)
def test_an_image_in_use_is_neither_trashed_nor_purged(found, policy):
    needed = (
        found.referenced
        or found.uses
        or found.unknown
        or (found.pinned_until is not None and found.pinned_until > NOW)
    )
    step = review(found, policy, now=NOW).step
    if needed:
        assert step in {Step.CLEAR, Step.KEEP}
    else:
        assert step is not Step.CLEAR


@given(facts, policies)
def test_only_an_image_whose_whole_time_in_the_trash_is_over_is_purged(found, policy):
    if review(found, policy, now=NOW).step is Step.PURGE:
        assert found.trashed_at + policy.trash <= NOW


@given(facts, policies)
def test_only_a_reference_and_a_purge_end_the_reviews(found, policy):
    verdict = review(found, policy, now=NOW)

    assert (verdict.review_after is None) == (verdict.step in {Step.CLEAR, Step.PURGE})
    assert verdict.review_after is None or verdict.review_after > NOW


@pytest.mark.parametrize(
    "trashed_at, step",
    [
        (NOW - WEEK, Step.PURGE),
        (NOW - WEEK + TICK, Step.KEEP),
        (None, Step.TRASH),
    ],
)
def test_the_time_in_the_trash_ends_to_the_microsecond(trashed_at, step):
    assert review(Facts(referenced=False, trashed_at=trashed_at), POLICY, now=NOW).step is step


@pytest.mark.parametrize(
    "pinned_until, step",
    [
        (NOW + TICK, Step.KEEP),
        (NOW, Step.TRASH),
        (NOW - TICK, Step.TRASH),
    ],
)
def test_a_pin_ends_to_the_microsecond(pinned_until, step):
    found = Facts(referenced=False, pinned_until=pinned_until)

    assert review(found, POLICY, now=NOW).step is step


@pytest.mark.parametrize("now", [NOW, NOW.replace(tzinfo=None)], ids=["aware", "naive"])
def test_a_trash_that_is_never_emptied_keeps_for_ever(now):
    policy = RetentionPolicy(trash=None)
    trashed = review(Facts(referenced=False), policy, now=now)
    kept = review(Facts(referenced=False, trashed_at=now - 999 * WEEK), policy, now=now)
    never = NEVER.replace(tzinfo=now.tzinfo)

    assert (trashed.step, trashed.review_after) == (Step.TRASH, never)
    assert (kept.step, kept.review_after) == (Step.KEEP, never)
    assert end_of_grace(RetentionPolicy(upload_grace=None), now=now) == never


@pytest.mark.parametrize("reviews, days", [(0, 1), (1, 2), (4, 16), (5, 30), (6, 30), (10**6, 30)])
def test_a_kept_image_rests_longer_each_time(reviews, days):
    assert put_off(reviews) == timedelta(days=days)


def test_grace_and_retention_count_from_now():
    assert end_of_grace(POLICY, now=NOW) == NOW + timedelta(days=14)
    assert cutoff(POLICY, now=NOW) == NOW - timedelta(days=30)
    assert cutoff(RetentionPolicy(retention=None), now=NOW) is None


@pytest.mark.parametrize(
    "keep, until_version, protected",
    [
        (1, 10, False),
        (1, 11, True),
        (2, 10, True),
        (2, 9, False),
        (10, 2, True),
        (10, 1, False),
    ],
)
def test_the_newest_snapshots_of_ten_protect_what_they_hold(keep, until_version, protected):
    """An image that ended at version *until* was last held by the one before it."""
    policy = RetentionPolicy(keep_snapshots=keep)

    assert protects_latest(until_version, last_version=10, policy=policy) is protected


@given(st.none() | moments, moments, st.none() | moments, st.booleans())
def test_a_pinned_image_is_never_looked_at_before_its_pin_ends(planned, until, before, in_trash):
    until = until or NOW
    moment = review_of_pinned(planned, until=until, before=before, in_trash=in_trash)
    assert (moment is None) == (planned is None), "law 1 holds as it did"
    assert moment is None or moment >= until


@given(st.none() | moments, moments, moments)
def test_an_unpinned_image_never_waits_longer_for_it(planned, pinned, grace):
    moment = review_of_unpinned(planned, pinned=pinned or NOW, grace=grace or NOW)
    assert (moment is None) == (planned is None)
    assert moment is None or moment <= planned
