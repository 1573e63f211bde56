"""htmx and Turbo, as other people's pages have them: from npm, for pages of the tests alone."""

import subprocess
from pathlib import Path

import pytest

from building.node import NoNode, node

FOLDER = Path(__file__).parent / "libraries"
FILES = FOLDER / "node_modules"
LOCK = FOLDER / "package-lock.json"
#: What npm writes last.
DONE = FILES / ".package-lock.json"


def installed():
    """Return the folder that the pages load them from; visibly skipped where npm cannot bring them."""
    if not DONE.exists() or DONE.stat().st_mtime < LOCK.stat().st_mtime:
        try:
            node().run("ci", "--silent", folder=FOLDER)
        except (NoNode, subprocess.CalledProcessError) as error:
            pytest.skip(f"NOT PROVEN: {error}")
        DONE.touch()
    return FILES
