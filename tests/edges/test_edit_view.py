"""Edits by a program in the browser."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from gallery_events.access import Access, OwnerAccess
from gallery_events.domain.edits import Edit
from gallery_events.fields.acceptance import acceptance
from gallery_events.fields.addresses import signed
from gallery_events.flows import edit, upload
from gallery_events.models import Image
from gallery_events.signals import image_edited
from gallery_events.views import describing
from tests.edges.test_upload_view import refused
from tests.factories import make_album
from tests.pictures import picture
from tests.project.models import Album, Photo, Poster

pytestmark = pytest.mark.django_db

TURN = {"rotate": "90"}
PHOTOS = Album._meta.get_field("photos")
OF_POSTER = Poster._meta.get_field("photos")


def address(image):
    return reverse("gallery_events:edit", args=[type(image)._meta.label_lower, image.pk])


@pytest.fixture
def image(ann):
    return upload.receive(picture("Sunset.png", size=(64, 48)), user=ann)


def made(response, status=201):
    assert response.status_code == status
    assert "no-store" in response.headers["Cache-Control"]
    return Image.objects.get(pk=response.json()["id"])


# What is made.


def test_an_edit_is_made_and_told(anns, ann, image):
    asked = {"crop": "0,10,40,30", "rotate": "90", "flip": "1", "size": "64,48"}
    response = anns.post(address(image), asked)
    found = made(response)

    assert response.json() == json.loads(json.dumps(describing.described(found)))
    assert found.edit == {"rotate": 90, "flip": True, "crop": [0, 10, 40, 30], "size": [64, 48]}
    assert (found.original_id, found.uploaded_by) == (image.pk, ann)
    assert (found.width, found.height) == (40, 30)


def test_the_short_address_is_of_the_built_in_model(anns, image):
    assert made(anns.post(f"/gallery/edit/{image.pk}/", TURN)).original_id == image.pk


@pytest.mark.parametrize(
    "asked,told",
    [
        ({"rotate": "180"}, {"rotate": 180}),
        ({"flip": "true", "rotate": "", "crop": ""}, {"flip": True}),
        ({"flip": "on", "rotate": "0"}, {"flip": True}),
        ({"flip": "0", "crop": "1,0,63,48"}, {"crop": [1, 0, 63, 48]}),
    ],
)
def test_what_is_left_out_is_left_alone(anns, image, asked, told):
    assert made(anns.post(address(image), asked)).edit == told | {"size": [64, 48]}


def test_an_edit_of_an_edit_is_one_of_the_original(anns, image):
    first = made(anns.post(address(image), TURN))
    second = made(anns.post(address(first), {**TURN, "size": "48,64"}))

    assert (second.original_id, second.edit["rotate"]) == (image.pk, 180)


def test_an_edit_that_undoes_the_earlier_one_is_answered_by_the_original(anns, image):
    first = made(anns.post(address(image), TURN))

    assert made(anns.post(address(first), {"rotate": "270"}), status=200) == image


def test_images_of_another_model_are_edited_under_its_name(anns, ann):
    photo = upload.receive(picture("a.png"), user=ann, field=OF_POSTER)

    told = anns.post(address(photo), TURN).json()
    assert Photo.objects.get(pk=told["id"]).original_id == photo.pk


# What is refused.


@pytest.mark.parametrize(
    "asked,code",
    [
        ({}, "nothing"),
        ({"crop": "0,0,64,48"}, "nothing"),
        ({"rotate": "45"}, "rotate"),
        ({"rotate": "90.0"}, "rotate"),
        ({"rotate": "ninety"}, "rotate"),
        ({"rotate": "٩٠"}, "rotate"),
        ({"flip": "maybe"}, "flip"),
        ({"crop": "0,0,65,48"}, "crop"),
        ({"crop": "0,0,0,1"}, "crop"),
        ({"crop": "-1,0,5,5"}, "crop"),
        ({"crop": "1,2,3"}, "crop"),
        ({"crop": "1.5,0,5,5"}, "crop"),
        ({"crop": "1,2,3,4,5"}, "crop"),
        ({"crop": "[1,2,3,4]"}, "crop"),
        ({"crop": "0,0," + "9" * 5000 + ",1"}, "crop"),
        ({**TURN, "size": "48,64"}, "size"),
        ({**TURN, "size": "64"}, "size"),
        ({**TURN, "size": "0,0"}, "size"),
    ],
    ids=str,
)
def test_an_edit_that_cannot_be_made_is_told_why(anns, image, asked, code):
    assert refused(anns.post(address(image), asked), 400, code)
    assert Image.objects.count() == 1


def test_the_quota_holds_here_too(anns, image, settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (1, 10**9)}
    response = anns.post(address(image), TURN)

    assert "too many of your images are in no gallery" in refused(response, 400, "quota")
    assert response.json()["limit"] == [1, 10**9]


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_only_a_post_edits(anns, image, method):
    assert getattr(anns, method)(address(image)).status_code == 405


@pytest.mark.parametrize(
    "body, content_type",
    [
        ('{"rotate": 90}', "application/json"),
        (b"\xff\x00", "application/octet-stream"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_no_form_changes_nothing(anns, image, body, content_type):
    response = anns.generic("POST", address(image), body, content_type=content_type)

    refused(response, 400, "nothing")


class FullDisk(FileSystemStorage):
    def _save(self, name, content):
        raise OSError(28, "No space left on secret device /dev/sda1")


def test_what_goes_wrong_here_is_logged_and_not_told(anns, image, settings, caplog):
    settings.STORAGES = {**settings.STORAGES, "full": {"BACKEND": f"{__name__}.FullDisk"}}
    settings.GALLERY_EVENTS = {"STORAGE": "full"}
    response = anns.post(address(image), TURN)

    assert "try again later" in refused(response, 500, "failed")
    assert "secret" not in response.text
    assert "secret device" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_an_edit_has_its_own_transaction_whatever_the_project_wraps_requests_in(
    anns, image, monkeypatch
):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    around = []

    def look(**kwargs):
        around.append(list(connection.savepoint_ids))

    image_edited.connect(look)
    try:
        made(anns.post(address(image), TURN))
    finally:
        image_edited.disconnect(look)

    assert around == [[]]


# Who.


def test_whoever_is_not_logged_in_is_told_so_whether_or_not_there_is_an_image(client, image):
    refused(client.post(address(image), TURN), 401, "login")
    refused(client.post(f"/gallery/edit/{image.pk + 9}/", TURN), 401, "login")


def test_an_image_of_somebody_else_is_as_one_that_is_not_there(client, image):
    client.force_login(get_user_model().objects.create_user("bob"))

    theirs = client.post(address(image), TURN)
    none = client.post(f"/gallery/edit/gallery_events.image/{image.pk + 9}/", TURN)
    assert refused(theirs, 404, "unknown") == refused(none, 404, "unknown")
    assert theirs.content == none.content
    assert Image.objects.count() == 1


@pytest.mark.parametrize("key", ["0", "-1", "x", "%00", "9" * 400, "null"])
@pytest.mark.parametrize("model", ["gallery_events.image", "auth.user", "x", "project.photo"])
def test_an_address_of_nothing_is_not_found(anns, image, model, key):
    refused(anns.post(f"/gallery/edit/{model}/{key}/", TURN), 404, "unknown")


class MaySee(OwnerAccess):
    """All is to be seen."""

    def may_see(self, user, image):
        return True


def test_to_see_an_image_is_not_enough_to_edit_it(client, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.MaySee"}
    client.force_login(get_user_model().objects.create_user("bob"))

    assert "may not edit" in refused(client.post(address(image), TURN), 403, "denied")
    assert Image.objects.count() == 1


class MayEditUnseen(OwnerAccess):
    """Every picture may be edited, but none is to be seen."""

    def may_edit(self, user, image):
        return True

    def may_see(self, user, image):
        return False


def test_to_edit_one_must_see_too(anns, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.MayEditUnseen"}

    refused(anns.post(address(image), TURN), 404, "unknown")


@pytest.mark.parametrize("asked", [{}, {"rotate": "0"}, {"crop": "0,0,20,10"}])
def test_a_part_of_a_picture_does_not_lead_to_the_whole_that_is_not_to_be_seen(
    client, image, asked
):
    bob = get_user_model().objects.create_user("bob")
    part = edit.derive(image, Edit(crop=(0, 0, 20, 10)), user=bob)
    client.force_login(bob)

    response = client.post(address(part), asked)
    assert "may not see" in refused(response, 403, "denied")
    assert image.file.url not in response.text
    assert made(client.post(address(part), TURN)).original_id == image.pk, "of what is seen: yes"


class NoUploads(OwnerAccess):
    """One may do everything with what is there."""

    def may_upload(self, user, field):
        return False


def test_whoever_may_upload_nothing_makes_no_edits_either(anns, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.NoUploads"}

    refused(anns.post(address(image), TURN), 403, "denied")


class Nothing(Access):
    """Grants what is granted by default."""


def test_a_policy_that_grants_nothing_lets_nobody_edit(anns, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.Nothing"}

    refused(anns.post(address(image), TURN), 403, "denied")


def test_whoever_may_change_images_edits_those_of_others_as_ones_own(client, image):
    boss = get_user_model().objects.create_superuser("boss")
    client.force_login(boss)

    assert made(client.post(address(image), TURN)).uploaded_by == boss


@pytest.mark.parametrize("with_middleware", [True, False])
def test_a_request_from_another_site_is_refused(ann, image, settings, with_middleware):
    if not with_middleware:
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "csrf" not in each]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)

    assert browser.post(address(image), TURN).status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    made(browser.post(address(image), TURN, headers={"X-CSRFToken": "a" * 32}))


# For which gallery.


class OnlyAlbums(OwnerAccess):
    """Nobody uploads but for albums."""

    def may_upload(self, user, field):
        return super().may_upload(user, field) and field is PHOTOS


def test_the_policy_is_asked_for_the_gallery(anns, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.OnlyAlbums"}

    refused(anns.post(address(image), TURN), 403, "denied")
    made(anns.post(address(image), {**TURN, "field": signed(PHOTOS)}))


def test_a_gallery_that_was_not_signed_is_not_known(anns, image):
    told = refused(
        anns.post(address(image), {**TURN, "field": "project.album.photos"}), 404, "unknown"
    )
    assert "Load the page again" in told


def test_a_gallery_of_other_images_is_refused(anns, image):
    refused(anns.post(address(image), {**TURN, "field": signed(OF_POSTER)}), 400, "field")


def test_what_was_made_can_be_saved_in_the_place_of_the_other(anns, image):
    album = make_album([image.pk])
    found = made(anns.post(address(image), TURN))
    album.photos = [found.pk]
    album.save()

    assert album.photos.images() == [found]
    assert edit.derive(found, Edit(rotate=270)) == image


@pytest.fixture
def narrow(monkeypatch):
    """Let the gallery of albums accept less."""
    return lambda **limits: monkeypatch.setattr(PHOTOS, "acceptance", acceptance(**limits))


@pytest.mark.parametrize(
    "limits, asked",
    [
        ({"min_size": (40, 30)}, {"crop": "0,0,39,30"}),
        ({"min_size": (64, 48)}, TURN),
        ({"aspect": (4, 3)}, TURN),
        ({"aspect": ((1, 1), (4, 3))}, {"crop": "0,0,41,30"}),
    ],
    ids=str,
)
def test_what_the_gallery_would_not_take_is_not_made(anns, image, narrow, limits, asked):
    narrow(**limits)
    code = "too_small" if "min_size" in limits else "aspect"

    refused(anns.post(address(image), {**asked, "field": signed(PHOTOS)}), 400, code)
    assert Image.objects.count() == 1
    made(anns.post(address(image), asked))  # For no gallery there are no such limits.


@pytest.mark.parametrize(
    "refusal",
    [("too_small", "zu klein"), ("aspect", "4:3"), ("quota", "noch in keiner Galerie")],
    ids=lambda refusal: refusal[0],
)
def test_people_are_told_in_their_language_why_an_edit_is_not_made(
    anns, image, narrow, settings, refusal
):
    code, words = refusal
    narrow(**{"too_small": {"min_size": (64, 48)}, "aspect": {"aspect": (4, 3)}}.get(code, {}))
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (1 if code == "quota" else 9, 10**9)}

    with translation.override("de"):
        response = anns.post(address(image), {**TURN, "field": signed(PHOTOS)})

    said = refused(response, 400, code)
    assert said.startswith(f"„{image.name}“ wurde nicht übernommen: ")
    assert words in said


def test_the_limits_of_a_gallery_are_those_of_the_result(anns, image, narrow):
    narrow(min_size=(40, 30), aspect=(4, 3))
    for asked in ({"crop": "0,0,40,30"}, {"flip": "1"}, {"rotate": "180"}):
        made(anns.post(address(image), {**asked, "field": signed(PHOTOS)}))


def test_going_back_to_the_original_asks_for_no_limits(anns, image, narrow):
    part = made(anns.post(address(image), {"crop": "0,0,30,30"}))
    narrow(aspect=(1, 1))

    back = anns.post(address(part), {"field": signed(PHOTOS)})
    assert made(back, status=200) == image
