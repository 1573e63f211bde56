"""The part of a gallery by which people arrange its images, as they use it: mouse, finger, keys."""

from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.clicks import press
from tests.browser.enhanced import Enhanced
from tests.browser.patience import wait_until
from tests.factories import again

#: Without scripts there are numbers and boxes: other tests are about these.
with_scripts = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)
#: Where an album is edited: by anybody who may, and by the staff.
VIEWS = {"form": "edit-album", "admin": "admin:project_album_change"}
#: What the control that has the focus is called, and which image it belongs to.
FOCUSED = """() => {
  const { activeElement: focused } = document;
  return [focused.dataset.do ?? "", focused.closest("li")?.dataset.name ?? ""];
}"""
#: Whether an element stands behind another one, or before it.
FOLLOWS = """([one, other, after]) => Boolean(other.compareDocumentPosition(one)
  & (after ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING))"""


class Arranging(Enhanced):
    """One gallery of a page; images are called by their names."""

    @classmethod
    def of(cls, page, owner, *, where="form", name="photos"):
        """Open the form of an album, and return its gallery once the script has taken over."""
        view = VIEWS.get(where, where)
        page.goto(reverse(view, args=[owner.pk]))
        return cls(page, name).wait()

    @property
    def items(self):
        return self.element.locator(".gallery-items > li.gallery-item:visible")

    @property
    def toolbar(self):
        return self.element.get_by_role("group", name="Arrange the images")

    @property
    def tray(self):
        return self.element.locator(".gallery-tray")

    @property
    def menu(self):
        """The menu that is open."""
        return self.element.locator(".gallery-menu:popover-open")

    def item(self, name):
        return self.element.locator(f'li.gallery-item[data-name="{name}"]')

    def part(self, deed, name):
        """Return a control of an image: "select", or what its button does."""
        return self.item(name).locator(f'[data-do="{deed}"]')

    def tool(self, deed):
        """Return a button of the bar above the images."""
        return self.toolbar.locator(f'[data-do="{deed}"]')

    def names(self):
        """Return what people see, in order."""
        return self.items.evaluate_all("all => all.map(each => each.dataset.name)")

    def shows(self, *names):
        """Wait until people see just these, and the numbers beside them count."""
        expect(self.items).to_have_count(len(names))
        found = wait_until(self.page, lambda: self.names() == list(names))
        # Their text as it is: what is out of sight has none that is drawn.
        places = self.items.locator(".gallery-place").all_text_contents()
        return found and places == [str(each) for each in range(1, len(names) + 1)]

    def removed(self):
        """Return the names of what lies in the tray."""
        return self.tray.locator(".gallery-tray-name:visible").all_inner_texts()

    def chosen(self):
        """Return the names of what is selected, as the boxes show it."""
        return self.items.evaluate_all(
            "all => all.filter(each => each.querySelector('.gallery-select').checked)"
            ".map(each => each.dataset.name)"
        )

    def choose(self, *names):
        """Tick the boxes of images."""
        for name in names:
            self.part("select", name).click()

    def says(self, sentence):
        """Wait until a sentence is said to screen readers."""
        expect(self.element.locator(".gallery-announcement")).to_have_text(sentence)
        return True

    def focus(self, deed, name):
        self.part(deed, name).focus()

    def focused(self):
        """Return what the control does that has the focus, and the name of its image."""
        return tuple(self.page.evaluate(FOCUSED))

    def press(self, *keys):
        """Press keys where the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def save(self):
        press(self.page, "Save", exact=True)

    def drag(self, name, *, to, after=False, by=None, let_go=True):
        """Take an image by its handle, and let it go before another one, or after it."""
        by = by or Mouse(self.page)
        self.draggable()
        # Both are in sight once the upper one is at the top of the window.
        upper = min(self.item(name), self.item(to), key=lambda each: each.bounding_box()["y"])
        upper.evaluate("each => each.scrollIntoView()")
        there = self.item(name).element_handle(), self.item(to).element_handle(), after
        by.take(middle(self.part("handle", name)))
        by.go(beside(self.item(to), after=after))
        # What drags looks twenty times a second where the pointer is.
        assert name == to or wait_until(self.page, lambda: self.page.evaluate(FOLLOWS, list(there)))
        if let_go:
            by.let_go()
        return by

    def place(self, number, *, of=None):
        """Say in the menu which position an image, or what is selected, is to go to."""
        (self.part("place", of) if of else self.tool("place")).click()
        self.menu.get_by_label("Position").fill(str(number))
        self.menu.get_by_role("button", name="Move", exact=True).click()

    def sort(self, by):
        self.tool("sorts").click()
        self.menu.get_by_role("button", name=by).click()

    def draggable(self):
        """Come near with the pointer, and wait until what drags is there."""
        self.items.first.hover()
        self.element.locator("ol.gallery-draggable").wait_for()

    @contextmanager
    def told(self, *types):
        """Give a list that holds, afterwards, each event of these types with its detail."""
        found = []
        self.run(
            """(element, types) => {
              element.heard = [];
              for (const type of types)
                document.addEventListener(type, ({ detail }) => element.heard.push([type, detail]));
            }""",
            list(types),
        )
        yield found
        found += self.run("element => element.heard")


def saved(owner, name="photos"):
    """Return the names of the images that the database holds, in order."""
    return [image.name for image in getattr(again(owner), name).images()]


def middle(what):
    """Return the middle of an element in the window."""
    box = what.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def beside(item, *, after=False):
    """Return a spot of an image that is nearer to its beginning, or to its end, as it is read."""
    box = item.bounding_box()
    part = 0.85 if after else 0.15
    return box["x"] + box["width"] * part, box["y"] + box["height"] / 2


class Mouse:
    """Drags with a mouse."""

    def __init__(self, page):
        self.mouse = page.mouse

    def take(self, spot):
        self.mouse.move(*spot)
        self.mouse.down()

    def go(self, spot):
        self.mouse.move(*spot, steps=8)

    def let_go(self):
        self.mouse.up()


class Finger:
    """Drags with a finger, as the browser's own protocol does it."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)
        self.at = None

    def take(self, spot):
        self._touch("touchStart", spot)

    def go(self, spot):
        (x, y), (to_x, to_y) = self.at, spot
        for part in (step / 8 for step in range(1, 9)):
            self._touch("touchMove", (x + (to_x - x) * part, y + (to_y - y) * part))

    def let_go(self):
        self.session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _touch(self, kind, spot):
        self.at = spot
        x, y = spot
        points = [{"x": x, "y": y}]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
