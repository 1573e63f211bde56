"""Operations of a form on the list it showed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.operations import Operations

BASE = [10, 20, 30, 40, 50]

lists = st.lists(st.integers(1, 30), unique=True, max_size=12)
operations = st.builds(
    Operations,
    places=st.dictionaries(st.integers(1, 30), st.none() | st.integers(-3, 40)),
    added=st.lists(st.integers(1, 40), unique=True, max_size=5).map(tuple),
    removed=st.frozensets(st.integers(1, 40), max_size=5),
)


@given(lists)
def test_no_operation_changes_nothing(base):
    assert Operations().apply(base) == base
    assert not Operations(places={each: at for at, each in enumerate(base, 1)}).changes(base)


@given(lists, operations)
def test_what_is_not_named_stays_and_nothing_comes_that_was_not_asked_for(base, operations):
    result = operations.apply(base)
    assert set(result) == {*base, *operations.added} - operations.removed
    assert len(result) == len(set(result))


@given(lists, operations)
def test_what_has_no_place_of_its_own_keeps_its_order(base, operations):
    unnamed = [each for each in base if operations.places.get(each) is None]
    result = operations.apply(base)
    assert [each for each in result if each in unnamed] == [
        each for each in unnamed if each not in operations.removed
    ]


@given(st.data(), lists)
def test_numbers_that_are_a_whole_new_order_give_exactly_that_order(data, base):
    wanted = data.draw(st.permutations(base))
    places = {each: at for at, each in enumerate(wanted, 1)}
    assert Operations(places=places).apply(base) == wanted


@pytest.mark.parametrize(
    "places, expected",
    [
        pytest.param({50: 1}, [50, 10, 20, 30, 40], id="the last before the first"),
        pytest.param({10: 5}, [20, 30, 40, 50, 10], id="the first after the last"),
        pytest.param({10: 3}, [20, 30, 10, 40, 50], id="down by two"),
        pytest.param({40: 2}, [10, 40, 20, 30, 50], id="up by two"),
        pytest.param({10: 2, 20: 1}, [20, 10, 30, 40, 50], id="two swapped"),
        pytest.param({30: 0}, [30, 10, 20, 40, 50], id="below the first place"),
        pytest.param({30: 999}, [10, 20, 40, 50, 30], id="past the end"),
        pytest.param({30: None}, BASE, id="no wish"),
        pytest.param({50: 1, 40: 1}, [40, 50, 10, 20, 30], id="two at one place keep their order"),
    ],
)
def test_an_image_goes_where_its_number_says(places, expected):
    assert Operations(places=places).apply(BASE) == expected


def test_an_addition_goes_to_its_place_or_to_the_end():
    added = Operations(places={60: 2, 70: None}, added=(70, 60))
    assert added.apply(BASE) == [10, 60, 20, 30, 40, 50, 70]


def test_what_is_added_and_there_already_stays_where_it_is():
    assert Operations(added=(20,)).apply(BASE) == BASE


def test_operations_without_moves_still_put_additions_in_their_place():
    asked = Operations({1: 3, 4: 1}, (4, 5), frozenset([2]))

    assert asked.without_moves().apply([1, 2, 3]) == [4, 1, 3, 5]
