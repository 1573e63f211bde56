"""SVGs in a real Chromium: what would run does not, however the file is opened."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client

from gallery_events.flows import upload
from tests.imaging.drawings import svg

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

#: What says in the browser that it was run.
RAN = "document.documentElement.setAttribute('data-ran','1');window.ran=1"
SCRIPTS = (
    f"<script>{RAN}</script>"
    f"<g onclick=\"{RAN}\"><rect width='200' height='200' fill='lime'/></g>"
    f"<image href='nothing.png' onerror=\"{RAN}\"/>"
    f"<a href=\"javascript:{RAN}\"><rect width='200' height='100' fill='lime'/></a>"
    "<style>circle{fill:red}</style><circle cx='50' cy='150' r='40'/>"
    f"<foreignObject width='9' height='9'><img xmlns='http://www.w3.org/1999/xhtml' src='x' "
    f'onerror="{RAN}"/></foreignObject>'
)
HOSTILE = svg(SCRIPTS, root=f'width="200" height="200" onload="{RAN}"')


@pytest.fixture
def member():
    return get_user_model().objects.create_user("ann", is_staff=True, is_superuser=True)


@pytest.fixture
def window(live_server, transactional_db, browser, member):
    """Return a page of ann's that may run scripts; what is wrong with hostile files is no fault."""
    client = Client()
    client.force_login(member)
    session = client.cookies["sessionid"].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def opened(page, address):
    """Open an address as a page of its own, also when it asks to be saved; return what ran there."""
    page.goto(address)
    page.wait_for_load_state("load")
    page.mouse.click(50, 50)
    return page.evaluate("[window.ran, document.documentElement.getAttribute('data-ran')]")


def test_the_file_as_it_came_would_run_its_scripts(window):
    # So the other tests could see it if a script ran.
    window.route(
        "**/came.svg", lambda route: route.fulfill(body=HOSTILE, content_type="image/svg+xml")
    )
    assert opened(window, "/came.svg") == [1, "1"]


def test_what_is_stored_runs_none_even_from_a_server_without_headers(window, settings, member):
    settings.GALLERY_EVENTS = {"FORMATS": ["SVG"]}
    image = upload.receive(ContentFile(HOSTILE, "plan.svg"), user=member)
    with image.file.open() as file:
        text = file.read()
    window.route(
        "**/kept.svg", lambda route: route.fulfill(body=text, content_type="image/svg+xml")
    )
    assert opened(window, "/kept.svg") == [None, None]


def test_the_headers_alone_would_stop_a_script(window, settings, member):
    settings.GALLERY_EVENTS = {"FORMATS": ["SVG"], "SERVE": "view"}
    image = upload.receive(ContentFile(HOSTILE, "plan.svg"), user=member)
    answer = window.request.get(image.file.url)
    headers = {**answer.headers, "content-disposition": "inline"}
    headers.pop("content-length")
    window.route("**/sent.svg", lambda route: route.fulfill(body=HOSTILE, headers=headers))
    assert opened(window, "/sent.svg") == [None, None]


def test_opened_it_is_saved_and_not_shown(live_server, window, settings, member):
    settings.GALLERY_EVENTS = {"FORMATS": ["SVG"], "SERVE": "view"}
    image = upload.receive(ContentFile(HOSTILE, "plan.svg"), user=member)
    with window.expect_download() as saved:
        window.evaluate("address => { location.href = address }", live_server.url + image.file.url)
    assert saved.value.suggested_filename == "plan.svg"


def test_an_img_shows_it_with_its_styles_and_runs_nothing(window, settings, member):
    settings.GALLERY_EVENTS = {"FORMATS": ["SVG"], "SERVE": "view"}
    image = upload.receive(ContentFile(HOSTILE, "plan.svg"), user=member)
    window.route(
        "**/page.html",
        lambda route: route.fulfill(
            body=f'<!doctype html><title>x</title><img alt="" src="{image.file.url}">',
            content_type="text/html",
        ),
    )
    window.goto("/page.html")
    window.wait_for_load_state("load")
    seen = window.evaluate(
        """() => {
            const img = document.querySelector("img");
            const canvas = document.createElement("canvas");
            canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
            const context = canvas.getContext("2d");
            context.drawImage(img, 0, 0);
            return [[...context.getImageData(150, 150, 1, 1).data],
                    [...context.getImageData(50, 150, 1, 1).data],
                    img.naturalWidth, window.ran || 0];
        }"""
    )
    assert seen == [[0, 255, 0, 255], [255, 0, 0, 255], 200, 0]
