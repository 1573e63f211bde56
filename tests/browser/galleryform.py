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

    @property
    def gallery(self):
        """The element that holds the inputs."""
        return self.page.locator(f'gallery-input:has([name^="{self.name}-"])')

    @property
    def has_script(self):
        """Tell whether the script runs, which hides numbers and boxes behind its buttons."""
        return "gallery-arranged" in self.gallery.get_attribute("class")

    def item(self, key):
        """Return one image with all that belongs to it."""
        return self.gallery.locator(f'li.gallery-item[data-key="{key}"]')

    def deed(self, name, key):
        """Return a button of one image, or the one that puts it back, by what it does."""
        if name == "restore":
            return self.gallery.locator(f'[data-do="restore"][data-key="{key}"]')
        return self.item(key).locator(f'[data-do="{name}"]')

    def remove(self, *keys):
        """Have images removed: by a button, or by a box without the script."""
        for key in keys:
            if self.has_script:
                self.deed("remove", key).click()
            else:
                self.input("remove", key).check()

    def place(self, key, number):
        """Give an image a position by typing it."""
        if not self.has_script:
            self.input("order", key).fill(str(number))
            return
        self.deed("place", key).click()
        self.gallery.locator("input.gallery-to").fill(str(number))
        self.gallery.locator('[data-do="to-place"]').click()

    def arrange(self, *keys):
        """Give these images the positions from 1 on."""
        for number, key in enumerate(keys, start=1):
            self.place(key, number)

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
