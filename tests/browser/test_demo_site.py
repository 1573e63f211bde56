"""The demo as somebody who tries it sees it: its public pages, under the policy of its own."""

import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.browser.clicks import press
from tests.browser.strictness import Faults
from tests.pictures import picture

# The demo has an SQLite file of its own: once is enough.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
PICTURES = 22
SERVED = re.compile(r"served at (\S+)/ ")
#: Pages, and as whom they are seen.
PAGES = {
    "/": "",
    "/albums/": "",
    "/albums/1/": "",
    "/login/": "",
    "/albums/4711/": "",
    "/albums/new/": "ben",
    "/albums/3/edit/": "ben",
    "/albums/1/edit/": "anna",
    "/albums/1/history/": "anna",
    "/admin/": "carla",
    "/admin/demo/album/": "carla",
    "/admin/demo/album/2/change/": "carla",
    "/admin/demo/album/2/history/": "carla",
    "/admin/demo/album/deleted/": "carla",
}
PHONE_AT_NIGHT = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Return the address of the demo, told with small pictures and served by a process."""
    folder = tmp_path_factory.mktemp("demo")
    pictures = folder / "pictures"
    pictures.mkdir()
    for number in range(PICTURES):
        (pictures / f"{number:02}.jpg").write_bytes(picture(size=(400, 300)).read())
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "0", "--photographs", pictures],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "demo.settings",
            "GALLERY_DEMO_DATA": str(folder / "data"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        served = (found[0] for line in process.stdout if (found := SERVED.findall(line)))
        address = next(served, None)
        assert address, "the demo ended before it served its site"
        yield address
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
def test_every_page_of_the_demo_is_sound(browser, sound, demo):
    for look in ({}, PHONE_AT_NIGHT):
        with closing(browser.new_context(base_url=demo, **look)) as context:
            page = context.new_page()
            faults = Faults(page)
            somebody = ""
            for address, user in PAGES.items():
                if user != somebody:
                    somebody = log_in(page, user)
                assert "content-security-policy" in page.goto(address).headers
                sound(page)

        assert (faults.forgive(403), faults.forgive(404)) == (1, 1)
        assert faults == []


def test_programs_that_read_the_demo_find_its_pictures(demo):
    told = read(f"{demo}/sitemap.xml")
    assert len(re.findall(r"<loc>http://[^<]+/albums/\d+/</loc>", told)) == 8
    addresses = re.findall("<image:loc>([^<]+)</image:loc>", told)
    assert len(addresses) > 40
    addresses += re.findall('property="og:image" content="([^"]+)"', read(f"{demo}/albums/1/"))
    assert len({urlsplit(each).netloc for each in addresses}) == 1
    for each in (addresses[0], addresses[-1]):
        with urlopen(each) as answer:
            assert answer.headers["Content-Type"].startswith("image/")


def read(address):
    with urlopen(address) as answer:
        return answer.read().decode()


def log_in(page, name):
    """Log in as people do: here the password is the name."""
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    press(page, "Log in")
    return name
