"""A gallery that the script has taken over, as a test looks at it and drives it."""

from tests.browser.patience import wait_until

#: What the script has made itself, of which there must be one set.
MADE = "[data-gallery-made]"


class Enhanced:
    """One gallery element on a page, by the name of its field."""

    def __init__(self, page, name="photos"):
        self.page = page
        self.name = name
        self.element = page.locator(f'gallery-input:has([name="{name}-upload"])')

    def wait(self):
        """Return it once the script has taken it over."""
        self.element.and_(self.page.locator(".gallery-enhanced")).wait_for()
        return self

    def run(self, script, argument=None):
        """Run a function of the element in the page."""
        return self.element.evaluate(script, argument)

    def keys(self):
        """Return the keys of what is in the gallery, in order."""
        return self.run("element => element.arrangement.kept")

    def remove(self, *keys):
        """Remove images as the buttons do."""
        keys = [str(key) for key in keys]
        return self.run(
            "(element, keys) => element.change('remove', now => now.removing(keys), { detail: { keys } })",
            keys,
        )

    def move(self, key, to):
        """Move an image to a place, as the buttons do."""
        return self.run(
            "(element, [keys, to]) => element.change('move', now => now.moved(keys, to), { detail: { keys, to } })",
            [[str(key)], to],
        )

    @property
    def input(self):
        return self.page.locator(f'[name="{self.name}-upload"]')

    def choose(self, *files):
        """Choose files by the input."""
        self.input.set_input_files(list(files))

    def holds(self, number):
        """Wait until it holds so many images, and tell whether it does."""
        return wait_until(self.page, lambda: len(self.keys()) == number)

    def made(self):
        """Return how many elements of the script's own it holds."""
        return self.element.locator(MADE).count()


def living(page):
    """Return how many gallery elements the page still holds in memory, shown or not."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    prototype = session.send(
        "Runtime.evaluate", {"expression": "customElements.get('gallery-input').prototype"}
    )
    found = session.send(
        "Runtime.queryObjects", {"prototypeObjectId": prototype["result"]["objectId"]}
    )
    counted = session.send(
        "Runtime.callFunctionOn",
        {
            "objectId": found["objects"]["objectId"],
            "functionDeclaration": "function() { return this.length; }",
            "returnByValue": True,
        },
    )
    session.detach()
    return counted["result"]["value"]
