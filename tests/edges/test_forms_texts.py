"""What forms say of images: written where it was changed, and nobody else's undone."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction

from gallery_events.exceptions import StaleGallery
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget
from tests.edges.sheets import AlbumForm, DiptychForm, Sheet, files, opened, sent_to_owner
from tests.factories import again, events, make_album, make_image
from tests.project.models import Diptych

pytestmark = pytest.mark.django_db


def describe(image, **texts):
    """Change texts as somebody else does it, in another gallery."""
    Image.objects.filter(pk=image.pk).update(**texts)


def texts_of(image):
    return Image.objects.values_list("alt", "caption").get(pk=image.pk)


def saved(sheet, owner, form_class=AlbumForm):
    form = sent_to_owner(sheet, owner, form_class)
    assert form.is_valid(), form.errors
    return form.save()


def form_of(user):
    """Return an album's form as a view makes it for a user."""

    class Form(AlbumForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["photos"].user = user

    return Form


@pytest.fixture
def image():
    return make_image(alt="A beach", caption="In May")


@pytest.fixture
def album(image):
    return make_album([image.pk, make_image(alt="Other", caption="Else").pk])


def test_only_the_texts_that_were_changed_are_written(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "A long beach")
    form = sent_to_owner(sheet, album)

    assert form.is_valid()
    assert form.cleaned_data["photos"].texts == {image.pk: {"alt": "A long beach"}}
    form.save()
    assert texts_of(image) == ("A long beach", "In May")


def test_texts_are_of_the_image_and_no_change_of_the_gallery(image, album):
    other = make_album([image.pk])
    saved(opened(instance=album).type(f"photos-caption-{image.pk}", "In June"), album)

    assert events(album)[-1] == (2, "touched")
    assert len(events(other)) == 1
    assert opened(instance=again(other)).values[f"photos-caption-{image.pk}"] == ["In June"]


def test_texts_can_be_taken_away(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "")
    saved(sheet.type(f"photos-caption-{image.pk}", "   "), album)

    assert texts_of(image) == ("", "")


def test_line_ends_of_a_browser_are_no_change(album):
    image = make_image(caption="one\ntwo")
    album = make_album([image.pk])
    sheet = opened(instance=album).type(f"photos-caption-{image.pk}", "one\r\ntwo")
    form = sent_to_owner(sheet, album)

    assert form.is_valid()
    assert form.cleaned_data["photos"].texts == {}
    assert not form.has_changed()


def test_a_stale_page_that_did_not_touch_them_does_not_undo_somebody_elses(image, album):
    sheet = opened(instance=album).type("title", "Autumn")
    describe(image, alt="Theirs", caption="Theirs too")
    saved(sheet, album)

    assert texts_of(image) == ("Theirs", "Theirs too")


def test_a_text_that_both_changed_is_shown_and_the_second_save_wins(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "Mine")
    describe(image, alt="Theirs")
    form = sent_to_owner(sheet, album)

    assert form.errors["photos"] == [
        "Meanwhile somebody changed the texts of “picture.png” to “Theirs”. Yours are "  # noqa: ISC004
        "shown: save again to put them in their place."
    ]
    assert texts_of(image) == ("Theirs", "In May")
    shown = Sheet(form)
    assert shown.values[f"photos-alt-{image.pk}"] == ["Mine"]
    saved(shown, album)
    assert texts_of(image) == ("Mine", "In May")


def test_after_a_third_change_it_is_asked_again(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "Mine")
    describe(image, alt="Theirs")
    shown = Sheet(sent_to_owner(sheet, album))
    describe(image, alt="A third")

    assert "“A third”" in sent_to_owner(shown, album).errors["photos"][0]


def test_a_text_that_both_changed_alike_is_no_conflict(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "Same")
    describe(image, alt="Same")
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"].texts == {}


@pytest.mark.parametrize("length, valid", [(500, True), (501, False)])
def test_an_alternative_text_may_be_so_long(image, album, length, valid):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "x" * length)
    form = sent_to_owner(sheet, album)

    assert form.is_valid() == valid
    if not valid:
        assert form.errors["photos"] == [
            "A text of “picture.png” has 501 characters; at most 500 are kept: "  # noqa: ISC004
            "shorten it."
        ]
        assert Sheet(form).values[f"photos-alt-{image.pk}"] == ["x" * 501]


def test_a_text_that_one_may_not_change_is_refused_and_the_rest_can_be_saved(image, album):
    ann = get_user_model().objects.create_user("ann")
    form_class = form_of(ann)
    sheet = opened(form_class, instance=album).choose("photos-upload", *files("mine.jpg"))
    sheet.values[f"photos-alt-{image.pk}"] = ["Not mine to change"]
    form = sent_to_owner(sheet, album, form_class)

    assert form.errors["photos"] == [
        "You may not change the texts of “picture.png”: they were left as they are. Save again "  # noqa: ISC004
        "to keep the rest."
    ]
    shown = Sheet(form)
    assert f"photos-alt-{image.pk}" not in shown.names
    form = sent_to_owner(shown, album, form_class)
    assert form.is_valid(), form.errors
    form.save()
    assert texts_of(image) == ("A beach", "In May")
    assert len(again(album).photos) == 3


def test_the_same_text_sent_by_somebody_who_may_not_change_it_is_no_offence(image, album):
    form_class = form_of(get_user_model().objects.create_user("ann"))
    sheet = opened(form_class, instance=album)
    sheet.values |= {f"photos-alt-{image.pk}": ["A beach"]}

    assert sent_to_owner(sheet, album, form_class).is_valid()


def test_who_may_change_images_may_change_all_texts(image, album):
    editor = get_user_model().objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="change_image"))
    form_class = form_of(editor)
    sheet = opened(form_class, instance=album).type(f"photos-alt-{image.pk}", "Edited")
    saved(sheet, album, form_class)

    assert texts_of(image)[0] == "Edited"


def test_texts_of_images_that_are_not_in_the_gallery_are_not_written(image):
    stranger = make_image(alt="Stranger")
    album = make_album([image.pk])
    sheet = opened(instance=album)
    sheet.values[f"photos-alt-{stranger.pk}"] = ["Taken over"]
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    form.save()
    assert texts_of(stranger)[0] == "Stranger"


def test_texts_of_an_image_that_is_removed_are_not_written(image, album):
    sheet = opened(instance=album).tick("photos-remove", image.pk)
    saved(sheet.type(f"photos-alt-{image.pk}", "Last words"), album)

    assert texts_of(image)[0] == "A beach"


def test_an_image_in_both_galleries_of_a_form_gets_the_text_that_was_changed():
    one, two = make_image(alt="One"), make_image(alt="Two")
    owner = Diptych.objects.create(left=[one.pk, two.pk], right=[one.pk])
    sheet = opened(DiptychForm, instance=owner).type(f"left-alt-{one.pk}", "Changed on the left")
    saved(sheet, owner, DiptychForm)

    assert texts_of(one)[0] == "Changed on the left"


def test_a_form_that_is_not_saved_writes_no_text(image, album):
    form = sent_to_owner(opened(instance=album).type(f"photos-alt-{image.pk}", "x"), album)
    assert form.is_valid()
    assert texts_of(image)[0] == "A beach"

    owner = form.save(commit=False)
    assert texts_of(image)[0] == "A beach"
    owner.save()
    assert texts_of(image)[0] == "x"
    describe(image, alt="Somebody's")
    owner.save()
    assert texts_of(image)[0] == "Somebody's", "a second save has nothing more to say"


def test_texts_and_the_save_are_undone_together(image, album):
    form = sent_to_owner(opened(instance=album).type(f"photos-alt-{image.pk}", "x"), album)
    with transaction.atomic():
        form.save()
        transaction.set_rollback(True)

    assert texts_of(image)[0] == "A beach"


@pytest.mark.parametrize(
    "shown", ["", "x", ":", "1:", ":1", "a:b c:d", "%00:1", "%ff:2", "1:1 " * 99]
)
def test_what_a_page_says_it_showed_is_not_believed(image, album, shown):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "Mine")
    sheet.values["photos-shown"] = [shown]

    form = sent_to_owner(sheet, album)
    form.is_valid()
    assert texts_of(image)[0] == "A beach"


def test_a_text_that_is_changed_between_checks_and_writing_is_not_overwritten(image, album):
    form = sent_to_owner(opened(instance=album).type(f"photos-alt-{image.pk}", "Mine"), album)
    assert form.is_valid()
    describe(image, alt="Theirs")

    with pytest.raises(StaleGallery, match=f"alt of image {image.pk}"):
        form.save()
    assert texts_of(image)[0] == "Theirs"
    assert events(album) == [(1, "created")]


def test_alternative_text_and_caption_are_each_its_own(image, album):
    sheet = opened(instance=album).type(f"photos-alt-{image.pk}", "Mine")
    describe(image, caption="Theirs")
    saved(sheet, album)

    assert texts_of(image) == ("Mine", "Theirs")


# Whether an image is only decoration: a box, and a browser sends no box that is not ticked.


def is_decorative(image):
    return Image.objects.values_list("decorative", flat=True).get(pk=image.pk)


def test_a_box_says_whether_an_image_is_decorative(image, album):
    box = f"photos-decorative-{image.pk}"
    sheet = opened(instance=album)
    assert sheet.values[box] == []
    form = sent_to_owner(sheet.tick(box, "on"), album)

    assert form.is_valid(), form.errors
    assert form.has_changed()
    assert form.cleaned_data["photos"].texts == {image.pk: {"decorative": True}}
    form.save()
    assert is_decorative(image)
    assert texts_of(image) == ("A beach", "In May")
    sheet = opened(instance=again(album))
    assert sheet.values[box] == ["on"]
    saved(sheet.untick(box), album)
    assert not is_decorative(image)


def test_a_box_that_nobody_touched_is_no_change(image, album):
    describe(image, decorative=True)
    form = sent_to_owner(opened(instance=album), album)

    assert form.is_valid()
    assert not form.has_changed()
    assert form.cleaned_data["photos"].texts == {}


@pytest.mark.parametrize("was", [True, False])
def test_a_stale_page_that_did_not_touch_a_box_does_not_undo_somebody_elses(image, album, was):
    describe(image, decorative=was)
    sheet = opened(instance=album).type("title", "Autumn")
    describe(image, decorative=not was)
    saved(sheet, album)

    assert is_decorative(image) is not was


def test_a_box_that_both_ticked_is_no_conflict(image, album):
    sheet = opened(instance=album).tick(f"photos-decorative-{image.pk}", "on")
    describe(image, decorative=True)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"].texts == {}


def test_a_box_of_a_form_that_failed_is_shown_as_it_was_ticked_and_can_be_unticked(image, album):
    box = f"photos-decorative-{image.pk}"
    sheet = opened(instance=album).tick(box, "on").type("title", "")
    shown = Sheet(sent_to_owner(sheet, album))
    assert shown.values[box] == ["on"]
    saved(shown.untick(box).type("title", "Summer"), album)
    assert not is_decorative(image)

    shown = Sheet(sent_to_owner(sheet, album))
    saved(shown.type("title", "Summer"), album)
    assert is_decorative(image)


def test_an_unticked_box_of_a_form_that_failed_stays_unticked(image, album):
    describe(image, decorative=True)
    box = f"photos-decorative-{image.pk}"
    sheet = opened(instance=album).untick(box).type("title", "")
    shown = Sheet(sent_to_owner(sheet, album))

    assert shown.values[box] == []
    saved(shown.type("title", "Summer"), album)
    assert not is_decorative(image)


@pytest.mark.parametrize("was, sent", [(False, {"": "on"}), (True, {})], ids=["tick", "untick"])
def test_a_box_that_one_may_not_touch_is_refused(image, album, was, sent):
    describe(image, decorative=was)
    form_class = form_of(get_user_model().objects.create_user("ann"))
    sheet = opened(form_class, instance=album)
    assert f"photos-decorative-{image.pk}" not in sheet.names
    assert "photos-decorative" not in sheet.names
    sheet.values["photos-decorative"] = [str(image.pk)]
    sheet.values |= {f"photos-decorative-{image.pk}": [value] for value in sent.values()}
    form = sent_to_owner(sheet, album, form_class)

    assert form.errors["photos"][0].startswith("You may not change the texts of “picture.png”")
    assert is_decorative(image) is was


def test_a_program_says_it_without_a_page(image, album):
    data = {"title": "Summer", f"photos-decorative-{image.pk}": "yes"}
    form = AlbumForm(data, instance=album)
    assert form.is_valid(), form.errors
    form.save()
    assert is_decorative(image)

    form = AlbumForm({"title": "Summer", "photos-decorative": [str(image.pk)]}, instance=album)
    assert form.is_valid(), form.errors
    form.save()
    assert not is_decorative(image)


def test_a_widget_without_texts_takes_no_box(image, album):
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": GalleryWidget(texts=False)}

    describe(image, decorative=True)
    sheet = opened(Form, instance=album)
    assert not any("decorative" in name for name in sheet.names)
    sheet.values["photos-decorative"] = [str(image.pk)]
    saved(sheet, album, Form)
    assert is_decorative(image)
