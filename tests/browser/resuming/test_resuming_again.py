"""A large file goes on after a reload, in a gallery that was moved, and as whoever logs in again."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.utils import timezone

from gallery_events.flows import resumable
from gallery_events.models import Image, PartialUpload
from tests.browser.mishaps import Gate, answer, hand_on
from tests.browser.patience import wait_until
from tests.browser.resuming.parts import PART, is_whole, meet_first, without_a_pause
from tests.edges.resuming import stored

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)


def test_a_part_that_another_has_sent_meanwhile_is_not_sent_again(page, gallery, proxy, large):
    with without_a_pause(gallery):
        gate = Gate()
        proxy.plan(hand_on, gate)
        gallery.choose(large)
        assert gate.reached.wait(30)
        content = large.read_bytes()
        upload = PartialUpload.objects.get()
        part = content[PART : 3 * PART]
        resumable.add(
            upload,
            BytesIO(part),
            size=len(part),
            offset=PART,
            lifetime=timedelta(days=1),
            now=timezone.now(),
        )
        gate.open()
        assert gallery.has("large.png")
    assert page.faults.forgive(409) == 1
    assert [at for at, _size in proxy.parts] == [0, PART, 3 * PART, 4 * PART, 5 * PART]
    assert is_whole(large)


def test_an_upload_that_was_given_up_meanwhile_is_begun_anew(page, gallery, proxy, large):
    with without_a_pause(gallery):
        gate = Gate()
        proxy.plan(hand_on, hand_on, gate)
        gallery.choose(large)
        assert gate.reached.wait(30)
        PartialUpload.objects.all().delete()
        gate.open()
        assert gallery.has("large.png")
    assert page.faults.forgive(404) == 2
    assert [at for at, _size in proxy.parts][2:5] == [2 * PART, 0, PART]


@pytest.mark.parametrize("status", [404, 409, 410])
def test_an_upload_that_has_no_image_when_it_is_asked_for_one_is_asked_how_far_it_is(
    page, gallery, proxy, large, status
):
    meet_first(page, "POST", lambda route: route.fulfill(status=status))
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(status) == 1
    assert len(proxy.parts) == 6
    assert is_whole(large)


def test_a_part_that_the_server_has_lost_is_sent_again_with_all_behind_it(
    page, gallery, proxy, large
):
    gate = Gate()
    proxy.plan(hand_on, hand_on, hand_on, hand_on, hand_on, gate)
    with without_a_pause(gallery):
        gallery.choose(large)
        assert gate.reached.wait(30)
        lost, _size = PartialUpload.objects.get().chunks[3]
        default_storage.delete(lost)
        gate.open()
        assert gallery.has("large.png")
    assert page.faults.forgive(409) == 1
    assert [at for at, _size in proxy.parts[6:]] == [3 * PART, 4 * PART, 5 * PART]
    assert stored(Image.objects.get()) == large.read_bytes()


def test_a_reload_loses_nothing_of_what_has_arrived(page, gallery, proxy, large):
    gate = Gate()
    proxy.plan(hand_on, hand_on, hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    page.reload()
    gate.cut()
    gallery.wait()
    assert gallery.names() == []
    gallery.choose(large)
    assert gallery.has("large.png")
    assert [at for at, _size in proxy.parts] == [
        *(0, PART, 2 * PART, 3 * PART),
        *(3 * PART, 4 * PART, 5 * PART),
    ]
    assert is_whole(large)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_whoever_is_logged_out_on_the_way_goes_on_after_logging_in(
    page, gallery, proxy, *, log_in, large, sound
):
    gate = Gate()
    proxy.plan(hand_on, hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    Session.objects.all().delete()
    gate.open()
    assert gallery.says("large.png", "You are not logged in any more.")
    assert page.faults.forgive(401) == 1
    assert gallery.row("large.png").get_by_role("link", name="Log in").is_visible()
    sound(page)
    log_in()
    gallery.press("Try again", row="large.png")
    assert gallery.has("large.png")
    assert [at for at, _size in proxy.parts][2:4] == [2 * PART, 2 * PART]
    assert is_whole(large)


def test_whoever_is_logged_out_before_a_break_learns_it_and_loses_nothing(
    page, gallery, proxy, log_in, large
):
    gate = Gate()
    proxy.plan(hand_on, hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    Session.objects.all().delete()
    gate.cut()
    # How far it is nobody is told who is not logged in.
    assert gallery.says("large.png", "You are not logged in any more.")
    assert page.faults.forgive(401) == 1
    log_in()
    gallery.press("Try again", row="large.png")
    assert gallery.has("large.png")
    assert [at for at, _size in proxy.parts][2:4] == [2 * PART, 2 * PART]


def test_a_site_that_leads_to_its_login_without_a_word_is_understood(page, gallery, proxy, large):
    proxy.plan(hand_on, answer(302, Location="/accounts/login/?next=/"))
    gallery.choose(large)
    assert gallery.says("large.png", "You are not logged in any more.")
    page.faults.clear()
    gallery.press("Try again", row="large.png")
    assert gallery.has("large.png")
    assert is_whole(large)


def test_the_same_picture_twice_at_once_is_two_pictures_where_both_are_wanted(
    page, gallery, proxy, large
):
    gate = Gate()
    proxy.plan(hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    gallery.choose(large)
    gallery.press("Keep both")
    assert wait_until(page, lambda: Image.objects.count() == 1)
    gate.open()
    assert wait_until(page, lambda: Image.objects.count() == 2)
    assert {stored(image) for image in Image.objects.all()} == {large.read_bytes()}


def test_a_gallery_that_is_moved_on_the_page_goes_on_with_what_has_arrived(
    page, gallery, proxy, large
):
    gate = Gate()
    proxy.plan(hand_on, hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    gallery.run("element => element.closest('form').prepend(element)")
    gate.cut()
    assert gallery.has("large.png")
    assert 0 not in [at for at, _size in proxy.parts[3:]]
    assert is_whole(large)


def test_a_token_that_became_too_old_on_the_way_is_renewed(page, gallery, proxy, large):
    gate = Gate()
    proxy.plan(hand_on, hand_on, gate)
    gallery.choose(large)
    assert gate.reached.wait(30)
    # As whoever logs in in another window has another one.
    page.context.clear_cookies(name="csrftoken")
    gate.open()
    assert gallery.has("large.png")
    assert page.faults.forgive(403) == 1
    assert 0 not in [at for at, _size in proxy.parts[3:]]
    assert is_whole(large)


@pytest.mark.parametrize("setting", ["CSRF_USE_SESSIONS", "renamed"])
def test_tokens_come_from_wherever_the_project_keeps_them(
    page, gallery, proxy, *, large, settings, setting
):
    if setting == "renamed":
        settings.CSRF_COOKIE_NAME, settings.CSRF_HEADER_NAME = "mine", "HTTP_X_MINE"
        settings.CSRF_COOKIE_HTTPONLY = True
    else:
        settings.CSRF_USE_SESSIONS = True
    page.reload()
    gallery.wait()
    gallery.choose(large)
    assert gallery.has("large.png")
    assert len(proxy.parts) == 6
