"""A real Chromium: the system's, or Playwright's own where that is installed."""

import shutil
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: No sandbox: root has none. The rest keeps it from talking to anybody but the page.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
#: The first start on a machine reads hundreds of megabytes, while other tests read theirs.
STARTS_WITHIN = 180_000


class NoChromium(RuntimeError):
    """No browser can be had here, and why."""


@contextmanager
def chromium():
    """Start the browser, give it, and stop it whatever happened between."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NoChromium("Playwright is not installed: pip install -e '.[test]'") from error
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = own if own.exists() else next(filter(None, map(shutil.which, PROGRAMS)), None)
        if found is None:
            raise NoChromium(
                "no Chromium here. Install one: apt install chromium, or playwright install chromium"
            )
        browser = playwright.chromium.launch(
            executable_path=found, args=ARGUMENTS, timeout=STARTS_WITHIN
        )
        try:
            yield browser
        finally:
            browser.close()
