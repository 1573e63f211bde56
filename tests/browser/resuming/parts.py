"""What tests of files that come in parts have in common."""

from contextlib import contextmanager

from gallery_events.models import Image
from tests.edges.resuming import stored
from tests.faults.world import files

#: So much goes at once.
PART = 128 * 1024
#: Notes each state that the row of a file comes into.
NOTE_STATES = """element => {
  element.states = [];
  const note = records => element.states.push(...records.map(({ target }) => target.dataset.state));
  new MutationObserver(note).observe(element, { subtree: true, attributeFilter: ["data-state"] });
}"""


def is_whole(large):
    """Tell whether there is one image, of these bytes, and nothing else of it."""
    image = Image.objects.get()
    return stored(image) == large.read_bytes() and files() == set(image.file_names())


@contextmanager
def without_a_pause(gallery):
    """Assert that no file had to pause."""
    gallery.run(NOTE_STATES)
    yield
    states = gallery.run("element => element.states")
    assert "sending" in states
    assert "pausing" not in states


def meet_first(page, method, act):
    """Let the first request of this method to an upload meet something before it leaves the page."""
    met = []

    def handle(route):
        if route.request.method != method or met:
            return route.fallback()
        met.append(route)
        return act(route)

    page.route("**/partial/**", handle)


def requested(page):
    """Return a list of the scripts that the page asks for from now on, by their names."""
    found = []
    page.on("request", lambda request: found.append(request.url.rpartition("/")[2]))
    return found
