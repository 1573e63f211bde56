"""An SVG from the upload to the page: shown by what is drawn of it, sent so that nothing runs."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image as PictureFile

from gallery_events import conf
from gallery_events.domain.edits import Edit
from gallery_events.exceptions import UploadRefused
from gallery_events.flows import edit, renditions, upload
from gallery_events.models.images import Treatment
from tests.imaging.drawings import svg

pytestmark = pytest.mark.django_db

FORMATS = ["PNG", "SVG"]
HOSTILE = svg(
    "<script>alert(1)</script><title>secret</title><rect width='40' height='30' fill='red'/>",
    root='width="40" height="30" onload="alert(1)"',
)


@pytest.fixture
def drawing(settings, ann):
    """Return an SVG that is stored; it came with a script."""
    settings.GALLERY_EVENTS = {"SERVE": "view", "FORMATS": FORMATS}
    return upload.receive(ContentFile(HOSTILE, "Plan.svg"), user=ann)


def test_what_is_stored_is_the_drawing_alone(drawing):
    with drawing.file.open() as file:
        text = file.read().decode()

    assert "alert" not in text
    assert "secret" not in text
    assert "<rect" in text
    assert drawing.file.name.endswith("/original.svg")
    assert (drawing.width, drawing.height, drawing.frames) == (40, 30, 1)
    assert drawing.content_type == "image/svg+xml"
    assert drawing.treatment == Treatment.ENCODED
    assert drawing.size == len(text)
    assert drawing.sha256 != drawing.upload_sha256
    assert drawing.placeholder


def test_an_svg_is_refused_unless_it_is_named(ann):
    assert "SVG" not in conf.current().FORMATS
    with pytest.raises(UploadRefused) as caught:
        upload.receive(ContentFile(HOSTILE, "Plan.svg"), user=ann)
    assert caught.value.code == "format"


def test_nothing_of_it_may_run_where_it_is_opened(anns, drawing):
    response = anns.get(drawing.file.url)
    headers = response.headers
    response.getvalue()

    assert headers["Content-Type"] == "image/svg+xml"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert headers["Content-Disposition"] == 'attachment; filename="Plan.svg"'
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_part_of_it_may_run_nothing_either(anns, drawing):
    response = anns.get(drawing.file.url, headers={"Range": "bytes=0-9"})
    response.getvalue()

    assert response.status_code == 206
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("serve", ["view", "storage"])
def test_pages_show_what_is_drawn_of_it_and_never_the_file(drawing, settings, serve):
    settings.GALLERY_EVENTS = {"SERVE": serve, "FORMATS": FORMATS}
    offered = [drawing.shown_url(), *(each.url for each in drawing.offered())]

    assert offered
    assert drawing.file.url not in offered
    assert not any(".svg" in each for each in offered)
    assert all(each.content_type != "image/svg+xml" for each in drawing.offered())


def test_the_thumbnail_is_the_drawing(anns, drawing):

    made = anns.get(drawing.rendition_url()).getvalue()

    red, green, blue = PictureFile.open(BytesIO(made)).convert("RGB").getpixel((20, 15))
    assert red > 240
    assert max(green, blue) < 15


@pytest.mark.parametrize("serve", ["view", "storage"])
def test_the_admin_opens_the_file_only_where_nothing_of_it_may_run(
    admin_client, drawing, settings, serve
):
    settings.GALLERY_EVENTS = {"SERVE": serve, "FORMATS": FORMATS}
    page = admin_client.get(f"/admin/gallery_events/image/{drawing.pk}/change/").content.decode()

    assert (f'href="{drawing.file.url}"' in page) == (serve == "view")


def test_an_svg_that_is_refused_says_why(anns, settings):
    settings.GALLERY_EVENTS = {"FORMATS": FORMATS}
    with pytest.raises(UploadRefused, match="document type") as caught:
        upload.receive(ContentFile(svg(head="<!DOCTYPE svg>"), "Plan.svg"))
    assert caught.value.code == "dtd"


def test_the_upload_makes_the_fallback_that_pages_show(drawing):
    assert drawing.renditions["fallback"]["width"] == 40
    assert drawing.shown_url() == drawing.rendition_url("fallback")


def test_an_edit_makes_a_picture_of_it(drawing, ann):
    made = edit.derive(drawing, Edit(crop=(0, 0, 20, 30), rotate=90, size=(40, 30)), user=ann)

    assert made.original == drawing
    assert made.content_type in ("image/png", "image/webp", "image/jpeg")
    assert 1 < made.width < 40


def test_all_its_renditions_are_made_of_what_is_drawn(drawing, settings):
    settings.GALLERY_EVENTS |= {"RENDITIONS": {"WIDTHS": [10, 20], "ENGINE": "vips"}}
    renditions.make(drawing)
    drawing.refresh_from_db()

    assert {"w10", "w20", "fallback", "thumbnail"} <= set(drawing.made())
    with drawing.file.storage.open(drawing.renditions["w20"]["name"]) as file:
        small = PictureFile.open(file).convert("RGB")
    assert small.size == (20, 15)
    assert small.getpixel((10, 7))[0] > 240
