"""What a gallery tells the page: each event that docs/widget.md lists, and what comes with it."""

import json

import pytest
from django.urls import reverse

from tests.browser.cropping import Cropping
from tests.browser.mishaps import Gate
from tests.browser.patience import wait_until
from tests.browser.people import somebody, uploaded
from tests.browser.uploading import Uploading, chosen
from tests.factories import make_album
from tests.system.pages import rows, section

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
pytestmark = [SCRIPTS, pytest.mark.sqlite]

#: Notes of each event where it came from, whether it may be stopped, and what it says.
LISTEN = """
  window.heard = {};
  for (const name of NAMES)
    document.addEventListener(name, event => {
      heard[name] ??= [event.target.dataset.name, event.cancelable, Object.keys(event.detail).sort()];
    });
"""
STOP = "name => document.addEventListener(name, event => event.preventDefault(), { once: true })"


def listed():
    """Return what the page says of each event."""
    found = {}
    for row in rows(section("widget.md", "## Events")):
        if row[0].startswith("`gallery:"):
            names, stopped, detail, _ = (cell.replace("`", "") for cell in row)
            keys = sorted(detail.split(", ")) if detail else []
            found |= {name: ["photos", stopped == "yes", keys] for name in names.split(", ")}
    return found


@pytest.fixture
def gallery(visit, proxy):
    anna = somebody()
    album = make_album([image.pk for image in uploaded(anna, "one.jpg", "two.jpg")])
    page = visit(anna, base_url=proxy.url)
    page.add_init_script(LISTEN.replace("NAMES", json.dumps(list(listed()))))
    page.goto(reverse("edit-album", args=[album.pk]))
    return Uploading(page).wait()


def do(gallery, *names, key=None):
    """Press buttons of the gallery, or of an image, one after another."""
    for name in names:
        place = gallery.element if key is None else gallery.element.locator(f'[data-key="{key}"]')
        place.locator(f'[data-do="{name}"]:visible').first.click()


def test_every_event_that_is_listed_comes_and_says_what_is_listed(gallery, proxy):
    page = gallery.page
    one, two = gallery.keys()
    gates = [Gate(), Gate()]
    proxy.plan(*gates)
    gallery.choose(chosen("a.png"), chosen("b.png"), chosen("c.pdf", b"%PDF"))
    assert gates[0].reached.wait(30)
    assert gates[1].reached.wait(30)
    gallery.press("Cancel", row="b.png")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".gallery-waiting").get_by_role("button", name="Do not send it yet").click()
    gates[0].open()
    gates[1].open()
    assert gallery.has("one.jpg", "two.jpg", "a.png")
    do(gallery, "later", key=one)
    gallery.element.locator(f'[data-key="{one}"] .gallery-select').click()
    do(gallery, "remove", key=two)
    do(gallery, "restore", "sorts")
    gallery.element.locator('[data-do="sort"][data-by="name"]').click()
    do(gallery, "undo", "redo")
    cropping = Cropping(page)
    cropping.open(one)
    cropping.press("Turn right")
    cropping.apply()

    assert wait_until(page, lambda: len(page.evaluate("heard")) == len(listed()))
    assert page.evaluate("heard") == listed()


#: What happens when waiting is stopped, test_leaving.py shows.
STOPPABLE = [name for name, (_, may_be_stopped, _) in listed().items() if may_be_stopped]


@pytest.mark.parametrize("name", [each for each in STOPPABLE if each != "gallery:wait"])
def test_what_a_listener_stops_does_not_happen(gallery, proxy, name):
    page = gallery.page
    keys = gallery.keys()
    page.evaluate(STOP, name)
    if name in ("gallery:add", "gallery:upload"):
        gallery.choose(chosen("a.png"))
    elif name == "gallery:sort":
        do(gallery, "sorts")
        gallery.element.locator('[data-do="sort"][data-by="reverse"]').click()
    else:
        deed = {"gallery:move": "later"}.get(name, name.partition(":")[2])
        do(gallery, deed, key=keys[0])

    assert wait_until(page, lambda: name in page.evaluate("Object.keys(heard)"))
    assert gallery.is_idle()
    assert page.locator("dialog[open]").count() == 0
    assert gallery.keys() == keys
    assert proxy.uploads == []
