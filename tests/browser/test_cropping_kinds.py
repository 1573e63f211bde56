"""Pictures of every kind in the dialog, also such as browsers do not show: their numbers are their own."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Pillow

from gallery_events.flows import edit, upload
from gallery_events.flows.edit import Edit
from tests.browser.cropping import Cropping
from tests.browser.people import somebody
from tests.factories import make_album
from tests.imaging.drawings import data_url, svg
from tests.imaging.made import CORNERS, alike, corners, quarters, saved
from tests.project.models import Album

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"]),
]

SIZE = (300, 200)
RED, GREEN, BLUE, YELLOW = CORNERS
#: More than any rendition is wide, so that what is shown has other pixels than the file.
LARGE = (3000, 2000)
EVERYTHING = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "HEIC", "SVG")


@pytest.fixture(autouse=True)
def all_formats(settings):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {"FORMATS": EVERYTHING}


@pytest.fixture
def anna():
    return somebody()


def film(name):
    """Return three frames in which a dot moves between the quarters."""
    frames = [quarters(SIZE) for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste((0, 0, 0), (145 + 5 * number, 95, 150 + 5 * number, 105))
    return saved(frames[0], name, save_all=True, append_images=frames[1:], duration=50)


def heic():
    heif = pytest.importorskip("pillow_heif")
    out = BytesIO()
    heif.from_pillow(quarters(SIZE)).save(out)
    return out.getvalue()


def drawing():
    pytest.importorskip("py_svg_hush")
    whole = data_url(saved(quarters(SIZE), "PNG"))
    return svg(f'<image href="{whole}" width="300" height="200"/>', root='width="300" height="200"')


FILES = {
    "photo.jpg": lambda: saved(quarters(SIZE), "JPEG", quality=95),
    "film.gif": lambda: film("GIF"),
    "film.webp": lambda: film("WEBP"),
    "film.avif": lambda: film("AVIF"),
    "scan.tif": lambda: saved(quarters(SIZE), "TIFF"),
    "old.bmp": lambda: saved(quarters(SIZE), "BMP"),
    "phone.heic": heic,
    "drawing.svg": drawing,
}


def opened(visit, anna, image, **options):
    page = visit(anna, **options)
    page.goto(reverse("edit-album", args=[make_album([image.pk]).pk]))
    return Cropping(page).wait().open(image.pk)


def received(name, content, anna):
    field = Album._meta.get_field("photos")
    return upload.receive(ContentFile(content, name), user=anna, field=field)


@pytest.mark.parametrize("name", FILES)
def test_a_picture_of_each_kind_is_seen_and_edited(visit, anna, sound, name):
    image = received(name, FILES[name](), anna)
    gallery = opened(visit, anna, image)
    assert gallery.box == [0, 0, *SIZE]
    seen = corners(gallery.preview())
    assert all(alike(*both) for both in zip(seen, CORNERS, strict=True)), seen
    sound(gallery.page)
    gallery.press("Turn right")
    gallery.type(height=150, top=150)
    assert gallery.fault.inner_text() == ""
    turned = corners(gallery.preview())
    gallery.apply()
    made = gallery.edited(image.pk)
    with made.file.open("rb") as file:
        result = Pillow.open(file)
        found = corners(result)

    assert (made.width, made.height, made.frames) == (200, 150, image.frames)
    assert [alike(RED, each) for each in turned] == [False] * 4
    assert all(alike(*both, by=60) for both in zip(turned, found, strict=True)), (turned, found)


def test_the_numbers_are_pixels_of_the_file_however_small_it_is_shown(visit, anna):
    image = received("large.tif", saved(quarters(LARGE), "TIFF"), anna)
    gallery = opened(visit, anna, image)
    shown = gallery.page.evaluate("document.querySelector('.gallery-cropping-image').naturalWidth")
    gallery.type(left=1400, top=900, width=1234, height=567)
    gallery.apply()
    made = gallery.edited(image.pk)

    assert shown < LARGE[0]
    assert made.edit["crop"] == [1400, 900, 1234, 567]
    assert (made.width, made.height) == (1234, 567)


def test_a_film_moves_in_the_dialog_but_not_for_who_wants_less_motion(visit, anna):
    image = received("film.gif", film("GIF"), anna)
    for motion, is_whole in (("no-preference", True), ("reduce", False)):
        gallery = opened(visit, anna, image, reduced_motion=motion)
        shown = gallery.page.evaluate("document.querySelector('.gallery-cropping-image').src")
        assert shown.endswith(image.file.url) is is_whole, motion


def test_a_film_that_was_edited_is_edited_again_from_the_first(visit, anna):
    image = received("film.gif", film("GIF"), anna)
    first = edit.derive(image, Edit(crop=(10, 10, 100, 100)), user=anna)
    gallery = opened(visit, anna, first)
    assert gallery.box == [10, 10, 100, 100]
    gallery.press("Whole picture")
    gallery.press("Flip vertically")
    gallery.apply()
    made = gallery.edited(first.pk)

    assert (made.original_id, made.frames) == (image.pk, 3)
    assert (made.width, made.height) == SIZE


def test_an_image_with_a_key_of_another_kind_is_edited(visit, anna):
    from tests.project.models import Photo, Poster

    field = Poster._meta.get_field("photos")
    image = upload.receive(
        ContentFile(saved(quarters(SIZE), "PNG"), "a.png"), user=anna, field=field
    )
    poster = Poster.objects.create(title="P", photos=[image.pk])
    page = visit(anna)
    page.goto(reverse("edit-poster", args=[poster.pk]))
    gallery = Cropping(page).wait().open(image.pk)
    gallery.press("Turn left")
    gallery.apply()

    assert Photo.objects.get(pk=gallery.keys()[0]).original_id == image.pk
