"""Forms that come and go on a page: formsets, inlines of the admin, "Add another"."""

import pytest
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.enhanced import Enhanced
from tests.browser.galleryform import file
from tests.browser.people import somebody, superuser, uploaded
from tests.factories import again, make_album
from tests.project.models import Album, Club

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
pytestmark = [SCRIPTS]


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def boss():
    return superuser()


@pytest.fixture
def images(boss):
    return [image.pk for image in uploaded(boss, "one.jpg", "two.jpg")]


def names_of(album):
    return [each.name for each in again(album).photos.images()]


def test_a_form_that_a_script_adds_is_alive_under_its_own_name(visit, anna, sound):
    page = visit(anna)
    page.goto(reverse("fit-formset"))
    Enhanced(page, "form-0-photos").wait()
    page.get_by_role("button", name="Add another").click()
    page.get_by_role("button", name="Add another").click()
    for at in (1, 2):
        page.locator(f'[name="form-{at}-title"]').fill(f"Album {at}")
        added = Enhanced(page, f"form-{at}-photos").wait()
        added.choose(file(f"{at}.jpg"))
        assert added.holds(1)
    sound(page)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    assert not [each for each in ids if "__" in each]
    press(page, "Save")

    assert [(each.title, names_of(each)) for each in Album.objects.order_by("pk")] == [
        ("Album 1", ["1.jpg"]),
        ("Album 2", ["2.jpg"]),
    ]


def test_what_is_done_in_one_form_of_a_set_is_not_done_in_another(visit, anna):
    first, second = (make_album([image.pk for image in uploaded(anna, f"{n}a.jpg", f"{n}b.jpg")])
                     for n in (1, 2))  # fmt: skip
    page = visit(anna)
    page.goto(reverse("fit-formset"))
    one, two = (Enhanced(page, f"form-{at}-photos").wait() for at in (0, 1))
    one.remove(first.photos[0])
    two.move(second.photos[1], 1)
    press(page, "Save")

    assert names_of(first) == ["1b.jpg"]
    assert names_of(second) == ["2b.jpg", "2a.jpg"]


@pytest.fixture
def club(boss, images):
    club = Club.objects.create(name="Rowers")
    make_album(images, club=club)
    return club


@pytest.fixture
def inlines(visit, boss, club):
    """Return the page of the admin with albums inside their club."""
    page = visit(boss)
    page.goto(reverse("admin:project_club_change", args=[club.pk]))
    Enhanced(page, "album_set-0-photos").wait()
    return page


def another(page, at):
    page.get_by_text("Add another Album").click()
    page.locator(f'[name="album_set-{at}-title"]').fill(f"Album {at}")
    return Enhanced(page, f"album_set-{at}-photos").wait()


def save(page):
    press(page, "Save", exact=True)
    assert page.locator(".errornote").count() == 0


def test_an_inline_that_the_admin_adds_is_alive_under_its_own_name(inlines, club):
    added = another(inlines, 1)
    added.choose(file("a.jpg"), file("b.jpg"))
    assert added.holds(2)
    wrong = inlines.evaluate(
        """() => [...document.querySelectorAll("#album_set-1 gallery-input *")]
          .flatMap(each => [...each.attributes])
          .filter(each => each.value.includes("__prefix__"))
          .map(each => `${each.name}=${each.value}`)"""
    )
    assert wrong == []
    save(inlines)

    assert names_of(Album.objects.latest("pk")) == ["a.jpg", "b.jpg"]
    assert names_of(club.album_set.earliest("pk")) == ["one.jpg", "two.jpg"]


def test_an_inline_that_is_taken_away_leaves_those_behind_it_whole(inlines):
    """The admin renumbers them: what they add from then on goes under their new name."""
    gone, stays = another(inlines, 1), another(inlines, 2)
    gone.choose(file("gone.jpg"))
    stays.choose(file("before.jpg"))
    assert gone.holds(1)
    assert stays.holds(1)
    inlines.locator("#album_set-1 .inline-deletelink").click()
    moved = Enhanced(inlines, "album_set-1-photos").wait()
    assert moved.holds(1)
    moved.choose(file("after.jpg"))
    assert moved.holds(2)
    assert inlines.locator('[name^="album_set-2-photos-order"]').count() == 0
    save(inlines)

    added = Album.objects.latest("pk")
    assert (added.title, names_of(added)) == ("Album 2", ["before.jpg", "after.jpg"])


def test_what_is_done_again_in_a_renumbered_inline_has_its_new_name(inlines):
    another(inlines, 1)
    stays = another(inlines, 2)
    stays.choose(file("again.jpg"))
    assert stays.holds(1)
    stays.run("element => element.undo()")
    inlines.locator("#album_set-1 .inline-deletelink").click()
    moved = Enhanced(inlines, "album_set-1-photos").wait()
    moved.run("element => element.redo()")
    assert moved.holds(1)
    save(inlines)

    assert names_of(Album.objects.latest("pk")) == ["again.jpg"]


def test_an_inline_of_a_saved_owner_is_deleted_with_its_box(inlines, club):
    inlines.locator('[name="album_set-0-DELETE"]').check()
    save(inlines)

    assert not club.album_set.exists()


def test_a_form_may_be_called_like_what_an_image_has(visit, anna, images):
    """Its prefix is in the name of each input: what an input is for stands behind it."""
    page = visit(anna)
    page.goto(reverse("edit-album", args=[make_album(images).pk]))
    Enhanced(page).wait()
    page.locator('[name="photos-base"]').evaluate("each => each.name = 'work-order-1-photos-base'")
    named = Enhanced(page, "work-order-1-photos").wait()
    named.run("element => void element.add({ id: 77, name: 'c.jpg', alt: 'Sand' })")

    assert page.locator(f'[name="{named.name}-alt-77"]').input_value() == "Sand"
    assert page.locator(f'[name="{named.name}-order-77"]').input_value() == str(len(images) + 1)
