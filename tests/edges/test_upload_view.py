"""Uploads by a program in the browser."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from gallery_events import conf
from gallery_events.access import OwnerAccess
from gallery_events.fields.addresses import gallery_of
from gallery_events.models import Image
from gallery_events.signals import image_uploaded
from gallery_events.views.upload import signed, upload_url
from tests import named
from tests.pictures import picture
from tests.project.models import Album, Diptych, Painting, Photo, Poster

pytestmark = pytest.mark.django_db

ADDRESS = "/gallery/upload/"
PHOTOS = Album._meta.get_field("photos")


def refused(response, status, code):
    """Return the sentence of a refusal, whose code is known."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    told = response.json()
    assert set(told) == {"code", "message", "limit"}
    assert told["code"] == code
    return told["message"]


def broken(name="broken.jpg"):
    return SimpleUploadedFile(name, b"this is text")


# What comes in.


def test_a_picture_is_stored_and_told(anns, ann):
    response = anns.post(ADDRESS, {"file": picture("Sunset.jpg", size=(64, 48))})
    image = Image.objects.get()

    assert response.status_code == 201
    told = response.json()
    assert told.pop("already") == []
    assert told == anns.get(f"/gallery/image/{image.pk}/").json()
    assert (told["id"], told["name"], told["url"]) == (image.pk, "Sunset.jpg", image.file.url)
    assert image.uploaded_by == ann
    assert "no-store" in response.headers["Cache-Control"]


def test_where_the_view_serves_its_addresses_are_told(anns, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    told = anns.post(ADDRESS, {"file": picture()}).json()

    assert told["url"].startswith("/gallery/file/gallery_events.image/")
    assert told["thumbnail"].endswith("/thumbnail/")


def test_several_are_taken_one_by_one_and_answered_in_their_order(anns):
    response = anns.post(ADDRESS, {"file": [picture("a.png"), picture("b.png")]})

    assert response.status_code == 201
    assert [each["name"] for each in response.json()] == ["a.png", "b.png"]
    assert Image.objects.count() == 2


def test_one_of_several_that_is_refused_does_not_undo_the_others(anns):
    response = anns.post(ADDRESS, {"file": [picture("a.png"), broken(), picture("b.png")]})
    first, second, third = response.json()

    assert response.status_code == 207
    assert (first["name"], second["code"], third["name"]) == ("a.png", "format", "b.png")
    assert Image.objects.count() == 2


def test_all_of_several_refused_is_a_refusal(anns):
    response = anns.post(ADDRESS, {"file": [broken(), broken()]})

    assert response.status_code == 400
    assert [each["code"] for each in response.json()] == ["format", "format"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"file": "text"},
        {"files": "x"},
        {"file-upload": SimpleUploadedFile("a.png", b"x")},
    ],
    ids=named,
)
def test_a_request_without_a_file_is_a_sentence(anns, data):
    assert "choose a picture" in refused(anns.post(ADDRESS, data), 400, "missing")


@pytest.mark.parametrize(
    "body, content_type",
    [
        ("{}", "application/json"),
        (b"", "multipart/form-data; boundary=x"),
        (b"\xff\x00", "application/octet-stream"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"a=1", "application/x-www-form-urlencoded"),
    ],
    ids=named,
)
def test_a_body_that_is_no_upload_is_no_crash(anns, body, content_type):
    refused(anns.generic("POST", ADDRESS, body, content_type=content_type), 400, "missing")


@pytest.mark.parametrize("length", ["-1", "x", "1"])
@pytest.mark.parametrize("boundary", ["; boundary=", "", "; boundary=\u00b2", "; boundary=x" * 300])
def test_a_multipart_that_cannot_be_read_is_no_crash(anns, boundary, length):
    response = anns.generic(
        "POST", ADDRESS, b"x", content_type="multipart/form-data" + boundary, CONTENT_LENGTH=length
    )

    assert response.status_code == 400


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_only_a_post_uploads(anns, method):
    assert getattr(anns, method)(ADDRESS).status_code == 405


# What is refused.


@pytest.mark.parametrize(
    "code, limit, file, configured",
    [
        ("empty", None, SimpleUploadedFile("a.jpg", b""), {}),
        ("format", list(conf.default_formats()), broken(), {}),
        ("broken", None, SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0"), {}),
        ("bytes", 10, picture("a.png"), {"MAX_BYTES": 10}),
        ("pixels", 10, picture("a.png"), {"MAX_PIXELS": 10}),
        ("frames", 1, picture("a.gif", frames=3), {"MAX_FRAMES": 1}),
    ],
)
def test_a_file_that_is_not_taken_is_told_why(client, code, limit, file, configured):
    client.force_login(get_user_model().objects.create_user("ann"))
    file.seek(0)
    with override_settings(GALLERY_EVENTS=configured):
        response = client.post(ADDRESS, {"file": file})

    assert refused(response, 400, code)
    assert response.json()["limit"] == limit
    assert not Image.objects.exists()


def test_the_quota_holds_here_too(anns, settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (2, 10**9)}
    for _ in range(2):
        assert anns.post(ADDRESS, {"file": picture()}).status_code == 201
    response = anns.post(ADDRESS, {"file": picture()})

    assert "at most 2" in refused(response, 400, "quota")
    assert response.json()["limit"] == [2, 10**9]
    assert Image.objects.count() == 2


def test_the_quota_holds_within_one_request(anns, settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (2, 10**9)}
    response = anns.post(ADDRESS, {"file": [picture(f"{n}.png") for n in range(4)]})

    assert [each.get("code") for each in response.json()] == [None, None, "quota", "quota"]


class FullDisk(FileSystemStorage):
    def _save(self, name, content):
        raise OSError(28, "No space left on secret device /dev/sda1")


def test_what_goes_wrong_here_is_logged_and_not_told(anns, settings, caplog):
    settings.STORAGES = {**settings.STORAGES, "full": {"BACKEND": f"{__name__}.FullDisk"}}
    settings.GALLERY_EVENTS = {"STORAGE": "full"}
    response = anns.post(ADDRESS, {"file": picture()})

    assert "try again later" in refused(response, 500, "failed")
    assert "OSError" not in response.text
    assert "secret" not in response.text
    assert "secret device" in caplog.text


def test_a_failure_in_the_midst_keeps_what_came_before_it(anns):
    names = []

    def fail(image, **kwargs):
        names.append(image.name)
        if len(names) == 2:
            raise ZeroDivisionError("a stranger's receiver")

    image_uploaded.connect(fail)
    try:
        response = anns.post(ADDRESS, {"file": [picture(f"{n}.png") for n in range(3)]})
    finally:
        image_uploaded.disconnect(fail)

    assert [each.get("code") for each in response.json()] == [None, "failed", None]
    assert [each.name for each in Image.objects.order_by("pk")] == ["0.png", "2.png"]
    assert "stranger" not in response.text


@pytest.mark.django_db(transaction=True)
def test_each_file_is_stored_by_itself_whatever_the_project_wraps_requests_in(anns, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    around = []

    def look(**kwargs):
        around.append(list(connection.savepoint_ids))

    image_uploaded.connect(look)
    try:
        anns.post(ADDRESS, {"file": [picture("a.png"), picture("b.png")]})
    finally:
        image_uploaded.disconnect(look)

    assert around == [[], []]


# Who.


@pytest.mark.parametrize("address", [ADDRESS, "signed"])
@pytest.mark.parametrize(
    "who, status, code",
    [
        ("anonymous", 401, "login"),
        ("inactive", 401, "login"),  # Django logs nobody in who is switched off
        ("ordinary", 201, None),
        ("staff", 201, None),
        ("superuser", 201, None),
    ],
)
def test_whoever_is_logged_in_uploads(client, address, who, status, code):
    columns = {
        "staff": {"is_staff": True},
        "superuser": {"is_superuser": True},
        "inactive": {"is_active": False},
    }.get(who, {})
    if who != "anonymous":
        client.force_login(get_user_model().objects.create_user("bob", **columns))
    response = client.post(
        upload_url(PHOTOS) if address == "signed" else address, {"file": picture()}
    )

    assert response.status_code == status
    assert response.json().get("code") == code
    assert Image.objects.exists() is (status == 201)


class OnlyPosters(OwnerAccess):
    """Nobody uploads but for posters."""

    def may_upload(self, user, field):
        return super().may_upload(user, field) and field is not None and field.model is Poster


def test_the_policy_is_asked_for_the_gallery(anns, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.OnlyPosters"}

    message = refused(anns.post(ADDRESS, {"file": picture()}), 403, "denied")
    assert "may not upload" in message
    refused(anns.post(upload_url(PHOTOS), {"file": picture()}), 403, "denied")
    posters = upload_url(Poster._meta.get_field("photos"))
    assert anns.post(posters, {"file": picture()}).status_code == 201
    anns.logout()
    refused(anns.post(posters, {"file": picture()}), 401, "login")


def test_who_may_not_is_not_told_what_would_be_wrong_with_the_file(client):
    refused(client.post(ADDRESS, {"file": broken()}), 401, "login")
    refused(client.post(ADDRESS), 401, "login")


class Everybody(OwnerAccess):
    def may_upload(self, user, field):
        return True


def test_a_policy_can_let_strangers_upload(client, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.Everybody"}

    assert client.post(ADDRESS, {"file": picture()}).status_code == 201
    assert Image.objects.get().uploaded_by is None


@pytest.mark.parametrize("with_middleware", [True, False])
def test_a_request_from_another_site_is_refused(ann, settings, with_middleware):
    if not with_middleware:
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "csrf" not in each]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)

    assert browser.post(ADDRESS, {"file": picture()}).status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    response = browser.post(ADDRESS, {"file": picture()}, headers={"X-CSRFToken": "a" * 32})
    assert response.status_code == 201


# For which gallery.


def test_the_gallery_decides_on_the_model(anns):
    told = anns.post(upload_url(Poster._meta.get_field("photos")), {"file": picture()}).json()

    assert str(Photo.objects.get().pk) == told["id"]
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    "field",
    [
        PHOTOS,
        Diptych._meta.get_field("left"),
        Diptych._meta.get_field("right"),
        Painting._meta.get_field("pictures"),
    ],
    ids=str,
)
def test_a_signed_label_names_its_gallery_and_no_other(field):
    assert gallery_of(signed(field)) is field
    assert upload_url(field) == reverse("gallery_events:upload", args=[signed(field)])


def forged(label, **options):
    return signing.Signer(**{"salt": "gallery_events.upload", **options}).sign(label)


@pytest.mark.parametrize(
    "label",
    [
        "project.album.photos",
        "project.poster.photos:" + signed(PHOTOS).partition(":")[2],
        signed(PHOTOS)[:-1],
        signed(PHOTOS) + "x",
        signing.Signer().sign("project.album.photos"),
        forged("project.album.photos", salt="other"),
        forged("project.album.photos", key="other"),
        # Signed by us, in an older release of the project.
        *map(forged, ("project.album.title", "project.album.gone", "project.gone.photos")),
        *map(forged, ("gone.album.photos", "photos", "", ".", "..", "a.b.c.d", "auth.user.email")),
        *(":", "::", "%00", "\u00b2", "x" * 5000, "..", "null"),
    ],
    ids=lambda label: named(label)[:40],
)
def test_a_label_that_was_not_signed_for_a_gallery_is_not_known(anns, label):
    response = anns.post(reverse("gallery_events:upload", args=[label]), {"file": picture()})

    assert "Load the page again" in refused(response, 404, "unknown")
    assert not Image.objects.exists()
    assert not Photo.objects.exists()


def test_the_client_cannot_choose_the_gallery_by_other_means(anns):
    anns.post(ADDRESS, {"file": picture(), "field": signed(Poster._meta.get_field("photos"))})

    assert Image.objects.count() == 1
    assert not Photo.objects.exists()


def test_answers_are_json_whatever_was_asked_for(anns):
    response = anns.post(ADDRESS, {"file": picture()}, headers={"Accept": "text/html"})

    assert json.loads(response.content)["id"]
