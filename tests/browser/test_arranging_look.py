"""How a gallery looks: grid and list, every light and size, the admin's colours and a page's own."""

import pytest
from playwright.sync_api import expect

from tests.browser.arranging import Arranging, with_scripts
from tests.factories import make_album

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]
SIZES = {"desktop": (1280, 900), "telephone": (390, 844), "tablet": (768, 1024)}
LIGHTS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
COLOUR = "(each, name) => getComputedStyle(each)[name]"
#: What moves on the page, or would as soon as something changes.
MOVING = """element => [...element.querySelectorAll("*")]
  .filter(each => getComputedStyle(each).transitionDuration.split(", ").some(time => time !== "0s"))
  .length + document.getAnimations().length"""


@pytest.fixture
def opened(visit, carla, album):
    """Return a way to the gallery, in an ordinary form or in the admin."""

    def go(where="form", **options):
        return Arranging.of(visit(carla, **options), album, where=where)

    return go


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("where", ["form", "admin"])
def test_every_state_is_fit_in_every_light(opened, where, light, sound):
    gallery = opened(where, **LIGHTS[light])
    # The admin's own colours, when they are forced, are not for us to mend.
    within = ".gallery-input" if (where, light) == ("admin", "forced") else None
    gallery.choose(A, C)
    gallery.part("remove", B).click()
    sound(gallery.page, within=within)
    gallery.tool("list").click()
    gallery.tool("sorts").click()
    sound(gallery.page, within=within)


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("size", ["telephone", "tablet"])
def test_every_state_fits_the_window_in_both_directions(opened, size, language, sound):
    width, height = SIZES[size]
    gallery = opened(size={"width": width, "height": height}, language=language)
    for view in ("grid", "list"):
        gallery.tool(view).click()
        gallery.part("select", A).click()
        gallery.part("place", B).click()
        expect(gallery.menu).to_be_in_viewport(ratio=1)
        sound(gallery.page)
        gallery.press("Escape")


@pytest.mark.parametrize("where", ["form", "admin"])
def test_text_of_twice_the_size_fits_too(opened, where, sound):
    gallery = opened(where, size={"width": 640, "height": 900})
    gallery.page.evaluate("document.documentElement.style.fontSize = '200%'")
    gallery.choose(A)
    gallery.part("remove", B).click()

    sound(gallery.page)


def test_an_empty_gallery_shows_what_to_do_and_no_more(visit, carla, sound):
    gallery = Arranging.of(visit(carla), make_album())
    expect(gallery.element.get_by_text("No images yet.")).to_be_visible()
    expect(gallery.toolbar).to_be_hidden()
    expect(gallery.tray).to_be_hidden()

    sound(gallery.page)


def test_grid_and_list_are_remembered_for_all_galleries(opened):
    gallery = opened()
    grid, list_ = gallery.tool("grid"), gallery.tool("list")
    expect(grid).to_have_attribute("aria-pressed", "true")
    tops = "all => new Set(all.map(each => each.offsetTop)).size"
    assert gallery.items.evaluate_all(tops) < 5
    list_.click()
    expect(list_).to_have_attribute("aria-pressed", "true")
    expect(grid).to_have_attribute("aria-pressed", "false")
    assert gallery.items.evaluate_all(tops) == 5
    gallery.page.reload()
    gallery.wait()

    expect(list_).to_have_attribute("aria-pressed", "true")
    assert gallery.items.evaluate_all(tops) == 5


def test_where_a_browser_keeps_nothing_the_grid_is_shown_and_changed(visit, carla, album):
    page = visit(carla)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('kept out') } })"
    )
    gallery = Arranging.of(page, album)
    gallery.tool("list").click()

    expect(gallery.tool("list")).to_have_attribute("aria-pressed", "true")


def test_nothing_moves_for_those_who_asked_for_that(opened):
    gallery = opened(reduced_motion="reduce")
    gallery.part("later", A).click()
    assert gallery.run(MOVING) == 0
    gallery.page.emulate_media(reduced_motion="no-preference")

    assert gallery.run(MOVING) > 0


def test_forced_colours_show_what_is_selected_and_pressed(opened):
    gallery = opened(forced_colors="active")
    gallery.choose(B)
    selected, other = gallery.item(B), gallery.item(A)
    assert selected.evaluate(COLOUR, "outlineStyle") == "solid"
    assert other.evaluate(COLOUR, "outlineStyle") == "none"
    grid, list_ = gallery.tool("grid"), gallery.tool("list")

    assert grid.evaluate(COLOUR, "backgroundColor") != list_.evaluate(COLOUR, "backgroundColor")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_the_admin_it_has_the_colours_of_the_admin(opened, theme):
    gallery = opened("admin", color_scheme=theme)
    accent = gallery.page.evaluate(
        """() => {
          const probe = document.body.appendChild(document.createElement("i"));
          probe.style.color = "var(--link-fg)";
          const found = getComputedStyle(probe).color;
          probe.remove();
          return found;
        }"""
    )

    assert gallery.tool("grid").evaluate(COLOUR, "backgroundColor") == accent


def test_a_page_gives_it_colours_and_measures_of_its_own(opened):
    gallery = opened()
    before = gallery.item(A).bounding_box()["width"]
    gallery.run(
        """element => {
          const own = { "--gallery-accent": "rebeccapurple", "--gallery-tile": "30rem", "--gallery-radius": "0px" };
          for (const [name, value] of Object.entries(own)) element.style.setProperty(name, value);
        }"""
    )

    assert gallery.tool("grid").evaluate(COLOUR, "backgroundColor") == "rgb(102, 51, 153)"
    assert gallery.item(A).bounding_box()["width"] > before
    assert gallery.item(A).evaluate(COLOUR, "borderRadius") == "0px"
