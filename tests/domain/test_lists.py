"""Lists of images: differences and merges."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.merge import merge_lists, merge_value
from gallery_events.domain.snapshots import (
    Delta,
    compare,
    diff,
    event_of,
    insert_in_place,
)

galleries = st.lists(st.integers(0, 12), unique=True, max_size=10)
START = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "before, after, added, removed, moved",
    [
        ("", "", "", "", ""),
        ("ab", "ab", "", "", ""),
        ("", "ab", "ab", "", ""),
        ("ab", "", "", "ab", ""),
        ("abcd", "bcda", "", "", "a"),
        ("abcd", "dabc", "", "", "d"),
        ("ab", "ba", "", "", "b"),
        ("abc", "axc", "x", "b", ""),
        ("abcde", "edxc", "x", "ab", "ed"),
    ],
)
def test_a_difference_is_the_smallest_that_explains(before, after, added, removed, moved):
    delta = diff(before, after)

    assert [key for _, key in delta.added] == list(added)
    assert [key for _, key in delta.removed] == list(removed)
    assert delta.counts == (len(added), len(removed), len(moved))


@given(galleries, galleries)
def test_replaying_a_difference_gives_the_later_list(before, after):
    assert diff(before, after).apply(before) == after


@given(galleries, galleries)
def test_only_equals_have_no_difference(before, after):
    assert bool(diff(before, after)) == (before != after)


@given(galleries, galleries)
def test_positions_are_those_of_the_lists_they_speak_of(before, after):
    delta = diff(before, after)

    assert all(after[at] == key for at, key in delta.added + delta.moved)
    assert all(before[at] == key for at, key in delta.removed)


@given(galleries, galleries)
def test_a_comparison_puts_each_image_in_one_place(before, after):
    found = compare({"photos": before}, {"photos": after}, fields={})
    parts = [getattr(found, part)["photos"] for part in ("added", "moved", "unchanged")]

    assert sorted(key for part in parts for key in part) == sorted(after)
    assert set(found.removed["photos"]) == set(before) - set(after)


@pytest.mark.parametrize(
    "counts, event",
    [
        ([(0, 0, 0)], "touched"),
        ([(1, 0, 0)], "images_added"),
        ([(0, 2, 0)], "images_removed"),
        ([(0, 0, 3)], "images_reordered"),
        ([(1, 1, 0)], "images_changed"),
        ([(1, 0, 0), (0, 1, 0)], "images_changed"),
        ([(1, 0, 0), (2, 0, 0)], "images_added"),
        ([], "touched"),
    ],
)
def test_an_event_names_the_one_kind_of_change(counts, event):
    assert event_of(Delta(counts=each) for each in counts) == event


@given(galleries, galleries)
def test_a_merge_with_no_change_of_theirs_is_mine(base, mine):
    assert merge_lists(base, mine=mine, theirs=base) == mine


@given(galleries, galleries)
def test_a_merge_with_no_change_of_mine_is_theirs(base, theirs):
    assert merge_lists(base, mine=base, theirs=theirs) == theirs


@given(galleries, galleries)
def test_a_merge_of_the_same_change_is_that_change(base, both):
    assert merge_lists(base, mine=both, theirs=both) == both


@given(galleries, galleries, galleries)
def test_a_merge_holds_what_either_added_and_nothing_that_either_removed(base, mine, theirs):
    merged = merge_lists(base, mine=mine, theirs=theirs)
    if merged is None:
        return
    kept = set(base) & set(mine) & set(theirs)

    assert len(merged) == len(set(merged))
    assert set(merged) == kept | (set(mine) - set(base)) | (set(theirs) - set(base))


@given(galleries, galleries, galleries)
def test_a_merge_is_the_same_for_both_sides_in_what_it_holds(base, mine, theirs):
    one = merge_lists(base, mine=mine, theirs=theirs)
    other = merge_lists(base, mine=theirs, theirs=mine)

    assert (one is None) == (other is None)
    assert set(one or ()) == set(other or ())


@given(galleries, galleries, galleries)
def test_only_two_different_orders_of_what_both_kept_conflict(base, mine, theirs):
    kept = set(base) & set(mine) & set(theirs)
    orders = {tuple(key for key in side if key in kept) for side in (base, mine, theirs)}

    assert (merge_lists(base, mine=mine, theirs=theirs) is None) == (len(orders) == 3)


@pytest.mark.parametrize(
    "limits, conflicts",
    [
        ({"max_images": 4}, False),
        ({"max_images": 3}, True),
        ({"min_images": 4}, False),
        ({"min_images": 5}, True),
    ],
)
def test_a_merge_that_breaks_a_limit_conflicts(limits, conflicts):
    merged = merge_lists([1, 2], mine=[1, 2, 3], theirs=[1, 2, 4], **limits)

    assert (merged is None) == conflicts


@pytest.mark.parametrize(
    "base, mine, theirs, decision",
    [
        (1, 1, 1, (True, False)),
        (1, 2, 1, (True, False)),
        (1, 1, 2, (True, True)),
        (1, 2, 2, (True, False)),
        (1, 2, 3, (False, False)),
    ],
)
def test_of_a_single_value_the_side_that_changed_it_wins(base, mine, theirs, decision):
    assert merge_value(base, mine=mine, theirs=theirs) == decision


@pytest.mark.parametrize(
    "ids, chosen, model, result",
    [
        ("", "abc", "abc", "abc"),
        ("", "ac", "abc", "ac"),
        ("ac", "b", "abc", "abc"),
        ("ca", "b", "abc", "cab"),
        ("xyz", "a", "abc", "axyz"),
        ("c", "ab", "abc", "abc"),
        ("abc", "", "cba", "abc"),
        ("a", "z", "ab", "a"),
    ],
)
def test_what_comes_back_follows_its_old_neighbour(ids, chosen, model, result):
    assert "".join(insert_in_place(ids, chosen=chosen, model=model)) == result


@given(galleries, galleries, galleries)
def test_what_is_there_keeps_its_order_when_something_comes_back(ids, chosen, model):
    result = insert_in_place(ids, chosen=chosen, model=model)

    assert [key for key in result if key in set(ids)] == ids
    assert set(result) == set(ids) | (set(chosen) & set(model))
    assert len(result) == len(set(result))
