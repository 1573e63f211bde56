"""Images are arranged by keys alone, in a form and in the admin, in both directions of writing."""

import pytest
from playwright.sync_api import expect

from tests.browser.arranging import Arranging, saved, with_scripts
from tests.browser.patience import wait_until
from tests.browser.people import uploaded
from tests.factories import make_album

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]
UNDO, REDO = "ControlOrMeta+z", "ControlOrMeta+Shift+z"


@pytest.fixture(params=["form", "admin"])
def gallery(request, visit, carla, album):
    """Return the gallery of the album, once in an ordinary form and once in the admin."""
    return Arranging.of(visit(carla), album, where=request.param)


@pytest.fixture
def plain(visit, carla, album):
    """Return the gallery in an ordinary form, where both would be the same."""
    return Arranging.of(visit(carla), album)


def tab_to(gallery, deed, *, most=80):
    """Press Tab until a control has the focus, and return what had it on the way."""
    steps = []
    for _ in range(most):
        gallery.press("Tab")
        steps.append(gallery.focused())
        if steps[-1][0] == deed:
            return steps
    message = f"{deed} is not reached, only {steps}"
    raise AssertionError(message)


def test_the_whole_is_done_without_a_mouse(gallery, album, sound):
    """From the top of the page to the saved form: moved, taken out, had back, described, undone."""
    tab_to(gallery, "handle")
    gallery.press("ArrowRight", "ArrowRight")
    assert gallery.shows(B, C, A, D, E)
    assert gallery.says("a.jpg moved to position 3 of 5.")
    assert gallery.focused() == ("handle", A)
    tab_to(gallery, "place")
    gallery.press("Enter")
    assert gallery.focused()[0] == "to-start"
    gallery.press("Tab", "Enter")
    assert gallery.shows(B, C, D, E, A)
    assert gallery.focused() == ("place", A)
    tab_to(gallery, "remove")
    gallery.press("Space")
    assert gallery.shows(B, C, D, E)
    assert gallery.focused() == ("select", E)
    tab_to(gallery, "restore")
    gallery.press("Enter")
    assert gallery.shows(B, C, D, E, A)
    assert gallery.focused() == ("select", A)
    sound(gallery.page)
    gallery.press("Home", "Delete", UNDO, REDO)
    assert gallery.shows(C, D, E, A)
    gallery.page.get_by_role("button", name="Save", exact=True).focus()
    with gallery.page.expect_navigation():
        gallery.press("Enter")

    assert saved(album) == [C, D, E, A]


def test_arrow_keys_move_by_the_handle_and_home_and_end_to_the_ends(plain):
    plain.focus("handle", C)
    for key, order in {
        "ArrowLeft": [A, C, B, D, E],
        "End": [A, B, D, E, C],
        "ArrowRight": [A, B, D, E, C],
        "Home": [C, A, B, D, E],
    }.items():
        plain.press(key)
        assert plain.shows(*order)
        assert plain.says(f"c.jpg {'is' if key == 'ArrowRight' else 'moved to'} "
                          f"{'at ' if key == 'ArrowRight' else ''}position {order.index(C) + 1} of 5.")  # fmt: skip
        assert plain.focused() == ("handle", C)


def test_up_and_down_move_by_a_row(plain):
    plain.page.set_viewport_size({"width": 820, "height": 800})
    columns = plain.items.evaluate_all(
        "all => all.filter(each => each.offsetTop === all[0].offsetTop).length"
    )
    assert 1 < columns < 5
    plain.focus("handle", A)
    plain.press("ArrowDown")
    moved = [B, C, D, E]
    moved.insert(columns, A)
    assert plain.shows(*moved)
    plain.press("ArrowUp")
    assert plain.shows(*FIVE)
    plain.tool("list").click()
    plain.focus("handle", A)
    plain.press("ArrowDown")

    assert plain.shows(B, A, C, D, E)


def test_all_that_are_selected_move_together_by_the_handle_of_one(plain):
    plain.choose(B, D)
    plain.focus("handle", D)
    plain.press("ArrowLeft")
    assert plain.shows(B, D, A, C, E)
    plain.press("ArrowRight")
    assert plain.shows(A, B, D, C, E)
    plain.press("End")
    assert plain.shows(A, C, E, B, D)
    assert plain.chosen() == [B, D]


def test_tab_stops_at_one_image_and_arrow_keys_go_on_from_there(plain):
    stops = [(deed, name) for deed, name in tab_to(plain, "handle") if name and deed]
    assert stops == [("select", A), ("handle", A)]
    plain.focus("select", A)
    plain.press("ArrowRight", "ArrowRight")
    assert plain.focused() == ("select", C)
    plain.press("End")
    assert plain.focused() == ("select", E)
    plain.press("ArrowRight")
    assert plain.focused() == ("select", E)
    plain.press("Home")
    assert plain.focused() == ("select", A)
    for deed in ("earlier", "later", "place", "remove"):
        plain.focus(deed, A)
        plain.press("ArrowRight")
        assert plain.focused() == (deed, B)
    plain.item(D).get_by_label("Alternative text").focus()
    plain.press("Shift+Tab", "Shift+Tab")

    assert plain.focused() == ("remove", D), "the buttons of the image whose text was typed"


def test_images_are_selected_by_keys(plain):
    plain.focus("select", B)
    plain.press("Space")
    assert plain.chosen() == [B]
    assert plain.says("1 image selected.")
    plain.press("Shift+ArrowRight", "Shift+ArrowRight")
    assert plain.chosen() == [B, C, D]
    assert plain.says("3 images selected.")
    plain.press("Escape")
    assert plain.chosen() == []
    plain.press("ControlOrMeta+a")
    assert plain.chosen() == FIVE
    plain.press("Space")
    assert plain.chosen() == [A, B, C, E]
    plain.focus("select", A)
    plain.press("Delete")

    assert plain.shows(D)
    assert plain.removed() == [A, B, C, E]
    assert plain.focused() == ("select", D)


def test_the_focus_goes_on_when_its_image_is_taken_out(plain):
    plain.focus("select", D)
    plain.press("Delete")
    assert plain.focused() == ("select", E)
    plain.press("Delete")
    assert plain.focused() == ("select", C)
    plain.press("ControlOrMeta+a", "Delete")
    assert plain.shows()

    assert plain.focused()[0] == "restore-all"
    plain.press("Enter")
    assert plain.shows(*FIVE)
    assert plain.focused() == ("select", A)


@pytest.mark.parametrize("redo", [REDO, "ControlOrMeta+y"])
def test_steps_are_undone_and_done_again_by_keys(plain, redo):
    plain.focus("handle", A)
    plain.press("ArrowRight", "End")
    plain.press(UNDO)
    assert plain.shows(B, A, C, D, E)
    assert plain.says("Undone.")
    plain.press(UNDO)
    assert plain.shows(*FIVE)
    plain.press(UNDO)
    assert plain.shows(*FIVE)
    plain.press(redo, redo)
    assert plain.shows(B, C, D, E, A)
    assert plain.says("Done again.")
    assert plain.focused() == ("handle", A)


def test_inside_a_text_the_keys_are_the_browsers(plain):
    plain.part("later", A).click()
    alt = plain.item(B).get_by_label("Alternative text")
    alt.focus()
    plain.page.keyboard.type("Boats")
    plain.press("Home", "Shift+End", "Delete", UNDO)
    expect(alt).to_have_value("Boats")
    assert plain.shows(B, A, C, D, E)
    plain.press("ArrowLeft", "ControlOrMeta+a", "Escape")

    assert plain.shows(B, A, C, D, E)
    assert plain.chosen() == []
    assert not plain.removed()


def test_enter_in_a_menu_moves_and_does_not_send_the_form(plain, album):
    plain.focus("place", A)
    plain.press("Enter", "Tab", "Tab")
    plain.page.keyboard.type("3")
    plain.press("Enter")

    assert plain.shows(B, C, A, D, E)
    assert album.history.count() == 1
    plain.focus("place", A)
    plain.press("Enter", "Escape")
    assert plain.focused() == ("place", A)
    expect(plain.menu).to_have_count(0)


def test_the_sort_menu_works_by_keys(plain):
    plain.tool("sorts").focus()
    plain.press("Enter")
    assert plain.focused()[0] == "sort"
    plain.press("Tab", "Tab", "Tab", "Enter")

    assert plain.shows(*FIVE[::-1])
    assert plain.focused()[0] == "sorts"


@pytest.mark.parametrize("where", ["form", "admin"])
def test_where_writing_runs_to_the_left_so_do_the_arrows(visit, carla, album, where, sound):
    gallery = Arranging.of(visit(carla, language="he"), album, where=where)
    first, second = gallery.item(A).bounding_box(), gallery.item(B).bounding_box()
    assert first["x"] > second["x"]
    gallery.focus("handle", A)
    gallery.press("ArrowLeft")
    assert gallery.shows(B, A, C, D, E)
    gallery.press("ArrowLeft", "ArrowRight")
    assert gallery.shows(B, A, C, D, E)
    gallery.focus("select", A)
    gallery.press("ArrowLeft")
    assert gallery.focused() == ("select", C)
    later = gallery.part("later", C).locator("svg")
    assert later.evaluate("each => getComputedStyle(each).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    sound(gallery.page)


def test_what_has_the_focus_is_not_under_the_bar(visit, carla):
    album = make_album([each.pk for each in uploaded(carla, *(f"{n}.jpg" for n in range(20)))])
    gallery = Arranging.of(visit(carla, size={"width": 800, "height": 600}), album)
    gallery.focus("select", "19.jpg")
    for name in (f"{number}.jpg" for number in range(18, -1, -1)):
        gallery.press("ArrowLeft")
        assert gallery.focused() == ("select", name)
        bar = gallery.toolbar.bounding_box()
        assert wait_until(
            gallery.page,
            lambda bar=bar, name=name: (
                gallery.part("select", name).bounding_box()["y"] >= bar["y"] + bar["height"]
            ),
        ), name
