"""Templates of a project in the place of ours: a whole one, or one block of it."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader_tags import BlockNode

from gallery_events.widgets import GalleryWidget
from tests.edges.sheets import AlbumForm, Sheet, opened
from tests.factories import make_album, make_ids

pytestmark = pytest.mark.django_db

#: The blocks that a project's template may fill, by template.
BLOCKS = {
    "gallery": ["missing", "before", "notices", "choice", "items", "empty", "upload", "upload_label", "limits",
                "after", "lightbox"],
    "item": ["picture", "name", "texts", "alt", "caption", "decorative", "order", "remove", "more"],
}  # fmt: skip
EACH = [(template, block) for template, blocks in BLOCKS.items() for block in blocks]
FOLDER = Path(__file__).parents[2] / "gallery_events" / "templates"


@pytest.fixture
def written(settings, tmp_path):
    """Return a way to write a template of the project."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        # Each time anew: templates that were looked for are remembered, and so is their absence.
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    return write


@pytest.fixture
def album():
    return make_album(make_ids(2))


def lines(html):
    return [each for each in html.splitlines() if each.strip()]


@pytest.mark.parametrize("template", BLOCKS)
def test_the_blocks_are_those_that_are_promised(template):
    found = engines["django"].get_template(f"gallery_events/widgets/{template}.html")

    assert sorted(each.name for each in found.template.nodelist.get_nodes_by_type(BlockNode)) == (
        sorted(BLOCKS[template])
    )


@pytest.mark.parametrize("template, block", EACH)
def test_a_template_of_the_same_name_fills_one_block_and_changes_nothing_else(
    template, block, written, album
):
    before = str(AlbumForm(instance=album)["photos"])
    name = f"gallery_events/widgets/{template}.html"
    written(
        name,
        f'{{% extends "{name}" %}}{{% block {block} %}}<b>Mine</b>{{{{ block.super }}}}{{% endblock %}}',
    )
    after = str(AlbumForm(instance=album)["photos"])

    assert "<b>Mine</b>" in after
    assert after.replace("<b>Mine</b>", "") == before


def test_a_block_that_is_emptied_takes_only_its_part_away(written, album):
    name = "gallery_events/widgets/item.html"
    written(name, f'{{% extends "{name}" %}}{{% block caption %}}{{% endblock %}}')
    sheet = opened(instance=album)

    assert not [each for each in sheet.names if "-caption-" in each]
    assert len([each for each in sheet.names if "-alt-" in each]) == 2
    assert sheet.keys("photos") == [str(key) for key in album.photos]


def test_a_column_of_ones_own_stands_on_each_item_and_in_the_one_that_scripts_copy(written, album):
    name = "gallery_events/widgets/item.html"
    column = '<p class="mine">{{ item.image.uploaded_at|date:"Y" }}</p>'
    written(name, f'{{% extends "{name}" %}}{{% block more %}}{column}{{% endblock %}}')
    sheet = opened(instance=album)

    assert len(re.findall(r'<p class="mine">\d{4}</p>', sheet.shown)) == 2
    assert '<p class="mine"></p>' in sheet.html


def test_one_widget_has_templates_of_its_own_and_the_others_keep_theirs(written, album):
    written("mine.html", "<ul>{% for item in widget.value.items %}{% include widget.item_template_name %}{% endfor %}</ul>")  # fmt: skip
    written("mine_item.html", '{% extends "gallery_events/widgets/item.html" %}{% block name %}<b>Mine</b>{% endblock %}')  # fmt: skip
    widget = GalleryWidget(template_name="mine.html", item_template_name="mine_item.html")

    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": widget}

    html = str(Form(instance=album)["photos"])
    assert html.startswith("<ul>")
    assert html.count("<b>Mine</b>") == 2
    assert "Mine" not in str(AlbumForm(instance=album)["photos"])

    form = AlbumForm(instance=album)
    form.fields["photos"].widget.item_template_name = "mine_item.html"
    assert Sheet(form).shown.count("<b>Mine</b>") == 2
    assert "Mine" not in str(AlbumForm(instance=album)["photos"])


def test_a_page_without_our_style_sheet_says_so(album):
    html = str(AlbumForm(instance=album)["photos"])
    style = FOLDER.parent / "static" / "gallery_events" / "gallery.css"

    assert '<p class="gallery-missing">This page has not loaded' in html
    assert re.search(r"\.gallery-missing \{\s*display: none;", style.read_text("utf-8"))
