"""Uploads in parts, header by header and status by status: tus 1.0."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from gallery_events.access import OwnerAccess
from gallery_events.domain import tus
from gallery_events.fields.addresses import partial_url, resume_url, upload_url
from gallery_events.models import Image, PartialUpload
from gallery_events.signals import image_uploaded
from tests import named
from tests.edges.resuming import SPOKEN, Resuming, connected, row, stored, sum_of, told
from tests.faults.world import files
from tests.pictures import picture
from tests.project.models import Album, Poster

pytestmark = pytest.mark.django_db

PHOTOS = Album._meta.get_field("photos")


@pytest.fixture(autouse=True)
def on(settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}


@pytest.fixture
def content():
    return picture("a.png", size=(64, 48)).read()


@pytest.fixture
def sender(anns):
    return Resuming(anns)


def refused(response, status, code):
    assert response.status_code == status, response.content
    assert response["Tus-Resumable"] == "1.0.0"
    found = response.json()
    assert set(found) == {"code", "message", "limit"}
    assert found["code"] == code
    return found


# The protocol itself.


@pytest.mark.parametrize("field, most", [(None, 25 * 1024**2), (PHOTOS, 25 * 1024**2)], ids=str)
def test_options_tell_what_can_be_done(client, field, most):
    response = client.options(resume_url(field))

    assert response.status_code == 204
    assert response["Tus-Resumable"] == response["Tus-Version"] == "1.0.0"
    assert response["Tus-Extension"].split(",") == list(tus.EXTENSIONS)
    assert response["Tus-Checksum-Algorithm"] == "sha256,sha1,md5"
    assert response["Tus-Max-Size"] == str(most)


def test_options_of_an_upload_tell_the_same_to_anybody(client):
    response = client.options(partial_url("0" * 32))

    assert (response.status_code, response["Tus-Version"]) == (204, "1.0.0")


def test_options_know_the_limit_of_the_gallery(client, monkeypatch):
    accepted = type(PHOTOS.acceptance)(max_bytes=1000)
    monkeypatch.setattr(PHOTOS, "acceptance", accepted)

    assert client.options(resume_url(PHOTOS))["Tus-Max-Size"] == "1000"


def test_an_upload_is_created_and_has_an_address_that_nobody_guesses(sender, ann):
    response = sender.create(100, headers=told(filename="Sunset.png", filetype="image/png"))
    upload = PartialUpload.objects.get()

    assert response.status_code == 201
    assert response["Location"] == f"/gallery/partial/{upload.token}/"
    assert len(upload.token) == 32
    assert response["Tus-Resumable"] == "1.0.0"
    assert (upload.user, upload.length, upload.offset) == (ann, 100, 0)
    assert (upload.name, upload.image_model) == ("Sunset.png", "gallery_events.Image")
    ends = parsedate_to_datetime(response["Upload-Expires"])
    assert abs(ends - upload.expires_at) < timedelta(seconds=1)
    assert abs(upload.expires_at - timezone.now() - timedelta(hours=24)) < timedelta(minutes=5)


def test_head_tells_how_far_it_is(sender, content):
    address = sender.begin(len(content), name="Sunset.png")
    sender.patch(address, content[:10], 0)
    response = sender.head(address)

    assert (response.status_code, response.content) == (200, b"")
    assert (response["Upload-Offset"], response["Upload-Length"]) == ("10", str(len(content)))
    assert response["Upload-Metadata"] == told(filename="Sunset.png")["Upload-Metadata"]
    assert "no-store" in response["Cache-Control"]
    assert "Upload-Expires" in response


def test_parts_go_on_where_the_last_one_ended(sender, content):
    address = sender.begin(len(content))
    first = sender.patch(address, content[:10], 0)
    second = sender.patch(address, content[10:30], 10)

    assert (first.status_code, first["Upload-Offset"]) == (204, "10")
    assert (second.status_code, second["Upload-Offset"]) == (204, "30")
    assert "Upload-Expires" in second
    assert not Image.objects.exists()


def test_the_last_part_makes_the_image_and_a_post_tells_of_it(sender, anns, ann, content):
    address = sender.send(content, size=50, name="Sunset.png")
    response = sender.image(address)
    image = Image.objects.get()

    assert response.status_code == 201
    described = anns.get(f"/gallery/image/{image.pk}/").json()
    assert response.json() == {**described, "already": []}
    assert (image.name, image.uploaded_by) == ("Sunset.png", ann)
    assert stored(image) == content
    assert sender.image(address).json() == response.json()
    assert Image.objects.count() == 1


def test_a_client_that_knows_only_the_protocol_has_its_image(sender, content):
    sender.send(content)

    assert stored(Image.objects.get()) == content


def test_parts_are_gone_once_the_image_is_there(sender, content):
    sender.send(content, size=40)

    assert files() == set(Image.objects.get().file_names())


def test_the_first_part_may_come_with_the_creation(sender, content):
    response = sender.create(len(content), body=content[:20], content_type=tus.CONTENT_TYPE)

    assert (response.status_code, response["Upload-Offset"]) == (201, "20")
    sender.patch(response["Location"], content[20:], 20)
    assert stored(Image.objects.get()) == content


def test_a_whole_file_may_come_with_the_creation(sender, content):
    response = sender.create(len(content), body=content, content_type=tus.CONTENT_TYPE)

    assert (response.status_code, response["Upload-Offset"]) == (201, str(len(content)))
    assert sender.image(response["Location"]).json()["id"] == Image.objects.get().pk


def test_an_empty_part_changes_nothing(sender, content):
    address = sender.begin(len(content))
    response = sender.patch(address, b"", 0)

    assert (response.status_code, response["Upload-Offset"]) == (204, "0")
    assert files() == set()


def test_an_empty_last_part_is_answered_like_the_last_one(sender, content):
    address = sender.send(content)

    assert sender.patch(address, b"", len(content)).status_code == 204
    assert Image.objects.count() == 1


@pytest.mark.parametrize("offset", [0, 5, 11, 10**6])
def test_a_part_for_another_place_is_a_conflict(sender, content, offset):
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)
    response = sender.patch(address, content[offset : offset + 5], offset)

    assert refused(response, 409, "offset")["limit"] == 10
    assert response["Upload-Offset"] == "10"
    assert row(address).offset == 10


@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/png", ""])
def test_a_part_of_another_type_is_refused(sender, content_type):
    response = sender.patch(sender.begin(100), b"x", 0, content_type=content_type)

    refused(response, 415, "protocol")


@pytest.mark.parametrize("offset", ["", "x", "-1", "1.0", "\u00b2", "1" * 30, "+1", " "])
def test_an_offset_that_is_no_number_is_refused(sender, offset):
    address = sender.begin(100)
    response = sender.client.patch(
        address,
        b"x",
        content_type=tus.CONTENT_TYPE,
        headers={**SPOKEN, "Upload-Offset": offset},
    )

    refused(response, 400, "protocol")


@pytest.mark.parametrize("length", ["", "x", "-1", "1.0", "1" * 30])
def test_a_length_that_is_no_number_is_refused(sender, length):
    refused(sender.create(length), 400, "protocol")
    assert not PartialUpload.objects.exists()


def test_a_length_that_is_told_later_is_refused(sender):
    response = sender.client.post(
        resume_url(), headers={**SPOKEN, "Upload-Defer-Length": "1"}, content_type="x/y"
    )

    refused(response, 400, "protocol")


@pytest.mark.parametrize(
    "metadata",
    ["filename %%%", "filename YQ== YQ==", "a YQ==,a YQ==", ",", "f\u00fc YQ==", "a " + "Y" * 5000],
    ids=lambda each: named(each)[:30],
)
def test_metadata_that_cannot_be_read_are_refused(sender, metadata):
    refused(sender.create(100, headers={"Upload-Metadata": metadata}), 400, "protocol")


@pytest.mark.parametrize(
    "metadata, name",
    [
        ("", ""),
        ("filename", ""),
        ("filename YS5wbmc=,is_confidential", "a.png"),
        ("filename " + told(x="../../b\u0000.png")["Upload-Metadata"][2:], "b.png"),
        ("filename /w==", ""),
        ("filetype aW1hZ2UvcG5n, filename YS5wbmc=", "a.png"),
    ],
    ids=lambda each: named(each)[:30],
)
def test_the_name_comes_with_the_metadata(sender, metadata, name):
    address = sender.begin(100, headers={"Upload-Metadata": metadata})

    assert row(address).name == name


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0", ""])
def test_another_version_is_refused_with_the_one_that_is_spoken(sender, version):
    address = sender.begin(100)
    headers = {} if version is None else {"Tus-Resumable": version}
    answers = [
        sender.client.post(resume_url(), headers={**headers, "Upload-Length": "1"}),
        sender.client.patch(address, b"x", headers=headers),
        sender.client.delete(address, headers=headers),
        sender.client.head(address, headers=headers),
    ]

    assert [each.status_code for each in answers] == [412] * 4
    assert {each["Tus-Version"] for each in answers} == {"1.0.0"}
    assert row(address).ended_at is None


@pytest.mark.parametrize("method", ["put", "get", "trace"])
def test_other_methods_are_not_known(sender, method):
    address = sender.begin(100)
    ask = getattr(sender.client, method)
    for place in (resume_url(), address):
        response = ask(place, headers=SPOKEN)
        assert response.status_code == 405
        assert "OPTIONS" in response["Allow"]


def test_methods_that_a_client_cannot_send_go_by_a_header(sender, content):
    address = sender.begin(len(content))

    def post(method, body=b"", **headers):
        return sender.client.post(
            address,
            body,
            content_type=tus.CONTENT_TYPE,
            headers={**SPOKEN, "X-HTTP-Method-Override": method, **headers},
        )

    assert post("PATCH", content[:9], **{"Upload-Offset": "0"}).status_code == 204
    assert row(address).offset == 9
    assert post("DELETE").status_code == 204
    assert not PartialUpload.objects.exists()


# Checksums.


@pytest.mark.parametrize("algorithm", tus.ALGORITHMS)
def test_a_part_that_is_what_its_checksum_says_is_taken(sender, content, algorithm):
    address = sender.begin(len(content))
    response = sender.patch(address, content[:10], 0, headers=sum_of(content[:10], algorithm))

    assert response.status_code == 204


@pytest.mark.parametrize("algorithm", tus.ALGORITHMS)
def test_of_a_part_that_was_changed_on_its_way_nothing_is_kept(sender, content, algorithm):
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)
    before = files()
    response = sender.patch(address, content[10:20], 10, headers=sum_of(b"other", algorithm))

    refused(response, 460, "checksum")
    assert (files(), row(address).offset, row(address).writing) == (before, 10, [])
    again = sender.patch(address, content[10:20], 10, headers=sum_of(content[10:20], algorithm))
    assert again["Upload-Offset"] == "20"


@pytest.mark.parametrize(
    "checksum", ["", "crc32 AAAA", "sha1", "sha1 %%", "sha256 YQ==", "md5 " + "YQ" * 40]
)
def test_a_checksum_that_cannot_be_meant_is_refused(sender, checksum):
    response = sender.patch(sender.begin(100), b"x", 0, headers={"Upload-Checksum": checksum})

    refused(response, 400, "protocol")


# The end.


def test_an_upload_that_is_given_up_leaves_nothing(sender, content):
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)
    response = sender.delete(address)

    assert (response.status_code, response["Tus-Resumable"]) == (204, "1.0.0")
    assert files() == set()
    for answer in (
        sender.head(address),
        sender.patch(address, b"x", 10),
        sender.delete(address),
        sender.image(address),
    ):
        assert answer.status_code == 404


def test_an_image_outlives_the_upload_that_it_came_by(sender, content):
    address = sender.send(content)
    assert sender.delete(address).status_code == 204

    assert sender.image(address).status_code == 404
    assert stored(Image.objects.get()) == content


def test_what_has_waited_for_too_long_is_gone(sender, content):
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)
    PartialUpload.objects.update(expires_at=timezone.now())

    assert sender.head(address).status_code == 410
    refused(sender.patch(address, content[10:], 10), 410, "expired")
    refused(sender.delete(address), 410, "expired")
    refused(sender.image(address), 410, "expired")
    assert not Image.objects.exists()


def test_each_part_lets_it_wait_anew(sender, content, settings):
    address = sender.begin(len(content))
    before = row(address).expires_at
    settings.GALLERY_EVENTS = {"RESUMABLE": {"EXPIRE_HOURS": 48}}
    sender.patch(address, content[:10], 0)

    assert row(address).expires_at - before > timedelta(hours=23)


def test_an_image_is_not_asked_for_too_early(sender, content):
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)

    assert refused(sender.image(address), 409, "offset")["limit"] == 10


# What is refused while it arrives.


@pytest.mark.parametrize("length, status, code", [(0, 400, "empty"), (1001, 413, "bytes")])
def test_a_length_that_is_not_taken_is_refused_at_once(sender, settings, length, status, code):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "MAX_BYTES": 1000}

    refused(sender.create(length), status, code)
    assert sender.create(1000).status_code == 201


def test_more_than_was_announced_is_refused(sender, content):
    address = sender.begin(20)
    response = sender.patch(address, content[:21], 0)

    refused(response, 413, "length")
    assert (files(), row(address).offset) == (set(), 0)


def test_what_is_no_picture_is_refused_by_its_first_part(sender):
    address = sender.begin(10**6)
    response = sender.patch(address, b"this is text " * 6000, 0)

    refused(response, 400, "format")
    assert files() == set()
    refused(sender.patch(address, b"x", 0), 400, "format")
    refused(sender.image(address), 400, "format")


def test_too_little_to_tell_is_taken(sender):
    address = sender.begin(10**6)

    assert sender.patch(address, b"this is text", 0).status_code == 204


def test_a_whole_file_that_is_refused_is_refused_as_often_as_one_asks(sender):
    broken = picture("a.png").read()[:40]
    address = sender.begin(len(broken))
    sender.patch(address, broken[:9], 0)

    refused(sender.patch(address, broken[9:], 9), 400, "broken")
    assert sender.head(address)["Upload-Offset"] == "40"
    refused(sender.image(address), 400, "broken")
    assert (files(), Image.objects.exists()) == (set(), False)


def test_the_quota_counts_what_is_under_way(sender, anns, content, settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "MAX_UNCLAIMED": (2, 10**9)}
    address = sender.begin(len(content))
    anns.post(upload_url(), {"file": picture()})

    refused(sender.create(10), 400, "quota")
    assert anns.post(upload_url(), {"file": picture()}).json()["code"] == "quota"
    sender.patch(address, content, 0)
    assert sender.image(address).status_code == 201


def test_the_quota_counts_bytes_by_what_was_announced(sender, settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "MAX_UNCLAIMED": (99, 1000)}
    sender.begin(600)

    refused(sender.create(401), 400, "quota")
    assert sender.create(400).status_code == 201


def test_who_has_no_room_in_the_end_keeps_what_was_sent(sender, content, settings):
    address = sender.begin(len(content))
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "MAX_UNCLAIMED": (1, 1)}
    refused(sender.patch(address, content, 0), 400, "quota")
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}

    assert sender.image(address).status_code == 201


def test_a_file_in_too_many_parts_is_refused(sender, content, monkeypatch):
    monkeypatch.setattr("gallery_events.flows.resumable.adding.MOST_CHUNKS", 2)
    address = sender.begin(len(content))
    for start in (0, 1):
        sender.patch(address, content[start : start + 1], start)

    assert refused(sender.patch(address, content[2:], 2), 400, "parts")["limit"] == 2


def test_what_is_in_no_hurry_to_say_its_length_is_asked_for_it(sender):
    address = sender.begin(100)
    response = sender.client.generic(
        "PATCH",
        address,
        b"",
        headers={**SPOKEN, "Upload-Offset": "0", "Transfer-Encoding": "chunked"},
        CONTENT_TYPE=tus.CONTENT_TYPE,
    )

    refused(response, 411, "protocol")


# Who.


class Denied(OwnerAccess):
    allowed = True

    def may_upload(self, user, field):
        return self.allowed and super().may_upload(user, field)


class OnlyPosters(OwnerAccess):
    def may_upload(self, user, field):
        return super().may_upload(user, field) and field is not None and field.model is Poster


class Everybody(OwnerAccess):
    def may_upload(self, user, field):
        return True


def test_who_is_not_logged_in_is_asked_to(client, sender):
    address = sender.begin(100)
    stranger = Resuming(Client())

    refused(stranger.create(100), 401, "login")
    refused(stranger.patch(address, b"x", 0), 401, "login")
    assert stranger.head(address).status_code == 401
    refused(stranger.delete(address), 401, "login")
    refused(stranger.image(address), 401, "login")


def test_nobody_else_learns_that_there_is_such_an_upload(sender, content):
    address = sender.send(content)
    bob = Client()
    bob.force_login(get_user_model().objects.create_user("bob", is_superuser=True))
    bobs, nowhere = Resuming(bob), partial_url("0" * 32)

    for ask in (bobs.head, bobs.delete, bobs.image, lambda each: bobs.patch(each, b"x", 0)):
        there, not_there = ask(address), ask(nowhere)
        assert there.status_code == not_there.status_code == 404
        assert there.content == not_there.content


@pytest.mark.parametrize("token", ["\x00", "x", "0" * 400])
def test_an_address_that_nobody_was_given_is_not_known(sender, token):
    assert sender.head(partial_url(token)).status_code == 404


def test_the_policy_is_asked_at_each_part(sender, content, settings, monkeypatch):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "ACCESS": f"{__name__}.Denied"}
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)
    monkeypatch.setattr(Denied, "allowed", False)

    refused(sender.patch(address, content[10:], 10), 403, "denied")
    refused(sender.image(address), 403, "denied")
    refused(sender.create(10), 403, "denied")
    assert sender.head(address)["Upload-Offset"] == "10"
    assert sender.delete(address).status_code == 204


def test_the_policy_is_asked_for_the_gallery(sender, settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "ACCESS": f"{__name__}.OnlyPosters"}

    refused(sender.create(100), 403, "denied")
    refused(sender.create(100, field=PHOTOS), 403, "denied")
    assert sender.create(100, field=Poster._meta.get_field("photos")).status_code == 201


def test_a_policy_can_let_strangers_upload_who_know_the_address(client, settings, content):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}, "ACCESS": f"{__name__}.Everybody"}
    address = Resuming(client).send(content, size=70)

    assert Resuming(client).image(address).status_code == 201
    assert Image.objects.get().uploaded_by is None


def test_a_request_from_another_site_is_refused(ann, content):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    token = {"X-CSRFToken": "a" * 32}

    def each(address, headers):
        return [
            browser.post(resume_url(), headers={**SPOKEN, "Upload-Length": "9", **headers}),
            browser.patch(
                address,
                content,
                content_type=tus.CONTENT_TYPE,
                headers={**SPOKEN, "Upload-Offset": "0", **headers},
            ),
            browser.post(address, headers=headers),
            browser.delete(address, headers={**SPOKEN, **headers}),
        ]

    browser.cookies["csrftoken"] = "a" * 32
    created = browser.post(
        resume_url(), headers={**SPOKEN, "Upload-Length": str(len(content)), **token}
    )
    assert [a.status_code for a in each(created["Location"], {})] == [403] * 4
    assert [a.status_code for a in each(created["Location"], token)] == [201, 204, 201, 204]


# For which gallery.


def test_the_gallery_decides_on_the_model(sender, content):
    poster = Poster._meta.get_field("photos")
    told = sender.image(sender.send(content, field=poster)).json()

    assert str(poster.image_model.objects.get().pk) == told["id"]
    assert not Image.objects.exists()


@pytest.mark.parametrize("label", ["project.album.photos", "x:y", "%00"])
def test_a_label_that_was_not_signed_for_a_gallery_is_not_known(anns, label):
    response = anns.post(f"/gallery/resume/{label}/", headers={**SPOKEN, "Upload-Length": "1"})

    refused(response, 404, "unknown")


def test_a_gallery_that_is_gone_meanwhile_takes_nothing_more(sender):
    address = sender.begin(100, field=PHOTOS)
    PartialUpload.objects.update(gallery="project.gone.photos:x")

    assert sender.patch(address, b"x", 0).status_code == 404


# Switched off, and gone wrong.


def test_switched_off_there_is_nothing(sender, settings):
    address = sender.begin(100)
    settings.GALLERY_EVENTS = {}

    refused(sender.create(100), 404, "off")
    assert sender.head(address).status_code == 404
    assert sender.client.options(resume_url()).status_code == 404


def test_what_goes_wrong_here_is_logged_and_can_be_asked_for_again(sender, content, caplog):
    def fail(**kwargs):
        raise ZeroDivisionError("a stranger's receiver")

    address = sender.begin(len(content))
    with connected(image_uploaded, fail):
        refused(sender.patch(address, content, 0), 500, "failed")
        refused(sender.image(address), 500, "failed")
    assert "stranger's receiver" in caplog.text
    assert not Image.objects.exists()

    assert sender.image(address).status_code == 201
    assert stored(Image.objects.get()) == content


def test_a_part_that_the_storage_has_lost_is_sent_again(sender, content, media, caplog):
    address = sender.begin(len(content))
    sender.patch(address, content[:10], 0)
    sender.patch(address, content[10:20], 10)
    (media / row(address).chunks[1][0]).unlink()

    assert refused(sender.patch(address, content[20:], 20), 409, "offset")["limit"] == 10
    assert sender.head(address)["Upload-Offset"] == "10"
    assert sender.patch(address, content[10:], 10).status_code == 204
    assert stored(Image.objects.get()) == content
