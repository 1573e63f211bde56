"""Administrators: the history as pictures, what comes back, and who may do it."""

import pytest
from django.urls import reverse

from tests.browser.clicks import follow, press
from tests.browser.galleryform import GalleryForm, file
from tests.browser.people import KEEPER, staff, superuser, uploaded
from tests.edges.staff import address
from tests.factories import again, events, make_album
from tests.project.models import Album, Club


@pytest.fixture
def bert():
    return staff("bert", *KEEPER)


@pytest.fixture
def page(visit, bert):
    return visit(bert)


@pytest.fixture
def album(bert):
    """Return an album whose second version has another picture, and another title."""
    first, second = uploaded(bert, "first.jpg", "second.jpg")
    album = make_album([first.pk])
    album.photos, album.title = [second.pk], "Winter"
    album.save()
    return album


def names(owner):
    return [image.name for image in again(owner).photos.images()]


def test_an_album_is_made_and_its_gallery_changed(page, sound):
    page.goto(address(Album, "add"))
    sound(page)
    page.get_by_label("Title").fill("Autumn")
    GalleryForm(page).add("leaf.jpg")
    press(page, "Save and continue editing")

    album = Album.objects.get()
    assert names(album) == ["leaf.jpg"]
    sound(page)
    form = GalleryForm(page)
    form.remove(album.photos[0])
    form.add("tree.jpg")
    form.save()
    assert names(album) == ["tree.jpg"]
    assert page.locator("#result_list img").count() == 1
    sound(page)


def test_a_version_is_looked_at_and_restored_with_a_reason(page, sound, album):
    page.goto(address(album, "history"))
    assert page.locator(".gallery-row").count() == 2
    sound(page)
    follow(page, "Version 1")
    sound(page)
    follow(page, "Restore this version")
    sound(page)
    page.get_by_label("The galleries and all other fields").check()
    page.get_by_label("Reason").fill("The winter was too long")
    press(page, "Restore this version")

    assert names(album) == ["first.jpg"]
    assert again(album).title == "Summer"
    assert events(album)[-1] == (3, "restored")
    assert page.get_by_text("The winter was too long").is_visible()
    sound(page)


def test_what_was_saved_meanwhile_is_shown_before_anything_is_restored(page, sound, album):
    version = album.history.get(gallery_version=1)
    page.goto(reverse("admin:project_album_restore", args=[album.pk, version.pk]))
    theirs = again(album)
    theirs.title = "Spring"
    theirs.save()
    press(page, "Restore this version")

    assert page.get_by_text("Somebody saved this meanwhile").is_visible()
    assert names(album) == ["second.jpg"]
    sound(page)
    press(page, "Restore this version")
    assert names(album) == ["first.jpg"]
    assert again(album).title == "Spring"


def test_a_deleted_album_is_found_and_recovered(page, sound, album):
    page.goto(address(album, "delete"))
    press(page, "Yes, I")
    assert not Album.objects.exists()

    page.goto(address(Album, "recover_list"))
    sound(page)
    follow(page, "Winter")
    sound(page)
    press(page, "Recover this album")
    assert names(album) == ["second.jpg"]
    assert [event for _, event in events(album)][-2:] == ["deleted", "undeleted"]
    sound(page)


def test_two_editors_are_merged_and_it_is_said(page, bert, album):
    page.goto(address(album))
    (third,) = uploaded(bert, "third.jpg")
    theirs = again(album)
    theirs.photos.append(third.pk)
    theirs.save()
    GalleryForm(page).add("fourth.jpg")
    GalleryForm(page).save()

    assert names(album) == ["second.jpg", "third.jpg", "fourth.jpg"]
    assert page.get_by_text("Both changes are kept").is_visible()


def test_who_may_only_look_sees_the_pictures_and_nothing_to_change(visit, sound, album):
    page = visit(staff("dora", "view_album", "view_image", "view_timeline"))
    page.goto(address(album))

    assert page.locator("#content img").count() == 1
    assert page.locator("#content-main :is(input, textarea):not([type=hidden])").count() == 0
    sound(page)
    page.goto(address(album, "history"))
    sound(page)
    follow(page, "Version 1")
    assert page.get_by_role("link", name="Restore this version").count() == 0


@pytest.mark.parametrize("name", ["history", "recover_list", "change"])
def test_who_has_no_rights_is_refused(visit, sound, album, name):
    page = visit(staff("dora"))
    page.goto(address(Album if name == "recover_list" else album, name))

    assert page.faults.forgive(403)
    assert page.locator("main img").count() == 0


def test_albums_inside_a_club_are_edited_with_it(page, visit, sound):
    page = visit(superuser())
    club = Club.objects.create(name="Friends of the lens")
    (first,) = uploaded(superuser("dora"), "first.jpg")
    album = Album.objects.create(title="Summer", club=club, photos=[first.pk])
    page.goto(address(club))
    sound(page, within="#album_set-group")
    form = GalleryForm(page, "album_set-0-photos")
    form.remove(first.pk)
    form.add("second.jpg")
    form.save()

    assert names(album) == ["second.jpg"]


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
def test_an_inline_that_a_script_adds_has_a_gallery_of_its_own(visit, sound):
    page = visit(superuser())
    club = Club.objects.create(name="Friends of the lens")
    page.goto(address(club))
    page.get_by_text("Add another Album").click()
    page.get_by_text("Add another Album").click()
    sound(page, within="#album_set-group")
    for number, name in enumerate(["one.jpg", "two.jpg"]):
        page.locator(f"#id_album_set-{number}-title").fill(name)
        GalleryForm(page, f"album_set-{number}-photos").add(name)
    GalleryForm(page).save()

    assert {album.title: names(album) for album in Album.objects.all()} == {
        "one.jpg": ["one.jpg"],
        "two.jpg": ["two.jpg"],
    }


def test_images_are_uploaded_several_at_once_and_wait_for_a_gallery(visit, sound):
    page = visit(superuser())
    page.goto("/admin/gallery_events/image/add/")
    sound(page)
    page.locator("input[type=file]").set_input_files([file("one.jpg"), file("two.png")])
    press(page, "Upload")

    assert page.get_by_text("2 images were uploaded").is_visible()
    sound(page)


def test_a_picture_is_turned_and_cropped_by_numbers(visit, sound):
    carla = superuser()
    (image,) = uploaded(carla, "tower.jpg")
    page = visit(carla)
    page.goto(address(image))
    follow(page, "Turn or crop")
    page.get_by_label("Turn").select_option("a quarter to the right")
    page.get_by_label("Width").fill("900")
    press(page, "Make a new image")
    assert page.get_by_text("reaches out of the picture").is_visible()
    sound(page)

    page.get_by_label("Width").fill("120")
    press(page, "Make a new image")
    made = image.derivatives.get()
    assert (made.width, made.height) == (120, 300)
    assert page.get_by_text("this is the new image").is_visible()
    assert page.url.endswith(address(made))
    # Back to what it was made from.
    follow(page, "tower.jpg tower.jpg")
    assert page.url.endswith(address(image))
    sound(page)


def test_several_images_go_to_the_trash_at_once_and_those_in_use_stay(visit, sound, bert):
    first, second, used = uploaded(bert, "first.jpg", "second.jpg", "used.jpg")
    album = make_album([used.pk])
    page = visit(superuser())
    page.goto("/admin/gallery_events/image/")
    for box in page.locator("[name=_selected_action]").all():
        box.check()
    page.get_by_label("Action:").select_option("delete_selected")
    press(page, "Go", exact=True)

    assert page.get_by_text(f"in Album {album.pk}").first.is_visible()
    sound(page)
    press(page, "Move to trash")
    assert page.get_by_text("2 images are in the trash").is_visible()
    sound(page)
    trashed = [again(each).trashed_at is not None for each in (first, second, used)]
    assert trashed == [True, True, False]


def test_an_image_is_pinned_with_a_reason_and_unpinned(visit, sound, bert):
    (image,) = uploaded(bert, "first.jpg")
    page = visit(superuser())
    page.goto(address(image))
    follow(page, "Pin")
    press(page, "Pin", exact=True)
    assert page.get_by_text("Please correct the error").is_visible()
    sound(page)
    page.get_by_label("Reason").fill("For the calendar")
    press(page, "Pin", exact=True)
    assert page.get_by_text("For the calendar", exact=True).is_visible()
    sound(page)
    press(page, "Unpin")

    assert again(image).pinned_until is None
