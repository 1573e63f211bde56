"""How the pages are built: `make docs`. Warnings are errors there."""  # noqa: INP001 - no package

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]

project = "django-gallery-events"
author = "The django-gallery-events contributors"
project_copyright = author
release = re.search(
    r'^__version__ = "(.+)"$',
    (ROOT / "gallery_events" / "__init__.py").read_text(encoding="utf-8"),
    re.MULTILINE,
)[1]

extensions = ["myst_parser"]
# Links to a heading of another page are checked like all others.
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_sphinx = False
