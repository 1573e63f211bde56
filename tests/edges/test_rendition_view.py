"""Renditions that are made when they are first looked at, and by nobody who only guesses."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.test import Client
from django.utils import timezone

from gallery_events.fields.addresses import lazy_address
from gallery_events.flows import renditions, upload
from gallery_events.models import Image
from gallery_events.views import rendition as view
from tests import NOW
from tests.faults.driver import PATIENCE, actors
from tests.faults.recipes.scripted import install
from tests.faults.world import files
from tests.pictures import picture
from tests.project.models import Poster

pytestmark = pytest.mark.django_db

MINE = {"SERVE": "view"}


@pytest.fixture
def image():
    return upload.receive(picture("boat.jpg", size=(700, 500)), now=NOW)


def made(image):
    return sorted(type(image)._base_manager.get(pk=image.pk).made())


def refused(response):
    assert response.status_code == 404
    assert response.content == b"There is no such image."
    assert response.headers["Cache-Control"] == "private, no-store"
    return True


def test_it_is_made_by_the_first_who_looks_and_found_by_the_others(client, image):
    address = image.rendition_address("w320")
    first = client.get(address)
    image.refresh_from_db()
    assert made(image) == ["thumbnail", "w320"]
    assert (first.status_code, first.url) == (302, image.rendition_url("w320"))
    assert first.headers["Cache-Control"] == "private, max-age=300"
    count = len(files())
    assert client.get(address).url == first.url
    assert len(files()) == count


def test_an_image_of_another_model_is_found_by_its_label(client):
    field = Poster._meta.get_field("photos")
    photo = upload.receive(picture("boat.jpg", size=(700, 500)), field=field, now=NOW)
    assert client.get(photo.rendition_address("w320")).status_code == 302
    assert made(photo) == ["thumbnail", "w320"]


# Nobody asks for what no page names.


def test_nothing_is_made_without_the_right_signature(client, image):
    good = image.rendition_address("w320")
    other = upload.receive(picture("other.jpg", size=(700, 500)), now=NOW)
    signature = good.rstrip("/").rpartition("/")[2]
    foreign = signing.Signer(salt="gallery_events.upload").signature(
        f"gallery_events.image:{image.pk}:w320"
    )
    for address in (
        good.replace("w320", "w640"),
        good.replace(f"/{image.pk}/", f"/{other.pk}/"),
        good.replace("gallery_events.image", "project.photo"),
        good.replace(signature, "x"),
        good.replace(signature, foreign),
    ):
        assert refused(client.get(address))
    assert made(image) == made(other) == ["thumbnail"]


def test_what_the_image_should_not_have_is_not_made_even_when_it_was_signed(client, image):
    for key in ("w641", "w2560", "fallback", "nonsense"):
        assert refused(client.get(lazy_address(image, key)))


def test_a_size_that_the_settings_name_no_more_is_had_only_if_it_was_made(client, image, settings):
    small, large = image.rendition_address("w320"), image.rendition_address("w640")
    renditions.make(image, keys=["w320"])
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WIDTHS": [100]}}
    assert client.get(small).status_code == 302
    assert refused(client.get(large))


def test_an_image_that_is_gone_is_told_from_none_that_never_was(client, image):
    address = image.rendition_address("w320")
    Image.objects.all()._raw_delete("default")
    assert refused(client.get(address))


def test_only_those_who_read_are_answered(client, image):
    assert client.post(image.rendition_address("w320")).status_code == 405


# Where seeing is guarded.


def test_where_seeing_is_guarded_nothing_is_made_for_who_may_not_see(client, settings):
    settings.GALLERY_EVENTS = MINE
    owner = get_user_model().objects.create_user("ann")
    image = upload.receive(picture("boat.jpg", size=(700, 500)), user=owner, now=NOW)
    address = image.rendition_address("w320")
    assert refused(client.get(address))
    assert made(image) == ["thumbnail"]

    client.force_login(owner)
    response = client.get(address)
    assert response.url == f"/gallery/file/gallery_events.image/{image.pk}/w320/"
    assert response.headers["Vary"] == "Cookie"
    assert made(image) == ["thumbnail", "w320"]
    sent = client.get(response.url)
    assert sent.headers["Content-Type"] == "image/webp"
    assert b"".join(sent.streaming_content)[8:12] == b"WEBP"


def test_a_file_view_sends_nothing_that_is_only_planned(client, settings, image):
    settings.GALLERY_EVENTS = MINE
    client.force_login(get_user_model().objects.create_superuser("root"))
    Image.objects.update(renditions={"w320": {"name": image.file.name, "size": 0}})
    assert client.get(f"/gallery/file/gallery_events.image/{image.pk}/w320/").status_code == 404


# Never a broken page.


@pytest.mark.parametrize("when", ["commit", "worker"])
def test_where_others_make_them_it_leads_to_the_file_until_they_have(client, image, settings, when):
    address = image.rendition_address("w320")
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": when}}
    response = client.get(address)
    assert (response.status_code, response.url) == (302, image.file.url)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert made(image) == ["thumbnail"]
    renditions.make(image)
    assert client.get(address).url == Image.objects.get().rendition_url("w320")


def test_what_cannot_be_made_leads_to_the_file_and_is_logged(client, image, media, caplog):
    (media / image.file.name).write_bytes(b"\xff\xd8\xff nothing more")
    response = client.get(image.rendition_address("w320"))
    assert response.url == image.file.url
    assert response.headers["Cache-Control"] == "private, no-store"
    assert f"No rendition of image {image.pk}" in caplog.text


def test_a_storage_that_takes_no_file_costs_the_rendition_and_not_the_page(
    client, image, settings, caplog
):
    address = image.rendition_address("w320")
    script = install(settings)
    script.always("save", "full")
    assert client.get(address).url == image.file.url
    assert "no space left" in caplog.text
    script.forget()
    Image.objects.update(renditions={})
    assert client.get(address).url == Image.objects.get().rendition_url("w320")


def test_who_comes_while_it_is_being_made_is_not_kept_waiting(client, image):
    address = image.rendition_address("w320")
    since = (timezone.now() - timedelta(seconds=30)).isoformat()
    Image.objects.update(renditions={"w320": {"name": "gone", "size": 0, "since": since}})
    response = client.get(address)
    assert (response.url, response.headers["Cache-Control"]) == (
        image.file.url,
        "private, no-store",
    )
    assert files() == {image.file.name, image.renditions["thumbnail"]["name"]}


def test_a_process_makes_no_more_than_a_few_at_once(client, image):
    for _ in range(view.MOST):
        assert view._making.acquire(blocking=False)
    try:
        assert client.get(image.rendition_address("w320")).url == image.file.url
        assert made(image) == ["thumbnail"]
    finally:
        view._making.release(view.MOST)
    assert client.get(image.rendition_address("w320")).url != image.file.url


@pytest.fixture
def busy():
    """As many renditions are being made as a process makes at once."""
    for _ in range(view.MOST):
        assert view._making.acquire(blocking=False)
    yield
    view._making.release(view.MOST)


def test_what_is_heavy_does_not_stand_in_for_what_is_not_there_yet(client, image, busy):
    address = image.rendition_address("w640")
    Image.objects.update(size=view.LIGHT)
    assert client.get(address).url == image.file.url
    Image.objects.update(size=view.LIGHT + 1)
    response = client.get(address)
    assert response.url == image.rendition_url("thumbnail")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_narrowest_copy_that_is_wide_enough_stands_in(client, image, busy):
    address = image.rendition_address("w640")
    sizes = {"w320": (320, "webp"), "w960": (960, "webp"), "w1280": (700, "avif")}
    made = {
        key: {
            "name": f"a/{key}",
            "width": width,
            "height": 9,
            "content_type": f"image/{kind}",
            "size": 9,
        }
        for key, (width, kind) in sizes.items()
    }
    Image.objects.update(size=view.LIGHT + 1, renditions={**image.renditions, **made})
    assert client.get(address).url == "/media/a/w960"


def test_what_stands_in_for_an_animation_moves(client, busy):
    waves = upload.receive(picture("waves.gif", size=(700, 500), frames=2))
    Image.objects.update(size=view.LIGHT + 1)
    assert client.get(waves.rendition_address("w640")).url == waves.file.url


@pytest.mark.django_db(transaction=True)
def test_many_who_look_at_once_have_it_made_once(settings):
    image = upload.receive(picture("boat.jpg", size=(700, 500)), now=NOW)
    address = image.rendition_address("w320")
    script, together = install(settings), Barrier(4)

    def look():
        together.wait(PATIENCE)
        return Client().get(address)

    with actors(4) as visitors:
        answers = [each.start(look) for each in visitors]
        answers = [each.result(PATIENCE) for each in answers]
    assert {each.status_code for each in answers} == {302}
    assert len(script.names("save")) == 1
    image.refresh_from_db()
    assert {each.url for each in answers} <= {image.file.url, image.rendition_url("w320")}


def test_it_works_where_every_request_is_a_transaction(image):
    from gallery_events.views import rendition_view

    assert rendition_view._non_atomic_requests == {"default"}
