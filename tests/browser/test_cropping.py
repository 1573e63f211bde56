"""A picture of a gallery is cut, turned and mirrored in a dialog: by mouse, finger, keys and numbers."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageChops, ImageStat

from gallery_events.domain.edits import Edit, from_json
from gallery_events.flows import edit, upload
from gallery_events.models import Image
from tests.browser.conftest import PHONE
from tests.browser.cropping import Cropping, drag, finger, middle, tap
from tests.browser.galleryform import GalleryForm
from tests.browser.people import somebody, uploaded
from tests.factories import again, make_album
from tests.imaging.made import quarters, saved
from tests.project.models import Album

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"]),
]


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def images(anna):
    return uploaded(anna, "one.png", "two.png")


@pytest.fixture
def album(images):
    return make_album([image.pk for image in images])


@pytest.fixture
def opened(visit, anna, album, images):
    """Return a way to open the dialog for the first image."""

    def go(**options):
        page = visit(anna, **options)
        page.goto(reverse("edit-album", args=[album.pk]))
        return Cropping(page).wait().open(images[0].pk)

    return go


@pytest.fixture
def gallery(opened):
    return opened()


def test_it_shows_all_of_the_picture_and_nothing_to_apply(gallery, sound):
    assert gallery.box == [0, 0, 300, 200]
    assert gallery.button("Apply").is_disabled()
    assert gallery.button("Reset").is_disabled()
    assert gallery.button("Back to the original").count() == 0
    assert gallery.dialog.get_attribute("aria-labelledby")
    sound(gallery.page)


def test_a_corner_is_pulled_by_the_mouse_and_the_box_moved(gallery, images):
    scale = gallery.scale()
    drag(gallery.page, middle(gallery.handle("bottom right")), (-100 * scale, -80 * scale))
    assert gallery.box == [0, 0, 200, 120]
    drag(gallery.page, middle(gallery.part), (60 * scale, 30 * scale))
    assert gallery.box == [60, 30, 200, 120]
    gallery.apply()
    made = gallery.edited(images[0].pk)

    assert (made.original_id, made.edit["crop"]) == (images[0].pk, [60, 30, 200, 120])


def test_each_edge_and_corner_pulls_its_own_sides_only(gallery):
    scale = gallery.scale()
    found = {}
    for name in ("left", "top", "right", "bottom", "top left", "top right", "bottom left"):
        gallery.type(left=50, top=50, width=200, height=100)
        drag(gallery.page, middle(gallery.handle(name)), (20 * scale, 10 * scale))
        found[name] = gallery.box

    assert found == {
        "left": [70, 50, 180, 100],
        "top": [50, 60, 200, 90],
        "right": [50, 50, 220, 100],
        "bottom": [50, 50, 200, 110],
        "top left": [70, 60, 180, 90],
        "top right": [50, 60, 220, 90],
        "bottom left": [70, 50, 180, 110],
    }


def test_a_box_is_drawn_anew_beside_the_old_one_and_never_leaves_the_picture(gallery):
    gallery.type(left=200, top=100, width=90, height=90)
    scale = gallery.scale()
    corner = gallery.dialog.locator(".gallery-cropping-picture").bounding_box()
    drag(
        gallery.page,
        (corner["x"] + 30 * scale, corner["y"] + 20 * scale),
        (100 * scale, 70 * scale),
    )
    assert gallery.box == [30, 20, 100, 70]
    drag(gallery.page, middle(gallery.part), (-1000, 2000))

    assert gallery.box == [0, 130, 100, 70]


def test_a_click_beside_the_box_leaves_it_as_it_is(gallery):
    gallery.type(left=200, top=100, width=90, height=90)
    corner = gallery.dialog.locator(".gallery-cropping-picture").bounding_box()
    gallery.page.mouse.click(corner["x"] + 20, corner["y"] + 20)

    assert gallery.box == [200, 100, 90, 90]


def test_it_is_done_by_a_finger(opened, images, sound):
    gallery = opened(size=PHONE, has_touch=True, is_mobile=True)
    sound(gallery.page)
    scale = gallery.scale()
    with finger(gallery.page) as swipe:
        swipe(middle(gallery.handle("bottom right")), (-100 * scale, -80 * scale))
        assert gallery.box == [0, 0, 200, 120]
        swipe(middle(gallery.part), (50 * scale, 40 * scale))
        assert gallery.box == [50, 40, 200, 120]
    tap(gallery.button("Turn right"), lambda: gallery.bounds() == (200, 300))
    tap(gallery.button("Apply"), lambda: gallery.dialog.count() == 0)
    made = gallery.edited(images[0].pk)

    assert (made.edit["rotate"], made.width, made.height) == (90, 120, 200)


def test_all_is_done_by_keys_alone(visit, anna, album, images):
    page = visit(anna)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait()
    gallery.element.locator(f'li[data-key="{images[0].pk}"] .gallery-select').focus()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.do") == "edit":
            break
    page.keyboard.press("Enter")
    gallery.ready()
    # The box has the focus: with Shift its bottom right corner goes, without it the box.
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    step = 300 // 50
    assert gallery.box == [0, 0, 300 - step, 200 - step]
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Control+ArrowDown")
    assert gallery.box == [1, 1, 300 - step, 200 - step]
    # Handles come one after the other: the first is the top left corner.
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert gallery.box == [1 + step, 1, 300 - 2 * step, 200 - step]
    while not page.evaluate("document.activeElement.matches('[data-turn=mirror]')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    while not page.evaluate("document.activeElement.matches('.gallery-cropping-apply')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    gallery.dialog.wait_for(state="detached")
    made = gallery.edited(images[0].pk)

    assert made.edit["flip"] is True
    assert made.edit["crop"][2:] == [300 - 2 * step, 200 - step]


def test_what_the_box_is_is_told_to_who_cannot_see_it(gallery):
    gallery.type(left=10, top=20, width=100, height=50)
    status = gallery.dialog.get_by_role("status")

    assert status.inner_text() == "100 × 50 pixels, 10 from the left and 20 from the top"  # noqa: RUF001


def test_numbers_are_typed_and_what_is_too_much_is_cut(gallery):
    gallery.type(width=100, height=50)
    gallery.type(left=999, top=-5)
    assert gallery.box == [200, 0, 100, 50]
    gallery.type(width=0)

    assert gallery.box[2] == 1


@pytest.mark.parametrize(
    "presses, made",
    [
        (["Turn right"], (90, False)),
        (["Turn left"], (270, False)),
        (["Turn left", "Turn left"], (180, False)),
        (["Flip horizontally"], (0, True)),
        (["Flip vertically"], (180, True)),
        (["Flip horizontally", "Turn left"], (90, True)),
    ],
    ids=str,
)
def test_what_is_seen_is_what_is_made(visit, anna, presses, made):
    # Each corner has its colour: no turn of it looks like another.
    whole = ContentFile(saved(quarters((300, 200)), "PNG"), "corners.png")
    image = upload.receive(whole, user=anna, field=Album._meta.get_field("photos"))
    page = visit(anna)
    page.goto(reverse("edit-album", args=[make_album([image.pk]).pk]))
    gallery = Cropping(page).wait().open(image.pk)
    for each in presses:
        gallery.press(each)
    gallery.type(left=20, top=30, width=120, height=100)
    seen = gallery.preview()
    gallery.apply()
    found = gallery.edited(image.pk)
    with found.file.open("rb") as file:
        cut = Pillow.open(file).convert("RGB").resize(seen.size)

    done = from_json(found.edit)
    assert (done.rotate, done.flip) == made
    assert (found.width, found.height) == (120, 100)
    assert _apart(seen, cut) < 12


def _apart(one, other):
    """Return how far two pictures are apart on the average, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_reset_and_the_whole_picture_take_back_what_was_done(gallery):
    gallery.type(left=20, top=30, width=120, height=100)
    gallery.press("Turn left")
    gallery.press("Whole picture")
    assert gallery.box == [0, 0, 200, 300]
    gallery.press("Reset")

    assert gallery.box == [0, 0, 300, 200]
    assert gallery.button("Apply").is_disabled()


# Leaving.


def test_escape_leaves_at_once_when_nothing_was_done_and_the_focus_is_back(gallery, images):
    gallery.page.keyboard.press("Escape")
    gallery.dialog.wait_for(state="detached")

    assert gallery.keys() == [str(each.pk) for each in images]
    assert gallery.pencil(images[0].pk).evaluate("each => each === document.activeElement")
    assert Image.objects.count() == 2


def test_whoever_would_lose_something_is_asked(gallery, images, sound):
    gallery.press("Turn left")
    gallery.page.keyboard.press("Escape")
    question = gallery.dialog.get_by_text("Discard what you changed here?")
    assert question.is_visible()
    sound(gallery.page)
    gallery.press("Keep editing")
    assert not question.is_visible()
    gallery.press("Cancel")
    gallery.press("Discard")
    gallery.dialog.wait_for(state="detached")

    assert gallery.keys() == [str(each.pk) for each in images]


def test_the_edited_picture_has_the_focus_and_can_be_undone(gallery, images):
    gallery.press("Turn left")
    gallery.apply()
    made = gallery.edited(images[0].pk)
    assert gallery.pencil(made.pk).evaluate("each => each === document.activeElement")
    gallery.page.keyboard.press("Control+z")

    assert gallery.keys() == [str(each.pk) for each in images]


# In the form.


def test_the_form_saves_the_edited_picture_in_its_place(gallery, album, images):
    gallery.press("Turn left")
    gallery.apply()
    made = gallery.edited(images[0].pk)
    GalleryForm(gallery.page).save()

    assert again(album).photos == [made.pk, images[1].pk]


def test_what_was_typed_about_a_picture_stays_with_it(gallery, album, images):
    gallery.page.keyboard.press("Escape")
    # The focus goes back a moment after the dialog.
    gallery.page.locator('[data-do="edit"]:focus').wait_for()
    form = GalleryForm(gallery.page)
    form.input("alt", images[0].pk).fill("A jetty")
    gallery.open(images[0].pk).press("Turn left")
    gallery.apply()
    made = gallery.edited(images[0].pk)
    assert form.input("alt", made.pk).input_value() == "A jetty"
    form.save()

    assert Image.objects.get(pk=made.pk).alt == "A jetty"
    assert Image.objects.get(pk=images[0].pk).alt == ""


def test_a_picture_that_was_just_brought_is_edited_before_the_form_is_saved(visit, anna, album):
    page = visit(anna)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait()
    GalleryForm(page).add("three.png")
    assert gallery.holds(3)
    new = gallery.keys()[2]
    gallery.open(new).press("Flip horizontally")
    gallery.apply()
    made = gallery.edited(new, at=2)
    GalleryForm(page).save()

    assert again(album).photos[2] == made.pk
    assert made.original_id == int(new)


def test_an_edit_of_an_edit_begins_with_it_on_the_original(visit, anna, images):
    turned = edit.derive(images[0], Edit(crop=(0, 100, 150, 200), rotate=90), user=anna)
    album = make_album([turned.pk, images[1].pk])
    page = visit(anna)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait().open(turned.pk)
    assert gallery.box == [0, 100, 150, 200]
    assert gallery.bounds() == (200, 300)
    assert gallery.button("Apply").is_disabled()
    # What was cut off is still there.
    gallery.type(top=0)
    gallery.type(height=300)
    gallery.apply()
    made = gallery.edited(turned.pk)

    assert made.original_id == images[0].pk
    assert made.edit["crop"] == [0, 0, 150, 300]


@pytest.mark.parametrize("way", ["Back to the original", "by hand"])
def test_the_original_is_had_back(visit, anna, images, sound, way):
    turned = edit.derive(images[0], Edit(rotate=90), user=anna)
    album = make_album([turned.pk, images[1].pk])
    page = visit(anna)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait().open(turned.pk)
    sound(page)
    if way == "by hand":
        gallery.press("Turn left")
        gallery.press("Apply")
    else:
        gallery.press(way)
    gallery.dialog.wait_for(state="detached")
    assert gallery.edited(turned.pk) == images[0]
    GalleryForm(page).save()

    assert again(album).photos == [images[0].pk, images[1].pk]
    assert Image.objects.count() == 3


# For the page around.


def test_a_page_hears_of_it_and_may_forbid_it(gallery, images):
    page = gallery.page
    page.keyboard.press("Escape")
    gallery.run(
        """element => {
          element.heard = [];
          for (const type of ["gallery:edit", "gallery:edited", "gallery:change"])
            document.addEventListener(type, ({ detail: { key, kind, image } }) =>
              element.heard.push([type, key ?? kind, image?.id ?? null]));
          element.forbid = (event) => event.preventDefault();
          element.addEventListener("gallery:edit", element.forbid);
        }"""
    )
    gallery.pencil(images[0].pk).click()
    assert gallery.dialog.count() == 0
    gallery.run("element => element.removeEventListener('gallery:edit', element.forbid)")
    gallery.open(images[0].pk).press("Turn left")
    gallery.apply()
    made, key = gallery.edited(images[0].pk), str(images[0].pk)

    assert gallery.run("element => element.heard") == [
        ["gallery:edit", key, None],
        ["gallery:edit", key, None],
        ["gallery:edited", key, made.pk],
        ["gallery:change", "edited", None],
    ]


def test_what_is_typed_in_the_dialog_is_no_change_of_the_form(gallery):
    gallery.run(
        """element => {
          element.heard = [];
          for (const type of ["input", "change", "submit"])
            document.addEventListener(type, () => element.heard.push(type));
        }"""
    )
    gallery.type(width=100)
    gallery.numbers.first.press("Enter")

    assert gallery.dialog.is_visible()
    assert gallery.run("element => element.heard") == []


def test_a_gallery_that_leaves_the_page_takes_the_dialog_with_it(gallery):
    gallery.page.evaluate(
        """() => {
          const element = document.querySelector("gallery-input");
          const [place, next] = [element.parentElement, element.nextSibling];
          element.remove();
          place.insertBefore(element, next);
        }"""
    )
    gallery.dialog.wait_for(state="detached")
    gallery.wait()

    assert gallery.page.locator("dialog.gallery-cropping").count() == 0
