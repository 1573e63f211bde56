"""Long words and other directions: what the pages of the admin do for names they do not choose."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from gallery_events.flows import trash, upload
from gallery_events.models import Image
from tests.edges.staff import address, make_user, named_image, signed_in
from tests.factories import make_album, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return signed_in(make_user("root", is_superuser=True))


def pages():
    """Return a page of each kind that has names in its title or in the way to it."""
    image, album, gone = make_image(), make_album(), make_album()
    snapshot = album.history.get()
    gone_pages = address(type(gone), "changelist") + f"deleted/{gone.pk}/recover/"
    gone.delete()
    history = address(album, "history")
    return {
        "image": address(image),
        "trash": address(image, "delete"),
        "pin": address(image, "pin"),
        "owner": address(album),
        "delete": address(album, "delete"),
        "history": history,
        "version": f"{history}{snapshot.pk}/",
        "restore": f"{history}{snapshot.pk}/restore/",
        "recover": gone_pages,
    }


KINDS = ("image", "trash", "pin", "owner", "delete", "history", "version", "restore", "recover")


@pytest.mark.parametrize("kind", KINDS)
def test_a_title_and_the_way_to_it_may_be_one_long_word(root, kind):
    answer = root.get(pages()[kind])

    assert answer.status_code == 200
    broken = selectors_that_break(answer.text)
    classes = re.search(r'<body class="([^"]*)"', answer.text)[1].split()
    for wanted in (".breadcrumbs", "#content > h1", "#content > h2"):
        assert {wanted, *(f".{each} {wanted}" for each in classes)} & broken


def selectors_that_break(text):
    """Return what the styles of this package, as far as a page has them, break anywhere."""
    found = set()
    for name in re.findall(r'href="/static/(gallery_events/[^"]+\.css)"', text):
        style = re.sub(r"/\*.*?\*/", "", Path(finders.find(name)).read_text(), flags=re.DOTALL)
        for rule, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style):
            if "overflow-wrap: anywhere" in body:
                found |= {each.strip() for each in rule.split(",")}
    return found


def test_a_name_keeps_its_own_direction_in_a_sentence(root):
    image = named_image("\N{HEBREW LETTER ALEF}!.png")
    album = make_album([image.pk])

    used = root.get(address(image, "delete")).text
    album.photos = []
    album.save()
    before = root.get(address(image, "delete")).text
    free, there = named_image("a.png"), named_image("b.png")
    trash.trash(there)

    name = "“<bdi>\N{HEBREW LETTER ALEF}!.png</bdi>”"
    assert f'<p dir="auto">{name} stays where it is' in used
    assert f"Nothing shows {name} any more" in before
    assert "Move “<bdi>a.png</bdi>” to the trash?" in root.get(address(free, "delete")).text
    assert "“<bdi>b.png</bdi>” has been in the trash" in root.get(address(there, "delete")).text


def test_what_is_told_in_one_language_only_keeps_its_direction_on_a_page_in_another(root, settings):
    settings.LANGUAGE_CODE = "ar"
    image = make_image()
    album = make_album([image.pk])

    text = root.get(address(image)).text

    assert 'dir="rtl"' in text
    (line,) = root.get(address(image)).context["told"].lines
    assert line.startswith(f"in Album {album.pk}")
    assert re.search(rf"<li><bdi>in Album {album.pk} [^<]+</bdi></li>", text)
    assert f"<bdi>Album {album.pk}" in text
    assert '<span class="gallery-rest" dir="auto">since <bdi>' in text
    assert "<bdi>These belong to the image" in text


def test_renditions_are_labelled_as_everything_else_is(root, picture):
    image = upload.receive(picture("sunset.jpg"))

    labels = re.findall("<dt>(.+?)</dt>", root.get(address(Image.objects.get(pk=image.pk))).text)

    assert "Thumbnail" in labels
    assert [each for each in labels if each[0].islower()] == []
