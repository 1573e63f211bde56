"""A gallery in sites that are set up in another way: tokens, languages, static files, paths, policies."""

import re
from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command
from django.test.utils import override_settings
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.enhanced import Enhanced
from tests.browser.galleryform import GalleryForm, file
from tests.browser.people import somebody, uploaded
from tests.browser.serving import Collected, Mounted, served
from tests.factories import again, make_album
from tests.project.models import Album

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
pytestmark = [SCRIPTS, pytest.mark.sqlite]

NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{12}\.\w+$")
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


class ModulesToo(ManifestStaticFilesStorage):
    """What ``import`` names is renamed as well."""

    support_js_module_import_aggregation = True


@pytest.mark.parametrize("storage", [ManifestStaticFilesStorage, ModulesToo])
def test_static_files_may_be_named_by_their_content(storage, works, tmp_path):
    name = f"{storage.__module__}.{storage.__qualname__}"
    changed = {
        "STATIC_ROOT": str(tmp_path / "static"),
        "STORAGES": {**settings.STORAGES, "staticfiles": {"BACKEND": name}},
    }
    with override_settings(**changed):
        call_command("collectstatic", verbosity=0, interactive=False)
    # Nothing is to be had but under such a name.
    plain = [
        each
        for each in (tmp_path / "static").rglob("*.*")
        if not NAMED_BY_CONTENT.search(each.name)
    ]
    for path in plain:
        if path.is_file() and path.name != "staticfiles.json":
            path.unlink()

    with served(Collected, **changed) as base:
        page = works(base)
        page.goto(f"{base}{reverse('edit-album', args=[Album.objects.get().pk])}")
        gallery = Enhanced(page).wait()
        parts = gallery.run(
            "({ configuration: { parts, styles } }) => [parts, styles].flatMap(Object.values).filter(Boolean)"
        )
        # A script is run, and brings all that it needs.
        loaded = gallery.run(
            """(gallery, parts) => Promise.all(parts.map(part =>
              part.endsWith(".js") ? import(part) : fetch(part).then(each => each.ok)))""",
            parts,
        )

        assert len(parts) >= 4
        assert all(NAMED_BY_CONTENT.search(each) for each in parts), parts
        assert all(loaded)


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
