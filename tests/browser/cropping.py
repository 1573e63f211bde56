"""The dialog in which a picture of a gallery is cut and turned, as people use it."""

import io
from contextlib import contextmanager

from PIL import Image as Pillow

from gallery_events.models import Image
from tests.browser.enhanced import Enhanced
from tests.browser.patience import STEP, wait_until

HANDLES = {
    "top left": "-1,-1",
    "top": "0,-1",
    "top right": "1,-1",
    "right": "1,0",
    "bottom right": "1,1",
    "bottom": "0,1",
    "bottom left": "-1,1",
    "left": "-1,0",
}
#: The image of the preview has come, and is drawn.
DRAWN = (
    "() => [...document.querySelectorAll('.gallery-cropping-image')].every(each => each.complete)"
)


class Cropping(Enhanced):
    """One gallery of a page, and the dialog that it opens."""

    @property
    def dialog(self):
        return self.page.locator("dialog.gallery-cropping")

    @property
    def fault(self):
        return self.dialog.locator(".gallery-cropping-fault")

    @property
    def numbers(self):
        """The inputs: from the left, from the top, width, height."""
        return self.dialog.locator("input[type=number]")

    @property
    def box(self):
        """What is kept, in pixels of the picture as it is turned."""
        return [int(each.input_value()) for each in self.numbers.all()]

    def pencil(self, key):
        """Return the button by which an image is edited."""
        return self.element.locator(f'li[data-key="{key}"] [data-do="edit"]')

    def open(self, key):
        """Press the button of an image; the picture is there when this returns."""
        self.pencil(key).click()
        return self.ready()

    def ready(self):
        self.dialog.and_(self.page.locator('[aria-busy="false"]')).wait_for()
        assert wait_until(self.page, lambda: self.page.evaluate(DRAWN))
        return self

    def press(self, name):
        self.dialog.get_by_role("button", name=name, exact=True).click()

    def button(self, name):
        return self.dialog.get_by_role("button", name=name, exact=True)

    def type(self, **numbers):
        """Type numbers: first how large, then where, by left, top, width and height."""
        places = ("left", "top", "width", "height")
        for name in ("width", "height", "left", "top"):
            if name in numbers:
                self.numbers.nth(places.index(name)).fill(str(numbers[name]))
                self.numbers.nth(places.index(name)).blur()

    def shape(self, label):
        self.dialog.get_by_label("Shape").select_option(label=label)

    def handle(self, name):
        return self.dialog.locator(f'[data-edges="{HANDLES[name]}"]')

    @property
    def part(self):
        """What the box is moved by."""
        return self.dialog.locator(".gallery-cropping-part")

    def scale(self):
        """Return how large the picture is shown: CSS pixels for each of its own."""
        width = self.dialog.locator(".gallery-cropping-picture").bounding_box()["width"]
        return width / self.bounds()[0]

    def bounds(self):
        """Return the size of the picture as it is turned."""
        left, top = (int(self.numbers.nth(at).get_attribute("max")) for at in (0, 1))
        box = self.box
        return left + box[2], top + box[3]

    def apply(self):
        """Press the button; the dialog is gone when this returns."""
        self.press("Apply")
        self.dialog.wait_for(state="detached")

    def edited(self, key, *, at=0):
        """Return the image that stands where one stood, which has gone."""
        assert str(key) not in self.keys()
        return Image.objects.get(pk=self.keys()[at])

    def preview(self):
        """Return the preview as it is seen."""
        cut = self.dialog.locator(".gallery-cropping-cut")
        assert wait_until(self.page, lambda: self.page.evaluate(DRAWN))
        return Pillow.open(io.BytesIO(cut.screenshot(animations="disabled"))).convert("RGB")


def middle(locator):
    """Return the middle of an element on the page."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, by):
    """Press the mouse at a point, move it by so much in steps, and let go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
    page.mouse.up()


@contextmanager
def finger(page):
    """Give a finger that goes down, moves and lifts, as touch screens tell it."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    def swipe(start, by, *, steps=4):
        touch("touchStart", start)
        for step in range(1, steps + 1):
            touch("touchMove", [start[0] + by[0] * step / steps, start[1] + by[1] * step / steps])
        touch("touchEnd")

    yield swipe
    session.detach()


def tap(button, done):
    """Tap a button until it is done: right behind a swipe a browser takes a tap for the end of that."""
    for _ in range(10):
        button.tap()
        # Longer than a browser waits for the second tap of two.
        for _ in range(40):
            if done():
                return
            button.page.wait_for_timeout(STEP)
    raise AssertionError(f"tapped in vain: {button}")
