"""Images are arranged by mouse and buttons, in a form and in the admin; what was shown is saved."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from gallery_events.models import Image
from tests import NOW
from tests.browser.arranging import Arranging, Mouse, middle, saved, with_scripts
from tests.browser.patience import wait_until
from tests.browser.people import uploaded
from tests.factories import make_album
from tests.project.models import Diptych

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]


@pytest.fixture(params=["form", "admin"])
def gallery(request, visit, carla, album):
    """Return the gallery of the album, once in an ordinary form and once in the admin."""
    return Arranging.of(visit(carla), album, where=request.param)


@pytest.fixture
def plain(visit, carla, album):
    """Return the gallery in an ordinary form, where both would be the same."""
    return Arranging.of(visit(carla), album)


def test_an_image_is_dragged_by_its_handle(gallery, album, sound):
    with gallery.told("gallery:move", "gallery:change") as told:
        gallery.drag(A, to=C, after=True)
        assert gallery.shows(B, C, A, D, E)
        assert gallery.says("a.jpg moved to position 3 of 5.")
    assert told == [
        ["gallery:move", {"keys": [str(album.photos[0])], "to": 3}],
        ["gallery:change", {"kind": "move"}],
    ]
    gallery.drag(E, to=B)
    assert gallery.shows(E, B, C, A, D)
    sound(gallery.page)
    gallery.save()

    assert saved(album) == [E, B, C, A, D]


def test_all_that_are_selected_are_dragged_along(plain, album):
    plain.choose(B, D)
    plain.drag(D, to=A)

    assert plain.shows(B, D, A, C, E)
    assert plain.says("2 images moved, the first of them to position 1 of 5.")
    plain.save()
    assert saved(album) == [B, D, A, C, E]


def test_a_drag_is_given_up_by_escape(plain):
    mouse = plain.drag(A, to=D, after=True, let_go=False)
    assert wait_until(plain.page, lambda: plain.names() != FIVE)
    plain.press("Escape")
    assert plain.shows(*FIVE)
    mouse.let_go()

    assert plain.shows(*FIVE)
    assert not plain.run("element => element.canUndo")


def test_what_is_let_go_where_it_was_is_no_step(plain):
    plain.drag(B, to=B)

    assert plain.shows(*FIVE)
    assert not plain.run("element => element.canUndo")
    expect(plain.element.locator(".gallery-item-flying")).to_have_count(0)


def test_the_page_scrolls_while_an_image_is_dragged_to_its_edge(visit, carla):
    many = [f"{number}.jpg" for number in range(1, 25)]
    album = make_album([image.pk for image in uploaded(carla, *many)])
    page = visit(carla, size={"width": 800, "height": 600})
    gallery = Arranging.of(page, album)
    gallery.draggable()
    mouse = Mouse(page)
    mouse.take(middle(gallery.part("handle", "1.jpg")))
    mouse.go((300, 590))
    last = gallery.part("handle", "24.jpg")
    assert wait_until(page, lambda: last.bounding_box()["y"] < 500)
    mouse.go((middle(last)[0], middle(last)[1]))
    mouse.let_go()
    assert wait_until(page, lambda: gallery.names() != many)
    shown = gallery.names()
    assert shown.index("1.jpg") > 20
    gallery.save()

    assert saved(album) == shown


def test_buttons_move_an_image_one_place_and_say_where_it_stands(gallery, album):
    gallery.part("later", A).click()
    assert gallery.shows(B, A, C, D, E)
    assert gallery.says("a.jpg moved to position 2 of 5.")
    gallery.part("later", A).click()
    gallery.part("earlier", E).click()
    assert gallery.shows(B, C, A, E, D)
    gallery.part("earlier", B).click()
    assert gallery.says("b.jpg is at position 1 of 5.")
    gallery.part("later", D).click()
    assert gallery.says("d.jpg is at position 5 of 5.")
    gallery.save()

    assert saved(album) == [B, C, A, E, D]


def test_an_image_goes_to_the_position_that_is_typed_to_the_start_and_to_the_end(
    gallery, album, sound
):
    gallery.part("place", D).click()
    expect(gallery.menu).to_contain_text("d.jpg")
    expect(gallery.menu).to_contain_text("of 5")
    expect(gallery.menu.get_by_label("Position")).to_have_value("4")
    sound(gallery.page)
    gallery.menu.get_by_role("button", name="To the start").click()
    expect(gallery.menu).to_have_count(0)
    assert gallery.says("d.jpg moved to position 1 of 5.")
    assert gallery.focused() == ("place", D)
    gallery.part("place", A).click()
    gallery.menu.get_by_role("button", name="To the end").click()
    assert gallery.shows(D, B, C, E, A)
    gallery.place(2, of=E)
    assert gallery.shows(D, E, B, C, A)
    gallery.place(99, of=B)
    assert gallery.shows(D, E, C, A, B)
    gallery.save()

    assert saved(album) == [D, E, C, A, B]


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "1.5", "first"])
def test_what_is_no_position_is_said_and_moves_nothing(plain, nonsense):
    plain.place(nonsense, of=C)

    assert plain.says("That is no position: type a whole number from 1 to 5.")
    expect(plain.menu).to_be_visible()
    assert plain.shows(*FIVE)
    plain.press("Escape")
    expect(plain.menu).to_have_count(0)


def test_several_are_selected_and_moved_or_removed_together(gallery, album, sound):
    with gallery.told("gallery:select") as told:
        gallery.choose(B)
        gallery.part("select", D).click(modifiers=["Shift"])
        assert gallery.chosen() == [B, C, D]
        assert gallery.says("3 images selected.")
        expect(gallery.toolbar).to_contain_text("3 selected")
        gallery.choose(C)
    assert [len(detail["keys"]) for _, detail in told] == [1, 3, 2]
    sound(gallery.page)
    gallery.place(4)
    assert gallery.shows(A, C, E, B, D)
    assert gallery.chosen() == [B, D]
    assert gallery.says("2 images moved, the first of them to position 4 of 5.")
    gallery.tool("remove-chosen").click()
    assert gallery.shows(A, C, E)
    assert gallery.removed() == [B, D]
    assert gallery.chosen() == []
    assert gallery.says("2 images removed when you save. They can be put back until then.")
    gallery.save()

    assert saved(album) == [A, C, E]


def test_all_are_selected_by_one_box_which_shows_how_many_are(plain):
    box = plain.toolbar.get_by_role("checkbox", name="Select all images")
    plain.choose(A)
    assert box.evaluate("box => [box.checked, box.indeterminate]") == [False, True]
    box.click()
    assert plain.chosen() == FIVE
    assert box.evaluate("box => [box.checked, box.indeterminate]") == [True, False]
    box.click()

    assert plain.chosen() == []
    expect(plain.toolbar.locator('[data-do="remove-chosen"]')).to_be_hidden()


@pytest.fixture
def dated(carla):
    """Return an album whose images have other orders by name, by date taken and by upload."""
    images = uploaded(carla, "10.jpg", "2.jpg", "Été.jpg", "etc.jpg")
    for image, taken, came in zip(images, (3, None, 1, 2), (4, 1, 3, 2), strict=True):
        Image.objects.filter(pk=image.pk).update(
            taken_at=taken and NOW + timedelta(days=taken), uploaded_at=NOW + timedelta(days=came)
        )
    return make_album([image.pk for image in images])


@pytest.mark.parametrize(
    "by, order",
    [
        ("By name", ["2.jpg", "10.jpg", "etc.jpg", "Été.jpg"]),
        # One that does not know when it was taken was taken before it came.
        ("By date taken", ["2.jpg", "Été.jpg", "etc.jpg", "10.jpg"]),
        ("By date uploaded", ["2.jpg", "etc.jpg", "Été.jpg", "10.jpg"]),
        ("The other way round", ["etc.jpg", "Été.jpg", "2.jpg", "10.jpg"]),
    ],
)
def test_all_are_sorted(visit, carla, dated, by, order):
    gallery = Arranging.of(visit(carla), dated)
    gallery.sort(by)

    assert gallery.shows(*order)
    assert gallery.says("The images are sorted.")
    expect(gallery.menu).to_have_count(0)
    gallery.save()
    assert saved(dated) == order


def test_whatever_was_done_is_undone_step_by_step_and_done_again(gallery, album):
    """Move, drag, several, sort, texts, removal and return: each is one step."""
    shown, caption = [gallery.names()], gallery.item(A).get_by_label("Caption")
    for do in (
        lambda: gallery.part("later", A).click(),
        lambda: gallery.drag(E, to=B),
        lambda: (gallery.choose(C, D), gallery.place(1)),
        lambda: gallery.sort("The other way round"),
        lambda: (caption.fill("Words"), caption.blur()),
        lambda: gallery.part("remove", C).click(),
        lambda: gallery.part("remove", B).click(),
        lambda: gallery.tray.get_by_role("button", name="Put c.jpg back").click(),
    ):
        do()
        shown.append(gallery.names())
    assert len({tuple(each) for each in shown}) == 8, "the caption alone moves nothing"
    undo, redo = gallery.tool("undo"), gallery.tool("redo")
    expect(redo).to_have_attribute("aria-disabled", "true")
    for before in shown[-2::-1]:
        undo.click()
        assert gallery.shows(*before)
        assert gallery.says("Undone.")
    expect(undo).to_have_attribute("aria-disabled", "true")
    expect(caption).to_have_value("")
    for after in shown[1:]:
        redo.click()
        assert gallery.shows(*after)
    expect(caption).to_have_value("Words")
    gallery.save()

    assert saved(album) == shown[-1]
    assert Image.objects.get(pk=album.photos[0]).caption == "Words"


def test_what_was_undone_to_the_start_saves_nothing_new(plain, album):
    plain.part("later", A).click()
    plain.part("remove", B).click()
    plain.tool("undo").click()
    plain.tool("undo").click()
    plain.save()

    assert saved(album) == FIVE
    assert album.history.latest().gallery_event == "touched"


def test_a_new_step_forgets_what_was_undone(plain):
    plain.part("later", A).click()
    plain.tool("undo").click()
    plain.part("earlier", E).click()
    expect(plain.tool("redo")).to_have_attribute("aria-disabled", "true")
    plain.press("ControlOrMeta+Shift+z")

    assert plain.shows(A, B, C, E, D)


def test_what_is_removed_lies_in_a_tray_and_comes_back_to_its_place(gallery, album, sound):
    expect(gallery.tray).to_be_hidden()
    gallery.part("remove", B).click()
    assert gallery.shows(A, C, D, E)
    assert gallery.says("b.jpg removed when you save. It can be put back until then.")
    assert gallery.focused() == ("select", C)
    gallery.part("remove", E).click()
    gallery.part("remove", A).click()
    expect(gallery.tray).to_contain_text("Removed when you save")
    assert gallery.removed() == [A, B, E]
    assert gallery.tray.locator("img").count() == 3
    sound(gallery.page)
    gallery.tray.get_by_role("button", name="Put b.jpg back").click()
    assert gallery.shows(B, C, D)
    assert gallery.says("b.jpg put back at position 1 of 3.")
    assert gallery.focused() == ("select", B)
    gallery.tray.get_by_role("button", name="Put all back").click()
    assert gallery.shows(*FIVE)
    assert gallery.says("2 images put back.")
    expect(gallery.tray).to_be_hidden()
    gallery.part("remove", D).click()
    gallery.save()

    assert saved(album) == [A, B, C, E]
    assert Image.objects.filter(pk=album.photos[3], trashed_at=None).exists()


def test_an_empty_gallery_says_so_and_its_images_come_back(plain, album):
    plain.toolbar.get_by_role("checkbox", name="Select all images").click()
    plain.tool("remove-chosen").click()
    expect(plain.element.get_by_text("No images yet.")).to_be_visible()
    expect(plain.toolbar).to_be_visible()
    assert plain.removed() == FIVE
    plain.tool("undo").click()
    assert plain.shows(*FIVE)
    plain.tool("redo").click()
    plain.save()

    assert saved(album) == []


def test_a_form_that_comes_back_shows_the_order_and_the_tray_as_they_were(gallery, album):
    gallery.part("remove", B).click()
    gallery.place(1, of=E)
    gallery.page.get_by_label("Title").evaluate("input => input.required = false")
    gallery.page.get_by_label("Title").fill("")
    gallery.save()
    gallery.wait()
    assert gallery.shows(E, A, C, D)
    assert gallery.removed() == [B]
    assert saved(album) == FIVE
    gallery.tray.get_by_role("button", name="Put b.jpg back").click()
    assert gallery.shows(E, A, B, C, D)
    gallery.page.get_by_label("Title").fill("Autumn")
    gallery.save()

    assert saved(album) == [E, A, B, C, D]


@pytest.mark.parametrize("kind", ["move", "remove", "sort"])
def test_a_page_may_forbid_a_step(plain, kind):
    plain.run(
        "(element, type) => document.addEventListener(type, event => event.preventDefault())",
        f"gallery:{kind}",
    )
    if kind == "move":
        plain.drag(A, to=C, after=True)
        plain.part("later", A).click()
    elif kind == "remove":
        plain.part("remove", A).click()
    else:
        plain.sort("The other way round")

    assert plain.shows(*FIVE)
    assert not plain.run("element => element.canUndo")


def test_two_galleries_of_a_page_are_arranged_each_by_itself(visit, carla):
    left = [image.pk for image in uploaded(carla, A, B, owner=Diptych, field="left")]
    right = [image.pk for image in uploaded(carla, C, D, owner=Diptych, field="right")]
    diptych = Diptych.objects.create(title="Coast", left=left, right=right)
    one = Arranging.of(visit(carla), diptych, where="edit-diptych", name="left")
    two = Arranging(one.page, "right").wait()
    one.drag(B, to=A)
    two.choose(C)
    two.tool("remove-chosen").click()
    assert one.shows(B, A)
    assert two.shows(D)
    assert one.chosen() == one.removed() == []
    two.focus("select", D)
    two.press("ControlOrMeta+z")
    assert two.shows(C, D)
    assert one.shows(B, A)
    one.save()

    assert saved(diptych, "left") == [B, A]
    assert saved(diptych, "right") == [C, D]
