"""What went wrong when pictures were cropped: B8, B31, B32 and B38 of the predecessor's defects."""

import json

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Pillow

from gallery_events.flows import upload
from tests.browser.clicks import press
from tests.browser.cropping import Cropping
from tests.browser.galleryform import GalleryForm, file
from tests.browser.people import somebody, uploaded
from tests.factories import again, make_album
from tests.imaging.made import CORNERS, alike, corners, quarters, saved
from tests.project.models import Album

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"]),
]

SIZE = (300, 200)
RED, GREEN, BLUE, YELLOW = CORNERS
#: The EXIF tag of the orientation, and how a picture lies in the file that says so.
ORIENTATION = 0x0112
LYING = {
    1: None,
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}
#: Answers of the server and of what stands before it, and what is said then.
TROUBLES = {
    "a refusal": (400, "application/json", "This cannot be done: choose another part."),
    "no session": (401, "text/html", "You are not logged in. Log in, then repeat the edit."),
    "a stale page": (403, "text/html", "Load the page again, then repeat the edit."),
    "an image that is gone": (404, "text/html", "There is no such image any more."),
    "too much": (413, "text/html", "tell whoever looks after it"),
    "too often": (429, "text/html", "Wait a moment, then try again."),
    "a crash": (500, "text/html", "Try again later."),
    "a crash that is told": (500, "application/json", "This cannot be done"),
    "a proxy without a server": (502, "text/html", "Try again later."),
}


@pytest.fixture
def anna():
    user = somebody()
    user.set_password("secret")
    user.save()
    return user


@pytest.fixture
def images(anna):
    return uploaded(anna, "one.png", "two.png")


@pytest.fixture
def gallery(visit, anna, images):
    page = visit(anna)
    page.goto(reverse("edit-album", args=[make_album([each.pk for each in images]).pk]))
    return Cropping(page).wait()


def received(anna, name, content):
    field = Album._meta.get_field("photos")
    return upload.receive(ContentFile(content, name), user=anna, field=field)


def pixels(image):
    with image.file.open("rb") as stored:
        return corners(Pillow.open(stored))


def same(found, wanted):
    return all(alike(*both, by=60) for both in zip(found, wanted, strict=True))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_b8_a_crop_that_failed_says_why_and_the_buttons_are_back(gallery, images, trouble, sound):
    status, kind, said = TROUBLES[trouble]
    told = json.dumps({"code": "x", "message": said}) if kind.endswith("json") else "<h1>No</h1>"
    gallery.page.route(
        "**/gallery/edit/**",
        lambda route: route.fulfill(status=status, body=told, content_type=kind),
    )
    gallery.open(images[0].pk).press("Turn left")
    gallery.press("Apply")
    gallery.fault.get_by_text(said).wait_for()
    # A page whose token is old is asked for another one first.
    assert gallery.page.faults.forgive(status) == (2 if status == 403 else 1)
    for name in ("Apply", "Turn left", "Reset", "Whole picture"):
        assert gallery.button(name).is_enabled(), name
    assert gallery.button("Apply").evaluate("each => each === document.activeElement")
    assert gallery.keys() == [str(each.pk) for each in images]
    sound(gallery.page)
    gallery.page.unroute("**/gallery/edit/**")
    gallery.apply()

    assert gallery.edited(images[0].pk).edit["rotate"] == 270


def test_b8_a_crop_that_no_server_answered_can_be_sent_again(gallery, images):
    gallery.open(images[0].pk).press("Turn left")
    gallery.page.route("**/gallery/edit/**", lambda route: route.abort())
    gallery.press("Apply")
    gallery.fault.get_by_text("The server cannot be reached, and nothing was changed.").wait_for()
    gallery.page.unroute("**/gallery/edit/**")
    gallery.apply()
    gallery.page.faults.clear()

    assert gallery.edited(images[0].pk)


def test_b8_a_picture_that_did_not_come_is_asked_for_again(gallery, images, sound):
    pattern = "**/gallery/image/**"
    gallery.page.route(pattern, lambda route: route.fulfill(status=500, body="No"))
    gallery.pencil(images[0].pk).click()
    gallery.fault.get_by_text("Try again later.").wait_for()
    assert gallery.page.faults.forgive(500) == 1
    sound(gallery.page)
    gallery.page.unroute(pattern)
    gallery.press("Try again")
    gallery.ready().press("Turn left")
    gallery.apply()

    assert gallery.edited(images[0].pk)


def test_b8_whoever_has_to_log_in_again_goes_on_where_they_were(gallery, images):
    page = gallery.page
    gallery.open(images[0].pk).press("Turn left")
    page.context.clear_cookies(name="sessionid")
    gallery.press("Apply")
    gallery.fault.get_by_text("You are not logged in. Log in, then repeat the edit.").wait_for()
    assert page.faults.forgive(401) == 1
    other = page.context.new_page()
    other.goto(f"{reverse('login')}?next={reverse('loose')}")
    other.get_by_label("Username").fill("anna")
    other.get_by_label("Password").fill("secret")
    press(other, "Save")
    gallery.apply()
    # The token that the page had is refused, and another one asked for.
    assert page.faults.forgive(403) == 1

    assert gallery.edited(images[0].pk).edit["rotate"] == 270


def test_b8_a_picture_that_cannot_be_shown_is_cut_by_numbers(gallery, images):
    for pattern in ("**/original.png", "**/media/**"):
        gallery.page.route(pattern, lambda route: route.abort())
    gallery.pencil(images[0].pk).click()
    gallery.fault.get_by_text("The picture cannot be shown here.").wait_for()
    gallery.type(left=10, top=20, width=100, height=50)
    for pattern in ("**/original.png", "**/media/**"):
        gallery.page.unroute(pattern)
    gallery.apply()
    gallery.page.faults.clear()

    assert gallery.edited(images[0].pk).edit["crop"] == [10, 20, 100, 50]


@pytest.mark.parametrize("missing", ["**/dist/cropping.js*", "**/cropping.css*"])
def test_b8_a_dialog_that_did_not_come_is_explained_and_comes_the_next_time(
    gallery, images, missing, sound
):
    gallery.page.route(missing, lambda route: route.abort())
    gallery.pencil(images[0].pk).click()
    told = gallery.element.get_by_role("alert")
    told.get_by_text("a part of this page did not come").wait_for()
    assert gallery.dialog.count() == 0
    sound(gallery.page)
    gallery.page.unroute(missing)
    gallery.open(images[0].pk)
    gallery.page.faults.clear()

    assert told.count() == 0


def test_b8_while_it_is_working_nothing_can_be_pressed_twice(gallery, images):
    held = []

    def hold(route):
        held.append(route)

    gallery.page.route("**/gallery/edit/**", hold)
    gallery.open(images[0].pk).press("Turn left")
    gallery.press("Apply")
    gallery.button("Working …").wait_for()
    for name in ("Working …", "Turn left", "Reset", "Whole picture"):
        assert gallery.button(name).is_disabled(), name
    assert gallery.button("Cancel").is_enabled()
    gallery.part.press("ArrowRight")
    assert gallery.box == [0, 0, 200, 300]
    (route,) = held
    route.continue_()
    gallery.dialog.wait_for(state="detached")

    assert len(held) == 1
    assert gallery.edited(images[0].pk).edit["rotate"] == 270


def test_b31_a_flip_is_made(visit, anna):
    for name, wanted in (
        ("Flip horizontally", [GREEN, RED, YELLOW, BLUE]),
        ("Flip vertically", [BLUE, YELLOW, RED, GREEN]),
    ):
        image = received(anna, "corners.png", saved(quarters(SIZE), "PNG"))
        page = visit(anna)
        page.goto(reverse("edit-album", args=[make_album([image.pk]).pk]))
        gallery = Cropping(page).wait().open(image.pk)
        gallery.press(name)
        gallery.apply()

        assert same(pixels(gallery.edited(image.pk)), wanted), name


@pytest.mark.parametrize("orientation", LYING)
def test_b32_a_photograph_of_a_phone_is_cut_where_it_was_seen(visit, anna, orientation):
    upright = quarters(SIZE)
    lying = upright if orientation == 1 else upright.transpose(LYING[orientation])
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation
    image = received(anna, "phone.jpg", saved(lying, "JPEG", quality=95, exif=exif))
    page = visit(anna)
    page.goto(reverse("edit-album", args=[make_album([image.pk]).pk]))
    gallery = Cropping(page).wait().open(image.pk)
    assert gallery.bounds() == SIZE
    # The upper right quarter of what is seen.
    gallery.type(left=160, top=0, width=130, height=90)
    seen = corners(gallery.preview())
    gallery.apply()

    assert same(seen, [GREEN] * 4)
    assert same(pixels(gallery.edited(image.pk)), [GREEN] * 4)


def test_b38_of_two_files_of_one_name_the_one_that_was_meant_is_cropped(visit, anna):
    album = make_album()
    page = visit(anna)
    page.add_init_script(
        """window.made = new Set();
        const { createObjectURL, revokeObjectURL } = URL;
        URL.createObjectURL = (what) => {
          const url = createObjectURL.call(URL, what);
          window.made.add(url);
          return url;
        };
        URL.revokeObjectURL = (url) => {
          window.made.delete(url);
          revokeObjectURL.call(URL, url);
        };"""
    )
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait()
    for at in (1, 2):
        GalleryForm(page).input("upload").set_input_files([file("photo.png")])
        assert gallery.holds(at)
    first, second = gallery.keys()
    gallery.open(first).press("Turn left")
    gallery.apply()
    made = gallery.edited(first)
    assert gallery.keys() == [str(made.pk), second]
    assert page.evaluate("[...window.made]") == [], "addresses of files that are kept for ever"
    GalleryForm(page).save()

    assert again(album).photos == [made.pk, int(second)]
    assert made.original_id == int(first)
