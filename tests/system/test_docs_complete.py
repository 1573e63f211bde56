"""The pages name all that there is: settings, signals, commands, checks, errors, and nothing else."""

import ast
import inspect
import re
from dataclasses import asdict, fields
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.dispatch import Signal

from audit import conf as audit_conf
from gallery_events import conf, exceptions, signals, urls
from gallery_events.domain import snapshots
from gallery_events.forms import GalleryFormField
from gallery_events.models import Image, Reference
from gallery_events.templatetags import gallery_events as tags
from gallery_events.widgets import GalleryWidget
from gallery_events.widgets.posted import posted
from tests.system.pages import DOCS, PAGES, README, ROOT, headings, rows, section

CODE = [path for package in ("gallery_events", "audit") for path in (ROOT / package).rglob("*.py")]
COMMANDS = sorted(name for name in get_commands() if name.startswith(("gallery_", "audit_")))


#: Settings that are dicts themselves, by the section that tells of them.
PARTS = {
    "The sweep": "BREAKER",
    "Renditions": "RENDITIONS",
    "Resumable uploads": "RESUMABLE",
}


def told_settings(text):
    """Return the default of each key that the tables of a text name."""
    found = {}
    for key, default, *_ in (row for row in rows(text) if len(row) == 4):
        value = eval(default.strip("`"), {}, vars(conf))
        found[key.strip("`")] = value
    return found


@pytest.mark.parametrize(
    "settings, belongs",
    [
        (conf.GallerySettings, lambda title: title not in ("GALLERY_AUDIT", *PARTS)),
        (conf.BreakerSettings, None),
        (conf.RenditionSettings, None),
        (conf.ResumableSettings, None),
        (audit_conf.AuditSettings, lambda title: title == "GALLERY_AUDIT"),
    ],
    ids=["events", "breaker", "renditions", "resumable", "audit"],
)
def test_every_setting_is_told_with_its_default(settings, belongs):
    parts = {name: section("settings.md", f"## {title}") for title, name in PARTS.items()}
    split = {name: text.split(f"| key of `{name}`") for name, text in parts.items()}
    ours = "\n".join(each for each, _ in split.values())
    if belongs is None:
        name = next(each for each in split if each[:5].title() in settings.__name__)
        told = told_settings(f"| key of `{name}`" + split[name][1])
    else:
        titles = filter(belongs, headings("settings.md"))
        told = told_settings("\n".join(section("settings.md", f"## {each}") for each in titles))
        if settings is conf.GallerySettings:
            told |= told_settings(ours)

    defaults = settings()
    assert told == {each.name: getattr(defaults, each.name) for each in fields(settings)}


def test_every_signal_is_told_with_its_arguments():
    source = (ROOT / "gallery_events" / "signals.py").read_text(encoding="utf-8")
    lines = re.findall(
        r"^#: ([\w, ]+)\. (?:.*\n)(?:#:.*\n)*(\w+) = Signal\(\)", source, re.MULTILINE
    )
    there = [name for name, value in vars(signals).items() if isinstance(value, Signal)]

    assert [name for _, name in lines] == there
    assert headings("signals.md") == [f"{name}({arguments})" for arguments, name in lines]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told_with_its_options(name):
    module = get_commands()[name]
    command = load_command_class(module, name)
    parser = command.create_parser("manage.py", name)
    common = BaseCommand().create_parser("manage.py", name)
    its_own = {option for each in parser._actions for option in each.option_strings}
    its_own -= {option for each in common._actions for option in each.option_strings}
    arguments = [each for each in parser._actions if not each.option_strings]

    text = section("commands.md", f"## {name}")
    cells = [row[0] for row in rows(text)]
    assert {word for cell in cells for word in re.findall(r"--[\w-]+", cell)} == its_own
    assert len([cell for cell in cells if not cell.startswith("`--")]) == len(arguments)
    (codes,) = re.findall(r"^Exit codes: (.*)$", text, re.MULTILINE)
    promised = re.findall(r"\b(\d) ", command.help.partition("Exit codes:")[2])
    assert set(promised) <= set(re.findall(r"\d", codes))


def test_no_command_is_told_that_is_not_there():
    told = [name for name in headings("commands.md") if name != "Commands of others"]

    assert sorted(told) == COMMANDS


def ids_in_code():
    """Return the ids of all checks: literals, in full or as the schedule's checks end them."""
    found = set()
    for path in CODE:
        package = path.relative_to(ROOT).parts[0]
        label = {"audit": "gallery_audit"}.get(package, package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"(?:(gallery_\w+)\.)?([EWI]\d{3})", node.value)
                if match:
                    found.add(f"{match[1] or label}.{match[2]}")
    return found


def test_every_check_is_told_with_its_cure():
    text = (DOCS / "checks.md").read_text(encoding="utf-8")
    told = {row[0].strip("`"): row[1:] for row in rows(text)}

    assert told.keys() == ids_in_code()
    assert all(finds and cure for finds, cure in told.values())


def test_checks_that_other_pages_name_are_there():
    for page in PAGES:
        named = re.findall(r"\bgallery_\w+\.[EIW]\d{3}\b", page.read_text(encoding="utf-8"))
        assert set(named) <= ids_in_code(), page.name


def test_every_error_is_told():
    text = section("models.md", "## Errors")
    told = {row[0].strip("`") for row in rows(text)}
    there = {
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, exceptions.GalleryError)
    }

    assert told == there - {"GalleryError"}


def test_every_event_of_a_snapshot_is_told():
    text = section("models.md", "## Looking back").partition("`event` is one of")[2]
    told = set(re.findall(r"`(\w+)`", text.partition(".")[0]))
    deltas = {
        snapshots.event_of([snapshots.Delta(counts=counts)])
        for counts in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)]
    }
    others = {"created", "deleted", "restored", "undeleted", "reconciled", "baseline"}

    assert told == deltas | others
    flows = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    assert all(f'"{event}"' in flows for event in others)


def test_every_permission_is_told():
    told = {
        row[0].strip("`")
        for row in rows(section("access.md", "## What holds unless you say otherwise"))
    }
    told = {name for name in told if name.startswith("gallery_events.")}
    there = {name for model in (Image, Reference) for name, _ in model._meta.permissions}

    assert told == {f"gallery_events.{name}" for name in there}


def test_every_address_is_told():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in {each.name for each in urls.urlpatterns}:
        assert f"gallery_events:{name}" in pages or f"gallery/{name}" in pages, name


def test_every_option_of_the_tags_is_told_with_its_default():
    told = {row[0].strip("`"): row[1:3] for row in rows(section("templates.md", "## Two tags"))}
    there = {}
    for tag in (tags.gallery, tags.picture):
        for name, option in inspect.signature(tag).parameters.items():
            if option.kind is option.KEYWORD_ONLY:
                there.setdefault(name, []).append((tag.__name__, option.default))

    assert told.keys() == there.keys()
    for name, ((tag, default), *others) in there.items():
        of, shown = told[name]
        assert of == ("both" if others else f"`{tag}`")
        in_words = {"template": "its own", "limit": "none", "alt": "the image's"}
        expected = in_words.get(name) or f"`{default!r}`".replace("'", '"')
        assert shown == expected


def test_every_name_of_the_plain_form_is_told():
    names = re.findall(r"`photos-(\w+)", section("forms.md", "## What is posted"))
    data = {f"photos-{name}": "1" for name in names}
    for name in ("order", "alt", "caption"):
        data[f"photos-{name}-7"] = data.pop(f"photos-{name}")
    assert posted({"photos-decorative-7": "on"}, {}, "photos").texts == {"7": {"decorative": "on"}}
    assert "| `photos-decorative-<id>` |" in section("forms.md", "## What is posted")
    nothing = asdict(posted({}, {}, "photos"))
    found = asdict(posted(data, {"photos-upload": ["a file"]}, "photos"))

    left = {name for name, value in found.items() if value == nothing[name]}
    assert left == {"name", "whole"}
    assert posted({"photos": "[1]"}, {}, "photos").whole == "[1]"
    assert "| `photos` |" in section("forms.md", "## What is posted")


def test_every_option_of_the_field_and_the_widget_is_told():
    table = rows(section("forms.md", "## Field and widget"))
    told = {name for row in table for name in re.findall(r"`(\w+)`", row[1])}
    there = {
        name
        for each in (GalleryFormField, GalleryWidget)
        for name, option in inspect.signature(each.__init__).parameters.items()
        if option.kind is option.KEYWORD_ONLY
    }

    assert told == there


def test_links_of_the_readme_lead_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8"))

    assert links
    assert [each for each in links if not (ROOT / each).exists()] == []


def test_dotted_names_on_the_pages_can_be_imported():
    names = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        names |= set(re.findall(r"`((?:gallery_events|audit)(?:\.\w+)+)`", text))
    names = {name for name in names if not re.search(r"\.[EIW]\d{3}$", name)}
    code = "".join(path.read_text(encoding="utf-8") for path in CODE)
    names -= set(re.findall(r'getLogger\("([\w.]+)"\)', code))
    names -= {model._meta.label for model in apps.get_models()}
    permissions = {"add", "change", "delete", "view", "restore", "recover", "rescue", "pin"}

    missing = []
    for name in sorted(names):
        if name.rpartition(".")[2].partition("_")[0] in permissions:
            continue
        module, _, last = name.rpartition(".")
        try:
            import_module(name)
        except ModuleNotFoundError:
            try:
                found = hasattr(import_module(module), last)
            except ModuleNotFoundError:
                found = False
            if not found:
                missing.append(name)
    assert missing == []
