"""Slow, broken and missing connections: what passes is waited for, and goes on by itself."""

import re

import pytest
from django.urls import reverse

from gallery_events.models import Image
from tests.browser.clicks import press
from tests.browser.mishaps import Gate, answer, cut, lose_answer
from tests.browser.patience import wait_until
from tests.browser.people import somebody
from tests.browser.uploading import Uploading, chosen, noise
from tests.factories import make_album
from tests.project.models import Album

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)

BROKEN = ("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def page(visit, proxy):
    page = visit(somebody(), base_url=proxy.url)
    yield page
    page.faults[:] = [fault for fault in page.faults if not any(each in fault for each in BROKEN)]


@pytest.fixture
def gallery(page):
    page.goto(reverse("edit-album", args=[make_album().pk]))
    return Uploading(page).wait()


@pytest.mark.parametrize(
    "act, status, why",
    [
        (answer(500), 500, "The server failed (500)."),
        (answer(502), 502, "The server failed (502)."),
        (answer(503, Retry_After="1"), 503, "The server is asked too much at the moment."),
        (answer(429, Retry_After="1"), 429, "The server is asked too much at the moment."),
        (answer(408), 408, "The server did not answer in time."),
        (cut(), 0, "The connection broke off. Look whether you are online, then try again."),
        (cut(after=100), 0, "The connection broke off."),
    ],
    ids=["500", "502", "503", "429", "408", "cut", "cut-halfway"],
)
def test_what_passes_is_explained_and_tried_again_by_itself_after_a_pause_that_is_seen(
    page, gallery, proxy, sound, *, act, status, why
):
    proxy.plan(act)
    gallery.choose(chosen("beach.jpg"))
    said = gallery.row("beach.jpg").get_by_text(re.compile(r"Trying again in 1 second\."))
    assert wait_until(page, lambda: said.count() and why in said.inner_text())
    assert gallery.has("beach.jpg")
    assert gallery.is_idle()
    assert len(proxy.uploads) == 2
    if status:
        assert page.faults.forgive(status) == 1
    sound(page)


def test_each_pause_is_longer_and_whoever_cannot_wait_tries_now_or_cancels(
    page, gallery, proxy, sound
):
    proxy.plan(answer(503, Retry_After="40"), answer(503, Retry_After="40"))
    gallery.choose(chosen("now.png"), chosen("never.png"))
    assert gallery.is_in("pausing", "now.png", "never.png")
    assert page.faults.forgive(503) == 2
    assert gallery.says("now.png", "Trying again in 4")
    sound(page)
    gallery.press("Try now", row="now.png")
    assert gallery.has("now.png")
    gallery.press("Cancel", row="never.png")
    assert gallery.is_idle()
    assert len(proxy.uploads) == 3


def test_a_server_that_stays_broken_is_given_up_and_can_be_tried_again(page, gallery, proxy):
    page.clock.install()
    page.reload()
    gallery.wait()
    proxy.plan(*[answer(500)] * 5)
    gallery.choose(chosen("beach.jpg"))
    for number in range(1, 5):
        assert wait_until(page, lambda number=number: len(proxy.uploads) == number)
        assert gallery.is_in("pausing", "beach.jpg")
        # What nobody would wait for here is cut short.
        page.clock.fast_forward(70_000)
    assert gallery.is_in("failed", "beach.jpg")
    assert gallery.says("beach.jpg", "The server failed (500). Try again; if it stays so")
    assert page.faults.forgive(500) == 5
    gallery.press("Try again")
    assert gallery.has("beach.jpg")


def test_offline_is_said_and_all_goes_on_by_itself_in_its_order(page, gallery, sound):
    gallery.choose(chosen("first.png"))
    assert gallery.has("first.png")
    sound(page)
    page.context.set_offline(True)
    gallery.choose(chosen("second.png"), chosen("third.png"))
    for name in ("second.png", "third.png"):
        assert gallery.says(name, "There is no connection. It goes on by itself")
    sound(page)
    page.context.set_offline(False)
    assert gallery.has("first.png", "second.png", "third.png")
    assert gallery.is_idle()


def test_a_connection_that_is_lost_in_the_middle_is_waited_for(page, gallery, proxy):
    gate = Gate(after=1_000_000)
    proxy.plan(gate)
    gallery.choose(noise("large.png", 12_000))
    assert gate.reached.wait(30)
    page.context.set_offline(True)
    gate.cut()
    assert gallery.is_in("offline", "large.png")
    page.context.set_offline(False)
    assert gallery.has("large.png")


def test_who_is_offline_before_anything_was_loaded_loses_nothing(page, gallery):
    page.context.set_offline(True)
    gallery.choose(chosen("beach.jpg"))
    assert page.get_by_text("There is no connection.").first.is_visible() or wait_until(
        page, lambda: page.get_by_text("There is no connection.").count()
    )
    assert gallery.run("element => element.uploads.running") == 1
    page.context.set_offline(False)
    assert gallery.has("beach.jpg")
    assert gallery.is_idle()


def test_an_answer_that_got_lost_makes_no_second_picture_and_asks_nothing(page, gallery, proxy):
    proxy.plan(lose_answer())
    gallery.choose(chosen("beach.jpg"))
    assert gallery.has("beach.jpg")
    assert gallery.is_idle()
    press(page, "Save", exact=True)
    assert [image.name for image in Album.objects.get().photos.images()] == ["beach.jpg"]
    # The one that nobody names is removed in its time.
    assert Image.objects.filter(references__isnull=True).count() == 1


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(page, gallery, proxy):
    gate = Gate()
    proxy.plan(gate)
    gallery.run("element => { element.dataset.patienceSeconds = 1; }")
    gallery.choose(chosen("beach.jpg"))
    assert gallery.says("beach.jpg", "The server did not answer in time.")
    assert gallery.has("beach.jpg")
    gate.open()


def test_a_gallery_that_is_moved_on_the_page_carries_its_files_on(page, gallery, proxy):
    gates = [Gate(), Gate()]
    proxy.plan(*gates)
    gallery.choose(chosen("a.png"), chosen("b.png"))
    assert all(gate.reached.wait(30) for gate in gates)
    gallery.run("element => element.closest('form').prepend(element)")
    for gate in gates:
        gate.open()
    assert gallery.has("a.png", "b.png")


def test_a_gallery_that_is_taken_out_sends_nothing_more(page, gallery, proxy):
    gate = Gate(after=1_000_000)
    proxy.plan(gate)
    gallery.choose(noise("large.png", 12_000))
    assert gate.reached.wait(30)
    gallery.run("element => element.remove()")
    gate.open()
    assert wait_until(page, lambda: proxy.at_once == 0)
    assert Image.objects.count() == 0
