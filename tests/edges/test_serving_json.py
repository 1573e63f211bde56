"""One image, told to a program."""

import pytest
from django.contrib.auth import get_user_model

from tests.factories import make_image
from tests.project.models import Photo

pytestmark = pytest.mark.django_db


def told(response):
    """Return all that somebody learns of an answer."""
    return response.status_code, dict(response.headers), response.content


def test_an_image_is_told_to_whoever_may_see_it(anns, image):
    for path in (f"/gallery/image/{image.pk}/", f"/gallery/image/gallery_events.image/{image.pk}/"):
        response = anns.get(path)
        assert response.json() == {
            "id": image.pk,
            "name": "Sunset.png",
            "alt": "",
            "width": 64,
            "height": 48,
            "size": image.size,
            "content_type": "image/png",
            "thumbnail": image.rendition_url("thumbnail"),
            "url": image.file.url,
        }
        assert "private" in response.headers["Cache-Control"]


def test_an_image_with_a_key_of_its_own_is_told_too(anns, ann):
    photo = make_image(Photo, uploaded_by=ann)

    assert anns.get(f"/gallery/image/project.photo/{photo.pk}/").json()["id"] == str(photo.pk)
    assert anns.get(f"/gallery/image/{photo.pk}/").status_code == 404


def test_where_the_view_serves_its_address_is_told(anns, image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}

    told = anns.get(f"/gallery/image/{image.pk}/").json()
    assert told["url"] == f"/gallery/file/gallery_events.image/{image.pk}/original/"


@pytest.mark.parametrize("user", [None, "bob"])
def test_of_an_image_that_may_not_be_seen_nothing_is_told(client, image, user):
    if user:
        client.force_login(get_user_model().objects.create_user(user))
    hidden = told(client.get(f"/gallery/image/{image.pk}/"))

    assert hidden[0] == 404
    for path in (f"{image.pk + 1}", "x", "no.where/1", "²"):
        assert told(client.get(f"/gallery/image/{path}/")) == hidden
