"""Images are arranged with a finger, in a form and in the admin, on a small screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.arranging import Arranging, Finger, middle, saved, with_scripts
from tests.browser.patience import wait_until
from tests.browser.people import uploaded
from tests.factories import make_album

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]
TELEPHONE = {"size": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: Controls that are too small for a finger, with their size.
SMALL = """([element, least]) => [...element.querySelectorAll("button, input, textarea, a")]
  .filter(each => each.checkVisibility() && each.type !== "file")
  .map(each => each.type === "checkbox" ? each.closest("label") ?? each : each)
  .map(each => [each.className || each.textContent, each.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < least || box.height < least))
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


@pytest.fixture(params=["form", "admin"])
def gallery(request, visit, carla, album):
    """Return the gallery of the album on a telephone, in an ordinary form and in the admin."""
    return Arranging.of(visit(carla, **TELEPHONE), album, where=request.param)


def test_an_image_is_dragged_by_its_handle_with_a_finger(gallery, album, sound):
    gallery.drag(A, to=D, after=True, by=Finger(gallery.page))
    assert gallery.shows(B, C, D, A, E)
    assert gallery.says("a.jpg moved to position 4 of 5.")
    sound(gallery.page)
    gallery.save()

    assert saved(album) == [B, C, D, A, E]


def test_the_first_touch_of_a_handle_drags_at_once(visit, carla, album):
    """Nothing has come near before: what drags was loaded while the page had nothing else to do."""
    gallery = Arranging.of(visit(carla, **TELEPHONE), album)
    gallery.element.locator("ol.gallery-draggable").wait_for()
    handle = gallery.part("handle", A)
    handle.scroll_into_view_if_needed()
    finger = Finger(gallery.page)
    finger.take(middle(handle))
    finger.go(middle(gallery.part("handle", B)))
    finger.let_go()

    assert gallery.shows(B, A, C, D, E)


def test_the_page_scrolls_under_a_finger_that_drags_to_its_edge(visit, carla):
    many = [f"{number}.jpg" for number in range(1, 17)]
    album = make_album([image.pk for image in uploaded(carla, *many)])
    page = visit(carla, **TELEPHONE)
    gallery = Arranging.of(page, album)
    gallery.draggable()
    first, last = (gallery.part("handle", name) for name in ("1.jpg", "16.jpg"))
    first.scroll_into_view_if_needed()
    finger = Finger(page)
    finger.take(middle(first))
    finger.go((200, 835))
    assert wait_until(page, lambda: last.bounding_box()["y"] < 780)
    finger.go(middle(last))
    finger.let_go()
    assert wait_until(page, lambda: gallery.names() != many)
    shown = gallery.names()
    assert shown.index("1.jpg") > 12
    gallery.save()

    assert saved(album) == shown


def test_a_finger_beside_the_handle_scrolls_the_page_and_moves_nothing(visit, carla, album):
    gallery = Arranging.of(visit(carla, **TELEPHONE), album)
    page = gallery.page
    gallery.draggable()
    before = page.evaluate("scrollY")
    finger = Finger(page)
    picture = gallery.item(C).locator("img")
    finger.take(middle(picture))
    x, y = middle(picture)
    finger.go((x, y - 300))
    finger.let_go()

    assert wait_until(page, lambda: page.evaluate("scrollY") > before + 50)
    assert gallery.shows(*FIVE)


def test_all_is_done_by_tapping(gallery, album):
    for name in (A, C):
        gallery.part("select", name).tap()
    gallery.tool("place").tap()
    gallery.menu.get_by_role("button", name="To the end").tap()
    assert gallery.shows(B, D, E, A, C)
    gallery.tool("remove-chosen").tap()
    assert gallery.shows(B, D, E)
    gallery.tray.get_by_role("button", name="Put c.jpg back").tap()
    assert gallery.shows(B, D, E, C)
    gallery.part("earlier", C).tap()
    gallery.tool("undo").tap()
    gallery.tool("sorts").tap()
    gallery.menu.get_by_role("button", name="The other way round").tap()
    assert gallery.shows(C, E, D, B)
    gallery.save()

    assert saved(album) == [C, E, D, B]


@pytest.mark.parametrize("view", ["grid", "list"])
def test_whatever_is_pressed_is_large_enough_for_a_finger(gallery, view, sound):
    gallery.tool(view).tap()
    gallery.part("select", A).tap()
    gallery.part("remove", B).tap()
    gallery.part("place", C).tap()

    assert gallery.run(f"element => ({SMALL})([element, 24])") == []
    buttons = gallery.element.get_by_role("button").filter(visible=True)
    heights = buttons.evaluate_all(
        "all => all.filter(each => each.type === 'button').map(each => each.offsetHeight)"
    )
    assert min(heights) >= 40
    expect(gallery.menu).to_be_in_viewport(ratio=1)
    sound(gallery.page)
