"""The widget by itself: what it reads of a request, and what it promises of itself."""

import pytest
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from gallery_events.widgets import GalleryWidget, Posted
from gallery_events.widgets.posted import number, posted
from tests import named
from tests.edges.sheets import files


def read(query, uploads=None, name="photos"):
    return GalleryWidget().value_from_datadict(QueryDict(query), uploads or {}, name)


def test_what_came_in_is_gathered_by_name():
    found = read(
        "photos-base=7&photos-order-1=2&photos-order-2=&photos-remove=3&photos-remove=4"
        "&photos-alt-1=A&photos-caption-1=B&photos-shown=s&photos-seen=8&photos-choice=mine"
        "&photos-page=2&photosx-remove=9&title=x"
    )

    assert found == Posted(
        "photos",
        base="7",
        orders={"1": "2", "2": ""},
        removed=["3", "4"],
        texts={"1": {"alt": "A", "caption": "B"}},
        shown="s",
        seen="8",
        choice="mine",
        page="2",
    )


def test_galleries_whose_names_begin_alike_are_told_apart():
    query = "photo-remove=1&photos-remove=2&photos-2-remove=3"

    assert read(query, name="photo").removed == ["1"]
    assert read(query).removed == ["2"]
    assert read(query, name="photos-2").removed == ["3"]


def test_keys_with_hyphens_are_whole():
    found = read("photos-order-4f1c-8a-order-x=1")

    assert found.orders == {"4f1c-8a-order-x": "1"}


@pytest.mark.parametrize(
    "query, uploads, empty",
    [
        ("", {}, True),
        ("title=x", {}, True),
        ("photos-page=2&photos-shown=x&photos-seen=1&photos-choice=mine", {}, True),
        ("photos-base=1", {}, False),
        ("photos-order-1=", {}, False),
        ("photos-remove=1", {}, False),
        ("photos-alt-1=", {}, False),
        ("photos=[]", {}, False),
        ("photos-upload=a.jpg", {}, False),
        ("photos-upload=", {}, True),
        ("", MultiValueDict({"photos-upload": files("a.jpg")}), False),
    ],
    ids=named,
)
def test_a_gallery_is_omitted_when_nothing_is_said_of_it(query, uploads, empty):
    widget = GalleryWidget()

    assert widget.value_omitted_from_data(QueryDict(query), uploads, "photos") == empty


def test_plain_dictionaries_are_read_as_well():
    found = posted({"photos-remove": [1, 2], "photos-order-1": 3, 5: "x"}, None, "photos")

    assert (found.removed, found.orders) == (["1", "2"], {"1": "3"})


def test_operations_count_and_a_whole_list_beside_them_does_not():
    assert read("photos=[1]&photos-remove=2").whole is None
    assert read("photos=[1]").whole == "[1]"
    assert read("photos=[1]&photos-base=2").whole == "[1]"


@pytest.mark.parametrize(
    "text, value", [("", None), ("  ", None), ("1", 1), (" 12 ", 12), ("٣", 3), ("-3", -3), ("007", 7),
                    ("999999999", 999_999_999)],
)  # fmt: skip
def test_what_people_type_as_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["x", "1.0", "1,5", "²", "-", "--1", "+1", "1e3", "1234567890"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="is no number"):
        number(text)


def test_the_widget_brings_its_style_sheet_along():
    assert "gallery_events/gallery.css" in str(GalleryWidget().media)
    assert finders.find("gallery_events/gallery.css")


def test_rendering_changes_nothing_in_the_widget():
    widget = GalleryWidget(attrs={"class": "wide"})
    before = {**vars(widget), "attrs": dict(widget.attrs)}
    widget.render("photos", None, {"required": True, "id": "x"})

    assert vars(widget) == before


def test_an_option_that_is_mistyped_is_refused():
    with pytest.raises(TypeError):
        GalleryWidget(mutliple=False)


@pytest.mark.parametrize(
    "options, left",
    [
        ({"upload": False}, ([], {"1": {"alt": "A"}})),
        ({"texts": False}, (["a.jpg", "b.jpg"], {})),
        ({"multiple": False}, (["a.jpg"], {"1": {"alt": "A"}})),
    ],
    ids=named,
)
def test_what_an_option_takes_away_is_not_taken_either(options, left):
    uploads = MultiValueDict({"photos-upload": files("a.jpg", "b.jpg")})
    widget = GalleryWidget(**options)
    found = widget.value_from_datadict(QueryDict("photos-alt-1=A"), uploads, "photos")

    assert ([each.name for each in found.uploads], found.texts) == left
