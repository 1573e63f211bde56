"""Without a mouse: every input is reached in order, seen when it is reached, and saves.

With the script its buttons stand for some of the inputs: see test_arranging_by_keys.py.
"""

import pytest
from django.urls import reverse

from tests.browser.people import somebody, uploaded
from tests.factories import again, make_album

pytestmark = pytest.mark.sqlite

FOCUSED = """() => {
  const style = getComputedStyle(document.activeElement);
  const box = document.activeElement.getBoundingClientRect();
  return {
    name: document.activeElement.name || document.activeElement.type || "",
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    inside: box.top >= 0 && box.bottom <= innerHeight && box.height >= 24,
  };
}"""


without_script = pytest.mark.parametrize(
    "javascript", [False], indirect=True, ids=["without-javascript"]
)


@pytest.fixture
def album():
    anna = somebody()
    return make_album([image.pk for image in uploaded(anna, "one.jpg", "two.jpg")], notes="1")


@pytest.fixture
def page(visit, album):
    from django.contrib.auth import get_user_model

    page = visit(get_user_model().objects.get())
    page.goto(reverse("edit-album", args=[album.pk]))
    return page


def steps(page, to="submit", *, most=40):
    """Press Tab until the input of this name has the focus, and return what had it on the way."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found.append(page.evaluate(FOCUSED))
        if found[-1]["name"] == to:
            return found
    message = f"{to} is not reached, only {found}"
    raise AssertionError(message)


@without_script
def test_tab_reaches_every_input_in_the_order_of_the_page(page, album):
    one, two = album.photos
    # A picture is a link, which has no name.
    names = [step["name"] for step in steps(page) if step["name"]]

    assert names == [
        "title",
        "notes",
        *(f"photos-{part}-{one}" for part in ("alt", "caption", "decorative", "order")),
        "photos-remove",
        *(f"photos-{part}-{two}" for part in ("alt", "caption", "decorative", "order")),
        "photos-remove",
        "photos-upload",
        "submit",
    ]


def test_what_has_the_focus_is_seen_and_large_enough(page):
    hidden = [step for step in steps(page) if not (step["ring"] and step["inside"])]

    assert hidden == []


@without_script
def test_an_image_is_removed_and_another_moved_by_keys_alone(page, album):
    one, two = album.photos
    focus(page, f"photos-order-{two}")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1")
    focus(page, f"photos-alt-{two}")
    page.keyboard.type("The second is first now")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert list(again(album).photos) == [two, one]
    page.go_back()
    page.reload()
    steps(page, to="photos-remove")
    page.keyboard.press("Space")
    steps(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert list(again(album).photos) == [one]


def focus(page, name):
    page.locator(f'[name="{name}"]').focus()
