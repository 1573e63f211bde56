"""Large files that come to nothing leave nothing; and who sends none in parts loads nothing for it."""

import pytest
from django.urls import reverse

from gallery_events.models import Image, PartialUpload
from tests.browser.mishaps import Gate, answer, hand_on
from tests.browser.patience import wait_until
from tests.browser.resuming.parts import PART, requested
from tests.browser.uploading import Uploading, chosen
from tests.faults.world import files

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)


def test_a_file_that_is_deleted_on_its_way_says_so(page, gallery, proxy, large):
    gate = Gate()
    proxy.plan(hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    large.unlink()
    gate.open()
    assert gallery.says("large.png", "It cannot be read")
    page.faults.clear()


def test_a_file_that_is_too_large_for_the_server_is_refused_before_its_first_byte(
    page, gallery, proxy, settings, large
):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {"MAX_BYTES": 500_000}
    gallery.choose(large)
    assert gallery.says("large.png", "it is too large")
    assert page.faults.forgive(413) == 1
    assert proxy.parts == []
    assert PartialUpload.objects.count() == 0


def test_a_file_that_outgrows_what_was_announced_is_refused_while_it_arrives(
    page, gallery, proxy, large, sound
):
    gate = Gate()
    proxy.plan(hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    # As if less had been announced: the rest of it has no room.
    PartialUpload.objects.update(length=PART + 10)
    gate.open()
    assert gallery.is_in("failed", "large.png")
    assert gallery.says("large.png", "More was sent than the file has bytes")
    assert page.faults.forgive(413) == 1
    assert [at for at, _size in proxy.parts] == [0, PART]
    assert Image.objects.count() == 0
    sound(page)
    gallery.press("Dismiss")
    assert wait_until(page, lambda: PartialUpload.objects.count() == 0)
    assert files() == set()


def test_what_is_no_picture_is_refused_with_its_first_part(page, gallery, proxy):
    gallery.choose(chosen("letter.png", b"Dear Anna, " * 60_000))
    why = "it is no image of a kind that is taken, whatever its name says"
    assert gallery.says("letter.png", why)
    assert page.faults.forgive(400) == 1
    assert proxy.parts == [(0, PART)]
    assert page.evaluate("Object.keys(localStorage)") == []
    assert files() == set()


def test_what_is_cancelled_on_its_way_is_removed_from_the_server(page, gallery, proxy, large):
    gate = Gate()
    proxy.plan(hand_on, hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    gallery.press("Cancel", row="large.png")
    assert gallery.is_idle()
    gate.cut()
    assert wait_until(page, lambda: PartialUpload.objects.count() == 0)
    assert files() == set()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_is_cancelled_while_it_pauses_is_removed_from_the_server(page, gallery, proxy, large):
    proxy.plan(hand_on, answer(503, Retry_After="40"))
    gallery.choose(large)
    assert gallery.is_in("pausing", "large.png")
    assert page.faults.forgive(503) == 1
    gallery.press("Cancel", row="large.png")
    assert wait_until(page, lambda: PartialUpload.objects.count() == 0)
    assert files() == set()
    assert len(proxy.parts) == 2


def test_a_page_that_is_older_than_the_settings_sends_the_file_whole(
    page, gallery, settings, proxy, large
):
    settings.GALLERY_EVENTS = {}
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(404) == 1
    assert (proxy.parts, len(proxy.uploads)) == ([], 1)


def test_what_sends_in_parts_is_loaded_with_the_first_large_file_only(page, gallery, large):
    found = requested(page)
    gallery.choose(chosen("small.png"))
    assert gallery.has("small.png")
    assert "resuming.js" not in found
    gallery.choose(large)
    assert gallery.has("small.png", "large.png")
    assert found.count("resuming.js") == 1


def test_where_parts_are_off_it_is_never_loaded(page, album, settings, proxy, large):
    settings.GALLERY_EVENTS = {}
    found = requested(page)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Uploading(page).wait()
    gallery.choose(large)
    assert gallery.has("large.png")
    assert (proxy.parts, len(proxy.uploads)) == ([], 1)
    assert "uploading.js" in found
    assert "resuming.js" not in found


def test_what_sends_in_parts_is_asked_for_again_where_it_did_not_come(page, gallery, large):
    page.route("**/resuming.js*", lambda route: route.abort(), times=1)
    gallery.choose(large)
    assert gallery.says("large.png", "Trying again in 1 second.")
    assert gallery.has("large.png")
