"""What a form shows of a gallery, before anything comes back."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.forms.renderers import DjangoTemplates, Jinja2, TemplatesSetting
from django.test import RequestFactory
from simple_history.models import HistoricalRecords

from gallery_events.fields import GalleryField
from gallery_events.flows import upload
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget
from tests.edges.sheets import (
    AlbumForm,
    CatalogueForm,
    DiptychForm,
    PortraitForm,
    PosterForm,
    Sheet,
    destroy,
    opened,
    sent_to_owner,
)
from tests.factories import again, make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Catalogue, Club, Diptych, Photo, Picture, Portrait, Poster

pytestmark = pytest.mark.django_db

EVIL = "\"'><script>alert(1)</script>&amp;{{ 7 }}.png"


def by_other_ways(album, **options):
    """Return a form of an album whose gallery is declared with other options."""

    class Form(AlbumForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            for name, value in options.items():
                setattr(self.fields["photos"], name, value)

    return Form(instance=album)


# Names and items.


def test_the_names_are_those_that_are_promised():
    one, two = make_ids(2)
    sheet = opened(instance=make_album([one, two]))

    assert sheet.names - {"title"} == {
        "photos-base",
        "photos-shown",
        "photos-remove",
        "photos-upload",
        *(
            f"photos-{kind}-{key}"
            for kind in ("order", "alt", "caption", "decorative")
            for key in (one, two)
        ),
    }
    assert sheet.values["photos-base"] == ["1"]
    assert sheet.values["photos-remove"] == []


def test_the_images_stand_in_the_order_of_the_gallery_with_their_numbers():
    ids = make_ids(3)[::-1]
    sheet = opened(instance=make_album(ids))

    assert sheet.keys("photos") == [str(each) for each in ids]
    assert [sheet.values[f"photos-order-{each}"] for each in ids] == [["1"], ["2"], ["3"]]


def test_each_image_has_its_thumbnail_name_and_texts():
    image = upload.receive(picture("beach.jpg", size=(800, 600)))
    Image.objects.filter(pk=image.pk).update(alt="The beach", caption="In May,\nat noon")
    sheet = opened(instance=make_album([image.pk]))

    assert f'src="{image.rendition_url("thumbnail")}"' in sheet.html
    assert 'width="400" height="300"' in sheet.html
    assert 'alt="The beach"' in sheet.html
    assert "beach.jpg" in sheet.said
    assert sheet.values[f"photos-alt-{image.pk}"] == ["The beach"]
    assert sheet.values[f"photos-caption-{image.pk}"] == ["In May,\nat noon"]


def test_a_caption_that_begins_with_an_empty_line_comes_back_as_it_was():
    image = make_image(caption="\nsecond line")
    sheet = opened(instance=make_album([image.pk]))

    assert sheet.values[f"photos-caption-{image.pk}"] == ["\nsecond line"]


def test_an_empty_gallery_says_so_and_takes_files():
    sheet = opened()

    assert "No images yet." in sheet.said
    assert "photos-upload" in sheet.files


def test_an_image_without_a_row_is_shown_as_gone_and_has_nothing_to_change():
    one, two = make_ids(2)
    album = make_album([one, two])
    destroy(one)
    sheet = opened(instance=again(album))

    assert sheet.keys("photos") == [str(two)]
    assert "This image exists no longer." in sheet.said


def test_several_files_can_be_chosen_unless_the_widget_says_one():
    assert "multiple" in opened().html
    album = by_other_ways(None, widget=GalleryWidget(multiple=False))
    assert " multiple" not in str(album)


def test_the_widget_can_do_without_files_and_without_texts():
    album = make_album(make_ids(1))
    sheet = Sheet(by_other_ways(album, widget=GalleryWidget(upload=False, texts=False)))

    assert sheet.files == {}
    assert not [name for name in sheet.names if "alt" in name or "caption" in name]
    assert "photos-shown" not in sheet.names


def test_the_limits_are_said_beside_the_file_input(settings):
    settings.GALLERY_EVENTS = {"FORMATS": ("JPEG", "PNG"), "MAX_BYTES": 5 * 1024 * 1024}
    sheet = opened()

    assert 'accept="image/jpeg,image/png"' in sheet.html
    assert "JPEG, PNG; at most 5.0\xa0MB each. At most 50 images in all." in sheet.said.replace(
        "5.0 MB", "5.0\xa0MB"
    )


# Keys of other types, owners of other shapes.


def test_uuid_keys_are_names_as_well():
    photo = make_image(Photo)
    sheet = opened(PosterForm, instance=Poster.objects.create(photos=[photo.pk]))

    assert sheet.keys("photos") == [str(photo.pk)]


def test_an_owner_with_a_key_of_text_and_images_by_a_proxy_is_shown():
    image = make_image(Picture)
    owner = Catalogue.objects.create(code="Spring 2026", plates=[image.pk])
    sheet = opened(CatalogueForm, instance=owner)

    assert sheet.keys("plates") == [str(image.pk)]


def test_an_owner_whose_key_is_another_row_is_shown_and_saved():
    one, two = make_ids(2)
    owner = Portrait.objects.create(club=Club.objects.create(name="Club"), faces=[one, two])
    sheet = opened(PortraitForm, instance=owner).tick("faces-remove", one)
    form = sent_to_owner(sheet, owner, PortraitForm)

    assert form.is_valid(), form.errors
    form.save()
    assert again(owner).faces == [two]


def test_two_galleries_do_not_share_an_id_or_a_name():
    one, two = make_ids(2)
    sheet = opened(DiptychForm, instance=Diptych.objects.create(left=[one, two], right=[one, two]))

    assert len(sheet.ids) == len(set(sheet.ids))
    assert sheet.keys("left") == sheet.keys("right") == [str(one), str(two)]


# Ids, labels, legend.


def ids_and_labels(sheet):
    assert len(sheet.ids) == len(set(sheet.ids)), "no id twice"
    assert set(sheet.labels) <= set(sheet.ids), "every label is of something"
    return sheet


def test_every_input_has_a_label_of_its_own():
    image = make_image()
    sheet = ids_and_labels(opened(instance=make_album([image.pk])))

    assert {
        "id_photos-upload",
        *(f"id_photos-{kind}-{image.pk}" for kind in ("alt", "caption", "order", "remove")),
    } <= set(sheet.labels)


@pytest.mark.parametrize("auto_id", [False, True, "my-%s"])
def test_labels_find_their_inputs_however_ids_are_made(auto_id):
    album = make_album(make_ids(2))

    assert len(ids_and_labels(opened(instance=album, auto_id=auto_id)).labels) >= 9


def test_two_forms_on_a_page_are_told_apart_by_their_prefixes():
    album = make_album(make_ids(2))
    page = "".join(str(AlbumForm(instance=album, prefix=each)) for each in ("a", "b"))
    sheet = ids_and_labels(Sheet(page))

    assert sheet.values["a-photos-base"] == sheet.values["b-photos-base"] == ["1"]


def test_the_legend_names_the_whole_and_points_to_nothing():
    form = AlbumForm()

    assert form["photos"].id_for_label == ""
    assert form["photos"].legend_tag() == "<legend>Photos:</legend>"
    assert "<fieldset>" in form.as_div()


@pytest.mark.parametrize("way", ["as_div", "as_p", "as_table", "as_ul"])
def test_every_way_of_django_to_render_a_form_shows_the_gallery(way):
    image = make_image()
    form = AlbumForm(instance=make_album([image.pk]))
    sheet = ids_and_labels(Sheet(getattr(form, way)()))

    assert sheet.keys("photos") == [str(image.pk)]
    assert "&lt;div" not in sheet.html


def test_a_form_with_a_gallery_must_be_sent_in_parts():
    assert AlbumForm().is_multipart()


def test_help_text_and_errors_stand_where_django_puts_them_and_are_pointed_to():
    form = by_other_ways(make_album(), required=True, help_text="As many as you like")
    bound = type(form)({"title": "x", "photos-base": "1"}, instance=form.instance)
    html = bound.as_div()

    assert '<fieldset aria-describedby="id_photos_helptext id_photos_error">' in html
    assert 'id="id_photos_error"' in html
    assert html.index("At least one image is needed") < html.index("<gallery-input")
    assert 'aria-invalid="true"' in html


def test_attributes_of_the_widget_are_put_on_the_whole():
    attrs = {"class": "wide", "data-colour": 'r"ed', "hidden": True, "title": None, "lang": False}
    html = str(by_other_ways(None, widget=GalleryWidget(attrs))["photos"])

    [opening] = re.findall("<gallery-input[^>]*>", html)
    assert opening.startswith('<gallery-input class="gallery-input wide" id="id_photos"')
    assert opening.endswith(' data-colour="r&quot;ed" hidden>')


def test_an_id_of_ones_own_is_the_beginning_of_all_ids():
    html = str(by_other_ways(make_album(make_ids(1)), widget=GalleryWidget({"id": "mine"})))

    assert 'id="mine-upload"' in html
    assert "id_photos" not in html.replace('id="id_photos_', "")


# Required.


def test_a_browser_insists_on_a_file_only_while_there_is_no_image():
    empty = by_other_ways(make_album(), required=True)
    filled = by_other_ways(make_album(make_ids(1)), required=True)

    assert " required" in str(empty["photos"])
    assert " required" not in str(filled["photos"])
    assert " required" not in str(AlbumForm()["photos"])


def test_a_form_that_lets_the_server_judge_insists_on_nothing():
    form = by_other_ways(make_album(), required=True)
    form.use_required_attribute = False

    assert " required" not in str(form["photos"])


def test_a_gallery_is_required_unless_it_may_be_blank():
    assert not GalleryField(blank=True).formfield().required
    assert GalleryField().formfield().required


# Nothing that came from people is believed.


def test_names_texts_and_attributes_are_escaped():
    image = make_image(alt=EVIL, caption=EVIL + "</textarea>")
    Image.objects.filter(pk=image.pk).update(name=EVIL)
    sheet = opened(instance=make_album([image.pk]))

    assert "<script>" not in sheet.html
    assert sheet.values[f"photos-alt-{image.pk}"] == [EVIL]
    assert sheet.values[f"photos-caption-{image.pk}"] == [EVIL + "</textarea>"]
    assert EVIL in sheet.said


def test_what_was_typed_wrongly_is_escaped_when_it_is_shown_again():
    album = make_album(make_ids(1))
    data = {
        "title": "",
        "photos-base": EVIL,
        f"photos-order-{album.photos[0]}": EVIL,
        f"photos-order-{EVIL}": "1",
        "photos-remove": [EVIL],
        "photos-seen": EVIL,
        "photos-choice": EVIL,
        "photos-page": EVIL,
        "photos-shown": EVIL,
        "photos-upload": EVIL,
    }
    form = AlbumForm(data, instance=album)

    assert not form.is_valid()
    assert "<script>" not in str(form)


# Renderers.


class Plain(DjangoTemplates):
    """A renderer of a project's own."""


@pytest.mark.parametrize("renderer", [DjangoTemplates, TemplatesSetting, Jinja2, Plain])
def test_every_renderer_shows_the_same(renderer, settings):
    if renderer is Jinja2:
        pytest.importorskip("jinja2")
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.forms"]
    image = make_image(alt=EVIL)
    album = make_album([image.pk])
    form = AlbumForm(instance=album, renderer=renderer())

    assert str(form["photos"]) == str(AlbumForm(instance=album)["photos"])
    assert "&lt;div" not in str(form)


def test_a_project_of_jinja_templates_alone_shows_it_too(settings):
    pytest.importorskip("jinja2")
    album = make_album(make_ids(1))
    expected = str(AlbumForm(instance=album)["photos"])
    settings.FORM_RENDERER = "django.forms.renderers.Jinja2"
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True, "DIRS": []}
    ]

    assert str(AlbumForm(instance=album, renderer=Jinja2())["photos"]) == expected
    assert GalleryWidget().render("photos", None).startswith('<gallery-input class="gallery-input"')


@pytest.fixture
def own_templates(settings, tmp_path):
    """Return the folder in which the project has templates of its own."""
    folder = tmp_path / "gallery_events" / "widgets"
    folder.mkdir(parents=True)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return folder


def test_a_template_of_the_project_wins_without_another_renderer(own_templates):
    (own_templates / "item.html").write_text("<li>{{ item.name }} by the project</li>")

    html = str(AlbumForm(instance=make_album(make_ids(1)))["photos"])
    assert "<li>picture.png by the project</li>" in html
    assert 'name="photos-upload"' in html


def test_a_wrong_template_of_the_project_is_not_hidden_behind_ours(own_templates):
    from django.template import TemplateDoesNotExist

    (own_templates / "gallery.html").write_text('{% include "not/there.html" %}')

    with pytest.raises(TemplateDoesNotExist, match="not/there"):
        str(AlbumForm()["photos"])


# Locales.


def test_numbers_in_names_are_never_written_as_people_write_them(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    settings.LANGUAGE_CODE = "en"
    image = make_image(pk=1_234_567)
    album = make_album([image.pk])
    sheet = opened(instance=album)

    assert sheet.keys("photos") == ["1234567"]
    assert 'value="1234567"' in sheet.html
    assert "1,234,567" not in sheet.html


# Widgets without a form, and other widgets.


def test_the_widget_alone_shows_a_gallery_or_images():
    image = make_image()
    album = make_album([image.pk])

    for value in (album.photos, [image], Image.objects.all()):
        assert Sheet(GalleryWidget().render("photos", value)).keys("photos") == [str(image.pk)]


def test_a_hidden_gallery_is_a_list_of_ids():
    ids = make_ids(2)[::-1]
    form = AlbumForm(instance=make_album(ids))

    assert Sheet(form["photos"].as_hidden()).values["photos"] == [f"[{ids[0]}, {ids[1]}]"]


def test_a_hidden_gallery_holds_what_came_in():
    """A wizard sends earlier steps along, hidden."""
    one, two = make_ids(2)
    album = make_album([one])
    data = {"title": "x", "photos-base": "1", "photos-remove": [one], f"photos-order-{two}": "1"}
    form = AlbumForm(data, instance=album)

    assert form.is_valid(), form.errors
    assert Sheet(form["photos"].as_hidden()).values["photos"] == [f"[{two}]"]


# Rights.


@pytest.fixture
def request_of():
    """Begin a request of a user, as the middleware does."""

    def begin(user, path="/"):
        HistoricalRecords.context.request = request = RequestFactory().get(path)
        request.user = user
        return request

    yield begin
    if hasattr(HistoricalRecords.context, "request"):
        del HistoricalRecords.context.request


def test_texts_of_images_that_one_may_not_edit_are_shown_and_not_asked_for(request_of):
    user = get_user_model().objects.create_user("ann")
    mine = make_image(uploaded_by=user, alt="Mine")
    other = make_image(alt="Not mine", caption="Also theirs")
    album = make_album([mine.pk, other.pk])
    request_of(user)
    sheet = opened(instance=album)

    assert sheet.values[f"photos-alt-{mine.pk}"] == ["Mine"]
    assert f"photos-alt-{other.pk}" not in sheet.names
    assert "Not mine" in sheet.said
    assert "Also theirs" in sheet.said
    assert f"photos-order-{other.pk}" in sheet.names


def test_a_picture_that_one_may_not_see_is_named_and_not_shown(request_of, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    user = get_user_model().objects.create_user("ann")
    image = make_image()
    request_of(user)
    sheet = opened(instance=make_album([image.pk]))

    assert "Not yours to see" in sheet.said
    assert "<img" not in sheet.shown
    assert sheet.keys("photos") == [str(image.pk)], "to be moved and removed all the same"
