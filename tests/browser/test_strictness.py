"""The watch itself: what it is for is noticed, or a green run would say nothing."""

import pytest

from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE
from tests.browser.patience import wait_until
from tests.browser.strictness import broken_images, too_wide

pytestmark = pytest.mark.sqlite

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])


@pytest.fixture
def shown(visit):
    """Return what shows a body under the policy of the site, and the page that it is on."""
    page = visit()

    def show(body):
        page.route(
            "**/made-up",
            lambda route: route.fulfill(
                headers={"Content-Security-Policy": page.policy, "Content-Type": "text/html"},
                body=f'<!DOCTYPE html><html lang="en"><title>T</title><body>{body}',
            ),
        )
        page.goto("/made-up")
        return page

    page.policy = page.goto("/accounts/login/").headers["content-security-policy"]
    yield show
    page.goto("about:blank")
    page.faults.clear()


def told(page, words):
    """Wait until a fault with these words has been noted: news of it comes after the page."""
    return wait_until(page, lambda: any(words in fault for fault in page.faults))


@pytest.mark.parametrize(
    "body",
    ['<p style="color: red">Red</p>', "<style>p { color: red }</style>"],
    ids=["attribute", "element"],
)
def test_an_inline_style_is_noticed(shown, body):
    assert told(shown(body), "Content Security Policy")


@SCRIPTS
@pytest.mark.parametrize(
    "body",
    ["<script>1</script>", '<img src="/favicon.ico" onerror="1">'],
    ids=["element", "attribute"],
)
def test_an_inline_script_is_noticed(shown, body):
    assert told(shown(body), "Content Security Policy")


def test_what_another_site_would_send_is_noticed(shown):
    page = shown('<img src="https://example.com/x.png" alt="">')

    assert told(page, "Content Security Policy")


def test_a_file_that_is_missing_is_noticed_and_so_is_its_image(shown):
    page = shown('<img src="/media/none.png" alt="" loading="lazy">')

    assert [address[-9:] for address in broken_images(page)] == ["/none.png"]
    assert told(page, "404 ")
    assert [fault[:4] for fault in page.faults] == ["404 "]
    assert page.faults.forgive(404) == 1
    assert page.faults == []


def test_what_sticks_out_is_noticed(shown):
    assert too_wide(shown('<svg width="3000" height="9"></svg>')) == ["svg"]
    assert too_wide(shown('<svg width="30" height="9"></svg>')) == []


def test_what_sticks_out_of_a_smaller_window_is_noticed(shown):
    page = shown('<svg width="600" height="9"></svg>')
    assert too_wide(page) == []
    page.set_viewport_size(PHONE)

    assert too_wide(page) == ["svg"]


@SCRIPTS
def test_an_input_without_a_label_is_noticed(shown):
    assert violations(shown('<main><input name="a"></main>'))[0].startswith("label: input")
    assert violations(shown('<main><label>A <input name="a"></label></main>')) == []
