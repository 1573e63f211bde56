"""A gallery longer than a page of the form: the script shows it whole, and sends what changed."""

import re

import pytest
from django.urls import reverse

from gallery_events.access import OwnerAccess
from tests.browser.arranging import Arranging, saved, with_scripts
from tests.browser.galleryform import GalleryForm
from tests.browser.patience import wait_until
from tests.browser.people import poster_of
from tests.factories import again
from tests.project.models import Photo, Poster

pytestmark = with_scripts

MANY = 1000
VIEWS = {"form": "edit-poster", "admin": "admin:project_poster_change"}
#: Notes how many images the page holds when it can be used, and after the first thing that is done.
FIRST = """() => document.addEventListener("gallery:ready", ({ target }) => {
  const there = () => target.querySelectorAll(".gallery-items > li").length;
  window.before = there();
  target.querySelector(".gallery-handle").dispatchEvent(
    new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
  window.after = there();
})"""


@pytest.fixture
def poster(carla):
    """Return a poster of very many images, whose thumbnails are one file."""
    return poster_of(MANY, carla)


@pytest.fixture(params=["form", "admin"])
def where(request):
    """Name the page on which it is edited."""
    return VIEWS[request.param]


@pytest.fixture
def gallery(visit, carla, poster, where):
    return Arranging.of(visit(carla), poster, where=where)


def sent(gallery):
    """Save, and return how many parameters went to the server."""
    with gallery.page.expect_request(lambda request: request.method == "POST") as found:
        gallery.save()
    return len(re.findall(rb'form-data; name="', found.value.post_data_buffer))


def test_one_from_place_900_goes_to_3_and_one_of_the_last_page_is_removed(gallery, poster, sound):
    form, ids = GalleryForm(gallery.page), list(poster.photos)
    assert not form.page.get_by_role("navigation", name="Pages of images").first.is_visible()
    form.place(ids[899], 3)
    form.remove(ids[989])
    form.input("alt", ids[949]).fill("The last but fifty")
    sound(gallery.page, within=".gallery-toolbar")
    assert sent(gallery) < 30
    moved = [ids[899], *[key for key in ids[2:] if key not in (ids[899], ids[989])]]

    assert again(poster).photos == ids[:2] + moved
    assert Photo.objects.get(pk=ids[949]).alt == "The last but fifty"


def test_all_of_them_are_turned_round_and_saved(gallery, poster):
    gallery.sort("The other way round")
    assert sent(gallery) < 30

    assert again(poster).photos == list(poster.photos)[::-1]


def test_most_of_them_are_selected_and_removed_at_once(gallery, poster):
    gallery.choose("11.jpg")
    gallery.focus("select", "11.jpg")
    gallery.press("End")
    # Those that are made meanwhile push it on, from under the mouse too.
    assert wait_until(gallery.page, lambda: gallery.items.count() == MANY)
    gallery.part("select", "1000.jpg").click(modifiers=["Shift"])
    assert gallery.says("990 images selected.")
    gallery.tool("remove-chosen").click()
    assert gallery.says("990 images removed when you save. They can be put back until then.")
    assert sent(gallery) < 30

    assert saved(poster) == [f"{number}.jpg" for number in range(1, 11)]


def test_all_of_them_are_given_words_at_once(visit, carla, poster):
    gallery = Arranging.of(visit(carla), poster, where="edit-poster")
    assert wait_until(gallery.page, lambda: gallery.items.count() == MANY)
    gallery.run(
        """element => {
          for (const alt of element.querySelectorAll("li [name*='-alt-']")) {
            alt.value = alt.name.slice(-4);
            alt.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }"""
    )
    assert sent(gallery) < 30

    assert {pk: alt for pk, alt in Photo.objects.values_list("pk", "alt") if alt} == {
        pk: str(pk)[-4:] for pk in poster.photos
    }


def test_what_was_typed_before_the_form_came_back_is_sent_though_its_image_is_not_there_yet(
    visit, carla, poster
):
    typed, unticked = poster.photos[900], poster.photos[950]
    Photo.objects.filter(pk=unticked).update(decorative=True)
    page = visit(carla)
    page.add_init_script("window.requestIdleCallback = () => 0")
    gallery = Arranging.of(page, poster, where="edit-poster")
    for key in (typed, unticked):
        gallery.run("(element, key) => void element.items.of(key)", str(key))
    form = GalleryForm(page)
    form.input("alt", typed).fill("Sand")
    form.input("decorative", unticked).uncheck()
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_label("Title").fill("")
    gallery.save()
    gallery.wait()
    assert gallery.items.count() == 100
    page.get_by_label("Title").fill("Still many")
    assert sent(gallery) < 30

    assert again(poster).title == "Still many"
    assert again(poster).photos == poster.photos
    assert Photo.objects.get(pk=typed).alt == "Sand"
    assert not Photo.objects.get(pk=unticked).decorative


def test_what_one_may_not_edit_is_only_shown_on_every_page(visit, carla, poster, monkeypatch):
    near, far = poster.photos[0], poster.photos[900]
    Photo.objects.filter(pk__in=[near, far]).update(alt="Sand")
    monkeypatch.setattr(OwnerAccess, "may_edit", lambda *_: False)
    gallery = Arranging.of(visit(carla), poster, where="edit-poster")
    assert wait_until(gallery.page, lambda: gallery.items.count() == MANY)
    form = GalleryForm(gallery.page)
    for key in (near, far):
        assert form.input("alt", key).count() == 0
        assert form.item(key).get_by_text("Sand", exact=True).is_visible()
        assert form.deed("edit", key).get_attribute("hidden") is not None


def test_so_many_are_added_at_once_that_a_server_would_not_read_a_form_of_them(
    visit, carla, poster
):
    empty = Poster.objects.create(title="Empty")
    keys = [str(pk) for pk in poster.photos[:400]]
    gallery = Arranging.of(visit(carla), empty, where="edit-poster")
    gallery.run(
        "(element, keys) => keys.forEach(id => element.add({ id, name: id, width: 3, height: 2 }))",
        keys,
    )
    assert gallery.holds(400)
    assert sent(gallery) < 30

    assert [str(pk) for pk in again(empty).photos] == keys


def test_the_first_thing_that_is_done_waits_for_no_image_that_is_far_away(visit, carla, poster):
    page = visit(carla)
    page.add_init_script(f"({FIRST})()")
    page.goto(reverse("edit-poster", args=[poster.pk]))
    gallery = Arranging(page).wait()
    first, second = (str(pk) for pk in poster.photos[:2])

    assert gallery.keys()[:2] == [second, first]
    assert page.evaluate("[before, after]") == [100, 100]
    # In the meantime the others come, in their places.
    assert wait_until(page, lambda: gallery.items.count() == MANY)
    shown = gallery.names()
    assert shown == ["2.jpg", "1.jpg", *(f"{number}.jpg" for number in range(3, MANY + 1))]


def test_an_image_that_is_far_away_is_dragged_like_any_other(visit, carla, poster):
    gallery = Arranging.of(visit(carla), poster, where="edit-poster")
    assert wait_until(gallery.page, lambda: gallery.items.count() == MANY)
    gallery.drag("997.jpg", to="999.jpg", after=True)
    gallery.save()

    assert saved(poster)[-4:] == ["998.jpg", "999.jpg", "997.jpg", "1000.jpg"]
