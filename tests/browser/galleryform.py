"""A gallery's inputs as people use them, with a mouse and a keyboard, whatever scripts there are."""

from tests.browser.clicks import press
from tests.pictures import picture


class GalleryForm:
    """The inputs of one gallery on a page, and the form around them."""

    def __init__(self, page, name="photos"):
        self.page = page
        self.name = name

    def input(self, part, key=None):
        """Return an input by what it is for, and by the image it belongs to."""
        if part == "remove":
            return self.page.locator(f'[name="{self.name}-remove"][value="{key}"]')
        name = f"{self.name}-{part}" if key is None else f"{self.name}-{part}-{key}"
        return self.page.locator(f'[name="{name}"]')

    def keys(self):
        """Return the keys of the images that are shown to be changed, in their order, as text."""
        boxes = self.page.locator(f'[name="{self.name}-remove"]')
        return [box.get_attribute("value") for box in boxes.all()]

    def add(self, *names):
        """Choose new files with these names."""
        self.input("upload").set_input_files([file(name) for name in names])

    def remove(self, *keys):
        """Tick images to be removed."""
        for key in keys:
            self.input("remove", key).check()

    def arrange(self, *keys):
        """Number these images from 1 on."""
        for place, key in enumerate(keys, start=1):
            self.input("order", key).fill(str(place))

    def save(self):
        """Press the button; the next page is there when this returns."""
        press(self.page, "Save", exact=True)


def add_inputs(form, number):
    """Let a form send so many parameters more."""
    form.evaluate(
        """(form, number) => {
          for (let at = 0; at < number; at++) {
            const more = document.createElement("input");
            Object.assign(more, { type: "hidden", name: `more-${at}` });
            form.append(more);
          }
        }""",
        number,
    )


def file(name):
    """Return a picture as a browser chooses it."""
    content = picture(name, size=(96, 64)).read()
    kind = "image/jpeg" if name.endswith(".jpg") else "image/png"
    return {"name": name, "mimeType": kind, "buffer": content}
