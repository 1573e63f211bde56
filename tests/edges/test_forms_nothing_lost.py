"""Whatever goes wrong with a form, nothing that came with it is lost, and all of it is said."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.http import QueryDict

from gallery_events.access import Access
from gallery_events.models import Image
from tests.edges.sheets import (
    AlbumForm,
    DiptychForm,
    Sheet,
    destroy,
    files,
    opened,
    sent,
    sent_to_owner,
)
from tests.factories import again, events, make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Album, Diptych

pytestmark = pytest.mark.django_db

UNAVAILABLE = (
    "Image {key} does not exist, or you may not use it. It was left out and the rest was kept: "
    "save again to go on without it."
)
TAKEN = (
    "Taken are JPEG, PNG, GIF, WEBP, AVIF, BMP, TIFF or HEIC up to 25.0\xa0MB and 50 megapixels."
)


class RequiredForm(AlbumForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].required = True


def form_of(user):
    """Return an album's form as a view makes it for a user."""

    class Form(AlbumForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["photos"].user = user

    return Form


def names_of(album):
    return [each.name for each in again(album).photos.images()]


def user(name="ann"):
    return get_user_model().objects.create_user(name)


# A form that fails elsewhere.


@pytest.mark.parametrize("exists", [True, False])
def test_files_that_came_with_a_form_that_failed_elsewhere_are_kept_and_attached_once(exists):
    album = make_album(make_ids(1)) if exists else None

    def request(sheet):
        return sent_to_owner(sheet, album) if exists else sheet.sent_to(AlbumForm)

    sheet = opened(instance=album).type("title", "").choose("photos-upload", *files("a.jpg"))
    form = request(sheet)
    assert not form.is_valid()
    assert list(form.errors) == ["title"]
    image = Image.objects.get(name="a.jpg")

    shown = Sheet(form)
    assert shown.keys("photos")[-1] == str(image.pk)
    assert "new" in shown.said
    assert shown.files == {"photos-upload": []}
    assert shown.values["photos-base"] == ["1" if exists else "0"]

    form = request(shown.type("title", "Autumn"))
    assert form.is_valid(), form.errors
    owner = form.save()
    assert names_of(owner) == (["picture.png", "a.jpg"] if exists else ["a.jpg"])
    assert Image.objects.filter(name="a.jpg").count() == 1


def test_a_form_may_fail_again_and_again():
    album = make_album(make_ids(1))
    sheet = opened(instance=album).type("title", "")
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        sheet = Sheet(sent_to_owner(sheet.choose("photos-upload", *files(name)), album))
    form = sent_to_owner(sheet.type("title", "Done"), album)

    assert form.is_valid(), form.errors
    form.save()
    assert names_of(album) == ["picture.png", "a.jpg", "b.jpg", "c.jpg"]


def test_everything_else_that_was_asked_is_shown_again_word_by_word():
    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(instance=album).type("title", "").tick("photos-remove", one)
    sheet.type(f"photos-order-{two}", "01").type(f"photos-alt-{two}", "A  <beach>")
    sheet.type(f"photos-caption-{two}", "two\nlines")
    shown = Sheet(sent_to_owner(sheet, album))

    assert shown.values["photos-remove"] == [str(one)]
    assert shown.values[f"photos-order-{two}"] == ["01"]
    assert shown.values[f"photos-alt-{two}"] == ["A  <beach>"]
    assert shown.values[f"photos-caption-{two}"] == ["two\nlines"]
    assert again(album).photos == [one, two]


def test_a_new_image_can_be_arranged_described_and_removed_before_it_is_saved():
    album = make_album(make_ids(1))
    sheet = (
        opened(instance=album).type("title", "").choose("photos-upload", *files("a.jpg", "b.jpg"))
    )
    shown = Sheet(sent_to_owner(sheet, album)).type("title", "x")
    _, first, second = shown.keys("photos")
    shown.tick("photos-remove", first).type(f"photos-order-{second}", "1")
    shown.type(f"photos-alt-{second}", "New and described")
    form = sent_to_owner(shown, album)

    assert form.is_valid(), form.errors
    form.save()
    assert names_of(album) == ["b.jpg", "picture.png"]
    assert Image.objects.get(pk=second).alt == "New and described"


# Refused files.


def broken(name):
    return ContentFile(picture("x.png").read()[:60], name)


REFUSED = {
    "text": (lambda: ContentFile(b"no image at all", "notes.jpg"),
             "it is no image of a kind that is taken, whatever its name says"),
    "svg": (lambda: ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg"),
            "it is no image of a kind that is taken, whatever its name says"),
    "empty": (lambda: ContentFile(b"", "empty.png"), "it is empty"),
    "broken": (lambda: broken("half.png"), "it is damaged or incomplete"),
    "bytes": (lambda: picture("large.png", size=(400, 300), mode="RGB"), "it is too large"),
    "pixels": (lambda: picture("wide.gif", size=(300, 300)), "it has too many pixels"),
    "frames": (lambda: picture("long.gif", size=(8, 6), frames=4), "it has too many frames or pages"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refused_file_is_named_with_the_reason_and_the_others_stay(kind, settings):
    limits = {"bytes": {"MAX_BYTES": 1000}, "pixels": {"MAX_PIXELS": 50_000},
              "frames": {"MAX_FRAMES": 3}}  # fmt: skip
    settings.GALLERY_EVENTS = limits.get(kind, {})
    make, why = REFUSED[kind]
    file = make()
    album = make_album(make_ids(1))
    sheet = opened(instance=album)
    sheet.choose("photos-upload", *files("good.png"), file, *files("also.png"))
    form = sent_to_owner(sheet, album)

    assert not form.is_valid()
    (message,) = form.errors["photos"]
    assert message.startswith(f"“{file.name}” was not taken: {why}. Taken are JPEG, PNG, GIF,")
    assert message.endswith("Everything else was kept.")
    assert Image.objects.count() == 3
    shown = Sheet(form)
    assert len(shown.keys("photos")) == 3
    form = sent_to_owner(shown, album)
    assert form.is_valid(), form.errors
    form.save()
    assert names_of(album) == ["picture.png", "good.png", "also.png"]


def test_what_would_be_accepted_is_said():
    sheet = opened().type("title", "x").choose("photos-upload", ContentFile(b"x", "notes.txt"))

    assert TAKEN in sheet.sent_to(AlbumForm).errors["photos"][0].replace("25.0 MB", "25.0\xa0MB")


def test_what_is_over_the_quota_is_said_and_the_rest_is_kept(settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (2, 10**9)}
    form_class = form_of(user())
    album = make_album()
    sheet = opened(form_class, instance=album)
    sheet.choose("photos-upload", *files("a.png", "b.png", "c.png"))
    form = sent_to_owner(sheet, album, form_class)

    assert not form.is_valid()
    (message,) = form.errors["photos"]
    assert message.startswith("“c.png” was not taken: too many of your images are in no gallery")
    form = sent_to_owner(Sheet(form), album, form_class)
    assert form.is_valid(), form.errors
    form.save()
    sheet = opened(form_class, instance=again(album)).choose("photos-upload", *files("c.png"))
    form = sent_to_owner(sheet, album, form_class)
    assert form.is_valid(), "what is in a gallery does not count"
    form.save()
    assert names_of(album) == ["a.png", "b.png", "c.png"]


def test_who_may_not_upload_is_told_and_the_rest_is_kept():
    someone = user()
    someone.is_active = False
    one, two = make_ids(2)
    album = make_album([one, two])
    form_class = form_of(someone)
    sheet = opened(form_class, instance=album).tick("photos-remove", one)
    assert "photos-upload" not in sheet.files
    assert "You may not upload images here." in sheet.said
    sheet.files["photos-upload"] = [sent(each) for each in files("a.png")]
    form = sent_to_owner(sheet, album, form_class)

    assert form.errors["photos"] == [
        "You may not upload images here. “a.png” was not taken; everything else was kept."
    ]
    assert Image.objects.count() == 2
    form = sent_to_owner(Sheet(form), album, form_class)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"] == [two]


def test_a_form_that_was_not_sent_in_parts_says_so():
    album = make_album(ids := make_ids(1))
    data = {"title": "x", "photos-base": "1", "photos-upload": "a.jpg"}
    form = AlbumForm(data, instance=album)

    (message,) = form.errors["photos"]
    assert message.startswith("“a.jpg” did not arrive: the form must be sent with enctype=")
    assert again(album).photos == ids


# Required, limits.


def test_a_required_gallery_that_was_emptied_shows_the_error_and_its_pictures():
    ids = make_ids(2)
    album = make_album(ids)
    sheet = opened(RequiredForm, instance=album).tick("photos-remove", *ids)
    form = sent_to_owner(sheet, album, RequiredForm)

    assert form.errors["photos"] == ["At least one image is needed: choose a file."]
    shown = Sheet(form)
    assert shown.keys("photos") == [str(each) for each in ids]
    assert shown.html.count("<img") == 2
    assert again(album).photos == ids
    assert events(album) == [(1, "created")]
    assert form.instance.photos == ids, "and the page around the form has them still"


def test_a_required_gallery_may_be_emptied_when_a_file_comes():
    ids = make_ids(2)
    album = make_album(ids)
    sheet = opened(RequiredForm, instance=album).tick("photos-remove", *ids)
    form = sent_to_owner(sheet.choose("photos-upload", *files("a.jpg")), album, RequiredForm)

    assert form.is_valid(), form.errors
    form.save()
    assert names_of(album) == ["a.jpg"]


def test_too_many_shows_all_of_them_so_that_one_can_choose():
    ids = make_ids(2)
    owner = Diptych.objects.create(left=ids)
    sheet = opened(DiptychForm, instance=owner).choose("left-upload", *files("a.jpg", "b.jpg"))
    form = sent_to_owner(sheet, owner, DiptychForm)

    assert form.errors["left"] == [
        "At most 3 images are allowed; these are 4. Tick the ones to remove."
    ]
    shown = Sheet(form)
    assert len(shown.keys("left")) == 4
    form = sent_to_owner(shown.tick("left-remove", ids[0]), owner, DiptychForm)
    assert form.is_valid(), form.errors
    assert [each.name for each in form.save().left.images()] == ["picture.png", "a.jpg", "b.jpg"]


def test_too_few_says_how_many_are_needed():
    ids = make_ids(2)
    owner = Diptych.objects.create(left=ids)
    form = sent_to_owner(
        opened(DiptychForm, instance=owner).tick("left-remove", ids[0]), owner, DiptychForm
    )

    assert form.errors["left"] == [
        "At least 2 images are needed; these are 1. Add more, or remove fewer."
    ]


# Images that are gone, and those that never were one's own.


def test_an_image_that_is_gone_is_named_and_the_rest_is_saved():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(instance=album).type(f"photos-order-{three}", "1")
    destroy(one)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"].notices == [
        f"An image exists no longer and was left out: “{one}”. The rest was kept."
    ]
    form.save()
    assert again(album).photos == [three, two]


def test_many_that_are_gone_are_counted():
    ids = make_ids(8)
    album = make_album(ids)
    sheet = opened(instance=album)
    destroy(*ids[:7])
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    (notice,) = form.cleaned_data["photos"].notices
    assert notice.startswith("7 images exist no longer and were left out: “")
    assert "and 2 more. The rest was kept." in notice


def test_when_all_are_gone_a_required_gallery_is_empty_and_says_why():
    (one,) = make_ids(1)
    album = make_album([one])
    sheet = opened(RequiredForm, instance=album)
    destroy(one)
    form = sent_to_owner(sheet, album, RequiredForm)

    assert form.errors["photos"] == ["At least one image is needed: choose a file."]
    assert f"left out: “{one}”" in Sheet(form).said


def test_an_upload_that_was_swept_while_the_form_lay_open_is_named():
    album = make_album()
    sheet = opened(instance=album).type("title", "").choose("photos-upload", *files("a.jpg"))
    shown = Sheet(sent_to_owner(sheet, album)).type("title", "x")
    (key,) = shown.keys("photos")
    destroy(int(key))
    form = sent_to_owner(shown, album)

    assert form.errors["photos"] == [UNAVAILABLE.format(key=key)]
    assert sent_to_owner(Sheet(form), album).is_valid(), "the next try goes on without it"


def test_an_image_that_may_not_be_used_is_refused_in_the_words_for_one_that_is_not():
    ann, bob = user("ann"), user("bob")
    theirs, mine = make_image(uploaded_by=bob), make_image(uploaded_by=ann)
    album = make_album()
    form_class = form_of(ann)
    errors = {}
    for key in (theirs.pk, 999_999):
        data = {"title": "x", "photos-base": "1", f"photos-order-{mine.pk}": "",
                f"photos-order-{key}": ""}  # fmt: skip
        form = form_class(data, instance=again(album))
        (errors[key],) = form.errors["photos"]
        shown = Sheet(form)
        assert shown.keys("photos") == [str(mine.pk)], "nothing of it is shown"
        second = sent_to_owner(shown, album, form_class)
        assert second.is_valid(), second.errors
        assert second.cleaned_data["photos"] == [mine.pk]

    assert errors == {key: UNAVAILABLE.format(key=key) for key in errors}


@pytest.mark.parametrize("road", ["order", "whole"])
def test_nobody_attaches_an_image_of_somebody_else(road):
    theirs = make_image(uploaded_by=user("bob"))
    album = make_album()
    data = {"order": {f"photos-order-{theirs.pk}": ""}, "whole": {"photos": f"[{theirs.pk}]"}}
    form = form_of(user("ann"))({"title": "x", **data[road]}, instance=album)

    assert form.errors["photos"] == [UNAVAILABLE.format(key=theirs.pk)]


def test_what_is_in_the_gallery_already_may_stay_and_be_moved_by_anybody():
    one, two = (make_image(uploaded_by=user(name)).pk for name in ("bob", "carl"))
    album = make_album([one, two])
    form_class = form_of(user("ann"))
    sheet = opened(form_class, instance=album).type(f"photos-order-{two}", "1")
    form = sent_to_owner(sheet, album, form_class)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"] == [two, one]


# The same form again.


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_form_sent_again_adds_its_files_once(times):
    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(instance=album).tick("photos-remove", one)
    sheet.choose("photos-upload", *files("a.jpg", "b.jpg"))
    for _ in range(times):
        form = sent_to_owner(sheet, album)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["photos"].notices == []
        form.save()

    assert names_of(album) == ["picture.png", "a.jpg", "b.jpg"]
    assert Image.objects.count() == 4


def test_a_form_that_had_failed_sent_twice_attaches_once():
    album = make_album()
    sheet = opened(instance=album).type("title", "").choose("photos-upload", *files("a.jpg"))
    shown = Sheet(sent_to_owner(sheet, album)).type("title", "x")
    for _ in range(2):
        form = sent_to_owner(shown, album)
        assert form.is_valid(), form.errors
        form.save()

    assert names_of(album) == ["a.jpg"]


def test_an_old_page_sent_after_a_newer_save_brings_nothing_back_and_loses_nothing():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    old = opened(instance=album)
    newer = opened(instance=album).tick("photos-remove", one)
    form = sent_to_owner(newer.choose("photos-upload", *files("new.jpg")), album)
    assert form.is_valid()
    new = form.save().photos[-1]

    form = sent_to_owner(old.type(f"photos-order-{three}", "1"), album)
    assert form.is_valid(), form.errors
    form.save()
    assert set(again(album).photos) == {three, two, new}
    assert again(album).photos.index(three) < again(album).photos.index(two)


def test_an_old_page_cannot_add_a_picture_twice_that_came_meanwhile_by_another_page():
    """The back button shows the page of before the upload, with the file still chosen."""
    album = make_album()
    sheet = opened(instance=album).choose("photos-upload", *files("a.jpg"))
    sent_to_owner(sheet, album).save()
    form = sent_to_owner(sheet.type("title", "Another title"), album)
    form.save()

    assert names_of(album) == ["a.jpg"]
    assert again(album).title == "Another title"


def test_the_same_picture_can_be_added_on_purpose_by_a_newer_page():
    album = make_album()
    (file,) = files("a.jpg")
    for _ in range(2):
        sent_to_owner(opened(instance=again(album)).choose("photos-upload", file), album).save()

    assert names_of(album) == ["a.jpg", "a.jpg"]


# All at once.


def test_several_things_that_are_wrong_are_all_said_in_one_go():
    one, two = make_ids(2)
    album = make_album([one, two])
    query = QueryDict(mutable=True)
    query.update({"title": "", "photos-base": "1", f"photos-order-{one}": "first",
                  "photos-order-x": "1", "photos-order-999999": "1"})  # fmt: skip
    form = AlbumForm(query, {"photos-upload": [ContentFile(b"x", "notes.txt"), *files("ok.png")]},
                     instance=album)  # fmt: skip

    assert set(form.errors) == {"title", "photos"}
    codes = [error.code for error in form.errors["photos"].as_data()]
    assert sorted(codes) == ["format", "invalid_key", "invalid_place", "unavailable"]
    assert Sheet(form).keys("photos") == [str(one), str(two), str(Image.objects.get(name="ok.png").pk)]  # fmt: skip
    assert Album.objects.get().photos == [one, two]


# What a form has brought, it may keep, and nobody else may.


class UploadsOnly(Access):
    """People may upload, and use nothing that is there already."""

    def may_upload(self, user, field):
        return True


def failed_with_a_file(album, form_class):
    sheet = opened(form_class, instance=album).type("title", "")
    return Sheet(sent_to_owner(sheet.choose("photos-upload", *files("a.jpg")), album, form_class))


def test_who_may_only_upload_keeps_the_files_of_a_form_that_failed(settings):
    settings.GALLERY_EVENTS = {"ACCESS": UploadsOnly}
    album, form_class = make_album(), form_of(user())
    shown = failed_with_a_file(album, form_class).type("title", "x")
    form = sent_to_owner(shown, album, form_class)

    assert form.is_valid(), form.errors
    form.save()
    assert names_of(album) == ["a.jpg"]


@pytest.mark.parametrize("whose", ["mine, forged", "another's", "none"])
def test_the_word_of_a_form_is_good_for_who_sent_it_and_cannot_be_forged(whose, settings):
    settings.GALLERY_EVENTS = {"ACCESS": UploadsOnly}
    album = make_album()
    shown = failed_with_a_file(album, form_of(user("ann"))).type("title", "x")
    (word,) = shown.values["photos-received"]
    forged = {"mine, forged": word[:-1] + ("a" if word[-1] != "a" else "b"), "none": ""}
    shown.values["photos-received"] = [forged.get(whose, word)]
    someone = user("bob") if whose == "another's" else get_user_model().objects.get()
    form = sent_to_owner(shown, album, form_of(someone))

    assert [error.code for error in form.errors["photos"].as_data()] == ["unavailable"]


@pytest.mark.parametrize("odd", ["x", "a:b:c", "::", "\x00", ".eJ:1:2", "9" * 400])
def test_a_word_that_is_none_is_no_crash(odd):
    form = AlbumForm({"title": "x", "photos-base": "1", "photos-received": odd},
                     instance=make_album())  # fmt: skip

    assert form.is_valid(), form.errors


def test_files_chosen_again_for_a_form_that_failed_are_known_again():
    """The browser goes back to the page of before, and sends the same once more."""
    album, form_class = make_album(), form_of(user())
    sheet = opened(form_class, instance=album).type("title", "")
    sheet.choose("photos-upload", *files("a.jpg"))
    for _ in range(2):
        assert not sent_to_owner(sheet, album, form_class).is_valid()
    form = sent_to_owner(sheet.type("title", "x"), album, form_class)

    assert form.is_valid(), form.errors
    form.save()
    assert names_of(album) == ["a.jpg"]
    assert Image.objects.count() == 1


def test_a_copy_of_a_page_of_a_longer_gallery_is_refused():
    """As the admin's "Save as new" would make one: the rest of it would be lost."""
    data = {"title": "x", "photos-base": "3", "photos-page": "2",
            f"photos-order-{make_image().pk}": "101"}  # fmt: skip
    form = AlbumForm(data)

    assert [error.code for error in form.errors["photos"].as_data()] == ["only_a_page"]


def test_a_closed_gallery_with_an_image_that_is_gone_stops_nobody():
    one, two = make_ids(2)
    album = make_album([one, two])
    destroy(one)
    form = AlbumForm({"title": "Saved", "photos-base": "1"}, instance=again(album))
    form.fields["photos"].disabled = True

    assert form.is_valid(), form.errors
    form.save()
    assert again(album).title == "Saved"
    assert again(album).photos == [two]
    assert f"“{one}”" in form.cleaned_data["photos"].notices[0]


@pytest.mark.parametrize("exists", [True, False])
def test_files_sent_again_are_shown_again_when_the_form_fails_again(exists, settings):
    """Nothing was made of them this time, and all the same they came."""
    settings.GALLERY_EVENTS = {"ACCESS": UploadsOnly}
    album, form_class = make_album() if exists else None, form_of(user())
    sheet = opened(form_class, instance=album) if exists else Sheet(form_class())
    sheet.type("title", "").choose("photos-upload", *files("a.jpg"))

    def request(sheet):
        return sent_to_owner(sheet, album, form_class) if exists else sheet.sent_to(form_class)

    for _ in range(3):
        shown = Sheet(request(sheet))
        assert shown.keys("photos") == [str(Image.objects.get().pk)]
    form = request(shown.type("title", "x"))
    assert form.is_valid(), form.errors
    assert names_of(form.save()) == ["a.jpg"]
