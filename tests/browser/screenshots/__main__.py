"""
Take pictures of every page of the demo.

    .venv/bin/python -m tests.browser.screenshots [FOLDER] [--only NAME ...] [--docs]
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[3]


def main() -> int:
    """Tell the demo's story into a folder of its own, serve it, and go through it."""
    arguments = _arguments()
    folder = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.browser.screenshots.settings",
        "GALLERY_DEMO_DATA": str(folder / "data"),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs a loop in this thread
    }
    told = subprocess.run([sys.executable, "-m", "demo", "--no-serve"], cwd=ROOT, check=False)
    if told.returncode:
        return told.returncode

    import django

    django.setup()

    from tests.browser.chromium import NoChromium, chromium
    from tests.browser.screenshots.camera import LOOKS, Camera
    from tests.browser.screenshots.illustrations import illustrate
    from tests.browser.screenshots.places import places
    from tests.browser.screenshots.sheet import write_page, write_sheet
    from tests.browser.screenshots.widget import states

    rows: dict[str, list[Path]] = {}
    try:
        with chromium() as browser, _served() as site:
            camera = Camera(browser, site, folder)
            if arguments.docs:
                illustrate(camera, ROOT / "docs" / "pictures")
                return 0
            for place in chain(places(), states()):
                if not arguments.only or place.name in arguments.only:
                    rows[place.name] = list(camera.take_all(place))
    except NoChromium as error:
        sys.stderr.write(f"No pictures: {error}\n")
        return 1
    for at, look in enumerate(LOOKS):
        write_sheet(folder / f"sheet.{look}.png", [row[at] for row in rows.values()])
    sys.stdout.write(f"{len(rows)} pages: {write_page(folder, rows=rows)}\n")
    return 0


@contextmanager
def _served() -> Iterator[str]:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    from demo.serve import HOST, Site

    server = Site(0).server
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take pictures of every page of the demo.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".screenshots")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these pages, by their names")
    parser.add_argument("--docs", action="store_true", help="only those of docs/pictures")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
