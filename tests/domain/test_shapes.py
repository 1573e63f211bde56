"""Shapes: what is one, and which pictures have it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.shapes import ends, has_aspect, is_aspect, narrower, told

SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))
RANGES = st.tuples(SIZES, SIZES).map(lambda pair: tuple(sorted(pair, key=lambda s: s[0] / s[1])))


@pytest.mark.parametrize("value", [(4, 3), [16, 9], ((3, 4), (16, 9)), ((1, 1), (1, 1))])
def test_one_shape_or_a_range_of_two_is_one(value):
    assert is_aspect(value)


@pytest.mark.parametrize(
    "value",
    [None, 1.5, "4:3", (4,), (4, 0), (4, -3), (4.0, 3), (True, 1), ((16, 9), (3, 4)), ((4, 3), 2)],
)
def test_anything_else_is_none(value):
    assert not is_aspect(value)


@pytest.mark.parametrize(
    "size,aspect,fits",
    [
        ((4000, 3000), (4, 3), True),
        ((4000, 2980), (4, 3), True),
        ((4000, 2960), (4, 3), False),
        ((3000, 4000), (4, 3), False),
        ((300, 400), ((3, 4), (16, 9)), True),
        ((1600, 900), ((3, 4), (16, 9)), True),
        ((1620, 900), ((3, 4), (16, 9)), False),
        ((290, 400), ((3, 4), (16, 9)), False),
    ],
)
def test_a_shape_may_differ_by_one_percent_at_either_end(size, aspect, fits):
    assert has_aspect(*size, aspect) is fits


@given(RANGES, RANGES, SIZES)
def test_what_both_accept_is_what_each_of_them_accepts(aspect, other, size):
    both = has_aspect(*size, aspect) and has_aspect(*size, other)
    assert has_aspect(*size, narrower(aspect, other)) is both


def test_people_read_it_with_a_colon():
    assert told((4, 3)) == ("4:3", "4:3")
    assert told(((3, 4), (16, 9))) == ("3:4", "16:9")
    assert ends((4, 3)) == ((4, 3), (4, 3))
