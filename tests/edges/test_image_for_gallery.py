"""What a page learns of an image for one gallery: may an edit be made of it, may it be put in."""

import pytest
from django.contrib.auth import get_user_model

from gallery_events.access import OwnerAccess
from gallery_events.fields.acceptance import acceptance
from gallery_events.fields.addresses import signed
from gallery_events.flows import upload
from tests.factories import make_album, make_image
from tests.pictures import picture
from tests.project.models import Album, Poster

pytestmark = pytest.mark.django_db

PHOTOS = Album._meta.get_field("photos")
OF_POSTER = Poster._meta.get_field("photos")


def asked(browser, image, **parameters):
    """Return what is told beyond the image itself."""
    told = browser.get(f"/gallery/image/{image.pk}/", parameters).json()
    return {name: told[name] for name in ("may_edit", "may_use") if name in told}


def test_ones_own_image_may_be_edited_and_used(anns, image):
    assert asked(anns, image, field=signed(PHOTOS)) == {"may_edit": True, "may_use": True}


@pytest.mark.parametrize("field", [None, "project.album.photos"])
def test_where_no_gallery_is_asked_about_nothing_is_told(anns, image, field):
    assert asked(anns, image, **({} if field is None else {"field": field})) == {}


def test_a_form_that_is_of_no_object_is_told_too(anns, image, settings):
    assert asked(anns, image, field="") == {"may_edit": True, "may_use": True}
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.SeesAll"}
    others = make_image()
    assert asked(anns, others, field="") == {"may_edit": False, "may_use": False}


class SeesAll(OwnerAccess):
    """All is to be seen."""

    def may_see(self, user, image):
        return True


def test_what_is_only_to_be_seen_may_be_neither_edited_nor_used(client, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.SeesAll"}
    client.force_login(get_user_model().objects.create_user("bob"))

    assert asked(client, image, field=signed(PHOTOS)) == {"may_edit": False, "may_use": False}


class OnlyForSummer(OwnerAccess):
    """Images may be used in one album, and uploaded for none."""

    def may_use(self, user, image, owner):
        return owner.title == "Summer"

    def may_upload(self, user, field):
        return False


@pytest.mark.parametrize("title, may", [("Summer", True), ("Winter", False)])
def test_the_policy_is_asked_about_the_owner(anns, image, settings, title, may):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.OnlyForSummer"}
    album = Album.objects.create(title=title)

    told = asked(anns, image, field=signed(PHOTOS), owner=str(album.pk))
    assert told == {"may_edit": False, "may_use": may}


@pytest.mark.parametrize("owner", ["", "999999", "x", "\x00"])
def test_an_owner_that_is_not_there_is_one_to_come(anns, image, owner):
    assert asked(anns, image, field=signed(PHOTOS), owner=owner)["may_use"]


def test_what_the_gallery_does_not_take_may_not_be_used(anns, ann, image, monkeypatch):
    assert not asked(anns, image, field=signed(OF_POSTER))["may_use"], "of another model"

    monkeypatch.setattr(PHOTOS, "acceptance", acceptance(min_size=(100, 100)))
    large = upload.receive(picture("large.png", size=(100, 100)), user=ann)
    assert asked(anns, large, field=signed(PHOTOS))["may_use"]
    assert asked(anns, image, field=signed(PHOTOS)) == {"may_edit": True, "may_use": False}


def test_it_is_told_whether_a_gallery_has_the_image(anns, image):
    def is_used():
        return anns.get(f"/gallery/image/{image.pk}/", {"field": signed(PHOTOS)}).json()["used"]

    assert not is_used()
    make_album([image.pk])
    assert is_used()
