"""The process that serves is killed while a file arrives, and another one goes on with it."""

import http.client
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from gallery_events.models import Image, PartialUpload
from tests.browser.mishaps import hand_on
from tests.browser.people import somebody
from tests.browser.resuming.parts import PART
from tests.browser.standalone import Standalone
from tests.browser.uploading import Uploading, noise
from tests.edges.resuming import stored
from tests.factories import make_album
from tests.faults.world import files

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)

BROKEN = ("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")


@pytest.fixture
def process(transactional_db, media, proxy):
    """Return the server behind the proxy, in a process of its own."""
    with Standalone(media, RESUMABLE={"CHUNK_BYTES": PART}) as found:
        proxy.target = found.url
        yield found


@pytest.fixture
def gallery(process, visit, proxy):
    page = visit(somebody(), base_url=proxy.url)
    page.goto(reverse("edit-album", args=[make_album().pk]))
    yield Uploading(page).wait()
    page.faults[:] = [fault for fault in page.faults if not any(each in fault for each in BROKEN)]


def kill_in_the_middle(process):
    """Let the server have half of a request, kill it, and break off."""

    def act(exchange):
        body = exchange.read()
        asked = http.client.HTTPConnection(urlsplit(process.url).netloc)
        asked.putrequest(exchange.command, exchange.path, skip_host=True)
        for name, value in exchange.headers.items():
            asked.putheader(name, value)
        asked.endheaders(body[: len(body) // 2])
        process.kill()
        asked.close()
        exchange.cut()

    return act


def kill_after(process):
    """Let the server have all of a request and do what it does, and kill it before anybody is told."""

    def act(exchange):
        exchange.ask(exchange.read())
        process.kill()
        exchange.cut()

    return act


@pytest.mark.parametrize(
    "kill, at",
    [(kill_in_the_middle, 3), (kill_after, 4)],
    ids=["in-the-middle-of-a-part", "before-it-answered"],
)
def test_killed_and_started_anew_the_server_gets_only_what_it_has_not(
    gallery, proxy, process, kill, at
):
    large = noise("large.png", 700)
    content = large["buffer"]
    proxy.plan(hand_on, hand_on, hand_on, kill(process))
    gallery.choose(large)
    assert gallery.is_in("pausing", "large.png")
    upload = PartialUpload.objects.get()
    assert (upload.offset, Image.objects.count()) == (at * PART, 0)
    process.start()
    proxy.target = process.url
    assert gallery.has("large.png")
    assert PartialUpload.objects.get().pk == upload.pk
    before, after = proxy.parts[:4], proxy.parts[4:]
    assert [start for start, _size in before] == [0, PART, 2 * PART, 3 * PART]
    assert min(start for start, _size in after) == at * PART
    assert sum(size for _start, size in after) == len(content) - at * PART
    image = Image.objects.get()
    assert stored(image) == content
    assert files() == set(image.file_names())


def test_killed_after_the_last_part_nothing_is_sent_again_and_there_is_one_picture(
    gallery, proxy, process
):
    large = noise("large.png", 700)
    proxy.plan(*[hand_on] * 5, kill_after(process))
    gallery.choose(large)
    assert gallery.is_in("pausing", "large.png")
    process.start()
    proxy.target = process.url
    assert gallery.has("large.png")
    assert len(proxy.parts) == 6
    assert stored(Image.objects.get()) == large["buffer"]
