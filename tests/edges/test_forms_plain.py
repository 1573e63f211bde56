"""Forms without a model: they clean to ids, which nothing protects yet."""

import gc

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.exceptions import ValidationError

from gallery_events.checks.forms import check_plain_forms
from gallery_events.flows.describing import describe
from gallery_events.forms import CleanedGallery, GalleryFormField
from gallery_events.models import Image
from tests.edges.sheets import AlbumForm, PosterForm, Sheet, destroy, files, opened
from tests.factories import make_ids, make_image
from tests.project.models import Album, Photo

pytestmark = pytest.mark.django_db


def plain(**options):
    """Return a new plain form class with a gallery."""
    return type(
        "PlainForm",
        (forms.Form,),
        {"name": forms.CharField(), "motif": GalleryFormField(**{"required": False, **options})},
    )


def with_text(**options):
    return plain(widget=forms.Textarea, **options)


# Receiving.


def test_files_of_a_plain_form_become_images_and_their_ids():
    form_class = plain()
    sheet = opened(form_class).type("name", "Ann").choose("motif-upload", *files("a.jpg", "b.jpg"))
    form = sheet.sent_to(form_class)

    assert form.is_valid(), form.errors
    cleaned = form.cleaned_data["motif"]
    assert isinstance(cleaned, CleanedGallery)
    assert cleaned == [image.pk for image in cleaned.received]
    assert [image.name for image in cleaned.received] == ["a.jpg", "b.jpg"]
    assert all(image.review_after for image in cleaned.received), "protected by the grace only"


def test_a_plain_form_has_no_version():
    form_class = plain()

    assert "motif-base" not in opened(form_class).names


def test_a_plain_form_of_another_image_model_makes_images_of_it():
    form_class = plain(to="project.Photo")
    sheet = opened(form_class).type("name", "Ann").choose("motif-upload", *files("a.jpg"))
    form = sheet.sent_to(form_class)

    assert form.is_valid(), form.errors
    assert Photo.objects.get().pk == form.cleaned_data["motif"][0]


def test_files_that_came_with_a_plain_form_that_failed_are_kept():
    form_class = plain(max_images=1)
    sheet = opened(form_class).choose("motif-upload", *files("a.jpg"))
    form = sheet.sent_to(form_class)
    assert list(form.errors) == ["name"]

    shown = Sheet(form).type("name", "Ann")
    form = shown.sent_to(form_class)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["motif"] == [Image.objects.get().pk]


def test_what_was_suggested_may_stay_be_arranged_and_be_taken_out():
    one, two, three = make_ids(3)
    form_class = plain()
    initial = {"motif": [one, two, three]}
    sheet = opened(form_class, initial=initial).type("name", "Ann").tick("motif-remove", one)
    form = sheet.type(f"motif-order-{three}", "1").sent_to(form_class, initial=initial)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["motif"] == [three, two]
    assert form.changed_data == ["name", "motif"]


def test_a_plain_form_refuses_what_its_user_may_not_use():
    theirs = make_image(uploaded_by=get_user_model().objects.create_user("bob"))
    ann = get_user_model().objects.create_user("ann")
    form = plain(user=ann)({"name": "x", f"motif-order-{theirs.pk}": ""})

    assert form.errors["motif"][0].startswith(f"Image {theirs.pk} does not exist, or you may not")


@pytest.mark.parametrize("number, valid", [(1, False), (2, True), (3, True), (4, False)])
def test_limits_hold_in_a_plain_form(number, valid):
    form_class = plain(min_images=2, max_images=3)
    ids = make_ids(number)
    form = form_class({"name": "x", **{f"motif-order-{each}": "" for each in ids}})

    assert form.is_valid() == valid


def test_texts_of_a_plain_form_are_written_when_one_says_so():
    image = make_image()
    form_class = plain()
    initial = {"motif": [image.pk]}
    sheet = opened(form_class, initial=initial).type("name", "x")
    form = sheet.type(f"motif-alt-{image.pk}", "A card").sent_to(form_class, initial=initial)
    assert form.is_valid(), form.errors
    image.refresh_from_db()
    assert image.alt == ""

    describe(Image, form.cleaned_data["motif"].texts)
    image.refresh_from_db()
    assert image.alt == "A card"


def test_the_ids_of_a_plain_form_go_into_a_gallery():
    form_class = plain()
    sheet = opened(form_class).type("name", "Ann").choose("motif-upload", *files("a.jpg"))
    form = sheet.sent_to(form_class)
    assert form.is_valid()
    album = Album.objects.create(title="Cards", photos=form.cleaned_data["motif"])

    assert [each.name for each in album.photos.images()] == ["a.jpg"]


# Other widgets and plain values.


def test_under_a_text_area_it_is_a_list_of_ids_under_the_bare_name():
    one, two, three = make_ids(3)
    form_class = with_text(max_images=2)
    initial = {"motif": [two, one]}
    sheet = opened(form_class, initial=initial).type("name", "x")
    assert sheet.values["motif"] == [f"[{two}, {one}]"]

    form = sheet.type("motif", f"[{one}]").sent_to(form_class, initial=initial)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["motif"] == [one]
    form = sheet.type("motif", f"[{one}, {two}, {three}]").sent_to(form_class, initial=initial)
    assert "At most 2 images" in form.errors["motif"][0], "a swapped widget keeps the limit"


def test_a_list_names_what_is_gone():
    one, two = make_ids(2)
    destroy(two)
    initial = {"motif": [one, two]}
    form = plain()({"name": "x", "motif": f"[{one}, {two}]"}, initial=initial)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["motif"] == [one]
    assert f"“{two}”" in form.cleaned_data["motif"].notices[0]


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("nothing", ["", "null", "[]", " "])
def test_nothing_is_an_empty_list_or_an_error(nothing, required):
    form = plain(required=required)({"name": "x", "motif": nothing})

    assert form.is_valid() != required
    if not required:
        assert form.cleaned_data["motif"] == []


def test_a_wrong_list_raises_what_django_expects():
    field = GalleryFormField()
    for wrong in ("{bad", {"a": 1}, 5, ["x"], [[1]], [True], [-1], ["²"], [10**22], object()):
        with pytest.raises(ValidationError):
            field.clean(wrong)


# The check.


def found(form):
    """Return what the check says of one form."""
    return [each for each in check_plain_forms() if each.obj is form]


def test_a_plain_form_with_a_gallery_is_pointed_out_with_the_cure():
    form = plain()
    (message,) = found(form)

    assert (message.id, message.level) == ("gallery_events.I065", checks.INFO)
    assert "'motif'" in message.msg
    assert "only for the upload grace" in message.msg
    assert "SOURCES" in message.hint
    assert "gallery_events.I065" in message.hint


def test_the_check_can_be_silenced(settings):
    (message,) = found(plain())
    assert not message.is_silenced()
    settings.SILENCED_SYSTEM_CHECKS = ["gallery_events.I065"]
    assert message.is_silenced()


def test_forms_of_owners_are_not_pointed_out():
    class Declared(AlbumForm):
        photos = GalleryFormField()

    assert found(AlbumForm) == found(PosterForm) == found(Declared) == []


def test_a_gallery_beside_those_of_the_model_is_pointed_out():
    class Form(AlbumForm):
        also = GalleryFormField()

    (message,) = found(Form)
    assert "'also'" in message.msg


@pytest.fixture(autouse=True)
def _forget_the_forms_of_a_test():
    """The check looks at all forms there are, in every other test as well."""
    yield
    gc.collect()
