"""The widget in Chromium: until people can use it, and until many files are in; beside Uppy."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.core.files import File
from PIL import Image as Picture

from benchmarks import apart, serving
from benchmarks.bundle_sizes import OTHERS, weighed
from benchmarks.models import Album
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from benchmarks.upload import photograph
from building import frontend
from gallery_events.flows import upload
from gallery_events.models import Image
from tests.browser.chromium import NoChromium, chromium

SIDES = {"ours": "our widget", "uppy": "Uppy"}
#: The button that takes the first image away.
REMOVE = {
    "ours": ".gallery-item [data-do=remove], .gallery-item input[name$=-remove]",
    "uppy": ".uppy-Dashboard-Item-action--remove",
}
CHOOSE = {"ours": "input[type=file]", "uppy": ".uppy-Dashboard-input"}
#: A telephone and its line, as Lighthouse imagines them.
PHONE, LINE = 4, {"latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 84_400}
#: Milliseconds that a click may take until it shows.
AIM = 200
WATCHING = OTHERS / "watching.js"
WORDS = {"ready": "can be used", "pressed": "first is removed"}
PATIENCE = 600_000
PICTURE = (1200, 900)


def rows(sizes: Sizes) -> Iterator[Row]:
    frontend.run("build")
    sides = dict(SIDES)
    if "uppy.js" not in weighed(settings.FOLDER / "others", []):
        sides.pop("uppy")
        yield Row("Uppy in the browser", "(npm did not bring it)")
    rounds = max(3, sizes.few_rounds // 6)
    # Playwright's loop lets nothing in this thread ask the database any more.
    albums = {size: _album(size) for size in (0, *sizes.galleries)}
    with apart.process("django.contrib.staticfiles") as ask, ExitStack() as running:
        try:
            browser = running.enter_context(chromium())
        except NoChromium as error:
            yield Row("the widget in a browser", f"(not measured: {error})")
            return
        port = ask(serving.serve, "benchmarks.widget_pages")
        site = Site(browser, f"http://127.0.0.1:{port}", sides)
        for size in sizes.galleries:
            yield from _used(site, size, albums[size], rounds)
        yield from _filled(site, albums[0], sizes.uploads)


@dataclass(frozen=True, slots=True)
class Site:
    """Both pages, as a browser opens them."""

    browser: Any
    address: str
    sides: dict[str, str]

    @contextmanager
    def page(self, side: str, album: int, *, slow: bool = False) -> Iterator[Any]:
        """Give the page of an album once it can be used, in a window that has seen nothing yet."""
        context = self.browser.new_context()
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=WATCHING)
        page = context.new_page()
        if slow:
            asked = context.new_cdp_session(page)
            asked.send("Network.enable")
            asked.send("Network.emulateNetworkConditions", {"offline": False, **LINE})
            asked.send("Emulation.setCPUThrottlingRate", {"rate": PHONE})
        answer = page.goto(f"{self.address}/{side}/{album}/", wait_until="commit")
        if not answer.ok:
            raise RuntimeError(f"{answer.status}: {answer.url}")
        until(page, "ready")
        yield page
        context.close()


def until(page: Any, what: str, least: float = 0.001) -> dict[str, Any]:
    """Wait until the page has seen so much of it; return all that it has seen."""
    page.wait_for_function(
        "([what, least]) => seen[what] >= least || seen.failed.length", arg=[what, least]
    )
    seen: dict[str, Any] = page.evaluate("seen")
    return seen


def _used(site: Site, size: int, album: int, rounds: int) -> Iterator[Row]:
    """Yield how soon people can use a gallery, and how soon it has done what they want first."""
    for line, slow in (("", False), (", slow telephone", True)):
        took: dict[str, list[dict[str, Any]]] = {side: [] for side in site.sides}
        for side in _shuffled(site.sides, rounds):
            with site.page(side, album, slow=slow) as page:
                page.locator(REMOVE[side]).first.click()
                took[side].append(until(page, "pressed"))
        for what in ("ready", "pressed"):
            of = {side: median(each[what] for each in seen) for side, seen in took.items()}
            for side, name in site.sides.items():
                row = Row(
                    f"{size:,} images{line}: {WORDS[what]}, {name}",
                    f"{of[side]:,.0f} ms",
                    of[side] / of["ours"],
                )
                aimed = side == "ours" and what == "pressed"
                yield row.aiming(f"<= {AIM} ms", of[side] <= AIM) if aimed else row


def _filled(site: Site, album: int, number: int) -> Iterator[Row]:
    """Yield how long many files take that are chosen at once, and how long people cannot click."""
    files = _photographs(number)
    took = {}
    for side in site.sides:
        with site.page(side, album) as page:
            before = page.evaluate("seen.blocked")
            page.locator(CHOOSE[side]).first.set_input_files(files)
            seen = until(page, "uploaded", number)
            if seen["failed"]:
                raise RuntimeError(seen["failed"])
            took[side] = (seen["last"] - seen["chosen"], seen["blocked"] - before)
    for side, name in site.sides.items():
        whole, blocked = took[side]
        yield Row(
            f"{number} uploads, chosen at once: {name}",
            f"{whole / 1000:.1f} s, {blocked:,.0f} ms blocked",
            whole / took["ours"][0],
        )


def _shuffled(sides: dict[str, str], rounds: int) -> Iterator[str]:
    for _ in range(rounds):
        yield from random.sample(list(sides), len(sides))


def _album(size: int) -> int:
    """Return an album of so many images, whose thumbnails are there."""
    missing = size - Image.objects.count()
    for number in range(missing):
        content = BytesIO()
        Picture.new("RGB", (400, 300), (number % 256, number // 256, 99)).save(content, "JPEG")
        upload.receive(File(content, name=f"{number}.jpg"))
    keys = list(Image.objects.order_by("pk").values_list("pk", flat=True)[:size])
    return int(Album.objects.create(title=f"{size}", photos=keys).pk)


def _photographs(number: int) -> list[Path]:
    """Write so many files, no two alike; return where."""
    folder = settings.FOLDER / "photographs"
    folder.mkdir()
    found = [folder / f"{each}.jpg" for each in range(number)]
    soft = photograph(PICTURE)
    for at, path in enumerate(found):
        soft.putpixel((at, 0), (255, 0, 0))
        soft.save(path, "JPEG", quality=92)
    return found
