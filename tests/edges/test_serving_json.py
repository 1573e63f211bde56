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
            "caption": "",
            "decorative": False,
            "width": 64,
            "height": 48,
            "frames": 1,
            "size": image.size,
            "content_type": "image/png",
            "taken": None,
            "uploaded": image.uploaded_at.isoformat(),
            "placeholder": image.placeholder,
            "thumbnail": image.rendition_url("thumbnail"),
            "shown": image.file.url,
            "renditions": [
                {
                    "url": image.rendition_url("thumbnail"),
                    "width": 64,
                    "height": 48,
                    "content_type": image.renditions["thumbnail"]["content_type"],
                }
            ],
            "original": None,
            "edit": None,
            "url": image.file.url,
        }
        assert "private" in response.headers["Cache-Control"]
        assert image.placeholder


def test_what_an_image_says_and_was_made_of_is_told(anns, ann):
    original = make_image(Photo, uploaded_by=ann)
    photo = make_image(
        Photo,
        uploaded_by=ann,
        alt="A boat",
        caption="In May",
        decorative=True,
        frames=7,
        content_type="image/tiff",
        original=original,
        edit={"rotate": 90},
        renditions={
            "w320-1": {"name": "gallery/planned.webp", "size": 0},
            "fallback": {
                "name": "gallery/fallback.jpg",
                "width": 1280,
                "height": 960,
                "content_type": "image/jpeg",
                "size": 9,
            },
        },
    )

    told = anns.get(f"/gallery/image/project.photo/{photo.pk}/").json()
    assert (told["alt"], told["caption"], told["decorative"]) == ("A boat", "In May", True)
    assert (told["frames"], told["original"], told["edit"]) == (7, str(original.pk), {"rotate": 90})
    assert told["shown"] == "/media/gallery/fallback.jpg"
    assert told["renditions"] == [
        {
            "url": "/media/gallery/fallback.jpg",
            "width": 1280,
            "height": 960,
            "content_type": "image/jpeg",
        }
    ]


def test_an_image_with_a_key_of_its_own_is_told_too(anns, ann):
    photo = make_image(Photo, uploaded_by=ann)

    assert anns.get(f"/gallery/image/project.photo/{photo.pk}/").json()["id"] == str(photo.pk)
    assert anns.get(f"/gallery/image/{photo.pk}/").status_code == 404


def test_where_the_view_serves_its_address_is_told(anns, image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}

    told = anns.get(f"/gallery/image/{image.pk}/").json()
    assert told["url"] == f"/gallery/file/gallery_events.image/{image.pk}/original/"
    assert told["shown"] == told["url"]
    assert told["renditions"][0]["url"] == told["thumbnail"]
    assert told["thumbnail"] == f"/gallery/file/gallery_events.image/{image.pk}/thumbnail/"


@pytest.mark.parametrize("user", [None, "bob"])
def test_of_an_image_that_may_not_be_seen_nothing_is_told(client, image, user):
    if user:
        client.force_login(get_user_model().objects.create_user(user))
    hidden = told(client.get(f"/gallery/image/{image.pk}/"))

    assert hidden[0] == 404
    for path in (f"{image.pk + 1}", "x", "no.where/1", "²"):
        assert told(client.get(f"/gallery/image/{path}/")) == hidden
