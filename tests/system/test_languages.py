"""Pages, errors and answers in each language, from the catalogues as they are now."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils.translation import ngettext, override

from building import catalogues
from building.catalogues import PACKAGES
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget, Item, Shown
from gallery_events.widgets.shown import Page
from gallery_events.widgets.words import _script, script
from tests.edges.sheets import AlbumForm
from tests.edges.staff import address, make_user, signed_in

LANGUAGES = ("en", "de", "es", "fr", "zh-hans")
#: Of one noun: none, one, several, and so many that some languages say it otherwise.
NUMBERS = (0, 1, 2, 1_000_000)
IMAGES = {
    "en": ["0 images", "1 image", "2 images", "1000000 images"],
    "de": ["0 Bilder", "1 Bild", "2 Bilder", "1000000 Bilder"],
    "es": ["0 imágenes", "1 imagen", "2 imágenes", "1000000 de imágenes"],
    "fr": ["0 image", "1 image", "2 images", "1000000 d\u2019images"],
    "zh-hans": ["0 张图片", "1 张图片", "2 张图片", "1000000 张图片"],
}
#: What Chinese pages say in Latin letters all the same: formats, units, keys, names.
LATIN = r"JPEG|PNG|GIF|WEBP|AVIF|BMP|TIFF|HEIC|SVG|KB|MB|Shift|Ctrl|Home|End|Delete|Space|Esc|media"
LATIN_WORD = re.compile(rf"(?!(?:{LATIN}|px|Alt|Enter|Tab|PageUp|PageDown)\b)\b[A-Za-z]{{2,}}")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Compile the catalogues, whatever was built before."""
    folder = tmp_path_factory.mktemp("catalogues")
    catalogues.build(into=folder)
    return [folder / package / "locale" for package in PACKAGES]


@pytest.fixture(autouse=True)
def site(folders, settings):
    """Return the settings of a site whose visitors choose their language."""
    settings.LOCALE_PATHS = folders
    at = settings.MIDDLEWARE.index("django.middleware.common.CommonMiddleware")
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:at],
        "django.middleware.locale.LocaleMiddleware",
        *settings.MIDDLEWARE[at:],
    ]
    _script.cache_clear()
    yield settings
    _script.cache_clear()


class Said(HTMLParser):
    """Everything of a page that people read or hear."""

    def __init__(self, html):
        super().__init__()
        self.texts, self._silent = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._silent = tag in ("script", "style")
        given = dict(attrs)
        spoken = ("title", "aria-label", "alt", "placeholder")
        self.texts += [given[each] for each in spoken if given.get(each)]

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.texts.append(data.strip())


def every_state():
    """Return a gallery in which everything stands that a form can say."""
    image = Image(pk=1, name="1.png", file="1/1.png", width=4, height=3, frames=2)
    items = [
        Item(1, image, order="1", decorative=True),
        Item(2, image, order="2", state="added", editable=False, alt="1"),
        Item(3, image, state="theirs", removed=True),
        Item(4, image, state="taken", visible=False),
        Item(5, None),
    ]
    pages = [Page(1, 1, 100, current=True), Page(2, 101, 150, "page=2")]
    return Shown(
        version=1, items=items, count=150, choices=[("mine", "1")], max_images=200, pages=pages
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_counts_its_own_way(language):
    with override(language):
        told = [
            ngettext("%(count)s image", "%(count)s images", each) % {"count": each}
            for each in NUMBERS
        ]

    assert told == IMAGES[language]


@pytest.mark.parametrize("editable", [True, False])
def test_the_widget_says_nothing_in_english_to_who_reads_chinese(editable):
    shown = every_state()
    shown.editable = editable
    with override("zh-hans"):
        html = GalleryWidget().render("photos", shown, {"id": "x"})

    english = [
        each
        for each in Said(re.sub("__name__|[0-9].png", "1", html)).texts
        if LATIN_WORD.search(each)
    ]
    assert english == []


def test_the_script_says_nothing_in_english_to_who_reads_chinese():
    with override("zh-hans"):
        told = json.loads(re.sub(r"<[^>]*>", "", script()))

    said = [
        text
        for word in told["words"].values()
        for text in (word["forms"] if isinstance(word, dict) else [word])
    ]
    assert len(said) > 50
    assert [each for each in said if LATIN_WORD.search(re.sub(r"\{\w+\}", "", each))] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "language, heading",
    [
        ("en", "Upload images"),
        ("de", "Bilder hochladen"),
        ("es", "Subir imágenes"),
        ("fr", "Téléverser des images"),
        ("zh-hans", "上传图片"),
    ],
)
def test_the_admin_speaks_the_language_of_who_works_there(language, heading):
    root = signed_in(make_user("root", is_superuser=True))
    answer = root.get(address(Image, "add"), headers={"Accept-Language": language})

    assert f"<h1>{heading}</h1>" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "language, beginning",
    [
        ("en", "“x” is no position: "),
        ("de", "„x“ ist keine Position: "),
        ("es", "«x» no es una posición: "),
        ("fr", "«\u202fx\u202f» n\u2019est pas une position\u202f: "),
        ("zh-hans", "“x”不是有效的位置"),
    ],
)
def test_a_form_says_what_is_wrong_in_the_language_of_who_fills_it_in(language, beginning):
    with override(language):
        form = AlbumForm({"title": "Sky", "photos-order-1": "x"})

        said = list(form.errors["photos"])

    assert any(each.startswith(beginning) for each in said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "language, message",
    [
        ("en", "There is no such image."),
        ("de", "Dieses Bild gibt es nicht."),
        ("es", "No existe esa imagen."),
        ("fr", "Cette image n\u2019existe pas."),
        ("zh-hans", "没有此图片。"),
    ],
)
def test_a_refusal_to_a_program_is_in_the_language_that_it_asks_for(client, language, message):
    answer = client.get(
        reverse("gallery_events:image", args=[1]),
        headers={"Accept-Language": language, "Accept": "application/json"},
    )

    assert (answer.status_code, answer.json()["message"]) == (404, message)
