"""A large file goes in parts: what has arrived is not sent again, wherever the line breaks."""

import pytest

from gallery_events.models import PartialUpload
from tests.browser.clicks import press
from tests.browser.mishaps import Gate, answer, cut, hand_on, narrow
from tests.browser.resuming.parts import PART, is_whole, meet_first
from tests.factories import again

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)


def test_a_large_file_arrives_in_parts_and_is_saved(page, gallery, proxy, *, album, large, sound):
    gallery.choose(large)
    assert gallery.has("large.png")
    assert gallery.is_idle()
    size = large.stat().st_size
    assert proxy.parts == [(at, min(PART, size - at)) for at in range(0, size, PART)]
    assert is_whole(large)
    assert page.evaluate("Object.keys(localStorage)") == []
    sound(page)
    press(page, "Save", exact=True)
    assert [image.name for image in again(album).photos.images()] == ["large.png"]


def test_each_part_comes_with_its_checksum(page, gallery, large):
    sums = []
    page.on("request", lambda request: sums.append(request.headers.get("upload-checksum")))
    with page.expect_request(lambda request: request.method == "PATCH"):
        gallery.choose(large)
    assert gallery.has("large.png")
    assert len([each for each in sums if each and each.startswith("sha256 ")]) == 6


def test_a_line_that_is_cut_goes_on_with_the_part_it_was_at(page, gallery, proxy, large):
    proxy.plan(hand_on, hand_on, cut(after=60_000))
    gallery.choose(large)
    assert gallery.says("large.png", "Trying again in 1 second.")
    assert gallery.has("large.png")
    assert [at for at, _size in proxy.parts] == [
        0,
        PART,
        2 * PART,
        *range(2 * PART, 6 * PART, PART),
    ]
    assert is_whole(large)


def test_a_line_that_lets_no_part_through_gets_smaller_ones(page, gallery, proxy, large):
    proxy.plan(cut(after=60_000))
    gallery.choose(large)
    assert gallery.has("large.png")
    assert {size for at, size in proxy.parts[1:-1]} == {PART // 2}
    assert is_whole(large)


def test_a_proxy_that_lets_no_part_so_large_through_gets_smaller_ones(page, gallery, proxy, large):
    proxy.plan(*[narrow(100_000)] * 20)
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(413) == 1
    assert proxy.parts[:2] == [(0, PART), (0, PART // 2)]
    assert is_whole(large)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_fails_for_a_while_loses_nothing(page, gallery, proxy, large, status):
    proxy.plan(hand_on, hand_on, answer(status))
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(status) == 1
    assert [at for at, _size in proxy.parts][2:4] == [2 * PART, 2 * PART]
    assert is_whole(large)


def test_no_number_of_breaks_is_too_many_as_long_as_some_arrives_each_time(
    page, gallery, settings, proxy, large
):
    settings.GALLERY_EVENTS = {"RESUMABLE": {"CHUNK_BYTES": PART // 2}}
    page.reload()
    gallery.wait()
    proxy.plan(*[hand_on, answer(503)] * 7)
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(503) == 7
    assert is_whole(large)


def test_a_server_that_cannot_say_how_far_it_is_is_asked_again(page, gallery, proxy, large):
    meet_first(page, "HEAD", lambda route: route.fulfill(status=502))
    proxy.plan(hand_on, hand_on, cut())
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(502) == 1
    assert PartialUpload.objects.count() == 1
    assert 0 not in [at for at, _size in proxy.parts[1:]]
    assert is_whole(large)


def test_an_answer_that_got_lost_makes_no_second_picture_and_sends_nothing_again(
    page, gallery, proxy, large
):
    meet_first(page, "POST", lambda route: route.abort())
    gallery.choose(large)
    assert gallery.says("large.png", "Trying again in 1 second.")
    assert len(proxy.parts) == 6
    assert gallery.has("large.png")
    assert len(proxy.parts) == 6
    assert is_whole(large)


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(page, gallery, proxy, large):
    gate = Gate()
    proxy.plan(hand_on, gate)
    gallery.run("element => { element.dataset.patienceSeconds = 1; }")
    gallery.choose(large)
    assert gallery.says("large.png", "The server did not answer in time.")
    gate.cut()
    assert gallery.has("large.png")
