"""A large file goes in parts: what has arrived is not sent again, whatever happens on the way."""

from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from gallery_events.flows import resumable
from gallery_events.models import Image, PartialUpload
from tests.browser.clicks import press
from tests.browser.conftest import _session
from tests.browser.mishaps import Gate, answer, cut, hand_on, narrow
from tests.browser.patience import wait_until
from tests.browser.people import somebody
from tests.browser.uploading import Uploading, chosen, noise
from tests.edges.resuming import stored
from tests.factories import again, make_album
from tests.faults.world import files

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)

BROKEN = ("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_FAILED")
#: So much goes at once.
PART = 128 * 1024
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


def is_whole(large):
    """Tell whether there is one image, of these bytes, and nothing else of it."""
    image = Image.objects.get()
    return stored(image) == large.read_bytes() and files() == set(image.file_names())


#: Notes each state that the row of a file comes into.
NOTE_STATES = """element => {
  element.states = [];
  const note = records => element.states.push(...records.map(({ target }) => target.dataset.state));
  new MutationObserver(note).observe(element, { subtree: true, attributeFilter: ["data-state"] });
}"""


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


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(page, gallery, proxy, large):
    gate = Gate()
    proxy.plan(hand_on, gate)
    gallery.run("element => { element.dataset.patienceSeconds = 1; }")
    gallery.choose(large)
    assert gallery.says("large.png", "The server did not answer in time.")
    gate.cut()
    assert gallery.has("large.png")


def test_a_page_that_is_older_than_the_settings_sends_the_file_whole(
    page, gallery, settings, proxy, large
):
    settings.GALLERY_EVENTS = {}
    gallery.choose(large)
    assert gallery.has("large.png")
    assert page.faults.forgive(404) == 1
    assert (proxy.parts, len(proxy.uploads)) == ([], 1)


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


def requested(page):
    """Return a list of the scripts that the page asks for from now on, by their names."""
    found = []
    page.on("request", lambda request: found.append(request.url.rpartition("/")[2]))
    return found


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
