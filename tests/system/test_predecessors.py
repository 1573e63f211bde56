"""Every feature of the predecessors has its row, and what a row names here is there."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

from gallery_events import conf, urls
from tests.system.pages import DOCS, FENCE, ROOT, rows
from tests.system.test_docs_complete import ids_in_code

PAGE = DOCS / "from-django-galleryfield.md"
#: How many features of each were found: see the headings.
FEATURES = {"G": 107, "J": 17, "W": 26, "U": 46}
ROW = re.compile(r"([GJWUC])(\d+)")
VERDICTS = {"same", "better", "no"}
#: What Django, HTML or the project's own tools call so.
OTHERS = {
    "accept", "attrs", "class", "dialog", "enctype", "error_messages", "filter", "include", "make",
    "demo", "manage", "check", "media", "nosniff", "objects", "pk__in", "required", "Textarea",
    "CSRF_COOKIE_HTTPONLY", "CSRF_USE_SESSIONS", "object", "fit", "Photo", "album", "photos", "app",
    "form", "Media", "clean_full", "None", "False", "True", "user", "widget",
}  # fmt: skip
SOURCES = [
    path
    for folder, kinds in {
        "gallery_events": ("*.py", "*.html", "*.css"),
        "frontend/src": ("*.js",),
    }.items()
    for kind in kinds
    for path in (ROOT / folder).rglob(kind)
    if "dist" not in path.parts
]
WORD = re.compile(r"[A-Za-z_]\w+")
CODE = re.compile(r"`([^`]+)`")


def features():
    """Return the rows of the page's tables by their numbers."""
    text = FENCE.sub("", PAGE.read_text(encoding="utf-8"))
    return [(ROW.fullmatch(row[0]), row) for row in rows(text) if ROW.fullmatch(row[0])]


@pytest.fixture(scope="module")
def known():
    """Return all words of our code."""
    return {word for path in SOURCES for word in WORD.findall(path.read_text(encoding="utf-8"))}


def named_here():
    return sorted({name for _, row in features() for name in CODE.findall(row[3])})


@pytest.mark.parametrize("letter", FEATURES)
def test_every_feature_has_one_row_in_its_order(letter):
    numbers = [int(found[2]) for found, _ in features() if found[1] == letter]
    assert numbers == list(range(1, FEATURES[letter] + 1))


def test_every_row_says_what_is_here_or_why_not():
    assert sum(FEATURES.values()) == 196
    for found, row in features():
        _, there, verdict, here = row
        assert verdict in VERDICTS, found[0]
        assert all((there, here)), found[0]


@pytest.mark.parametrize("name", named_here())
def test_what_a_row_names_here_is_there(name, known):
    words = set(WORD.findall(name)) - OTHERS
    assert words <= known | set(get_commands()), sorted(words - known)


def test_settings_checks_addresses_and_modules_are_named_in_full():
    names = named_here()
    settings = {name for name in names if re.fullmatch(r"[A-Z][A-Z_]{4,}", name)}
    fields = set(conf.GallerySettings.__dataclass_fields__)
    fields |= set(conf.RenditionSettings.__dataclass_fields__)
    assert settings - fields <= {"CSRF_COOKIE_HTTPONLY", "CSRF_USE_SESSIONS"}
    assert {name for name in names if re.search(r"\.[EIW]\d{3}$", name)} <= ids_in_code()
    addresses = {name.partition(":")[2] for name in names if name.startswith("gallery_events:")}
    assert addresses <= {each.name for each in urls.urlpatterns}
    for name in names:
        if re.fullmatch(r"gallery_events(\.\w+)+", name) and not re.search(r"\.[EIW]\d{3}$", name):
            module, _, last = name.rpartition(".")
            assert hasattr(import_module(module), last), name


def test_events_are_those_that_the_widget_sends():
    told = {name for name in named_here() if name.startswith("gallery:")}
    sources = "".join(path.read_text("utf-8") for path in SOURCES if path.suffix == ".js")
    for name in told:
        kind = name.partition(":")[2]
        sent = re.search(rf"gallery:{kind}\b|\b(change|tell|stepped)\(\s*\"{kind}\"", sources)
        assert sent, name


def test_templates_and_their_blocks_are_there():
    for _, row in features():
        if not (names := re.findall(r"`(gallery_events/[\w/]+\.html)`", row[3])):
            continue
        template = ROOT / "gallery_events" / "templates" / names[0]
        blocks = set(re.findall(r"{% block (\w+) %}", template.read_text(encoding="utf-8")))
        after = row[3].partition(names[0])[2]
        assert set(re.findall(r"`(\w+)`", after.partition("([widget]")[0])) <= blocks, row[0]


def test_pages_that_rows_lead_to_are_there():
    for _, row in features():
        for page in re.findall(r"\]\(([\w-]+\.md)", row[3]):
            assert (Path(DOCS) / page).exists(), page
