"""A page behind a proxy, where parts of files are small."""

import pytest
from django.urls import reverse

from tests.browser.conftest import _session
from tests.browser.people import somebody
from tests.browser.resuming.parts import PART
from tests.browser.uploading import Uploading, noise
from tests.factories import make_album

BROKEN = ("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_FAILED")
PARTS = {"RESUMABLE": {"CHUNK_BYTES": PART}}


@pytest.fixture(autouse=True)
def in_parts(settings):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | PARTS


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(proxy, visit, anna):
    page = visit(anna, base_url=proxy.url)
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    page.faults[:] = [fault for fault in page.faults if not any(each in fault for each in BROKEN)]


@pytest.fixture
def log_in(page, anna, live_server):
    """Return what logs in again, as in another window."""
    return lambda: page.context.add_cookies([_session(anna, live_server.url)])


@pytest.fixture
def album():
    return make_album()


@pytest.fixture
def gallery(page, album):
    page.goto(reverse("edit-album", args=[album.pk]))
    return Uploading(page).wait()


@pytest.fixture
def large(tmp_path):
    """Return a picture of more than five parts, on a disk, where it can be chosen again."""
    path = tmp_path / "large.png"
    path.write_bytes(noise("large.png", 700)["buffer"])
    assert path.stat().st_size > 5 * PART
    return path
