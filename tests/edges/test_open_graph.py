"""Which image stands for a page where people share its address."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory

from gallery_events.flows import upload
from tests import NOW
from tests.factories import make_album, make_image
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def told(image, *, options="", user=None):
    """Return what a page's head says of an image, by name."""
    request = RequestFactory().get("/albums/1/", secure=True)
    request.user = user or AnonymousUser()
    page = Template("{% load gallery_events %}{% open_graph image " + options + " %}")
    html = page.render(Context({"image": image, "request": request}))
    found = re.findall('<meta (?:property|name)="([^"]*)" content="([^"]*)">', html)
    assert len(found) == html.count("<meta")
    return dict(found)


def rendition(width, content_type="image/jpeg"):
    return {
        "name": f"gallery/{width}.jpg",
        "width": width,
        "height": width // 2,
        "content_type": content_type,
        "size": 9,
    }


def test_a_page_says_which_image_stands_for_it():
    image = upload.receive(picture("harbour.jpg", size=(1200, 800)), now=NOW)
    image.alt = 'Sea & "sand"'

    assert told(image) == {
        "og:image": f"https://testserver{image.file.url}",
        "og:image:type": "image/jpeg",
        "og:image:width": "1200",
        "og:image:height": "800",
        "og:image:alt": "Sea &amp; &quot;sand&quot;",
        "twitter:card": "summary_large_image",
    }


def test_a_large_image_is_shared_by_a_smaller_file_in_a_format_that_all_show():
    image = upload.receive(picture("large.jpg", size=(2600, 1300)), now=NOW)
    assert told(image)["og:image"] == f"https://testserver{image.rendition_address('fallback')}"

    image.renditions |= {"fallback": rendition(1280), "w1920": rendition(1920, "image/webp")}
    found = told(image)
    assert found["og:image"] == "https://testserver/media/gallery/1280.jpg"
    assert (found["og:image:width"], found["og:image:height"]) == ("1280", "640")


@pytest.mark.parametrize(
    "widths, chosen", [((400, 600, 2000), 2000), ((400, 599, 2001, 3000), 2001), ((300, 400), 400)]
)
def test_the_widest_suitable_file_is_shared_else_the_next_wider_else_the_widest(
    settings, widths, chosen
):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": "worker"}}
    image = make_image(width=4000, height=2000, content_type="image/webp")
    image.renditions = {f"r{width}": rendition(width) for width in widths}

    assert told(image)["og:image"] == f"https://testserver/media/gallery/{chosen}.jpg"


@pytest.mark.parametrize("width, card", [(599, "summary"), (600, "summary_large_image")])
def test_a_small_image_gets_a_small_card(width, card):
    image = make_image(width=width, height=300, content_type="image/png")

    assert told(image)["twitter:card"] == card


def test_an_image_that_nobody_measured_says_no_pixels():
    image = make_image()

    assert told(image) == {
        "og:image": f"https://testserver{image.file.url}",
        "og:image:alt": "picture",
        "twitter:card": "summary",
    }


def test_a_decorative_image_says_nothing():
    image = make_image(alt="A line", decorative=True)

    assert "og:image:alt" not in told(image)
    assert told(image, options='alt="Ours"')["og:image:alt"] == "Ours"


def test_an_address_of_another_server_stays_what_it_is(settings):
    settings.MEDIA_URL = "https://cdn.example.com/media/"
    image = make_image()

    assert told(image)["og:image"] == image.file.url


def test_only_what_the_user_of_the_page_may_see_is_shared(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    member = User.objects.create_user("ben")
    image = make_image(uploaded_by=member)

    assert told(image) == {}
    assert told(image, user=member)["og:image"] == f"https://testserver{image.file.url}"


@pytest.mark.parametrize("given", [None, ""])
def test_no_image_says_nothing(given):
    assert told(given) == {}


def test_a_gallery_is_no_image():
    with pytest.raises(TypeError, match=r"{% open_graph %} shows an image"):
        told(make_album().photos)


def test_a_page_without_a_request_is_told_what_it_lacks():
    page = Template("{% load gallery_events %}{% open_graph image %}")

    with pytest.raises(ImproperlyConfigured, match=r"context_processors\.request"):
        page.render(Context({"image": make_image()}))
