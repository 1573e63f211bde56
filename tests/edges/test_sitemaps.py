"""What search engines are told of pages and their pictures."""

import xml.etree.ElementTree as ET

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.sitemaps.views import sitemap
from django.test import RequestFactory

from gallery_events.access import Access
from gallery_events.sitemaps import MOST, GallerySitemap
from tests.edges.sheets import many
from tests.factories import make_album, make_image
from tests.project.models import Album, Diptych, Photo, Poster

pytestmark = pytest.mark.django_db

NAMESPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}


class Everything(GallerySitemap):
    """The albums and diptychs of the tests."""

    changefreq = "weekly"

    def items(self):
        return [*Album.objects.order_by("pk"), *Diptych.objects.order_by("pk")]

    def location(self, item):
        return f"/{item._meta.model_name}/{item.pk}/?of=this&that"


def told(*, sitemaps=None, user=None, **query):
    """Return the pictures that a sitemap names, by the page they are on."""
    request = RequestFactory().get("/sitemap.xml", query, secure=True)
    if user is not None:
        request.user = user
    answer = sitemap(
        request, {"all": sitemaps or Everything}, template_name="gallery_events/sitemap.xml"
    )
    root = ET.fromstring(answer.render().content)
    assert answer.headers["Content-Type"] == "application/xml"
    return {
        url.findtext("map:loc", namespaces=NAMESPACES): [
            each.text for each in url.iterfind("image:image/image:loc", NAMESPACES)
        ]
        for url in root.iterfind("map:url", NAMESPACES)
    }


def test_each_page_names_the_pictures_of_its_galleries_by_absolute_addresses():
    one, two, three = (make_image() for _ in range(3))
    album = make_album([two.pk, one.pk])
    diptych = Diptych.objects.create(left=[one.pk, three.pk], right=[one.pk])
    empty = make_album()

    assert told() == {
        f"https://testserver/album/{album.pk}/?of=this&that": [
            f"https://testserver{each.file.url}" for each in (two, one)
        ],
        f"https://testserver/album/{empty.pk}/?of=this&that": [],
        f"https://testserver/diptych/{diptych.pk}/?of=this&that": [
            f"https://testserver{each.file.url}" for each in (one, three)
        ],
    }


def test_a_sitemap_can_name_some_galleries_only():
    class Left(Everything):
        galleries = ("left",)

        def items(self):
            return Diptych.objects.order_by("pk")

    one, two = make_image(), make_image()
    Diptych.objects.create(left=[one.pk], right=[two.pk, one.pk])

    assert list(told(sitemaps=Left).values()) == [[f"https://testserver{one.file.url}"]]


def test_addresses_of_another_server_stay_what_they_are(settings):
    settings.MEDIA_URL = "https://cdn.example.com/media/"
    image = make_image()
    make_album([image.pk])

    assert list(told().values()) == [[image.file.url]]
    assert image.file.url.startswith("https://cdn.example.com/")


def test_what_browsers_do_not_show_is_named_by_its_fallback():
    image = make_image(content_type="image/tiff")
    made = {"width": 9, "height": 9, "content_type": "image/jpeg", "size": 9}
    image.renditions = {"fallback": {"name": "gallery/fallback.jpg", **made}}
    image.save()
    make_album([image.pk])

    assert list(told().values()) == [["https://testserver/media/gallery/fallback.jpg"]]


def test_ids_without_a_row_are_left_out():
    album = make_album([make_image().pk])
    album.photos = [10**9]

    class Unsaved(Everything):
        def items(self):
            return [album]

    assert list(told(sitemaps=Unsaved).values()) == [[]]


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_costs_one_query_beside_its_owners(count, django_assert_num_queries):
    for _ in range(count):
        make_album([make_image().pk for _ in range(2)])
        Diptych.objects.create(left=[make_image().pk])

    with django_assert_num_queries(3):
        found = told()

    assert sum(map(len, found.values())) == 3 * count


def test_galleries_of_another_image_model_cost_one_query_more(django_assert_num_queries):
    class Both(Everything):
        def items(self):
            return [*Album.objects.all(), *Poster.objects.all()]

    photo = make_image(Photo)
    make_album([make_image().pk])
    Poster.objects.create(photos=[photo.pk])

    with django_assert_num_queries(4):
        assert [len(each) for each in told(sitemaps=Both).values()] == [1, 1]


def test_only_a_page_of_owners_is_read(django_assert_num_queries):
    class Paged(Everything):
        limit = 2

    images = [make_image() for _ in range(3)]
    for image in images:
        make_album([image.pk])

    assert list(told(sitemaps=Paged, p=2).values()) == [[f"https://testserver{images[2].file.url}"]]


@pytest.mark.parametrize("count", [MOST, MOST + 1])
def test_a_page_names_no_more_pictures_than_are_read(count):
    Diptych.objects.create(right=many(count))

    assert [len(each) for each in told().values()] == [MOST]


class Published(Access):
    """A policy by which everybody sees what has a caption."""

    def may_see(self, user, image):
        return bool(user.is_superuser or image.caption == "published")


@pytest.mark.parametrize("asking", ["nobody", "a superuser"])
def test_where_seeing_is_guarded_only_what_a_visitor_may_see_is_named(settings, asking):
    settings.GALLERY_EVENTS = {
        "SERVE": "view",
        "ACCESS": "tests.edges.test_sitemaps.Published",
    }
    user = get_user_model().objects.create_superuser("root") if asking != "nobody" else None
    open_, hidden = make_image(caption="published"), make_image()
    make_album([hidden.pk, open_.pk])

    assert list(told(user=user).values()) == [[f"https://testserver{open_.file.url}"]]


def test_where_nobody_may_see_without_logging_in_no_picture_is_named(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    viewer = get_user_model().objects.create_user("vera")
    viewer.user_permissions.add(Permission.objects.get(codename="view_image"))
    make_album([make_image().pk])

    assert list(told(user=viewer).values()) == [[]]
    settings.GALLERY_EVENTS = {"SERVE": "storage"}
    assert [len(each) for each in told().values()] == [1]


def test_pages_in_several_languages_name_the_same_pictures(settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]

    class Translated(Everything):
        i18n = alternates = True

        def location(self, item):
            from django.utils.translation import get_language

            return f"/{get_language()}/{item.pk}/"

    image = make_image()
    make_album([image.pk])

    found = told(sitemaps=Translated)
    assert len(found) == 2
    assert set(map(tuple, found.values())) == {(f"https://testserver{image.file.url}",)}
