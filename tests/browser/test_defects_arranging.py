"""Defects of the predecessor's widget in a browser: those about what is shown, moved and removed."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from playwright.sync_api import expect

from gallery_events.models import Image
from tests.browser.arranging import Arranging, Mouse, middle, saved, with_scripts
from tests.browser.enhanced import Enhanced
from tests.browser.galleryform import file
from tests.browser.patience import wait_until
from tests.project.models import Album

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]


@pytest.fixture
def gallery(visit, carla, album):
    return Arranging.of(visit(carla), album)


def test_b04_an_image_without_a_picture_is_moved_and_kept_like_any_other(visit, carla, album):
    broken = Image.objects.get(pk=album.photos[1])
    default_storage.delete(broken.made()["thumbnail"]["name"])
    page = visit(carla)
    gallery = Arranging.of(page, album)
    gallery.part("later", B).click()
    gallery.part("remove", A).click()
    gallery.save()

    assert saved(album) == [C, B, D, E]
    page.goto(reverse("login"))
    assert page.faults.forgive(404)


def test_b05_a_gallery_is_whole_whatever_cannot_be_fetched_and_an_addition_replaces_nothing(
    visit, carla, album
):
    """Every request but the page, its files and the upload fails."""
    page, asked = visit(carla), []

    def refuse(route):
        asked.append(route.request.url)
        route.abort()

    page.route(
        lambda url: (
            not any(part in url for part in ("/edit/", "/static/", "/media/", "upload", "/album/"))
        ),
        refuse,
    )
    gallery = Arranging.of(page, album)
    assert gallery.shows(*FIVE)
    gallery.element.locator('[name="photos-upload"]').set_input_files([file("new.jpg")])
    assert wait_until(page, lambda: gallery.names() == [*FIVE, "new.jpg"])
    gallery.save()

    assert saved(album) == [*FIVE, "new.jpg"]
    assert [url for url in asked if not url.endswith("/favicon.ico")] == []


def test_b16_a_page_may_give_the_inputs_any_ids(visit, carla, album):
    page = visit(carla)
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          for (const each of document.querySelectorAll("gallery-input [id], form > div > [id]"))
            each.id = `mine-${each.id}`;
          for (const each of document.querySelectorAll("gallery-input [for]"))
            each.htmlFor = `mine-${each.htmlFor}`;
          document.querySelector("gallery-input")?.removeAttribute("id");
        }, { capture: true })"""
    )
    gallery = Arranging.of(page, album)
    gallery.drag(E, to=A)
    gallery.part("remove", B).click()
    gallery.item(C).get_by_label("Alternative text").fill("Boats")
    gallery.save()

    assert saved(album) == [E, A, C, D]
    assert Image.objects.get(pk=album.photos[2]).alt == "Boats"


def test_b17_a_gallery_that_is_put_into_the_page_later_is_alive(visit, carla, album):
    page = visit(carla)
    page.goto(reverse("fit-formset"))
    Enhanced(page, "form-0-photos").wait()
    page.get_by_role("button", name="Add another").click()
    page.locator('[name="form-1-title"]').or_(page.locator('[name="form-2-title"]')).last.fill(
        "Autumn"
    )
    last = page.locator("gallery-input").last
    added = Arranging(page, last.get_attribute("data-name")).wait()
    Enhanced.choose(added, file("one.jpg"), file("two.jpg"))
    assert added.shows("one.jpg", "two.jpg")
    added.drag("two.jpg", to="one.jpg")
    added.part("remove", "one.jpg").click()
    added.tool("undo").click()
    assert added.shows("two.jpg", "one.jpg")
    page.get_by_role("button", name="Save").click()
    assert wait_until(page, lambda: Album.objects.filter(title="Autumn").exists())

    assert saved(Album.objects.get(title="Autumn")) == ["two.jpg", "one.jpg"]
    assert saved(album) == FIVE


def test_p06_images_are_reordered_by_a_handle_that_is_seen_and_by_nothing_else(gallery):
    handle = gallery.part("handle", A)
    gallery.draggable()
    expect(handle).to_be_visible()
    assert handle.evaluate("each => getComputedStyle(each).cursor") == "grab"
    box = handle.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    mouse = Mouse(gallery.page)
    mouse.take(middle(gallery.item(A).locator(".gallery-name")))
    mouse.go(middle(gallery.item(C)))
    mouse.let_go()

    assert gallery.shows(*FIVE)


def test_p07_every_control_has_a_name_and_is_reached_by_keys(gallery):
    names = gallery.element.get_by_role("button").filter(visible=True)
    unnamed = names.evaluate_all(
        "all => all.filter(each => !(each.ariaLabel || each.textContent.trim() || each.labels?.length))"
        ".map(each => each.outerHTML)"
    )
    assert unnamed == []
    gallery.focus("select", A)
    reached = {gallery.focused()}
    for _ in range(7):
        gallery.press("Tab")
        reached.add(gallery.focused())
    parts = gallery.item(A).locator(".gallery-controls [data-do]").filter(visible=True)

    assert {
        (deed, A) for deed in parts.evaluate_all("all => all.map(each => each.dataset.do)")
    } <= reached


def test_p08_a_removal_is_undone_until_the_form_is_saved_and_deletes_nothing_then(gallery, album):
    gallery.part("remove", A).click()
    gallery.part("remove", B).click()
    assert gallery.removed() == [A, B]
    gallery.press("ControlOrMeta+z")
    assert gallery.shows(B, C, D, E)
    assert saved(album) == FIVE
    gallery.save()
    removed = Image.objects.get(pk=album.photos[0])

    assert saved(album) == [B, C, D, E]
    assert default_storage.exists(removed.file.name)
