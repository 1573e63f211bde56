"""The few pictures that the README and the docs show: always of these pages, of these sizes."""

from pathlib import Path
from typing import Any

from PIL import Image

from demo.models import Album
from tests.browser.screenshots.camera import Camera
from tests.browser.screenshots.places import Place

HEIGHT, WIDTH = 760, 1100
#: The admin has no sidebar at this width.
NARROW = 760
#: Few colours, so few bytes: photographs in it are small.
COLOURS = 256
#: So much is seen above what a picture begins with.
MARGIN = 12


def illustrate(camera: Camera, folder: Path) -> None:
    """Write the pictures into a folder, small enough to be committed."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, width in _places():
        size = {"width": width, "height": HEIGHT}
        path = camera.take(place, viewport=size, full_page=False)
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(folder / f"{place.name}.png", optimize=True)
        path.unlink()


def _places() -> list[tuple[Place, int]]:
    best = Album.objects.get(title="Best of the year").pk
    garage = Album.objects.get(title="Garage, Sunday").pk
    sixth = Album.history.get(id=best, gallery_version=6).pk
    history = f"/admin/demo/album/{best}/history/"
    return [
        (Place("history", history, "anna", _scroll_to(".gallery-row:nth-child(2)")), NARROW),
        (Place("restore", f"{history}{sixth}/restore/", "anna"), WIDTH),
        (
            Place("form", f"/albums/{best}/edit/", "anna", _scroll_to("*:has(> .gallery-input)")),
            WIDTH,
        ),
        (Place("album", f"/albums/{garage}/", "anna"), WIDTH),
    ]


def _scroll_to(selector: str) -> Any:
    def scroll(page: Any) -> None:
        page.locator(selector).evaluate("each => each.scrollIntoView()")
        page.evaluate("margin => scrollBy(0, -margin)", MARGIN)

    return scroll
