"""The part of a gallery by which people bring files, as they use it."""

from contextlib import contextmanager

from tests.browser.enhanced import Enhanced
from tests.browser.patience import wait_until
from tests.pictures import picture

#: Has files dropped on an element, as a file manager does.
DROP = """(element, [files, types]) => {
  const transfer = new DataTransfer();
  for (const [name, type, bytes] of files)
    transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
  const events = types.map(type => {
    const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer });
    element.dispatchEvent(event);
    return event.defaultPrevented;
  });
  return events;
}"""
PASTE = """(element, [files, text]) => {
  const transfer = new DataTransfer();
  for (const [name, type, bytes] of files)
    transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
  if (text) transfer.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: transfer });
  element.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def chosen(name, content=None, *, kind=None, size=(96, 64), mode="RGB"):
    """Return a file as a test chooses it: a picture, unless its content is given."""
    kinds = {"jpg": "image/jpeg", "tif": "image/tiff", "svg": "image/svg+xml"}
    ending = name.rpartition(".")[2]
    if content is None:
        content = picture(name, size=size, mode=mode).read()
    return {
        "name": name,
        "mimeType": kind or kinds.get(ending, f"image/{ending}"),
        "buffer": content,
    }


def noise(name, kilobytes):
    """Return a PNG of so many kilobytes at least: nothing in it can be packed."""
    import random
    from io import BytesIO

    from PIL import Image

    side = int((kilobytes * 1024 / 3) ** 0.5) + 1
    image = Image.frombytes("RGB", (side, side), random.Random(name).randbytes(side * side * 3))
    out = BytesIO()
    image.save(out, "PNG", compress_level=0)
    return chosen(name, out.getvalue())


class Uploading(Enhanced):
    """One gallery of a page, and the files on their way to it."""

    @property
    def rows(self):
        return self.element.locator(".gallery-upload-row")

    @property
    def summary(self):
        return self.element.locator(".gallery-upload-summary")

    def row(self, name):
        """Return the row of a file by its name."""
        return self.rows.filter(has=self.page.get_by_text(name, exact=True)).first

    def drop(self, *files, on=None, types=("dragenter", "dragover", "drop")):
        """Drop files; tell of each event whether somebody took it."""
        return (on or self.element).evaluate(DROP, [_sent(files), list(types)])

    def drop_from_desktop(self, *paths):
        """Drop files and folders as a file manager does: the browser reads them itself."""
        box = self.element.locator(".gallery-upload").bounding_box()
        desktop = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            desktop.send(
                "Input.dispatchDragEvent",
                {
                    "type": kind,
                    "x": box["x"] + 5,
                    "y": box["y"] + 5,
                    "data": {
                        "items": [],
                        "files": [str(path) for path in paths],
                        "dragOperationsMask": 1,
                    },
                },
            )

    def paste(self, *files, on=None, text=""):
        """Paste files into an element; tell whether somebody took them."""
        return (on or self.element).evaluate(PASTE, [_sent(files), text])

    def press(self, name, *, row=None):
        """Press a button of a row, by its first words."""
        place = self.element if row is None else self.row(row)
        place.get_by_role("button", name=name).first.click()

    def names(self):
        """Return the names of what is in the gallery, in order."""
        return self.run("element => element.arrangement.kept.map(key => element.items.nameOf(key))")

    def has(self, *names):
        """Wait until it holds just these, in this order, and tell whether it does."""
        return wait_until(self.page, lambda: self.names() == list(names))

    def says(self, row, words):
        """Wait until the row of a file says something, and tell whether it does."""
        return wait_until(self.page, lambda: self.row(row).get_by_text(words).count() > 0)

    def state(self, row):
        return self.row(row).get_attribute("data-state")

    def is_in(self, state, *rows):
        """Wait until the rows of these files are in a state, and tell whether they are."""
        return wait_until(self.page, lambda: all(self.state(row) == state for row in rows))

    def is_idle(self):
        """Wait until there are no rows left, and tell whether that is so."""
        return wait_until(self.page, lambda: self.rows.count() == 0)

    @contextmanager
    def told(self, *types):
        """Give a list that holds, afterwards, the details of the events of these types."""
        found = []
        self.run(
            """(element, types) => {
              element.heard = [];
              for (const type of types)
                document.addEventListener(type, ({ detail: { file, files, image, ...rest } }) => element.heard.push(
                  [type, { file: file?.name, files: files?.map(each => each.name), image: image?.name, ...rest }]));
            }""",
            list(types),
        )
        yield found
        found += self.run("element => element.heard")


def _sent(files):
    from base64 import b64encode

    return [[each["name"], each["mimeType"], b64encode(each["buffer"]).decode()] for each in files]
