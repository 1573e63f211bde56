"""What a gallery asks of its pictures holds in the dialog too: how small, and of which shape."""

import re

import pytest
from django.urls import reverse

from gallery_events.fields.acceptance import acceptance
from gallery_events.flows import upload
from gallery_events.widgets.presets import presets
from tests.browser.cropping import Cropping, drag, middle
from tests.browser.forms import AlbumForm
from tests.browser.people import somebody
from tests.factories import make_album
from tests.pictures import picture
from tests.project.models import Album

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"]),
]

PHOTOS = Album._meta.get_field("photos")
ASPECTS = ["16:9", ("Cover", "3:2"), ("Square", 1), ("Tower", "1:3")]


@pytest.fixture
def opened(visit, monkeypatch, sound):
    """Return a way to open the dialog for a picture in a gallery with such limits."""
    anna = somebody()
    # Brought before there were any.
    image = upload.receive(picture("a.png", size=(300, 200)), user=anna, field=PHOTOS)
    album = make_album([image.pk])

    def go(*, aspects=(), **limits):
        monkeypatch.setattr(PHOTOS, "acceptance", acceptance(**limits))
        widget = AlbumForm.base_fields["photos"].widget
        monkeypatch.setattr(widget, "aspects", presets(aspects))
        page = visit(anna)
        page.goto(reverse("edit-album", args=[album.pk]))
        gallery = Cropping(page).wait().open(image.pk)
        sound(page)
        return gallery

    return go


def shapes(gallery):
    return gallery.dialog.get_by_label("Shape").locator("option").all_inner_texts()


def test_a_box_is_never_smaller_than_the_gallery_takes(opened):
    gallery = opened(min_size=(120, 90))
    scale = gallery.scale()
    drag(gallery.page, middle(gallery.handle("bottom right")), (-290 * scale, -190 * scale))
    assert gallery.box == [0, 0, 120, 90]
    gallery.type(width=3, height=3)
    assert gallery.box[2:] == [120, 90]
    gallery.part.focus()
    gallery.page.keyboard.press("Shift+ArrowLeft")
    assert gallery.box[2:] == [120, 90]
    gallery.apply()


def test_a_picture_that_turned_would_be_too_small_cannot_be_applied_and_says_why(opened):
    gallery = opened(min_size=(250, 100))
    gallery.press("Turn left")

    assert gallery.button("Apply").is_disabled()
    assert gallery.fault.inner_text() == "At least 250 × 100 pixels are needed."  # noqa: RUF001
    gallery.press("Turn right")
    assert gallery.fault.inner_text() == ""


def test_without_limits_any_shape_goes_and_presets_are_offered(opened):
    gallery = opened(aspects=ASPECTS)
    assert shapes(gallery) == ["Free", "As the picture", "16:9", "Cover", "Square", "Tower"]
    found = {}
    for label in ("Square", "16:9", "Tower", "As the picture"):
        gallery.shape(label)
        found[label] = gallery.box

    assert found == {
        "Square": [50, 0, 200, 200],
        "16:9": [0, 16, 300, 169],
        "Tower": [117, 0, 67, 200],
        "As the picture": [0, 0, 300, 200],
    }


@pytest.mark.parametrize("handle", ["bottom right", "right", "top", "top left"])
def test_a_preset_holds_while_the_box_is_pulled(opened, handle):
    gallery = opened(aspects=ASPECTS)
    gallery.shape("Square")
    scale = gallery.scale()
    inwards = {"bottom right": (-70, -90), "right": (-80, 0), "top": (0, 80), "top left": (60, 80)}
    across, down = inwards[handle]
    drag(gallery.page, middle(gallery.handle(handle)), (across * scale, down * scale))
    width, height = gallery.box[2:]

    assert width == height
    assert width < 200


def test_a_preset_stays_when_the_picture_is_turned(opened):
    gallery = opened(aspects=ASPECTS)
    gallery.shape("Cover")
    gallery.press("Turn left")

    assert gallery.box in ([0, 83, 200, 133], [0, 84, 200, 133])


def test_a_gallery_with_a_range_of_shapes_offers_what_lies_in_it_and_holds_to_it(opened):
    gallery = opened(aspects=ASPECTS, aspect=((1, 1), (16, 9)))
    assert shapes(gallery) == ["Free", "As the picture", "16:9", "Cover", "Square"]
    scale = gallery.scale()
    drag(gallery.page, middle(gallery.handle("right")), (-250 * scale, 0))
    width, height = gallery.box[2:]
    assert width >= height
    gallery.apply()


def test_a_gallery_with_one_shape_begins_with_it_and_offers_no_other(opened):
    gallery = opened(aspects=ASPECTS, aspect=(1, 1))
    assert gallery.box == [50, 0, 200, 200]
    assert not gallery.dialog.get_by_label("Shape").is_visible()
    gallery.apply()


def test_what_the_server_refuses_all_the_same_is_said_in_its_words(opened, monkeypatch):
    gallery = opened()
    # The limits of the gallery were changed while the page was open.
    monkeypatch.setattr(PHOTOS, "acceptance", acceptance(min_size=(250, 200)))
    gallery.press("Turn left")
    gallery.press("Apply")
    gallery.fault.and_(gallery.page.locator(":not(:empty)")).wait_for()

    assert "it is too small" in gallery.fault.inner_text()
    assert re.search(r"At least 250 . 200 pixels are needed\.", gallery.fault.inner_text())
    assert gallery.button("Apply").is_enabled()
    gallery.page.faults.forgive(400)
