"""What the predecessor got wrong in the browser: B6, B7, B9, B18, P5, P7, P8, P10 and X10, where they are about uploads."""

import pytest
from django.urls import reverse

from gallery_events.models import Image
from tests.browser.accessibility import violations
from tests.browser.clicks import press
from tests.browser.mishaps import Gate, answer
from tests.browser.people import somebody, superuser, uploaded
from tests.browser.uploading import Uploading, chosen
from tests.factories import again, make_album
from tests.project.models import Album, Diptych
from tests.system.bundle import brotli

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)

#: What a page must not do where nothing inline may run or be styled.
INLINE = """() => [
  ...[...document.scripts].filter(each => !each.src && each.type !== "application/json"),
  ...document.querySelectorAll("style, [style]"),
  ...[...document.querySelectorAll("*")].filter(each => [...each.attributes].some(({ name }) => name.startsWith("on"))),
].map(each => each.outerHTML.slice(0, 80))"""
#: How what is not ours looks in the admin, beside a gallery or without one.
LOOKS = """() => ["body", "h1", "#header", "input[name=_save]", "label[for=id_title]"].map(selector => {
  const { fontSize, fontFamily, color, backgroundColor, padding, lineHeight } =
    getComputedStyle(document.querySelector(selector));
  return [selector, fontSize, fontFamily, color, backgroundColor, padding, lineHeight];
})"""


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(visit, anna, proxy):
    return visit(anna, base_url=proxy.url)


def opened(page, *keys, view="edit-album"):
    page.goto(reverse(view, args=[make_album(list(keys)).pk]))
    return Uploading(page).wait()


def saved(owner, name="photos"):
    return [image.name for image in getattr(again(owner), name).images()]


def test_b06_a_form_that_is_sent_during_an_upload_waits_for_the_file(page, proxy):
    gate = Gate()
    proxy.plan(gate)
    gallery = opened(page)
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    page.get_by_role("button", name="Save", exact=True).click(no_wait_after=True)
    waiting = page.locator(".gallery-waiting")
    assert "The form is sent as soon as 1 picture is uploaded." in waiting.inner_text()
    with page.expect_navigation(wait_until="load"):
        gate.open()
    assert saved(Album.objects.get()) == ["beach.jpg"]


def test_b07_the_server_s_reason_is_shown_and_what_failed_is_dismissed_and_does_not_count(
    page, anna
):
    four = [image.pk for image in uploaded(anna, *(f"{number}.jpg" for number in range(4)))]
    gallery = opened(page, *four, view="limited")  # five at most
    gallery.choose(chosen("letter.png", b"Dear Anna"))
    assert gallery.says("letter.png", "it is no image of a kind that is taken")
    assert page.faults.forgive(400) == 1
    # The failed one is still shown, and takes nobody's place.
    gallery.choose(chosen("fifth.png"))
    assert gallery.has("0.jpg", "1.jpg", "2.jpg", "3.jpg", "fifth.png")
    gallery.press("Dismiss", row="letter.png")
    assert gallery.is_idle()


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_b09_of_two_galleries_only_the_one_that_is_meant_takes_a_file(page, way):
    page.goto(reverse("edit-diptych", args=[Diptych.objects.create(title="Two").pk]))
    left, right = Uploading(page, "left").wait(), Uploading(page, "right").wait()
    for gallery, names in ((left, ["a.png", "b.png"]), (right, ["c.png"])):
        gallery.input.focus()
        getattr(gallery, way)(*map(chosen, names))
        assert gallery.has(*names)
    assert left.names() == ["a.png", "b.png"]
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(ids) == len(set(ids))
    press(page, "Save", exact=True)
    two = Diptych.objects.get()
    assert (saved(two, "left"), saved(two, "right")) == (["a.png", "b.png"], ["c.png"])


@pytest.mark.parametrize("setting", ["CSRF_USE_SESSIONS", "CSRF_COOKIE_HTTPONLY"])
def test_b18_an_upload_needs_no_cookie_that_a_script_can_read(page, settings, setting):
    setattr(settings, setting, True)
    gallery = opened(page)
    assert "csrftoken" not in page.evaluate("document.cookie")
    gallery.choose(chosen("beach.jpg"))
    assert gallery.has("beach.jpg")


@pytest.fixture
def admin(visit, proxy):
    return visit(superuser(), base_url=proxy.url)


def test_p05_a_gallery_changes_nothing_of_the_admin_around_it(admin):
    admin.goto(reverse("admin:project_album_add"))
    Uploading(admin).wait()
    with_gallery = admin.evaluate(LOOKS)
    jquery = admin.evaluate("() => [typeof jQuery, django.jQuery.fn.jquery]")
    admin.evaluate("""() => {
      document.querySelector("gallery-input").remove();
      for (const each of document.querySelectorAll("link[href*=gallery_events]")) each.remove();
    }""")
    assert admin.evaluate(LOOKS) == with_gallery
    # The admin's own, and none that the page would have besides.
    admin.goto(reverse("admin:auth_group_add"))
    assert admin.evaluate("() => [typeof jQuery, django.jQuery.fn.jquery]") == jquery
    assert jquery[0] == "undefined"


def test_p07_pictures_are_brought_and_taken_back_by_keys_alone_and_said_aloud(page, proxy):
    gallery = opened(page)
    proxy.plan(answer(413))
    with page.expect_file_chooser() as choosing:
        gallery.input.focus()
        page.keyboard.press("Enter")
    choosing.value.set_files([chosen("beach.jpg")])
    assert gallery.is_in("failed", "beach.jpg")
    assert page.faults.forgive(413) == 1
    status = gallery.element.get_by_role("status")
    assert "more than the server lets through" in status.inner_text()
    names = []
    # Backwards: what failed stands above the input.
    while "Dismiss: beach.jpg" not in names:
        page.keyboard.press("Shift+Tab")
        names.append(page.evaluate("() => document.activeElement.textContent"))
        assert len(names) < 20
    assert violations(page) == []
    page.keyboard.press("Enter")
    assert gallery.is_idle()
    assert gallery.input.evaluate("input => input === document.activeElement")


def test_p08_what_was_just_uploaded_and_removed_comes_back_by_undo_and_from_the_tray(page):
    gallery = opened(page)
    gallery.choose(chosen("beach.jpg"))
    assert gallery.has("beach.jpg")
    remove = gallery.element.get_by_role("button", name="Remove beach.jpg", exact=True)
    remove.click()
    assert gallery.names() == []
    page.keyboard.press("Control+z")
    assert gallery.names() == ["beach.jpg"]
    remove.click()
    gallery.element.get_by_role("button", name="Put beach.jpg back").click()
    assert gallery.names() == ["beach.jpg"]
    assert Image.objects.count() == 1


def is_script(response):
    return response.request.resource_type == "script"


def test_p10_what_a_page_loads_before_anybody_does_anything_is_small_and_all_our_own(page):
    loaded = []
    page.on("response", lambda found: loaded.append(found) if is_script(found) else None)
    opened(page)
    scripts = {each.url: each.body() for each in loaded}
    assert len(scripts) >= 2
    assert all("/gallery_events/" in url for url in scripts)
    first = [body for url, body in scripts.items() if "arranging" not in url]
    assert sum(map(brotli, first)) <= 15_000
    assert page.evaluate("() => [typeof jQuery, typeof bootstrap]") == ["undefined"] * 2


def test_x10_a_page_on_which_pictures_were_brought_holds_nothing_inline(page, proxy):
    proxy.plan(answer(413))
    gallery = opened(page)
    gallery.choose(chosen("large.png"), chosen("beach.jpg"))
    assert gallery.is_in("failed", "large.png")
    assert gallery.has("beach.jpg")
    assert page.faults.forgive(413) == 1
    assert page.evaluate(INLINE) == []
