"""What the widget tells its script of uploads in parts."""

import re

import pytest
from django.forms import modelform_factory
from django.urls import include, path, set_script_prefix
from django.utils.translation import override

from gallery_events.fields.addresses import resume_url
from gallery_events.forms import GalleryModelForm
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget
from tests.edges.resuming import Resuming, stored
from tests.pictures import picture
from tests.project.models import Album

pytestmark = pytest.mark.django_db

PHOTOS = Album._meta.get_field("photos")
urlpatterns = [path("deep/down/", include("gallery_events.urls"))]


def told(user, **options):
    """Return the attributes of the gallery's element in a form of somebody."""
    kind = modelform_factory(
        Album,
        form=GalleryModelForm,
        fields=["photos"],
        widgets={"photos": GalleryWidget(**options)},
    )
    form = kind()
    form.fields["photos"].user = user
    tag = re.search(r"<gallery-input[^>]*>", str(form["photos"]))[0]
    return dict(re.findall(r'data-([\w-]+)="([^"]*)"', tag))


@pytest.mark.parametrize("resumable", [None, True])
def test_where_it_is_switched_on_the_script_knows_where_and_how_much(ann, settings, resumable):
    settings.GALLERY_EVENTS = {"RESUMABLE": {"CHUNK_BYTES": 1000}}
    found = told(ann, resumable=resumable)

    assert found["resume-url"] == resume_url(PHOTOS)
    assert found["chunk-bytes"] == "1000"
    assert found["upload-url"]


@pytest.mark.parametrize(
    "configured, resumable", [({}, None), ({}, True), ({"RESUMABLE": {}}, False)]
)
def test_where_it_is_switched_off_the_script_knows_nothing_of_it(
    ann, settings, configured, resumable
):
    settings.GALLERY_EVENTS = configured
    found = told(ann, resumable=resumable)

    assert {"resume-url", "chunk-bytes"}.isdisjoint(found)
    assert found["upload-url"]


def test_who_takes_no_uploads_takes_none_in_parts(ann, settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}

    assert "resume-url" not in told(ann, upload=False)


# Wherever a project puts the addresses.


@pytest.fixture
def on(settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}
    return settings


@pytest.fixture
def content():
    return picture("a.png").read()


def test_addresses_lie_below_another_path(anns, on, content):
    on.ROOT_URLCONF = __name__
    address = Resuming(anns).send(content)

    assert address.startswith("/deep/down/partial/")
    assert Resuming(anns).image(address).status_code == 201


def test_addresses_lie_below_a_prefix_of_the_server(anns, on):
    # Django's test client does not read SCRIPT_NAME, as a server's handler does.
    set_script_prefix("/site/")
    try:
        response = anns.post(
            "/gallery/resume/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "9"}
        )
    finally:
        set_script_prefix("/")

    assert response["Location"].startswith("/site/gallery/partial/")


def test_addresses_lie_below_a_language(anns, on, content):
    on.ROOT_URLCONF = "tests.edges.urls_by_language"
    on.MIDDLEWARE = [*on.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    with override("de"):
        address = Resuming(anns).send(content, field=PHOTOS)
        image = Resuming(anns).image(address)

    assert address.startswith("/de/gallery/partial/")
    assert image.status_code == 201


def test_images_that_our_view_serves_are_told_with_its_addresses(anns, on, content):
    on.GALLERY_EVENTS = {"RESUMABLE": {}, "SERVE": "view"}
    address = Resuming(anns).send(content)

    assert Resuming(anns).image(address).json()["url"].startswith("/gallery/file/")
    assert stored(Image.objects.get()) == content
