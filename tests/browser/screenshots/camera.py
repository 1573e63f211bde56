"""A browser that goes through the places in every light, and takes their pictures."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.browser.screenshots.places import Place
from tests.browser.strictness import broken_images

#: How each page is looked at, by names.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "rtl": {"viewport": {"width": 1280, "height": 800}, "locale": "he"},
    "phone": {"viewport": {"width": 360, "height": 740}},
    "phone-dark-rtl": {
        "viewport": {"width": 360, "height": 740},
        "color_scheme": "dark",
        "locale": "he",
    },
}
#: What has come is not drawn yet: pages let pictures be decoded beside other work.
DECODED = "() => Promise.all([...document.images].map(each => each.decode().catch(() => null)))"
#: What is below is more of the same.
LONGEST = 3000


class Camera:
    """Takes pictures of a site into a folder."""

    def __init__(self, browser: Any, site: str, folder: Path) -> None:
        self.browser = browser
        self.site = site
        self.folder = folder

    def take(self, place: Place, *, full_page: bool = True, **look: Any) -> Path:
        """Take one picture, and return its file; *look* is what a browser context takes."""
        options = {"locale": "en-GB", "reduced_motion": "reduce", **look}
        context = self.browser.new_context(
            base_url=self.site, java_script_enabled=place.scripts, **options
        )
        with closing(context):
            if place.user:
                context.add_cookies([_session(place.user, self.site)])
            page = context.new_page()
            page.goto(place.address)
            if place.act:
                place.act(page)
            _wait_for_pictures(page)
            path = self.folder / f"{place.name}.png"
            area = {"x": 0, "y": 0, **options["viewport"]}
            if full_page:
                height = page.evaluate("document.documentElement.scrollHeight")
                area["height"] = max(area["height"], min(height, LONGEST))
                # A larger window may want larger pictures: it has them before it is looked at.
                page.set_viewport_size({"width": area["width"], "height": area["height"]})
                _wait_for_pictures(page)
            page.screenshot(path=path, clip=area)
            return path

    def take_all(self, place: Place) -> Iterator[Path]:
        """Take a picture of a place in every look."""
        for name, look in LOOKS.items():
            path = self.take(place, full_page=place.whole, **look)
            yield path.rename(self.folder / f"{place.name}.{name}.png")


def _wait_for_pictures(page: Any) -> None:
    """Wait until all that is to be seen has come, and is drawn."""
    broken_images(page)
    page.evaluate(DECODED)


def _session(name: str, site: str) -> dict[str, str]:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
