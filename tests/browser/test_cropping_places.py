"""Pictures are edited wherever a gallery is: in the admin and its inlines, in formsets, beside another one."""

import pytest
from django.urls import reverse

from gallery_events.access import OwnerAccess
from gallery_events.flows import edit
from gallery_events.flows.edit import Edit
from tests.browser.clicks import press
from tests.browser.cropping import Cropping
from tests.browser.forms import AlbumForm
from tests.browser.galleryform import GalleryForm
from tests.browser.people import superuser, uploaded
from tests.factories import again, make_album
from tests.project.models import Club, Diptych

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"]),
]


class NobodyEdits(OwnerAccess):
    """Pictures stay as they came."""

    def may_edit(self, user, image):
        return False


@pytest.fixture
def carla():
    return superuser()


@pytest.fixture
def images(carla):
    return uploaded(carla, "one.png", "two.png", "three.png")


def turned(gallery, image):
    """Turn a picture by the dialog, and return what came of it."""
    gallery.wait().open(image.pk).press("Turn left")
    gallery.apply()
    return gallery.edited(image.pk)


@pytest.mark.parametrize("place", ["change", "inline", "formset"])
def test_in_each_kind_of_form_the_edited_picture_is_saved(visit, carla, images, place):
    club = Club.objects.create(name="Rowers")
    album = make_album([images[0].pk])
    type(album).objects.filter(pk=album.pk).update(club=club)
    address, name = {
        "change": (reverse("admin:project_album_change", args=[album.pk]), "photos"),
        "inline": (reverse("admin:project_club_change", args=[club.pk]), "album_set-0-photos"),
        "formset": (reverse("edit-all"), "form-0-photos"),
    }[place]
    page = visit(carla)
    page.goto(address)
    made = turned(Cropping(page, name), images[0])
    press(page, "Save", exact=True)

    assert again(album).photos == [made.pk]


def test_of_two_galleries_each_edits_its_own(visit, carla, images):
    owner = Diptych.objects.create(
        left=[image.pk for image in images[:2]], right=[images[0].pk, images[2].pk]
    )
    page = visit(carla)
    page.goto(reverse("edit-diptych", args=[owner.pk]))
    made = turned(Cropping(page, "right"), images[0])
    GalleryForm(page, "right").save()

    assert again(owner).right == [made.pk, images[2].pk]
    assert again(owner).left == [image.pk for image in images[:2]]


def test_in_a_form_that_is_of_no_object_the_original_is_edited_too(visit, carla, images):
    first = edit.derive(images[0], Edit(crop=(10, 20, 100, 80)), user=carla)
    page = visit(carla)
    page.goto(f"{reverse('loose')}?image={first.pk}")
    gallery = Cropping(page).wait().open(first.pk)
    assert gallery.box == [10, 20, 100, 80]
    gallery.press("Back to the original")
    gallery.dialog.wait_for(state="detached")

    assert gallery.edited(first.pk) == images[0]


@pytest.mark.parametrize("why", ["the widget", "the policy"])
def test_where_pictures_may_not_be_edited_there_is_no_button(
    visit, carla, images, monkeypatch, settings, *, why
):
    if why == "the policy":
        settings.GALLERY_EVENTS = settings.GALLERY_EVENTS | {"ACCESS": f"{__name__}.NobodyEdits"}
    else:
        monkeypatch.setattr(AlbumForm.base_fields["photos"].widget, "crop", False)
    page = visit(carla)
    page.goto(reverse("edit-album", args=[make_album([images[0].pk]).pk]))
    gallery = Cropping(page).wait()

    assert gallery.element.locator('[data-do="remove"]').first.is_visible()
    assert not gallery.pencil(images[0].pk).is_visible()
