"""What is not taken says why and what to do: files, answers of all kinds, and a session that is over."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from gallery_events.access import OwnerAccess
from gallery_events.fields.acceptance import acceptance
from tests.browser.clicks import press
from tests.browser.mishaps import Gate, answer
from tests.browser.people import somebody
from tests.browser.uploading import Uploading, chosen
from tests.factories import make_album
from tests.project.models import Album

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)


class Nobody(OwnerAccess):
    """A policy by which nobody uploads."""

    def may_upload(self, user, field):
        return False


NOT_TAKEN = "“{}” was not taken: {}. Taken are "


@pytest.fixture
def anna():
    user = somebody()
    user.set_password("secret")
    user.save()
    return user


@pytest.fixture
def page(visit, anna, proxy):
    return visit(anna, base_url=proxy.url)


@pytest.fixture
def gallery(page):
    album = make_album()
    page.goto(reverse("edit-album", args=[album.pk]))
    return Uploading(page).wait()


def words(gallery, row):
    return gallery.row(row).locator(".gallery-upload-status").inner_text()


@pytest.mark.parametrize(
    "name, content, why",
    [
        ("empty.png", b"", "it is empty"),
        ("notes.pdf", b"%PDF", "it is no image of a kind that is taken, whatever its name says"),
        ("heavy.png", b"x" * 2_000_001, "it is too large"),
    ],
)
def test_a_wrong_file_is_refused_before_it_is_sent(
    page, gallery, proxy, settings, sound, *, name, content, why
):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {"MAX_BYTES": 2_000_000}
    page.reload()
    gallery.wait()
    gallery.choose(chosen(name, content))
    assert gallery.says(name, NOT_TAKEN.format(name, why))
    assert words(gallery, name).endswith("Everything else was kept.")
    assert gallery.row(name).get_by_role("button").all_inner_texts() == [f"Dismiss\n: {name}"]
    assert proxy.uploads == []
    sound(page)
    gallery.press("Dismiss")
    assert gallery.is_idle()


@pytest.mark.parametrize(
    "limit, size, why",
    [
        ({"max_pixels": 5000}, (100, 60), "it has too many pixels"),
        ({"min_size": (200, 100)}, (199, 100), "it is too small"),
        ({"aspect": ((4, 3), (16, 9))}, (100, 100), "it has another shape"),
    ],
)
def test_a_picture_of_the_wrong_size_is_refused_before_it_is_sent(
    page, album_limits, proxy, *, limit, size, why
):
    gallery = album_limits(**limit)
    gallery.choose(chosen("wrong.png", size=size))
    assert gallery.says("wrong.png", NOT_TAKEN.format("wrong.png", why))
    assert proxy.uploads == []


@pytest.fixture
def album_limits(page, monkeypatch):
    """Return a way to open the form of a gallery with limits of its own."""

    def opened(**limits):
        field = Album._meta.get_field("photos")
        monkeypatch.setattr(field, "acceptance", acceptance(**limits))
        page.goto(reverse("edit-album", args=[make_album().pk]))
        return Uploading(page).wait()

    return opened


def test_what_only_the_server_sees_is_said_in_the_same_words(page, gallery, proxy, sound):
    gallery.choose(chosen("letter.png", b"Dear Anna"))
    why = "it is no image of a kind that is taken, whatever its name says"
    assert gallery.says("letter.png", NOT_TAKEN.format("letter.png", why))
    assert len(proxy.uploads) == 1
    assert page.faults.forgive(400) == 1
    sound(page)


def test_the_words_are_those_of_the_reader(visit, proxy, anna):
    page = visit(anna, base_url=proxy.url, language="de")
    page.goto(reverse("edit-album", args=[make_album().pk]))
    gallery = Uploading(page).wait()
    gallery.choose(chosen("letter.png", b"Liebe Anna"), chosen("leer.png", b""))
    assert gallery.is_in("failed", "letter.png", "leer.png")
    assert page.faults.forgive(400) == 1
    for name in ("letter.png", "leer.png"):
        said = words(gallery, name)
        assert name in said
        assert "was not taken" not in said


@pytest.mark.parametrize(
    "act, status, said",
    [
        (answer(403), 403, "The server does not trust this page any more"),
        (answer(404), 404, "The address that pictures are sent to is not there"),
        (answer(413), 413, "more than the server lets through"),
        (answer(200), 200, "an answer that makes no sense (200)"),
        (answer(400), 400, "an answer that makes no sense (400)"),
        (answer(201, "[]", Content_Type="application/json"), 201, "makes no sense (201)"),
        (answer(429, Retry_After="3600"), 429, "The server is asked too much at the moment"),
    ],
    ids=["403", "404", "413-of-a-proxy", "page", "400", "list", "429-for-an-hour"],
)
def test_each_answer_that_is_no_image_says_what_happened_and_is_tried_again_by_hand(
    page, gallery, proxy, sound, *, act, status, said
):
    # A token that is too old is renewed and tried once by itself.
    proxy.plan(act, *([act] if status == 403 else []))
    gallery.choose(chosen("beach.jpg"))
    assert gallery.says("beach.jpg", said)
    if status >= 400:
        assert page.faults.forgive(status) == (2 if status == 403 else 1)
    sound(page)
    gallery.press("Try again")
    assert gallery.has("beach.jpg")
    assert gallery.is_idle()


def test_whoever_may_not_upload_any_more_is_told_by_the_server(page, gallery, settings):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {
        "ACCESS": "tests.browser.test_uploading_refused.Nobody"
    }
    gallery.choose(chosen("beach.jpg"))
    assert gallery.says("beach.jpg", "You may not upload pictures here. Ask an administrator")
    assert page.faults.forgive(403) == 1


def test_a_full_quota_is_said(page, gallery, settings):
    settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {"MAX_UNCLAIMED": (1, 10_000_000)}
    gallery.choose(chosen("first.png"))
    assert gallery.has("first.png")
    gallery.choose(chosen("second.png"))
    assert gallery.says("second.png", "too many of your images are in no gallery yet")
    assert page.faults.forgive(400) == 1


def test_a_session_that_is_over_loses_nothing_when_one_logs_in_in_another_window(
    page, gallery, sound
):
    gallery.choose(chosen("before.png"))
    assert gallery.has("before.png")
    # Django gives a new token to whoever logs in.
    Session.objects.all().delete()
    page.context.clear_cookies(name="sessionid")
    gallery.choose(chosen("beach.jpg"), chosen("dune.jpg"))
    for name in ("beach.jpg", "dune.jpg"):
        assert gallery.says(name, "You are not logged in any more. Log in in another window")
    assert page.faults.forgive(401) == 2
    sound(page)
    with page.context.expect_page() as opening:
        gallery.row("beach.jpg").get_by_role("link", name="Log in in another window").click()
    other = opening.value
    assert "/accounts/login/" in wait_url(other)
    other.get_by_label("Username").fill("anna")
    other.get_by_label("Password").fill("secret")
    press(other, "Save")
    gallery.press("Try all again")
    assert gallery.has("before.png", "beach.jpg", "dune.jpg")
    # The page was not trusted with its old token: it has the new one now.
    assert page.faults.forgive(403) >= 1
    press(page, "Save", exact=True)
    names = [image.name for image in Album.objects.get().photos.images()]
    assert names == ["before.png", "beach.jpg", "dune.jpg"]


def wait_url(page):
    page.wait_for_load_state("load")
    return page.url


def test_a_site_that_leads_to_its_login_without_a_word_is_understood(page, gallery, proxy):
    proxy.plan(answer(302, Location="/accounts/login/?next=/"))
    gallery.choose(chosen("beach.jpg"))
    assert gallery.says("beach.jpg", "You are not logged in any more")
    gallery.press("Try again")
    assert gallery.has("beach.jpg")


@pytest.mark.parametrize("setting", ["CSRF_USE_SESSIONS", "renamed"])
def test_the_token_is_that_of_the_form_wherever_the_site_keeps_it(page, settings, setting):
    if setting == "renamed":
        settings.CSRF_COOKIE_NAME, settings.CSRF_HEADER_NAME = "mine", "HTTP_X_MINE"
        settings.CSRF_COOKIE_HTTPONLY = True
    else:
        settings.CSRF_USE_SESSIONS = True
    page.goto(reverse("edit-album", args=[make_album().pk]))
    gallery = Uploading(page).wait()
    gallery.choose(chosen("beach.jpg"))
    assert gallery.has("beach.jpg")


def test_a_failed_file_is_no_reason_not_to_save_the_others(page, gallery):
    gallery.choose(chosen("good.png"), chosen("letter.png", b"Dear Anna"))
    assert gallery.has("good.png")
    assert gallery.is_in("failed", "letter.png")
    assert page.faults.forgive(400) == 1
    press(page, "Save", exact=True)
    assert [image.name for image in Album.objects.get().photos.images()] == ["good.png"]


def test_a_file_that_was_deleted_meanwhile_says_so(page, gallery, proxy, tmp_path):
    gates = [Gate(), Gate(), Gate()]
    proxy.plan(*gates)
    file = tmp_path / "gone.png"
    file.write_bytes(chosen("gone.png")["buffer"])
    gallery.choose(*(chosen(f"{number}.png") for number in range(3)))
    assert all(gate.reached.wait(30) for gate in gates)
    gallery.input.set_input_files(file)
    assert gallery.is_in("waiting", "gone.png")
    file.unlink()
    for gate in gates:
        gate.open()
    assert gallery.says("gone.png", "It cannot be read")
    forget_missing(page)


def forget_missing(page):
    """What cannot be read is also a request that fails."""
    page.faults[:] = [each for each in page.faults if not re.search("ERR_FILE_NOT_FOUND", each)]


def test_events_tell_what_failed(page, gallery):
    with gallery.told("gallery:failed") as told:
        gallery.choose(chosen("letter.png", b"Dear Anna"))
        assert gallery.is_in("failed", "letter.png")
    assert page.faults.forgive(400) == 1
    ((_type, what),) = told
    assert (what["code"], what["file"]) == ("format", "letter.png")
    assert what["message"]
