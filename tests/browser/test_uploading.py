"""Pictures are brought: chosen, dropped, pasted, as whole folders; shown at once, and counted."""

import re

import pytest
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.mishaps import Gate
from tests.browser.patience import wait_until
from tests.browser.people import somebody, superuser, uploaded
from tests.browser.uploading import Uploading, chosen, noise
from tests.factories import again, make_album
from tests.project.models import Album, Diptych, Poster

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(visit, anna, proxy):
    return visit(anna, base_url=proxy.url)


def opened(page, owner, *, name="photos", view="edit-{}"):
    page.goto(reverse(view.format(owner._meta.model_name), args=[owner.pk]))
    return Uploading(page, name).wait()


def saved(owner, name="photos"):
    return [image.name for image in getattr(again(owner), name).images()]


@pytest.mark.parametrize("model", [Album, Poster], ids=["S1", "S6-own-image-model"])
def test_s1_s2_pictures_are_uploaded_saved_and_more_are_added(page, anna, sound, model):
    page.goto(reverse(f"add-{model._meta.model_name}"))
    gallery = Uploading(page).wait()
    sound(page)
    page.get_by_label("Title").fill("Summer")
    gallery.choose(*(chosen(f"{number}.png") for number in range(5)))
    names = [f"{number}.png" for number in range(5)]
    assert gallery.has(*names)
    assert gallery.is_idle()
    sound(page)
    press(page, "Save", exact=True)
    owner = model.objects.get()
    assert saved(owner) == names

    gallery = opened(page, owner)
    gallery.choose(chosen("last.jpg"))
    assert gallery.has(*names, "last.jpg")
    press(page, "Save", exact=True)
    assert saved(owner) == [*names, "last.jpg"]
    assert {each.uploaded_by for each in again(owner).photos.images()} == {anna}


def test_pictures_are_uploaded_in_the_admin_too(visit, proxy, sound):
    carla = superuser()
    (first,) = uploaded(carla, "first.jpg")
    album = make_album([first.pk])
    page = visit(carla, base_url=proxy.url)
    page.goto(reverse("admin:project_album_change", args=[album.pk]))
    gallery = Uploading(page).wait()
    gallery.choose(chosen("second.png"))
    assert gallery.has("first.jpg", "second.png")
    gallery.choose(chosen("notes.pdf", b"%PDF"))
    assert gallery.says("notes.pdf", "was not taken")
    sound(page)
    gallery.press("Dismiss")
    press(page, "Save", exact=True)
    assert saved(album) == ["first.jpg", "second.png"]


def test_the_same_file_can_be_chosen_again_and_the_input_is_empty(page):
    gallery = opened(page, make_album())
    beach = chosen("beach.jpg")
    gallery.choose(beach)
    assert gallery.has("beach.jpg")
    assert gallery.input.evaluate("input => input.files.length") == 0
    gallery.remove(*gallery.keys())
    assert gallery.has()
    gallery.choose(beach)
    assert gallery.is_in("asking", "beach.jpg")


def test_what_is_dropped_on_a_gallery_is_taken_by_it_alone(page, sound):
    page.goto(reverse("edit-diptych", args=[Diptych.objects.create(title="Two").pk]))
    left, right = Uploading(page, "left").wait(), Uploading(page, "right").wait()
    assert left.drop(chosen("a.png")) == [True, True, True]
    assert left.has("a.png")
    assert right.names() == []
    assert right.rows.count() == 0
    right.drop(chosen("b.png"), types=["dragenter", "dragover"])
    assert "gallery-dropping" in right.element.get_attribute("class")
    assert "gallery-dropping" not in left.element.get_attribute("class")
    sound(page)
    right.element.evaluate(
        "element => element.dispatchEvent(new DragEvent('dragleave', { relatedTarget: document.body }))"
    )
    assert "gallery-dropping" not in right.element.get_attribute("class")


def test_a_drop_beside_the_galleries_neither_uploads_nor_leaves_the_page(page):
    page.goto(reverse("edit-diptych", args=[Diptych.objects.create(title="Two").pk]))
    left, right = Uploading(page, "left").wait(), Uploading(page, "right").wait()
    heading = page.locator("h1")
    # A browser that nobody stops opens the file.
    assert left.drop(chosen("a.png"), on=heading, types=["dragover", "drop"]) == [True, True]
    assert left.rows.count() == right.rows.count() == 0
    assert left.names() == right.names() == []


def test_a_drop_zone_of_the_page_s_own_is_left_alone(page):
    gallery = opened(page, make_album())
    page.evaluate(
        """() => document.querySelector("h1").addEventListener("drop", event => {
          event.preventDefault();
          document.title = event.dataTransfer.files[0].name;
        })"""
    )
    gallery.drop(chosen("a.png"), on=page.locator("h1"), types=["drop"])
    assert page.title() == "a.png"
    assert gallery.rows.count() == 0


def test_text_and_pictures_of_the_page_that_are_dragged_are_no_files(page, anna):
    (first,) = uploaded(anna, "first.jpg")
    gallery = opened(page, make_album([first.pk]))
    text = """element => element.dispatchEvent(new DragEvent("dragover", {
      bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }))"""
    assert gallery.run(text)
    picture = page.locator(".gallery-item img").first
    picture.dispatch_event("dragstart")
    assert gallery.drop(chosen("copy.png"), types=["dragover"]) == [False]
    picture.dispatch_event("dragend")
    assert gallery.drop(chosen("copy.png"), types=["dragover"]) == [True]


def test_a_paste_goes_where_the_focus_is_and_else_where_the_pointer_is(page):
    page.goto(reverse("edit-diptych", args=[Diptych.objects.create(title="Two").pk]))
    left, right = Uploading(page, "left").wait(), Uploading(page, "right").wait()
    body = page.locator("body")
    assert left.paste(chosen("nowhere.png"), on=body) is False
    right.element.hover()
    assert left.paste(chosen("pointer.png"), on=body) is True
    assert right.has("pointer.png")
    left.input.focus()
    assert left.paste(chosen("focus.png"), on=left.input) is True
    assert left.has("focus.png")
    assert right.names() == ["pointer.png"]


def test_a_text_that_is_pasted_into_a_field_is_pasted_there(page, anna):
    (first,) = uploaded(anna, "first.jpg")
    gallery = opened(page, make_album([first.pk]))
    alt = page.locator(f'[name="photos-alt-{first.pk}"]')
    alt.focus()
    assert gallery.paste(chosen("sheet.png"), on=alt, text="Figures") is False
    assert gallery.paste(chosen("shot.png"), on=alt) is True
    assert gallery.has("first.jpg", "shot.png")


@pytest.fixture
def holiday(tmp_path):
    """Return a folder as people have them: pictures, another folder, and what is neither."""
    folder = tmp_path / "holiday"
    for name in ("10.png", "2.png", "notes.txt", ".DS_Store", "inner/1.jpg"):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        is_picture = name.endswith(("png", "jpg"))
        place.write_bytes(chosen(name)["buffer"] if is_picture else b"x")
    return folder


def test_a_folder_that_is_chosen_gives_its_pictures_in_order(page, holiday):
    gallery = opened(page, make_album())
    with page.expect_file_chooser() as choosing:
        gallery.press("Choose a folder")
    choosing.value.set_files(holiday)
    assert gallery.has("2.png", "10.png", "1.jpg")
    assert gallery.rows.count() == 0
    assert page.get_by_text("1 file of the folder is no picture").first.is_visible()


def test_folders_and_files_that_are_dropped_from_the_desktop_are_taken_together(
    page, holiday, tmp_path
):
    single = tmp_path / "single.png"
    single.write_bytes(chosen("single.png")["buffer"])
    gallery = opened(page, make_album())
    gallery.element.locator(".gallery-upload").scroll_into_view_if_needed()
    gallery.drop_from_desktop(holiday, single)
    assert gallery.has("2.png", "10.png", "1.jpg", "single.png")
    assert page.get_by_text("1 file of the folder is no picture").first.is_visible()


def test_a_phone_offers_its_camera(visit, anna, sound):
    page = visit(anna, has_touch=True, size={"width": 360, "height": 800})
    gallery = opened(page, make_album())
    with page.expect_file_chooser() as choosing:
        gallery.press("Take a photo")
    assert choosing.value.element.get_attribute("capture") == "environment"
    assert choosing.value.element.get_attribute("accept") == "image/*"
    choosing.value.set_files([chosen("IMG_1.jpg")])
    assert gallery.has("IMG_1.jpg")
    sound(page)


def test_a_mouse_offers_no_camera(page):
    gallery = opened(page, make_album())
    assert gallery.element.get_by_role("button", name="Take a photo").count() == 0


def test_what_is_chosen_is_shown_at_once_and_its_address_given_back(page, proxy):
    gate = Gate()
    proxy.plan(gate)
    gallery = opened(page, make_album())
    page.evaluate(
        """() => {
          window.addresses = new Set();
          const [make, revoke] = [URL.createObjectURL, URL.revokeObjectURL];
          URL.createObjectURL = what => { const made = make(what); addresses.add(made); return made; };
          URL.revokeObjectURL = made => { addresses.delete(made); revoke(made); };
        }"""
    )
    gallery.choose(chosen("beach.jpg", size=(300, 200)))
    image = gallery.row("beach.jpg").locator("img")
    assert wait_until(page, lambda: image.evaluate("img => img.naturalWidth") == 300)
    assert wait_until(page, lambda: page.evaluate("addresses.size") == 0)
    gate.open()
    assert gallery.has("beach.jpg")


@pytest.mark.parametrize("name", ["scan.tif", "plan.svg"])
def test_what_browsers_do_not_show_is_a_tile_until_the_server_s_picture_is_there(
    page, proxy, settings, name
):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {"FORMATS": ("PNG", "TIFF", "SVG")}
    gate = Gate()
    proxy.plan(gate)
    gallery = opened(page, make_album())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>'
    gallery.choose(chosen(name, svg if name.endswith("svg") else None))
    tile = gallery.row(name).locator(".gallery-upload-tile")
    assert tile.inner_text() == name[-3:].upper()
    gate.open()
    assert gallery.has(name)
    thumbnail = page.locator(".gallery-item img.gallery-thumbnail")
    assert wait_until(page, lambda: thumbnail.evaluate("img => img.naturalWidth") > 0)


def test_each_file_and_all_together_tell_how_far_they_are_how_fast_and_how_long_still(
    page, proxy, sound
):
    gates = [Gate(after=4_000_000), Gate(after=0)]
    proxy.plan(*gates)
    gallery = opened(page, make_album())
    gallery.choose(noise("large.png", 12_000), noise("larger.png", 12_000))
    assert wait_until(page, lambda: re.search(r"B/s, \d+ .* left", gallery.summary.inner_text()))
    assert all(gate.reached.wait(30) for gate in gates)
    for name in ("large.png", "larger.png"):
        progress = gallery.row(name).locator("progress")
        assert wait_until(page, lambda each=progress: 0 < each.evaluate("bar => bar.value") < 1)
        assert gallery.says(name, "% sent")
    assert 0 < gallery.summary.locator("progress").evaluate("bar => bar.value") < 1
    assert "0 of 2 pictures uploaded" in gallery.summary.inner_text()
    # Nothing moves: a speed would be a lie.
    assert wait_until(page, lambda: "B/s" not in gallery.summary.inner_text())
    gates[0].open()
    assert wait_until(page, lambda: "1 of 2 pictures uploaded" in gallery.summary.inner_text())
    sound(page)
    gates[1].open()
    assert gallery.has("large.png", "larger.png")
    assert wait_until(page, gallery.summary.is_hidden)


def test_three_go_at_once_each_by_itself_and_the_order_of_choosing_is_kept(page, proxy):
    gates = [Gate() for _ in range(3)]
    proxy.plan(*gates)
    gallery = opened(page, make_album())
    names = [f"{number}.png" for number in range(5)]
    gallery.choose(*map(chosen, names))
    assert all(gate.reached.wait(30) for gate in gates)
    assert gallery.is_in("sending", *names[:3])
    assert gallery.is_in("waiting", *names[3:])
    for gate in reversed(gates):
        gate.open()
    assert gallery.has(*names)
    assert proxy.most_at_once == 3
    assert len(proxy.uploads) == 5


def test_one_is_cancelled_and_the_others_go_on(page, proxy):
    gates = [Gate(), Gate()]
    proxy.plan(*gates)
    gallery = opened(page, make_album())
    with gallery.told("gallery:cancelled", "gallery:uploaded") as told:
        gallery.choose(chosen("wanted.png"), chosen("unwanted.png"))
        assert all(gate.reached.wait(30) for gate in gates)
        gallery.press("Cancel", row="unwanted.png")
        for gate in gates:
            gate.open()
        assert gallery.has("wanted.png")
    assert [(kind, what["file"]) for kind, what in told] == [
        ("gallery:cancelled", "unwanted.png"),
        ("gallery:uploaded", "wanted.png"),
    ]


def test_all_are_cancelled_at_once_and_the_focus_is_not_lost(page, proxy):
    gates = [Gate(), Gate(), Gate(), Gate()]
    proxy.plan(*gates)
    gallery = opened(page, make_album())
    gallery.choose(*(chosen(f"{number}.png") for number in range(4)))
    assert all(gate.reached.wait(30) for gate in gates[:3])
    gallery.press("Cancel", row="2.png")
    assert page.evaluate("document.activeElement.textContent") == "Cancel: 3.png"
    gallery.press("Cancel all")
    assert gallery.is_idle()
    assert gallery.run("element => element.uploads.running") == 0
    for gate in gates:
        gate.open()
    gallery.choose(chosen("later.png"))
    assert gallery.has("later.png")


def test_the_limit_counts_what_is_there_what_is_added_and_what_is_on_its_way(page, anna, proxy):
    images = uploaded(anna, "one.jpg", "two.jpg", "three.jpg")
    album = make_album([image.pk for image in images])
    gate = Gate()
    proxy.plan(gate)
    page.goto(reverse("limited", args=[album.pk]))  # five at most
    gallery = Uploading(page).wait()
    gallery.choose(chosen("four.png"), chosen("five.png"), chosen("six.png"))
    assert gallery.says("six.png", "At most 5 images in all.")
    gallery.remove(images[0].pk)
    gallery.press("Try again", row="six.png")
    gate.open()
    assert gallery.has("two.jpg", "three.jpg", "four.png", "five.png", "six.png")
    gallery.choose(chosen("seven.png"))
    assert gallery.says("seven.png", "At most 5 images in all.")
    # One that failed is dismissed, and does not count.
    gallery.press("Dismiss")
    gallery.remove(images[1].pk)
    gallery.choose(chosen("eight.png"))
    assert gallery.has("three.jpg", "four.png", "five.png", "six.png", "eight.png")
    press(page, "Save", exact=True)
    assert saved(album) == ["three.jpg", "four.png", "five.png", "six.png", "eight.png"]


@pytest.mark.parametrize("forbidden", ["gallery:add", "gallery:upload"])
def test_a_page_may_forbid_files_before_anything_is_sent(page, proxy, forbidden):
    gallery = opened(page, make_album())
    page.evaluate(
        "type => document.addEventListener(type, event => event.preventDefault())", forbidden
    )
    with gallery.told(forbidden) as told:
        gallery.choose(chosen("beach.jpg"))
        assert wait_until(page, lambda: gallery.run("element => element.heard.length"))
        assert gallery.is_idle()
    assert len(told) == 1
    assert proxy.uploads == []


def test_a_required_gallery_does_not_ask_for_a_file_that_is_uploaded_already(page, proxy):
    album = make_album()
    page.goto(reverse("required", args=[album.pk]))
    gallery = Uploading(page).wait()
    required = "input => input.required && !input.checkValidity()"
    assert gallery.input.evaluate(required)
    gate = Gate()
    proxy.plan(gate)
    gallery.choose(chosen("beach.jpg"))
    assert wait_until(page, lambda: not gallery.input.evaluate(required))
    gate.open()
    assert gallery.has("beach.jpg")
    (key,) = gallery.keys()
    gallery.remove(key)
    assert gallery.input.evaluate(required)
    gallery.run("element => element.undo()")
    press(page, "Save", exact=True)
    assert saved(album) == ["beach.jpg"]


def test_what_a_screen_reader_hears_is_a_beginning_and_an_end(page):
    gallery = opened(page, make_album())
    page.evaluate(
        """() => {
          window.heard = [];
          const region = document.querySelector(".gallery-announcement");
          new MutationObserver(() => heard.push(region.textContent.trim())).observe(region, { childList: true });
        }"""
    )
    gallery.choose(chosen("a.png"), chosen("b.png"))
    assert gallery.has("a.png", "b.png")
    last = "2 pictures were added"
    assert wait_until(page, lambda: page.evaluate("heard")[-1:] == [last])
    assert page.evaluate("heard") == ["2 pictures are being uploaded", last]


def test_an_addition_is_undone_as_any_change(page):
    gallery = opened(page, make_album())
    gallery.choose(chosen("a.png"), chosen("b.png"))
    assert gallery.has("a.png", "b.png")
    gallery.run("element => element.undo()")
    assert len(gallery.names()) == 1
    gallery.run("element => element.redo()")
    assert gallery.names() == ["a.png", "b.png"]
