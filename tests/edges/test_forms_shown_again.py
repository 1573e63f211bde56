"""Forms that failed and come back: nothing typed is lost, and nobody's change is undone unseen."""

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from gallery_events.exceptions import StaleGallery
from gallery_events.forms import GalleryFormField
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget
from tests.edges.sheets import (
    AlbumForm,
    CatalogueForm,
    Everybody,
    MergingForm,
    Sheet,
    files,
    many,
    opened,
    sent_to_owner,
)
from tests.factories import again, make_album, make_ids, make_image
from tests.project.models import Album, Catalogue, Picture

pytestmark = pytest.mark.django_db


class UploadOnly(Everybody):
    """Whoever comes may bring pictures, and use none."""

    def may_use(self, user, image, owner):
        return False


def change(image, **texts):
    Image.objects.filter(pk=image.pk).update(**texts)


def texts_of(image):
    return Image.objects.values_list("alt", "caption").get(pk=image.pk)


@pytest.fixture
def image():
    return make_image(alt="A", caption="B")


@pytest.fixture
def album(image):
    return make_album([image.pk])


def user(name="ann"):
    return get_user_model().objects.get_or_create(username=name)[0]


def form_for(person):
    class Form(AlbumForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["photos"].user = person

    return Form


# Texts.


def test_a_text_that_was_left_alone_shows_and_keeps_what_somebody_else_wrote(image, album):
    sheet = opened(instance=album).type("title", "")
    change(image, alt="Theirs")
    shown = Sheet(sent_to_owner(sheet, album))

    assert shown.values[f"photos-alt-{image.pk}"] == ["Theirs"]
    sent_to_owner(shown.type("title", "x"), album).save()
    assert texts_of(image) == ("Theirs", "B")


def test_a_conflict_that_was_not_shown_yet_is_shown_by_the_next_answer(image, album):
    sheet = opened(instance=album).type("title", "").type(f"photos-alt-{image.pk}", "x" * 501)
    change(image, alt="Theirs")
    shown = Sheet(sent_to_owner(sheet, album))
    again_sent = sent_to_owner(shown.type("title", "x"), album)
    assert "has 501 characters" in again_sent.errors["photos"][0], "the conflict was told before"

    sheet = opened(instance=album).type("title", "").type(f"photos-alt-{image.pk}", "Mine")
    change(image, alt="A third")
    assert "“A third”" in sent_to_owner(sheet, album).errors["photos"][0]


def test_alt_text_and_caption_are_merged_apart(image, album):
    sheet = opened(instance=album).type(f"photos-caption-{image.pk}", "Mine")
    change(image, alt="Theirs")
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    form.save()
    assert texts_of(image) == ("Theirs", "Mine")


def test_a_text_that_is_overtaken_between_checks_and_writing_is_refused(image, album):
    mine, theirs = (
        sent_to_owner(opened(instance=album).type(f"photos-alt-{image.pk}", text), album)
        for text in ("Mine", "Theirs")
    )
    assert mine.is_valid()
    assert theirs.is_valid()
    theirs.save()

    with pytest.raises(StaleGallery, match=f"alt of image {image.pk}"), transaction.atomic():
        mine.save()
    assert texts_of(image) == ("Theirs", "B")
    assert again(album).gallery_version == 2


def test_texts_are_written_by_the_save_that_writes_their_gallery_and_by_no_other(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "Mine").type("title", "")
    owner = sent_to_owner(sheet, album).instance
    form = sent_to_owner(sheet, album)
    assert not form.is_valid()
    owner = form.instance
    owner.save(update_fields=["notes"])
    assert texts_of(image) == ("A", "B")
    owner.refresh_from_db()
    owner.save()
    assert texts_of(image) == ("A", "B")


def test_many_texts_cost_no_more_statements_than_one():
    ids = make_ids(12)
    album = make_album(ids)
    counts = []
    for keys in (ids[:1], ids):
        sheet = opened(instance=again(album))
        for key in keys:
            sheet.type(f"photos-alt-{key}", f"{len(counts)} {key}")
        with CaptureQueriesContext(connection) as captured:
            sent_to_owner(sheet, album).save()
        counts.append(len(captured))
    assert counts[0] == counts[1], counts


# What closes a gallery, and what it is closed to.


@pytest.mark.parametrize("attribute", ["disabled", "readonly"])
def test_an_attribute_that_closes_the_widget_closes_the_gallery(album, image, attribute):
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": GalleryWidget(attrs={attribute: True})}

    data = {"title": "x", "photos-base": "1", "photos-remove": [str(image.pk)]}
    form = Form(data, {"photos-upload": files("a.jpg")}, instance=again(album))
    assert form.is_valid()
    assert form.save().photos == [image.pk]
    assert Image.objects.count() == 1


def test_a_closed_gallery_takes_no_text_for_a_list():
    (foreign,) = make_ids(1)
    form = AlbumForm({"title": "x"}, initial={"photos": f"[{foreign}]"})
    form.fields["photos"].disabled = True

    assert form.is_valid()
    assert form.cleaned_data["photos"] == []


def test_options_of_the_widget_are_held_to_whatever_comes_in(album, image):
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": GalleryWidget(upload=False, texts=False)}

    data = {"title": "x", "photos-base": "1", f"photos-alt-{image.pk}": "Mine"}
    form = Form(data, {"photos-upload": files("a.jpg")}, instance=again(album))
    form.save()
    assert (again(album).photos, texts_of(image)) == ([image.pk], ("A", "B"))


def test_a_form_with_a_closed_gallery_merges_the_other_fields_too():
    album = make_album()

    def form_class(*args, **kwargs):
        form = MergingForm(*args, **kwargs)
        form.fields["photos"].disabled = True
        return form

    sheet = opened(form_class, instance=album).type("title", "Mine")
    Album.objects.get().save()
    theirs = again(album)
    theirs.notes = "Theirs"
    theirs.save()
    form = sent_to_owner(sheet, album, form_class)

    assert form.is_valid(), form.errors
    form.save()
    assert (again(album).title, again(album).notes) == ("Mine", "Theirs")


# What is not known any more.


@pytest.mark.parametrize("base", ["99", "²"])
def test_a_page_whose_version_is_not_known_asks_for_nothing_old_when_it_is_sent_again(base):
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(instance=album).type(f"photos-order-{three}", "1")
    theirs = again(album)
    theirs.photos = [three, one]
    theirs.save()
    sheet.values["photos-base"] = [base]
    shown = Sheet(sent_to_owner(sheet, album))

    assert shown.keys("photos") == [str(three), str(one)]
    sent_to_owner(shown, album).save()
    assert again(album).photos == [three, one]


def test_an_older_version_with_rubbish_from_the_database_is_no_crash():
    one, two = make_ids(2)
    album = make_album([one])
    Album.objects.filter(pk=album.pk)._update([])
    theirs = again(album)
    theirs.photos = [one, two]
    theirs.save()
    record = type(album).history.model._base_manager.filter(gallery_version=1)
    record._update([(record.model._meta.get_field("photos"), None, [one, [1], "x"])])
    form = sent_to_owner(opened(instance=again(album)).type("title", "x"), album)
    form.data["photos-base"] = "1"

    assert form.is_valid(), form.errors


def test_what_is_gone_is_called_by_its_name():
    from datetime import timedelta

    from gallery_events.flows.sweep import sweep
    from tests import NOW
    from tests.sweeping import TRASH, installed_before, make_trashed

    installed_before()
    image = make_trashed(since=NOW - TRASH - timedelta(days=1))
    name, key = image.name, image.pk
    sweep(now=NOW)
    album = make_album()
    Album.objects.filter(pk=album.pk)._update([(Album._meta.get_field("photos"), None, [key])])
    form = sent_to_owner(opened(instance=again(album)).type("title", "x"), album)

    assert form.is_valid(), form.errors
    assert name in form.cleaned_data["photos"].notices[0]


def test_a_copy_of_a_page_of_a_long_gallery_is_refused_and_not_made_of_the_page_alone():
    album = make_album()
    Album.objects.filter(pk=album.pk)._update([(Album._meta.get_field("photos"), None, many(120))])

    class Form(AlbumForm):
        photos = GalleryFormField(gallery=Album._meta.get_field("photos"))

    sheet = opened(Form, instance=again(album))
    form = sheet.sent_to(Form)
    assert "one page of a longer gallery" in form.errors["photos"][0]


# What came before.


@override_settings(GALLERY_EVENTS={"ACCESS": f"{__name__}.UploadOnly"})
def test_what_a_form_brought_it_may_put_in_at_the_next_try_too():
    form_class = form_for(user())
    album = make_album()
    sheet = opened(form_class, instance=album).type("title", "")
    shown = Sheet(sent_to_owner(sheet.choose("photos-upload", *files("a.jpg")), album, form_class))
    form = sent_to_owner(shown.type("title", "x"), album, form_class)
    assert form.is_valid(), form.errors
    form.save()
    assert len(again(album).photos) == 1

    forged = {"title": "x", "photos-base": "2", "photos-received": "W1td:x:y"}
    forged[f"photos-order-{make_image().pk}"] = ""
    assert "may not use it" in form_class(forged, instance=again(album)).errors["photos"][0]
    stolen = form_for(user("bob"))(shown.data, instance=make_album())
    assert "may not use it" in stolen.errors["photos"][0], "the word is its user's own"


def test_the_same_file_sent_by_two_clicks_before_either_is_saved_is_one_image():
    form_class = form_for(user())
    album = make_album()
    sheet = opened(form_class, instance=album).choose("photos-upload", *files("a.jpg"))
    first, second = (sent_to_owner(sheet, album, form_class) for _ in range(2))
    assert first.is_valid()
    assert second.is_valid()
    first.save()
    second.save()
    assert len(again(album).photos) == 1
    assert Image.objects.count() == 1


def test_two_files_alike_in_one_form_are_two_images():
    album = make_album()
    sheet = opened(form_for(user()), instance=album).choose(
        "photos-upload", *files("a.jpg", "a.jpg")
    )
    sent_to_owner(sheet, album, form_for(user())).save()
    assert len(again(album).photos) == 2


# Whose order.


def test_both_orders_tell_what_they_move_also_far_down_a_long_list():
    ids = make_ids(12)
    for at, key in enumerate(ids):
        Image.objects.filter(pk=key).update(name=f"n{at}.jpg")
    album = make_album(ids)
    sheet = opened(instance=album).type(f"photos-order-{ids[11]}", "8")
    theirs = again(album)
    theirs.photos = [*ids[:9], ids[10], ids[9], ids[11]]
    theirs.save()
    said = Sheet(sent_to_owner(sheet, album)).said

    assert "My order: “n11.jpg” to place 8" in said
    assert "The order saved meanwhile: “n" in said
    assert "to place 10" in said


# As a field of Django.


@pytest.mark.parametrize("key", ["\x00", "\ud800", "a\x00b"], ids=["nul", "half", "within"])
def test_a_key_that_no_database_stores_is_an_error_and_no_crash(key):
    data = {"code": "x", "plates-base": "0", f"plates-order-{key}": "1"}
    form = CatalogueForm(data)
    assert not form.is_valid() or form.cleaned_data["plates"] == []
    field = Catalogue._meta.get_field("plates")
    assert field.usable_keys([key]) == []
    assert Picture.objects.count() == 0


@pytest.mark.parametrize("initial", [[None], ["x"], 5, "x"], ids=str)
def test_an_initial_value_that_cannot_be_meant_suggests_nothing(initial):
    assert opened(initial={"photos": initial}).keys("photos") == []


def test_a_default_that_asks_the_database_is_not_asked_before_a_form_is_made(
    django_assert_num_queries,
):
    from gallery_events.fields import GalleryField

    make_ids(2)
    with django_assert_num_queries(0):

        class Form(forms.Form):
            photos = GalleryField(
                default=lambda: list(Image.objects.values_list("pk", flat=True))
            ).formfield()

    assert len(Form()["photos"].current) == 2


def test_texts_are_escaped_whatever_the_project_says_of_its_templates(album, image, settings):
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "autoescape": False}}]
    change(image, alt='"><script>')

    assert "<script>" not in opened(instance=again(album)).html


def test_what_is_to_be_said_is_no_crash_where_there_are_no_messages(rf):
    from gallery_events.forms import tell

    album = make_album()
    form = MergingForm({"title": "x"}, instance=album)
    form.is_valid()
    form.gallery_notices = ["Something"]
    tell(rf.get("/"), form)


# What a stranger found.


def test_a_conflict_is_answered_by_the_second_save_also_when_a_file_was_refused_beside_it():
    from tests.edges.sheets import sent

    album = make_album()
    sheet = opened(MergingForm, instance=album).type("title", "Mine")
    theirs = again(album)
    theirs.title = "Theirs"
    theirs.save()
    (bad,) = files("bad.jpg")
    bad = sent(bad)
    bad.file.truncate(9)
    sheet.files["photos-upload"] = [bad]
    form = sent_to_owner(sheet, album, MergingForm)
    assert set(form.errors) == {"title", "photos"}
    shown = Sheet(form)
    form = sent_to_owner(shown, album, MergingForm)

    assert form.is_valid(), form.errors
    assert form.save().title == "Mine"


def test_a_caption_has_an_end(album, image):
    sheet = opened(instance=album).type(f"photos-caption-{image.pk}", "x" * 2001)
    (message,) = sent_to_owner(sheet, album).errors["photos"]
    assert "has 2001 characters; at most 2000 are kept" in message
    sheet.type(f"photos-caption-{image.pk}", "x" * 2000)
    assert sent_to_owner(sheet, album).is_valid()


class SeesNothing(Everybody):
    def may_see(self, user, image):
        return False


@override_settings(GALLERY_EVENTS={"ACCESS": f"{__name__}.SeesNothing", "SERVE": "view"})
def test_a_form_does_not_name_what_its_user_may_not_see(image):
    Image.objects.filter(pk=image.pk).update(name="secret.png")
    html = opened(form_for(user()), instance=make_album([image.pk])).html

    assert "secret.png" not in html
    assert f"image {image.pk}" in html


@override_settings(GALLERY_EVENTS={"ACCESS": f"{__name__}.SeesNothing", "SERVE": "view"})
def test_nor_do_its_questions_and_errors():
    ids = make_ids(3)
    Image.objects.filter(pk__in=ids).update(name="secret.png")
    album = make_album(ids)
    form_class = form_for(user())
    sheet = opened(form_class, instance=album).type(f"photos-order-{ids[2]}", "1")
    sheet.type(f"photos-alt-{ids[0]}", "x" * 501)
    theirs = again(album)
    theirs.photos = [ids[1], ids[0], ids[2]]
    theirs.save()
    html = Sheet(sent_to_owner(sheet, album, form_class)).html

    assert "Whose order is kept?" in html
    assert "has 501 characters" in html
    assert "secret.png" not in html


def test_a_browser_that_goes_back_chooses_no_file_again(album):
    assert 'type="file" name="photos-upload"' in opened(instance=album).html
    tag = opened(instance=album).html.split('type="file"')[1].split(">")[0]
    assert 'autocomplete="off"' in tag
