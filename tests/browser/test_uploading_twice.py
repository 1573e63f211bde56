"""The same picture twice is asked about, by whoever sees it first, and nothing else waits for the answer."""

import pytest
from django.urls import reverse

from gallery_events.flows import upload
from gallery_events.models import Image
from tests.browser.clicks import press
from tests.browser.mishaps import Gate
from tests.browser.patience import wait_until
from tests.browser.people import somebody
from tests.browser.uploading import Uploading, chosen
from tests.factories import again, make_album
from tests.pictures import picture
from tests.project.models import Album

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(visit, anna, proxy):
    return visit(anna, base_url=proxy.url)


@pytest.fixture
def gallery(page):
    page.goto(reverse("edit-album", args=[make_album().pk]))
    return Uploading(page).wait()


def copies(*names):
    """Return files of these names, all of the same bytes."""
    content = chosen("a.png")["buffer"]
    return [chosen(name, content) for name in names]


def buttons(gallery, row):
    return [
        each.split("\n")[0] for each in gallery.row(row).get_by_role("button").all_inner_texts()
    ]


def test_the_same_picture_chosen_twice_is_asked_about_before_it_is_sent(
    page, gallery, proxy, sound
):
    first, second = copies("first.png", "second.png")
    gallery.choose(first, second, chosen("other.png"))
    assert gallery.has("first.png", "other.png")
    assert gallery.says("second.png", "The same picture is here already, as “first.png”.")
    assert buttons(gallery, "second.png") == ["Keep both", "Leave it out"]
    assert len(proxy.uploads) == 2
    sound(page)
    gallery.press("Leave it out")
    assert gallery.is_idle()
    assert gallery.names() == ["first.png", "other.png"]
    assert len(proxy.uploads) == 2


def test_both_are_kept_when_one_wants_them_where_they_were_chosen(gallery, proxy):
    first, second = copies("first.png", "second.png")
    gallery.choose(first, second, chosen("other.png"))
    assert gallery.has("first.png", "other.png")
    gallery.press("Keep both")
    assert gallery.has("first.png", "second.png", "other.png")
    assert gallery.is_idle()


def test_one_that_was_removed_is_offered_back(gallery):
    first, second = copies("first.png", "second.png")
    gallery.choose(first)
    assert gallery.has("first.png")
    gallery.remove(*gallery.keys())
    gallery.choose(second)
    assert gallery.is_in("asking", "second.png")
    assert buttons(gallery, "second.png") == [
        "Keep both",
        "Use the one that is there",
        "Leave it out",
    ]
    gallery.press("Use the one that is there")
    assert gallery.has("first.png")
    assert gallery.is_idle()


def test_one_whose_addition_was_undone_is_no_twin(gallery):
    first, second = copies("first.png", "second.png")
    gallery.choose(first)
    assert gallery.has("first.png")
    gallery.run("element => element.undo()")
    gallery.choose(second)
    # The server remembers it all the same, and so does this question.
    assert gallery.says("second.png", "You have uploaded the same picture before")


def test_one_that_was_cancelled_is_no_twin(page, gallery, proxy):
    gate = Gate()
    proxy.plan(gate)
    first, second = copies("first.png", "second.png")
    gallery.choose(first)
    assert gate.reached.wait(30)
    gallery.choose(second)
    assert gallery.is_in("asking", "second.png")
    gallery.press("Cancel", row="first.png")
    gallery.press("Keep both", row="second.png")
    assert gallery.has("second.png")
    gate.open()


@pytest.fixture
def old(anna):
    """Return an image of Anna's that no gallery of this page holds, and the bytes it came as."""
    file = picture("old.png")
    content = file.read()
    file.seek(0)
    image = upload.receive(file, user=anna, field=Album._meta.get_field("photos"))
    Album.objects.create(title="Another one", photos=[image.pk])
    return image, content


def test_what_was_uploaded_long_ago_can_be_used_instead(page, gallery, old, sound):
    image, content = old
    gallery.choose(chosen("new.png", content), chosen("other.png"))
    assert gallery.has("other.png")
    assert gallery.says("new.png", "You have uploaded the same picture before, as “old.png”.")
    assert buttons(gallery, "new.png") == ["Keep both", "Use the one that is there", "Leave it out"]
    sound(page)
    gallery.press("Use the one that is there")
    assert gallery.has("old.png", "other.png")
    assert gallery.keys()[0] == str(image.pk)
    press(page, "Save", exact=True)
    album = Album.objects.exclude(title="Another one").get()
    assert album.photos[0] == image.pk


def test_what_browsers_do_not_show_is_seen_in_the_question_by_the_server_s_picture(
    page, gallery, anna
):
    file = picture("scan.tif")
    content = file.read()
    file.seek(0)
    image = upload.receive(file, user=anna, field=Album._meta.get_field("photos"))
    Album.objects.create(title="Another one", photos=[image.pk])
    gallery.choose(chosen("scan again.tif", content))
    assert gallery.is_in("asking", "scan again.tif")
    shown = gallery.row("scan again.tif").locator("img")
    assert wait_until(page, lambda: shown.evaluate("img => img.naturalWidth") > 0)


def test_what_was_uploaded_long_ago_can_be_had_twice(gallery, old):
    image, content = old
    gallery.choose(chosen("new.png", content))
    assert gallery.is_in("asking", "new.png")
    gallery.press("Keep both")
    assert gallery.has("new.png")
    assert gallery.keys() != [str(image.pk)]


def test_what_the_saved_gallery_holds_is_known_by_the_server(page, old):
    _image, content = old
    page.goto(reverse("edit-album", args=[Album.objects.get(title="Another one").pk]))
    gallery = Uploading(page).wait()
    gallery.choose(chosen("new.png", content))
    assert gallery.says("new.png", "The same picture is here already, as “old.png”.")
    gallery.press("Leave it out")
    assert gallery.is_idle()
    assert gallery.names() == ["old.png"]


def test_many_questions_are_answered_at_once(gallery, page):
    pairs = [copies(f"{number}.png", f"{number} again.png") for number in range(3)]
    gallery.choose(*(first for first, _second in pairs))
    assert gallery.has("0.png", "1.png", "2.png")
    gallery.choose(*(second for _first, second in pairs))
    assert gallery.is_in("asking", "0 again.png", "1 again.png", "2 again.png")
    gallery.press("Leave it out", row="0 again.png")
    assert wait_until(page, gallery.summary.is_visible)
    gallery.press("Leave out all that are asked about")
    assert gallery.is_idle()
    assert gallery.names() == ["0.png", "1.png", "2.png"]


def test_a_page_without_a_safe_connection_has_the_server_compare(gallery, page):
    page.evaluate("() => Object.defineProperty(crypto, 'subtle', { value: undefined })")
    first, second = copies("first.png", "second.png")
    gallery.choose(first)
    assert gallery.has("first.png")
    gallery.choose(second)
    assert gallery.says("second.png", "The same picture is here already, as “first.png”.")


def test_whoever_is_asked_has_not_saved_it(page, gallery):
    first, second = copies("first.png", "second.png")
    gallery.choose(first, second)
    assert gallery.has("first.png")
    gallery.press("Leave it out")
    press(page, "Save", exact=True)
    assert [image.name for image in again(Album.objects.get()).photos.images()] == ["first.png"]
    assert Image.objects.count() == 1
