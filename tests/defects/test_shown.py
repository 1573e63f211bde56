"""What is put on the page: B1, B15, B19 to B22, B28 and B29 of the predecessor's defects."""

import json
from html.parser import HTMLParser

import pytest
from django.contrib.auth import get_user_model
from django.core import serializers
from django.template import Context, Template

from gallery_events import conf
from gallery_events.forms import GalleryFormField
from gallery_events.widgets import GalleryWidget
from tests.edges.sheets import AlbumForm, PosterForm, Sheet
from tests.factories import again, make_album, make_ids, make_image
from tests.project.models import Album, Photo, Poster

pytestmark = pytest.mark.django_db

#: What ends a string, an attribute, a script and a template, in one name.
HOSTILE = """it's "x"</script><b>{{ 1 }} \\ {'a': True}"""


def called(image, name=HOSTILE):
    image.name = name
    image.save()
    return image


class Scripts(HTMLParser):
    """The scripts of a page: their attributes and what is in them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._inside = tag == "script"
        if self._inside:
            self.found.append((dict(attrs), ""))

    def handle_data(self, data):
        if self._inside:
            attributes, text = self.found[-1]
            self.found[-1] = (attributes, text + data)

    def handle_endtag(self, tag):
        self._inside = False


@pytest.mark.parametrize("way", ["{{ form.photos }}", "{{ form }}", "{{ form.as_table }}"])
def test_b01_the_widget_is_shown_as_html_and_not_as_its_source(way):
    form = AlbumForm(instance=make_album(make_ids(1)))
    html = Template(way).render(Context({"form": form}))

    assert 'name="photos-remove"' in html
    assert "&lt;" not in html


def test_b01_the_admin_shows_it_as_html_too(client):
    client.force_login(get_user_model().objects.create_superuser("boss"))
    html = client.get("/admin/project/album/add/").content.decode()

    assert 'name="photos-upload"' in html
    assert "&lt;input" not in html


@pytest.mark.parametrize("given", [["1"], '["1"]', "[1]", [1]])
def test_b15_keys_that_come_as_text_are_stored_as_what_they_are(given):
    make_image(pk=1)
    album = Album(title="x", photos=GalleryFormField().clean(given))
    album.save()

    assert [type(key) for key in again(album).photos] == [int]


def test_b15_keys_of_text_break_no_script():
    photo = called(make_image(Photo))
    poster = Poster.objects.create(title="x", photos=[photo.pk])
    html = str(PosterForm(instance=poster)["photos"])

    assert Sheet(html).keys("photos") == [str(photo.pk)]
    for attributes, text in Scripts(html).found:
        assert attributes["type"] == "application/json"
        json.loads(text)


def test_b19_an_option_that_is_given_leaves_the_others_as_they_are(settings):
    usual, changed = vars(GalleryWidget()), vars(GalleryWidget(texts=False))
    assert {name for name in usual if name != "attrs" and usual[name] != changed[name]} == {"texts"}

    before = conf.current()
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 7}, "RENDITIONS": {"QUALITY": {"WEBP": 50}}}
    after = conf.current()
    assert after.BREAKER.PER_RUN == 7
    assert after.BREAKER.SHARE_PER_RUN == before.BREAKER.SHARE_PER_RUN
    assert after.RENDITIONS.QUALITY == {**before.RENDITIONS.QUALITY, "WEBP": 50}
    assert (after.MAX_BYTES, after.FORMATS) == (before.MAX_BYTES, before.FORMATS)


def test_b20_what_is_quoted_or_nested_reaches_the_page_whole():
    attribute = json.dumps({"a": [True, None, HOSTILE]})
    widget = GalleryWidget(attrs={"data-mine": attribute})
    html = widget.render("photos", [called(make_image(alt=HOSTILE))])

    class Found(HTMLParser):
        def handle_starttag(self, tag, attrs):
            self.seen = {**getattr(self, "seen", {}), **dict(attrs)}

    page = Found()
    page.feed(html)
    assert page.seen["data-mine"] == attribute
    assert "<b>" not in html
    assert "True, None" not in html


def test_b21_a_message_that_can_be_shown_is_made_from_the_limit_in_force():
    one, two = make_ids(2)
    form = AlbumForm({"title": "x", f"photos-order-{one}": "", f"photos-order-{two}": ""})
    form.fields["photos"].max_images = 1
    form.fields["photos"].user = get_user_model().objects.create_superuser("boss")

    assert form.errors["photos"] == [
        "At most 1 image is allowed; these are 2. Tick the ones to remove."
    ]
    assert "At most 1 image in all." in str(form["photos"])


@pytest.mark.parametrize("kind", ["json", "xml", "yaml"])
def test_b22_what_looks_into_models_finds_a_gallery_as_any_field(kind):
    ids = make_ids(3)
    album = make_album(ids)
    assert Album.photos.field.name == "photos"
    assert [image.pk for image in album.photos[1:].images()] == ids[1:]
    album.photos = list(album.photos.images())[::-1]
    album.save()
    assert again(album).photos == ids[::-1]

    if kind == "yaml":
        pytest.importorskip("yaml")
    text = serializers.serialize(kind, [again(album)])
    (found,) = serializers.deserialize(kind, text)
    assert list(found.object.photos) == ids[::-1]


def test_b28_a_template_of_the_project_is_used_whatever_renders_its_forms(settings, tmp_path):
    folder = tmp_path / "gallery_events" / "widgets"
    folder.mkdir(parents=True)
    (folder / "item.html").write_text("<li>{{ item.name }} in the project's own way</li>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    html = str(AlbumForm(instance=make_album(make_ids(1)))["photos"])

    assert settings.FORM_RENDERER == "django.forms.renderers.DjangoTemplates"
    assert "picture.png in the project's own way" in html


def test_b29_a_mistyped_option_is_refused_and_names_the_one_that_was_meant():
    with pytest.raises(TypeError, match="no option 'mutliple': did you mean 'multiple'"):
        GalleryWidget(mutliple=False)
    with pytest.raises(TypeError, match=r"its options are .*upload"):
        GalleryWidget(crop_request_url="/crop/")
    with pytest.raises(TypeError, match="did you mean 'max_images'"):
        GalleryFormField(max_image=3)
    with pytest.raises(TypeError, match="did you mean 'help_text'"):
        GalleryFormField(help_texts="x")


def test_b29_rendering_needs_no_renderer_and_leaves_no_trace():
    widget = GalleryWidget(attrs={"class": "wide"})
    before = {**vars(widget), "attrs": dict(widget.attrs)}
    first = widget.render("photos", None, {"disabled": True})
    second = widget.render("photos", None)

    assert vars(widget) == before
    assert 'type="file"' not in first
    assert 'type="file"' in second
