"""How it is made, said and packed: P5, P7 to P9 and P11 to P15 of the predecessor's defects."""

import ast
import inspect
import re
import runpy
import tomllib
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
import setuptools
from django.contrib.auth import get_user_model
from django.core.files.storage import storages

from gallery_events.flows import upload
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget
from tests import NOW
from tests.edges.sheets import opened, sent_to_owner
from tests.factories import again, make_album, make_ids
from tests.pictures import picture

ROOT = Path(__file__).parents[2]
#: What marks a text for translation.
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "plural"}
WITH_NUMBER = ("ngettext", "plural")


class Tags(HTMLParser):
    """The tags of a page, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.django_db
def test_p05_the_admin_gets_no_framework_and_no_second_jquery(client):
    client.force_login(get_user_model().objects.create_superuser("boss"))
    tags = Tags(client.get("/admin/project/album/add/").content.decode()).found
    loaded = [attrs.get("src") or attrs.get("href") for _, attrs in tags]
    loaded = [each for each in loaded if each and each.split("?")[0].endswith((".js", ".css"))]

    assert len(loaded) == len(set(loaded))
    assert not [each for each in loaded if re.search(r"bootstrap|//|cdn", each)]
    ours = [each for each in loaded if "gallery_events" in each]
    assert ours
    assert not [each for each in ours if "jquery" in each.lower()]


@pytest.mark.django_db
def test_p07_what_can_be_done_is_done_by_buttons_inputs_and_links_that_have_names():
    album = make_album(make_ids(2))
    sheet = opened(instance=album)
    # What is in a template is not on the page: a script makes items of it, and gives them addresses.
    tags = Tags(sheet.shown).found

    assert all("alt" in attrs for tag, attrs in tags if tag == "img")
    assert not [attrs for tag, attrs in tags if tag == "a" and not attrs.get("href", "")]
    assert not [attrs for tag, attrs in tags if "javascript" in attrs.get("href", "")]
    assert not [tag for tag, attrs in tags if tag == "table"]
    named = {attrs.get("for") for tag, attrs in tags if tag == "label"}
    inputs = [attrs for tag, attrs in tags if tag in ("input", "textarea")]
    unnamed = [
        attrs for attrs in inputs if attrs.get("type") != "hidden" and attrs.get("id") not in named
    ]
    assert not unnamed


@pytest.mark.django_db
def test_p08_what_is_removed_is_only_marked_until_the_form_is_saved():
    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(instance=album).tick("photos-remove", one).type("title", "")
    form = sent_to_owner(sheet, album)
    assert not form.is_valid()
    shown = opened(lambda **_: form)

    assert shown.values["photos-remove"] == [str(one)]
    shown.untick("photos-remove").type("title", "x")
    sent_to_owner(shown, album).save()
    assert again(album).photos == [one, two]
    assert Image.objects.filter(pk=one).exists()


def test_p09_what_is_translated_is_a_whole_text_before_anything_is_put_into_it():
    wrong, seen = [], 0
    for path in [*(ROOT / "gallery_events").rglob("*.py"), *(ROOT / "audit").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", None)
            if name not in MARKS or not isinstance(node, ast.Call):
                continue
            texts = node.args[: 2 if name.startswith(WITH_NUMBER) else 1]
            seen += 1
            # What is asked for was marked where it was written: plurals only choose among the forms.
            if path.name != "plurals.py" and not all(
                isinstance(each, ast.Constant) for each in texts
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert seen > 100
    assert wrong == []


def test_p11_nothing_but_the_packages_is_installed_and_django_with_them(monkeypatch):
    given = {}
    monkeypatch.setattr(setuptools, "setup", lambda **options: given.update(options))
    monkeypatch.chdir(ROOT)
    runpy.run_path(str(ROOT / "setup.py"))

    assert {name.split(".")[0] for name in given["packages"]} == {"gallery_events", "audit"}
    assert [each for each in given["install_requires"] if each.startswith("Django>=")]


def test_p12_the_pages_name_the_settings_and_options_that_there_are():
    named = set()
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        if path.name != "from-django-galleryfield.md":  # tells of the predecessor's
            named |= set(re.findall(r"\bGALLERY_[A-Z_]+\b(?= = \{)", path.read_text("utf-8")))
    assert named == {"GALLERY_EVENTS", "GALLERY_AUDIT"}

    told = (ROOT / "docs" / "forms.md").read_text("utf-8")
    told += "".join(each.read_text("utf-8") for each in (ROOT / "docs").glob("widget.md"))
    options = inspect.signature(GalleryWidget).parameters.values()
    names = [each.name for each in options if each.kind is each.KEYWORD_ONLY]
    assert [each for each in names if f"`{each}`" not in told] == []


@pytest.mark.django_db
def test_p13_an_image_knows_its_age_size_hash_and_name_and_the_storage_is_chosen_at_use(
    settings, tmp_path
):
    first = upload.receive(picture("Sunset.png"), now=NOW)
    other = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "other"},
    }
    settings.STORAGES = {**settings.STORAGES, "other": other}
    settings.GALLERY_EVENTS = {"STORAGE": "other"}
    second = upload.receive(picture("Sunset.png"), now=datetime(2026, 6, 1, tzinfo=UTC))

    assert (first.name, first.uploaded_at, len(first.sha256)) == ("Sunset.png", NOW, 64)
    assert first.size == storages["default"].size(first.file.name)
    assert storages["other"].exists(second.file.name)
    assert storages["default"].exists(first.file.name)
    folders = {Path(each.file.name).parent for each in (first, second)}
    assert len(folders) == 2, "each has a folder of its own"


@pytest.mark.django_db
def test_p14_whoever_is_logged_in_no_more_is_told_so_in_json(client):
    answer = client.post("/gallery/upload/", {"file": picture()})

    assert answer.status_code == 401
    assert answer.json()["code"] == "login"
    assert "Log in" in answer.json()["message"]


def test_p15_what_is_said_to_be_supported_is_what_is_tested():
    setup = (ROOT / "setup.py").read_text("utf-8")
    tox = (ROOT / "tox.ini").read_text("utf-8")
    django = re.findall(r'"Framework :: Django :: (\d\.\d)"', setup)
    python = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', setup)
    listed = " ".join(re.findall(r"^    (py\{.*)$", tox, re.MULTILINE))

    assert {f"dj{each.replace('.', '')}" for each in django} == {
        f"dj{each}"
        for part in re.findall(r"dj(\{[\d,]+\}|\d+)", listed)
        for each in part.strip("{}").split(",")
    }
    assert {each.replace(".", "") for each in python} == {
        each for part in re.findall(r"py\{([\d,]+)\}", listed) for each in part.split(",")
    }
    warnings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    assert warnings["ini_options"]["filterwarnings"][0] == "error"


def test_p09_no_word_of_the_form_is_left_untranslated():
    folder = ROOT / "gallery_events" / "templates" / "gallery_events" / "widgets"
    for path in folder.glob("*.html"):
        text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", path.read_text("utf-8"))
        text = re.sub(
            r"\{%-?\s*blocktranslate.*?endblocktranslate\s*%\}", "", text, flags=re.DOTALL
        )
        text = re.sub(r"\{[%{].*?[%}]\}", "", text)
        # What is between underscores is a place that the script fills in.
        text = re.sub(r"<[^>]*>|__[a-z]+__", " ", text)
        assert not re.findall(r"[A-Za-z]{3,}", text), path.name
