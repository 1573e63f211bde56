"""A gallery that is disabled, or may only be read: it is looked at, and nothing else."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.arranging import Arranging, saved, with_scripts
from tests.factories import events

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]


@pytest.fixture(params=["disabled", "readonly"])
def page(request, visit, carla, album):
    """Return the form of the album, in which the gallery is closed in one way or the other."""
    page = visit(carla)
    page.goto(reverse(request.param, args=[album.pk]))
    page.locator("gallery-input.gallery-enhanced").wait_for()
    return page


def test_it_is_shown_without_anything_to_change_it_by(page, sound):
    gallery = page.locator("gallery-input")
    expect(gallery.locator("li.gallery-item")).to_have_count(5)
    shown = gallery.get_by_role("button").or_(gallery.get_by_role("checkbox"))
    assert [each for each in shown.all() if each.is_visible()] == []
    assert gallery.locator("input:not([type=hidden]), textarea").count() == 0

    sound(page)


def test_neither_keys_nor_a_mouse_change_anything_and_nothing_is_saved(page, album):
    link = page.get_by_role("link", name="Enlarge b.jpg")
    link.focus()
    for key in ("Delete", "Space", "ArrowRight", "ControlOrMeta+z"):
        page.keyboard.press(key)
    link.drag_to(page.get_by_role("link", name="Enlarge d.jpg"))
    names = page.locator("li.gallery-item").evaluate_all(
        "all => all.map(each => each.dataset.name)"
    )
    assert names == FIVE
    page.get_by_label("Title").fill("Autumn")
    Arranging(page).save()

    assert saved(album) == FIVE
    assert [event for _, event in events(album)] == ["created", "touched"]


def test_its_pictures_are_shown_large(page):
    page.get_by_role("link", name="Enlarge b.jpg").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Picture 2 of 5")
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("Picture 3 of 5")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
