"""The page about the widget says what there is of it, and nothing else."""

import inspect
import re

import pytest

from gallery_events.widgets import GalleryWidget
from tests.system.pages import ROOT, rows, section

SCRIPTS = list((ROOT / "frontend" / "src").rglob("*.js"))
STYLES = [
    path
    for path in (ROOT / "gallery_events" / "static" / "gallery_events").glob("*.css")
    if path.stem in ("gallery", "gallery-input", "uploading", "cropping")
]
TEMPLATES = ROOT / "gallery_events" / "templates" / "gallery_events" / "widgets"


def code(text):
    return re.findall(r"`([^`]+)`", text)


def sources(paths):
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_option_is_told_with_its_default():
    told = {code(name)[0]: default for name, default, _ in rows(section("widget.md", "## Options"))}
    options = inspect.signature(GalleryWidget.__init__).parameters.values()
    there = {
        each.name: each.default
        for each in options
        if each.kind in (each.KEYWORD_ONLY, each.POSITIONAL_OR_KEYWORD) and each.name != "self"
    }
    assert told.keys() == there.keys()
    own = {"template_name": GalleryWidget.template_name}
    own["item_template_name"] = GalleryWidget.item_template_name
    for name, default in told.items():
        expected = own.get(name, there[name])
        assert default == ("none" if expected is None else f"`{expected!r}`".replace("'", '"'))


def test_every_event_is_told_and_whether_it_may_be_stopped():
    told = {
        name: bool(stopped)
        for names, stopped, *_ in rows(section("widget.md", "## Events"))
        for name in code(names)
        if name.startswith("gallery:")
    }
    assert told == sent()


def sent():
    """Return the events that the script sends, by what it is written with."""
    text = sources(SCRIPTS)
    stoppable = set(re.findall(r'"(\w+)"', re.search(r"CANCELABLE = new Set\(([^)]*)\)", text)[1]))
    found = {}
    for name in re.findall(r'"gallery:(\w+)"', text):
        found[f"gallery:{name}"] = False
    for call in text.split(".change(")[1:]:
        name = re.match(r'\s*"(\w+)"', call)
        if name and re.search(r"\bdetail\b", call.partition("\n}")[0].partition("\n  }")[0]):
            found[f"gallery:{name[1]}"] = name[1] in stoppable
    for name in re.findall(r'#stepped\("(\w+)"', text):
        found[f"gallery:{name}"] = False
    for name in re.findall(r'[.#]tell\(\s*"(\w+)"', text):
        found[f"gallery:{name}"] = False
    calls = r'tell\((?:[\w.#\[\]]+,\s*)?"(?:gallery:)?(\w+)",(?:(?!tell\().)*?cancelable: true'
    for name in re.findall(calls, text, re.DOTALL):
        found[f"gallery:{name}"] = True
    return found


def test_every_custom_property_is_told():
    declared = set(re.findall(r"^\s*(--gallery-[\w-]+):", sources(STYLES), re.MULTILINE))
    told = {
        name
        for row in rows(section("widget.md", "## Look"))
        for name in code(row[0])
        if name.startswith("--")
    }
    assert told == declared


@pytest.mark.parametrize("template", ["gallery.html", "item.html"])
def test_every_block_is_told(template):
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    there = set(re.findall(r"{% block (\w+) %}", text))
    told, of = set(), ""
    for row in rows(section("widget.md", "## Templates")):
        of = code(row[0])[0] if row[0] else of
        if of == template:
            told |= set(code(row[1]))
    assert told == there


def test_every_attribute_is_told():
    told = set(re.findall(r"data-[a-z-]+", section("widget.md", "## Attributes")))
    read = {
        "data-" + re.sub("([A-Z])", lambda found: "-" + found[1].lower(), name)
        for name in re.findall(
            r"dataset\.(\w+)|\"(\w+)\" in dataset",
            (ROOT / "frontend/src/configuration.js").read_text(encoding="utf-8"),
        )
        for name in name
        if name
    }
    written = sources([ROOT / "gallery_events/widgets/attributes.py"])
    for name in read:
        assert (name in told) == (f'"{name[5:]}"' in written or "part-" in name), name


def test_methods_of_the_element_are_there():
    element = (ROOT / "frontend/src/element.js").read_text(encoding="utf-8")
    table = section("widget.md", "## Events").partition("| of the element |")[2]
    for row in rows("| of the element |" + table):
        for name in code(row[0]):
            word = re.match(r"\w+", name)[0]
            assert re.search(rf"^  (get )?{word}\(|this\.{word} =", element, re.MULTILINE), word
