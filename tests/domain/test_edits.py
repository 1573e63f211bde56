"""Edits of pictures, against a reference that moves pixels one by one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.edits import (
    QUARTERS,
    Edit,
    WrongEdit,
    as_json,
    changes_nothing,
    compose,
    fitted,
    from_json,
    result_size,
    source_box,
)

TURNS = [Edit(rotate=turn, flip=flip) for turn in QUARTERS for flip in (False, True)]


def picture(size):
    """Return rows of pixels, no two alike."""
    width, height = size
    return [[(x, y) for x in range(width)] for y in range(height)]


def size_of(pixels):
    return len(pixels[0]), len(pixels)


def applied(edit, pixels):
    """Do to pixels what an edit says, in the order that it promises."""
    for _ in range(edit.rotate // 90):
        pixels = [list(row) for row in zip(*pixels[::-1], strict=True)]
    if edit.flip:
        pixels = [row[::-1] for row in pixels]
    if edit.crop is not None:
        left, top, width, height = edit.crop
        pixels = [row[left : left + width] for row in pixels[top : top + height]]
    return pixels


sizes = st.tuples(st.integers(1, 7), st.integers(1, 7))


@st.composite
def edits(draw, size):
    """Draw an edit that fits a picture of this size."""
    turn = draw(st.sampled_from(TURNS))
    width, height = size if turn.rotate in (0, 180) else size[::-1]
    crop = None
    if draw(st.booleans()):
        left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        across, down = draw(st.integers(1, width - left)), draw(st.integers(1, height - top))
        crop = (left, top, across, down)
    return Edit(crop, turn.rotate, turn.flip, draw(st.sampled_from([None, size])))


@st.composite
def chains(draw, length):
    """Draw a size, and edits of which each fits what those before it make of it."""
    size = at = draw(sizes)
    chain = []
    for _ in range(length):
        chain.append(draw(edits(at)))
        at = result_size(chain[-1], size=at)
    return size, chain


# What an edit does.


@given(chains(1))
def test_the_result_has_the_size_that_is_told(drawn):
    size, [edit] = drawn

    assert size_of(applied(edit, picture(size))) == result_size(edit, size=size)


@given(chains(1))
def test_the_box_in_the_source_is_what_is_seen(drawn):
    size, [edit] = drawn
    left, top, width, height = source_box(edit, size=size)
    seen = {pixel for row in applied(edit, picture(size)) for pixel in row}

    assert seen == {(x, y) for x in range(left, left + width) for y in range(top, top + height)}


def test_a_quarter_turn_is_clockwise():
    assert applied(Edit(rotate=90), [["a", "b"], ["c", "d"]]) == [["c", "a"], ["d", "b"]]
    assert source_box(Edit(crop=(0, 0, 1, 1), rotate=90), size=(2, 2)) == (0, 1, 1, 1)


# One edit in place of two.


@given(chains(2))
def test_composing_equals_applying_one_after_the_other(drawn):
    size, [first, second] = drawn
    pixels = picture(size)
    both = compose(first, second, size=size)

    assert applied(both, pixels) == applied(second, applied(first, pixels))
    assert both.size == size


@given(chains(3))
def test_it_does_not_matter_which_two_of_three_are_composed_first(drawn):
    size, [first, second, third] = drawn
    middle = result_size(first, size=size)

    assert compose(compose(first, second, size=size), third, size=size) == compose(
        first, compose(second, third, size=middle), size=size
    )


@given(chains(1))
def test_an_edit_that_does_nothing_changes_no_other_one(drawn):
    size, [edit] = drawn

    assert compose(Edit(), edit, size=size) == fitted(edit, size=size)
    assert compose(edit, Edit(), size=size) == fitted(edit, size=size)


@given(sizes, st.sampled_from([90, 270]))
def test_four_quarter_turns_are_none(size, turn):
    edit = Edit()
    for _ in range(4):
        edit = compose(edit, Edit(rotate=turn), size=size)

    assert changes_nothing(edit)


@given(sizes)
def test_two_flips_are_none(size):
    assert changes_nothing(compose(Edit(flip=True), Edit(flip=True), size=size))


@given(sizes, st.sampled_from(TURNS))
def test_each_turn_is_undone_by_one_of_the_eight(size, turn):
    undone = [each for each in TURNS if changes_nothing(compose(turn, each, size=size))]

    assert len(undone) == 1


@given(sizes)
def test_a_flip_turns_the_sense_of_a_rotation(size):
    flipped_first = compose(Edit(flip=True), Edit(rotate=90), size=size)

    assert flipped_first == Edit(rotate=270, flip=True, size=size)


# What fits.


@given(chains(1))
def test_a_crop_that_leaves_all_in_is_left_out(drawn):
    size, [edit] = drawn
    told = fitted(edit, size=size)

    assert (told.crop is None) == (result_size(edit, size=size) == size_of(
        applied(Edit(rotate=edit.rotate), picture(size))
    ))  # fmt: skip
    assert applied(told, picture(size)) == applied(edit, picture(size))


@pytest.mark.parametrize("crop", [(0, 0, 4, 3), (3, 2, 1, 1), (1, 0, 3, 3)])
def test_a_crop_may_reach_to_the_edge(crop):
    assert result_size(Edit(crop=crop), size=(4, 3)) == crop[2:]


@pytest.mark.parametrize("crop", [(0, 0, 5, 3), (0, 0, 4, 4), (4, 0, 1, 1), (1, 0, 4, 3)])
def test_a_crop_may_not_reach_over_the_edge(crop):
    with pytest.raises(WrongEdit, match="reaches out of the picture, which is 4x3") as refused:
        fitted(Edit(crop=crop), size=(4, 3))
    assert refused.value.code == "crop"


def test_a_crop_is_measured_on_the_turned_picture():
    assert result_size(Edit(crop=(0, 0, 3, 4), rotate=90), size=(4, 3)) == (3, 4)
    with pytest.raises(WrongEdit, match="3x4 pixels after turning"):
        result_size(Edit(crop=(0, 0, 4, 3), rotate=90), size=(4, 3))


def test_numbers_of_a_picture_of_another_size_are_refused():
    assert result_size(Edit(size=(4, 3)), size=(4, 3)) == (4, 3)
    with pytest.raises(WrongEdit, match="4x3 pixels, but the edit was made on one of 3x4") as found:
        result_size(Edit(size=(3, 4)), size=(4, 3))
    assert found.value.code == "size"


def test_the_second_edit_must_fit_what_the_first_makes():
    first = Edit(crop=(0, 0, 2, 2))

    assert compose(first, Edit(crop=(1, 1, 1, 1), size=(2, 2)), size=(4, 3)).crop == (1, 1, 1, 1)
    with pytest.raises(WrongEdit):
        compose(first, Edit(crop=(2, 0, 1, 1)), size=(4, 3))
    with pytest.raises(WrongEdit):
        compose(first, Edit(rotate=90, size=(4, 3)), size=(4, 3))


# What can be meant.


@pytest.mark.parametrize(
    "arguments",
    [
        {"rotate": True},
        {"rotate": 90.0},
        {"rotate": "90"},
        {"rotate": None},
        {"flip": 1},
        {"flip": None},
        {"crop": "0,0,1,1"},
        {"crop": (0, 0, 1)},
        {"crop": (0, 0, 1, 1, 1)},
        {"crop": (0, 0, 1.0, 1)},
        {"crop": (0, 0, True, 1)},
        {"crop": 7},
        {"size": (1.5, 1)},
        {"size": (1,)},
        {"size": 5},
    ],
    ids=str,
)
def test_what_is_of_the_wrong_type_is_refused_with_the_right_one(arguments):
    with pytest.raises(TypeError, match=r"cannot be meant: give"):
        Edit(**arguments)


@pytest.mark.parametrize(
    "arguments, code",
    [
        ({"rotate": 45}, "rotate"),
        ({"rotate": 360}, "rotate"),
        ({"rotate": -90}, "rotate"),
        ({"crop": (0, 0, 0, 1)}, "crop"),
        ({"crop": (0, 0, 1, 0)}, "crop"),
        ({"crop": (0, 0, -1, 1)}, "crop"),
        ({"crop": (-1, 0, 1, 1)}, "crop"),
        ({"crop": (0, -1, 1, 1)}, "crop"),
        ({"size": (0, 1)}, "size"),
        ({"size": (1, -1)}, "size"),
    ],
    ids=str,
)
def test_what_no_picture_can_be_cut_to_is_refused_with_its_code(arguments, code):
    with pytest.raises(WrongEdit) as refused:
        Edit(**arguments)
    assert refused.value.code == code


def test_the_smallest_crop_is_one_pixel():
    assert Edit(crop=[0, 0, 1, 1]).crop == (0, 0, 1, 1)


# As JSON.


@given(chains(1))
def test_an_edit_comes_back_from_json(drawn):
    _, [edit] = drawn

    assert from_json(json.loads(json.dumps(as_json(edit)))) == edit


def test_json_tells_what_is_done_and_nothing_else():
    assert as_json(Edit()) == {}
    told = as_json(Edit((1, 2, 3, 4), 90, flip=True, size=(9, 8)))
    assert told == {"rotate": 90, "flip": True, "crop": [1, 2, 3, 4], "size": [9, 8]}


@pytest.mark.parametrize("told", [None, [], "rotate", {"zoom": 2}, {"rotate": "90"}], ids=str)
def test_json_that_holds_no_edit_is_refused(told):
    with pytest.raises(WrongEdit) as refused:
        from_json(told)
    assert refused.value.code == "edit"
