from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.bond import Bond, Half, digest, judge

identities = st.sampled_from(["one", "two"])
places = st.sampled_from(["here", "there"])
halves = st.none() | st.builds(Half, identities, places, st.integers(0, 3))


@given(row=halves, marker=halves)
def test_only_two_halves_of_one_bond_made_here_are_whole(row, marker):
    if judge(row, marker, here="here") is Bond.WHOLE:
        assert (row.identity, row.place, marker.place) == (marker.identity, "here", "here")
        assert marker.epoch in (row.epoch, row.epoch - 1)


@given(row=halves, marker=halves)
def test_nothing_is_new_where_anything_is_known(row, marker):
    if judge(row, marker, here="here") is Bond.NEW:
        assert (row is None and marker is None) or (row.epoch, row.place) == (0, "here")
        assert marker is None or (marker.identity, marker.place) == (row.identity, "here")


def test_a_database_that_has_seen_less_is_older():
    row, marker = Half("one", "here", 2), Half("one", "here", 3)

    assert judge(row, marker, here="here") is Bond.OLDER_DATABASE
    assert judge(row, marker, here="there") is Bond.COPIED


def test_a_run_that_died_between_both_halves_is_forgiven_and_no_more():
    assert judge(Half("one", "here", 4), Half("one", "here", 3), here="here") is Bond.WHOLE
    assert judge(Half("one", "here", 5), Half("one", "here", 3), here="here") is Bond.OLDER_STORAGE


def test_the_digest_says_nothing_of_the_place_and_differs_with_it():
    found = digest("one", "postgresql", "db.internal:5432", "club")

    assert "internal" not in found
    assert found != digest("one", "postgresql", "db.internal:5432", "club2")
    assert found != digest("two", "postgresql", "db.internal:5432", "club")
    assert digest("one", "a", "bc") != digest("one", "ab", "c")
