"""Alternative text, caption and the box for decoration, beside the image that they are about."""

import pytest
from playwright.sync_api import expect

from gallery_events.models import Image
from tests.browser.arranging import Arranging, saved, with_scripts

pytestmark = with_scripts

A, B, C, D, E = FIVE = [f"{each}.jpg" for each in "abcde"]
ALT, CAPTION, DECORATIVE = "Alternative text", "Caption", "Decorative, needs no words"


@pytest.fixture(params=["form", "admin"])
def gallery(request, visit, carla, album):
    """Return the gallery of the album, once in an ordinary form and once in the admin."""
    return Arranging.of(visit(carla), album, where=request.param)


@pytest.fixture
def plain(visit, carla, album):
    """Return the gallery in an ordinary form, where both would be the same."""
    return Arranging.of(visit(carla), album)


def text(gallery, name, label):
    return gallery.item(name).get_by_label(label)


def texts(album):
    """Return what the database says of each image of the album."""
    rows = {each.pk: each for each in Image.objects.all()}
    return [(rows[pk].alt, rows[pk].caption, rows[pk].decorative) for pk in album.photos]


def test_words_are_typed_in_place_and_saved_wherever_the_image_goes(gallery, album, sound):
    text(gallery, A, ALT).fill("Boats in a harbour")
    text(gallery, A, CAPTION).fill("In May,\nwhen they come back")
    text(gallery, B, DECORATIVE).check()
    sound(gallery.page)
    gallery.drag(A, to=C, after=True)
    gallery.part("remove", D).click()
    assert gallery.shows(B, C, A, E)
    gallery.save()

    assert saved(album) == [B, C, A, E]
    assert texts(album) == [
        ("Boats in a harbour", "In May,\nwhen they come back", False),
        ("", "", True),
        *[("", "", False)] * 3,
    ]


def test_what_is_decorative_has_no_place_for_an_alternative_text_until_it_is_not(plain, album):
    text(plain, A, ALT).fill("Boats")
    text(plain, A, DECORATIVE).check()
    expect(text(plain, A, ALT)).to_be_hidden()
    text(plain, A, DECORATIVE).uncheck()
    expect(text(plain, A, ALT)).to_have_value("Boats")
    text(plain, B, DECORATIVE).check()
    plain.save()
    assert texts(album)[:2] == [("Boats", "", False), ("", "", True)]
    plain = Arranging.of(plain.page, album)
    text(plain, B, DECORATIVE).uncheck()
    plain.save()

    assert texts(album)[:2] == [("Boats", "", False), ("", "", False)]


def test_a_text_is_one_step_that_is_undone_and_done_again(plain, album):
    text(plain, A, ALT).fill("Boats")
    text(plain, A, DECORATIVE).check()
    text(plain, B, CAPTION).fill("May")
    plain.part("later", A).click()
    for _ in range(4):
        plain.tool("undo").click()
    expect(text(plain, A, ALT)).to_have_value("")
    expect(text(plain, A, DECORATIVE)).not_to_be_checked()
    expect(text(plain, B, CAPTION)).to_have_value("")
    for _ in range(3):
        plain.tool("redo").click()
    assert plain.shows(*FIVE)
    plain.save()

    assert texts(album)[:2] == [("Boats", "", True), ("", "May", False)]


def test_whoever_types_is_not_disturbed_by_what_moves_meanwhile(plain):
    alt = text(plain, C, ALT)
    alt.focus()
    plain.page.keyboard.type("Half a")
    plain.run("element => element.change('sort', now => now.arranged(now.kept.toReversed()), {})")
    assert plain.shows(*FIVE[::-1])
    expect(alt).to_be_focused()
    plain.page.keyboard.type(" word")

    expect(alt).to_have_value("Half a word")


def test_a_picture_is_shown_large_with_the_words_that_were_just_typed(plain):
    text(plain, B, ALT).fill("Boats")
    text(plain, B, CAPTION).fill("In May")
    link = plain.item(B).get_by_role("link", name="Enlarge b.jpg")
    link.click()
    dialog = plain.element.get_by_role("dialog")
    expect(dialog).to_contain_text("Picture 2 of 5")
    expect(dialog).to_contain_text("Boats")
    expect(dialog).to_contain_text("In May")
    plain.press("Escape")
    # The focus goes back a moment after the dialog: whoever types before that is disturbed.
    expect(link).to_be_focused()
    text(plain, B, CAPTION).fill("")
    link.click()
    expect(dialog).to_contain_text("Boats")

    expect(dialog).not_to_contain_text("In May")


def test_the_pictures_are_shown_large_in_the_order_that_is_seen(plain, sound):
    """What lies in the tray is none of them."""
    plain.part("remove", B).click()
    plain.place(1, of=E)
    plain.item(E).get_by_role("link", name="Enlarge e.jpg").click()
    dialog = plain.element.get_by_role("dialog")
    expect(dialog).to_contain_text("Picture 1 of 4")
    sound(plain.page)
    plain.press("ArrowRight")
    expect(dialog).to_contain_text("Picture 2 of 4")
    shown = dialog.locator(".gallery-lightbox-stage img").get_attribute("src")
    assert shown.endswith(plain.item(A).locator("a.gallery-link").get_attribute("href"))
    plain.press("Escape")

    assert plain.shows(E, A, C, D)
    expect(plain.item(E).get_by_role("link", name="Enlarge e.jpg")).to_be_focused()
