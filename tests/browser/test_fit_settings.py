"""A gallery in sites that are set up in another way: tokens, languages, static files, paths, policies."""

from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from django.test.utils import override_settings
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.enhanced import Enhanced
from tests.browser.galleryform import GalleryForm, file
from tests.browser.people import somebody, uploaded
from tests.browser.serving import Mounted, served
from tests.factories import again, make_album

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
pytestmark = [SCRIPTS, pytest.mark.sqlite]

STRICT = "tests.browser.policy.StrictPolicy"


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def album(anna):
    return make_album([image.pk for image in uploaded(anna, "one.jpg", "two.jpg")])


@pytest.fixture
def works(visit, anna, album):
    """Return what opens the form of the album at a server, adds, moves and saves, and looks at it."""

    def journey(base=""):
        page = visit(anna)
        page.goto(f"{base}{reverse('edit-album', args=[album.pk])}")
        gallery = Enhanced(page).wait()
        gallery.move(album.photos[1], 1)
        gallery.choose(file("new.jpg"))
        assert gallery.holds(3)
        press(page, "Save", exact=True)
        assert names_of(album) == ["two.jpg", "one.jpg", "new.jpg"]
        return page

    return journey


def names_of(album):
    return [each.name for each in again(album).photos.images()]


@pytest.mark.parametrize(
    "changed",
    [
        {"CSRF_USE_SESSIONS": True},
        {"CSRF_COOKIE_HTTPONLY": True},
        {"CSRF_COOKIE_NAME": "renamed"},
        {"CSRF_HEADER_NAME": "HTTP_X_RENAMED"},
        {"CSRF_USE_SESSIONS": True, "CSRF_HEADER_NAME": "HTTP_X_RENAMED"},
        {
            "CSRF_COOKIE_NAME": "renamed",
            "CSRF_COOKIE_HTTPONLY": True,
        },
    ],
    ids=lambda changed: "+".join(each.removeprefix("CSRF_").lower() for each in changed),
)
def test_the_token_is_found_wherever_a_site_keeps_it(changed, works):
    with override_settings(**changed):
        works()


def test_addresses_may_begin_with_a_language(works, album):
    with override_settings(ROOT_URLCONF="tests.browser.urls_by_language", LANGUAGE_CODE="en"):
        page = works()

        assert urlsplit(page.url).path == f"/en/album/{album.pk}/"


def test_a_site_may_lie_below_a_path(works, album):
    below = {
        "FORCE_SCRIPT_NAME": "/below",
        "STATIC_URL": "/below/static/",
        "MEDIA_URL": "/below/media/",
    }
    with served(Mounted, **below) as base:
        page = works(f"{base}/below")
        images = page.locator("main img").evaluate_all("all => all.map(each => each.src)")

        assert urlsplit(page.url).path == f"/below/album/{album.pk}/"
        assert images
        assert all(urlsplit(each).path.startswith("/below/media/") for each in images)


@pytest.mark.skipif(django.VERSION < (6, 0), reason="Django has no policy of its own before 6.0")
def test_djangos_own_policy_of_the_strictest_kind_holds(works):
    from django.utils.csp import CSP

    policy = {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF],
        "style-src": [CSP.SELF],
        "connect-src": [CSP.SELF],
        "form-action": [CSP.SELF],
        "img-src": [CSP.SELF, "blob:"],
    }
    middleware = ["django.middleware.csp.ContentSecurityPolicyMiddleware",
                  *(each for each in settings.MIDDLEWARE if each != STRICT)]  # fmt: skip
    with served(MIDDLEWARE=middleware, SECURE_CSP=policy) as base:
        works(base)


def test_without_our_addresses_the_form_works_as_it_does_without_a_script(visit, anna, album):
    with override_settings(ROOT_URLCONF="tests.browser.urls_without_ours"):
        page = visit(anna)
        page.goto(reverse("edit-album", args=[album.pk]))
        gallery, form = Enhanced(page).wait(), GalleryForm(page)
        assert gallery.run("each => each.configuration.uploadUrl ?? null") is None
        form.add("new.jpg")
        gallery.move(album.photos[1], 1)
        form.save()

    assert names_of(album) == ["two.jpg", "one.jpg", "new.jpg"]
