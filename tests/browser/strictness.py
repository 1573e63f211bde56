"""What a page may not do behind one's back: break the policy, an image, a script or a request."""

from urllib.parse import urlsplit

from tests.browser.patience import wait_until

# Even those that would be loaded only once people scroll to them.
LOADING = """() => {
  for (const image of document.images) image.loading = "eager";
  return [...document.images].some(image => !image.complete);
}"""
BROKEN = "() => [...document.images].filter(each => !each.naturalWidth).map(each => each.src)"
TOO_WIDE = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const rtl = getComputedStyle(root).direction === "rtl";
  return [...document.body.querySelectorAll("*")]
    .filter(e => rtl ? e.getBoundingClientRect().left < -1
                     : e.getBoundingClientRect().right > root.clientWidth + 1)
    .map(e => e.tagName.toLowerCase() + (e.classList.value ? "." + e.classList.value : ""))
    .slice(0, 8);
}"""


class Faults(list):
    """
    Notes what goes wrong on a page from now on, in words.

    What a test expects, as a page that is refused, it takes out by `forgive`.
    """

    def __init__(self, page):
        super().__init__()
        page.on("pageerror", lambda error: self.append(f"error in a script: {error}"))
        page.on("console", self._console)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def forgive(self, status):
        """Forget the answers with this status so far; return how many there were."""
        forgiven = [fault for fault in self if fault.startswith(f"{status} ")]
        self[:] = [fault for fault in self if fault not in forgiven]
        return len(forgiven)

    def _console(self, message):
        # A status is noted from the answer itself, with its number in front.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.append(f"console: {message.text}")

    def _failed(self, request):
        # Leaving a page breaks off what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.append(f"not loaded: {request.url} ({request.failure})")

    def _response(self, response):
        if response.status >= 400 and urlsplit(response.url).path != "/favicon.ico":
            self.append(f"{response.status} {response.url}")


def broken_images(page):
    """Return the addresses of the images on the page that do not show anything."""
    wait_until(page, lambda: not page.evaluate(LOADING))
    return page.evaluate(BROKEN)


def too_wide(page):
    """Return what sticks out of the window sideways, when the page scrolls that way."""
    # A window that was just made narrower has its new size a moment later.
    width = page.viewport_size["width"]
    assert wait_until(page, lambda: page.evaluate("innerWidth") == width), "of another size"
    return page.evaluate(TOO_WIDE)
