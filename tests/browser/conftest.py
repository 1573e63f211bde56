"""A real Chromium, a server under the strictest policy, and pages that must keep to it."""

from contextlib import ExitStack

import pytest
from django.test import Client
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.accessibility import violations
from tests.browser.chromium import NoChromium, chromium
from tests.browser.patience import PATIENCE
from tests.browser.people import superuser, uploaded
from tests.browser.proxy import Proxy
from tests.browser.site import site
from tests.browser.strictness import Faults, broken_images, too_wide
from tests.factories import make_album

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="package")
def browser():
    """Return the browser; visibly skipped where there is none."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        # Playwright runs a loop in this thread, which Django takes for a reason to refuse queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            found = running.enter_context(chromium())
        except NoChromium as error:
            pytest.skip(f"NOT PROVEN: {error}")
        yield found


@pytest.fixture(scope="package")
def live_server(django_db_setup, browser):
    """Return the server of the folder: its own pages beside those of the project."""
    with override_settings(**site()):
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture(
    params=[
        pytest.param(False, id="without-javascript"),
        # What a browser makes of a page has been seen beside SQLite; what is saved, both times.
        pytest.param(True, id="with-javascript", marks=pytest.mark.sqlite),
    ]
)
def javascript(request):
    """Tell whether the pages of the test may run scripts: each test runs both ways."""
    return request.param


@pytest.fixture
def servers():
    """Return what holds the servers of one test: they outlive its windows, which still ask them."""
    with ExitStack() as running:
        yield running


@pytest.fixture
def visit(live_server, transactional_db, browser, javascript, servers):
    """
    Return a way to open the site as somebody: ``visit(user)`` is a fresh window.

    When the test ends, no page may have broken the policy, shown a broken
    image or asked for what is not there.
    """
    visitors, faults = [], []

    def enter(user=None, *, language="en", size=DESKTOP, scripts=javascript, **options):
        options = {"base_url": live_server.url, "reduced_motion": "reduce"} | options
        context = browser.new_context(
            java_script_enabled=scripts, locale=language, viewport=size, **options
        )
        context.set_default_timeout(PATIENCE)
        visitors.append(context)
        if user is not None:
            context.add_cookies([_session(user, live_server.url)])
        context.on("page", watch)
        return context.new_page()

    def watch(page):
        page.faults = Faults(page)
        faults.append(page.faults)

    yield enter
    for context in visitors:
        for page in context.pages:
            page.wait_for_load_state("load")
            page.faults += broken_images(page)
        context.close()
    assert [fault for each in faults for fault in each] == []


def _session(user, url):
    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}


@pytest.fixture
def carla(transactional_db):
    """Return somebody who may do everything."""
    return superuser()


@pytest.fixture
def album(carla):
    """Return her album of five images, a.jpg to e.jpg."""
    return make_album([image.pk for image in uploaded(carla, *(f"{each}.jpg" for each in "abcde"))])


@pytest.fixture
def proxy(live_server, servers):
    """Return what stands before the server, and can be slow or fail."""
    return servers.enter_context(Proxy(live_server.url))


@pytest.fixture
def sound(javascript):
    """Return what asserts that a page is fit to be shown: nothing broken, nothing too wide, axe."""

    def check(page, *, within=None):
        page.wait_for_load_state("load")
        found = [f"broken image: {each}" for each in broken_images(page)]
        found += [f"wider than the window: {each}" for each in too_wide(page)]
        if javascript:
            found += violations(page, within=within)
        assert not found, "\n".join([page.url, *found])

    return check
