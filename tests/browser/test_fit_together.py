"""Two galleries on a page: what one is, has and refuses is nothing to the other."""

import pytest
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.people import somebody, uploaded
from tests.browser.uploading import Uploading, chosen
from tests.factories import again
from tests.project.models import Diptych

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
pytestmark = [SCRIPTS, pytest.mark.sqlite]

#: Ids that more than one element has, and those that an element names and nothing has.
IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  const named = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "popovertarget"]
    .flatMap(name => [...document.querySelectorAll(`[${name}]`)].flatMap(
      each => each.getAttribute(name).split(" ").map(id => [each.closest("gallery-input"), id])));
  const elsewhere = named
    .filter(([gallery, id]) => {
      const found = document.getElementById(id);
      return !found || (gallery && found.closest("gallery-input") && found.closest("gallery-input") !== gallery);
    })
    .map(([, id]) => id);
  return { twice, elsewhere };
}"""


@pytest.fixture
def diptych():
    images = [image.pk for image in uploaded(somebody(), "one.jpg", "two.jpg", "three.jpg")]
    return Diptych.objects.create(title="Both", left=images[:2], right=images[2:])


@pytest.fixture
def both(visit, diptych):
    """Return the galleries of a form that has two: the left one takes three images."""
    from django.contrib.auth import get_user_model

    page = visit(get_user_model().objects.get())
    page.goto(reverse("edit-diptych", args=[diptych.pk]))
    return [Uploading(page, name).wait() for name in ("left", "right")]


def assert_sound(page):
    assert page.evaluate(IDS) == {"twice": [], "elsewhere": []}


def test_no_id_is_there_twice_whatever_the_galleries_have_opened(both):
    page = both[0].page
    assert_sound(page)
    for gallery in both:
        gallery.choose(chosen("notes.pdf", b"%PDF-1.7", kind="application/pdf"))
        assert gallery.is_in("failed", "notes.pdf")
        gallery.remove(gallery.keys()[-1])
        gallery.run("each => each.undo()")
        for opener, opened in (
            ('.gallery-item [data-do="place"]:visible', ".gallery-destination:popover-open"),
            ('.gallery-item [data-do="edit"]:visible', 'dialog[open][aria-busy="false"]'),
            ("a.gallery-link:visible", "dialog.gallery-lightbox[open]"),
        ):
            gallery.element.locator(opener).first.click()
            page.locator(opened).wait_for()
            assert_sound(page)
            page.keyboard.press("Escape")
            page.locator(opened).wait_for(state="detached")


def test_each_has_its_own_limit_and_its_own_room(both, diptych):
    left, right = both
    left.choose(chosen("a.png", mode="L"), chosen("b.png"))
    right.choose(chosen("c.png", size=(50, 60)), chosen("d.png", size=(60, 50)))
    assert left.has("one.jpg", "two.jpg", "a.png")
    assert right.has("three.jpg", "c.png", "d.png")
    assert left.says("b.png", "3")
    assert right.rows.count() == 0
    left.press("Dismiss", row="b.png")
    press(left.page, "Save", exact=True)

    owner = again(diptych)
    assert [each.name for each in owner.left.images()] == ["one.jpg", "two.jpg", "a.png"]
    assert [each.name for each in owner.right.images()] == ["three.jpg", "c.png", "d.png"]


def test_steps_are_undone_where_they_were_made(both):
    left, right = both
    left.move(left.keys()[1], 1)
    right.remove(right.keys()[0])
    left.run("each => each.undo()")

    assert left.has("one.jpg", "two.jpg")
    assert right.has()
    assert not left.run("each => each.canUndo")
    right.run("each => each.undo()")
    assert right.has("three.jpg")
