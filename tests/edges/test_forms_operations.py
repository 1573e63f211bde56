"""What comes back are operations on the list that was shown; what was not shown stays."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from simple_history.models import HistoricalRecords

from gallery_events.forms import GalleryFormField
from gallery_events.models import Image, Reference
from gallery_events.widgets import GalleryWidget
from tests import named
from tests.edges.sheets import (
    AlbumForm,
    CatalogueForm,
    DiptychForm,
    MergingForm,
    PosterForm,
    Sheet,
    destroy,
    files,
    many,
    opened,
    sent_to_owner,
)
from tests.factories import again, current, events, make_album, make_ids, make_image
from tests.project.models import AlbumProxy, Diptych, Photo, Picture, Poster

pytestmark = pytest.mark.django_db


def saved(sheet, owner, form_class=AlbumForm):
    """Send a page in a request of its own, save, and return the owner as it is then."""
    form = sent_to_owner(sheet, owner, form_class)
    assert form.is_valid(), form.errors
    form.save()
    return again(owner)


def posted(album, **data):
    """Return an album's form of some parameters, as a program would send them."""
    query = QueryDict(mutable=True)
    query["title"] = "Summer"
    for name, value in data.items():
        values = value if isinstance(value, list) else [value]
        query.setlist(name.replace("__", "-"), [str(each) for each in values])
    return AlbumForm(query, instance=again(album))


def altered(album, **options):
    """Return a form class with other options of the gallery's field."""

    class Form(AlbumForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            for name, value in options.items():
                setattr(self.fields["photos"], name, value)

    return Form


# Each operation, and all together.


def test_a_page_sent_as_it_was_changes_nothing():
    album = make_album(ids := make_ids(3)[::-1])
    form = sent_to_owner(opened(instance=album), album)

    assert form.is_valid()
    assert form.changed_data == []
    assert form.cleaned_data["photos"] == ids


def test_ticked_images_are_removed_and_only_they():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])

    assert saved(opened(instance=album).tick("photos-remove", one, three), album).photos == [two]
    assert events(album)[-1] == (2, "images_removed")
    assert Image.objects.count() == 3, "the rows stay: the sweep decides"


def test_chosen_files_come_at_the_end_in_the_order_they_were_chosen():
    album = make_album(ids := make_ids(2))
    album = saved(opened(instance=album).choose("photos-upload", *files("a.jpg", "b.png")), album)

    assert album.photos[:2] == ids
    assert [each.name for each in album.photos.images()[2:]] == ["a.jpg", "b.png"]
    assert current(album) == set(album.photos)


@pytest.mark.parametrize(
    "typed, expected",
    [
        ({2: "1"}, [2, 0, 1, 3]),
        ({0: "3"}, [1, 2, 0, 3]),
        ({3: ""}, [0, 1, 2, 3]),
        ({0: "99"}, [1, 2, 3, 0]),
        ({3: "-5"}, [3, 0, 1, 2]),
        ({0: "4", 3: "1"}, [3, 1, 2, 0]),
        ({2: " 1 "}, [2, 0, 1, 3]),
        ({0: "2", 1: "1"}, [1, 0, 2, 3]),
    ],
    ids=named,
)
def test_typed_numbers_move_images(typed, expected):
    ids = make_ids(4)
    album = make_album(ids)
    sheet = opened(instance=album)
    for at, text in typed.items():
        sheet.type(f"photos-order-{ids[at]}", text)

    assert saved(sheet, album).photos == [ids[at] for at in expected]


def test_everything_at_once_is_one_snapshot():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(instance=album).type("title", "Autumn").tick("photos-remove", two)
    sheet.type(f"photos-order-{three}", "1").type(f"photos-alt-{one}", "A beach")
    album = saved(sheet.choose("photos-upload", *files("new.jpg")), album)

    assert album.title == "Autumn"
    assert album.photos[:2] == [three, one]
    assert [each.name for each in album.photos.images()][2:] == ["new.jpg"]
    assert Image.objects.get(pk=one).alt == "A beach"
    assert [version for version, _ in events(album)] == [1, 2]


@pytest.mark.parametrize("place, expected", [("1", [2, 0, 1]), ("2", [0, 2, 1]), ("", [0, 1, 2])])
def test_an_image_that_the_form_did_not_show_can_be_put_in_at_a_place(place, expected):
    ids = make_ids(3)
    album = make_album(ids[:2])
    form = posted(album, photos__base=1, **{f"photos__order__{ids[2]}": place})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"] == [ids[at] for at in expected]


def test_putting_in_and_ticking_at_once_is_not_putting_in():
    one, two = make_ids(2)
    form = posted(
        make_album([one]), photos__base=1, photos__remove=two, **{f"photos__order__{two}": 1}
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"] == [one]


# What was not shown stays.


def test_a_form_that_does_not_hold_the_gallery_leaves_it_alone():
    album = make_album(ids := make_ids(2))
    form = AlbumForm({"title": "Only the title"}, instance=album)

    assert form.is_valid()
    assert "photos" not in form.changed_data
    form.save()
    assert again(album).photos == ids
    assert again(album).title == "Only the title"


def test_images_that_the_page_did_not_show_stay():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    form = posted(album, photos__base=1, photos__remove=one, **{f"photos__order__{two}": 1})

    assert form.is_valid()
    assert form.cleaned_data["photos"] == [two, three]


@pytest.fixture
def asked_for():
    """Begin a request for an address."""

    def begin(path):
        HistoricalRecords.context.request = RequestFactory().get(path)

    yield begin
    if hasattr(HistoricalRecords.context, "request"):
        del HistoricalRecords.context.request


@pytest.fixture
def trusted(settings):
    settings.GALLERY_EVENTS = {"ACCESS": "tests.edges.sheets.Everybody"}


class LongForm(AlbumForm):
    """A long gallery: its model's limit is not what is tested."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].max_images = None

    def _get_validation_exclusions(self):
        return {*super()._get_validation_exclusions(), "photos"}


def test_a_long_gallery_is_shown_in_pages_and_the_others_stay(asked_for, trusted):
    ids = many(250)
    album = make_album(ids)
    asked_for("/?photos-page=2&x=1")
    sheet = opened(LongForm, instance=album)

    assert sheet.keys("photos") == [str(each) for each in ids[100:200]]
    assert sheet.values["photos-page"] == ["2"]
    assert "Images 101 to 200 of 250." in sheet.said
    assert 'href="?photos-page=3&amp;x=1"' in sheet.html
    assert '<span aria-current="page">101\u2013200</span>' in sheet.html

    sheet.tick("photos-remove", ids[150]).type(f"photos-order-{ids[199]}", "1")
    assert saved(sheet, album, LongForm).photos == [
        ids[199],
        *ids[:150],
        *ids[151:199],
        *ids[200:],
    ]


def test_an_image_of_one_page_can_be_moved_behind_those_of_the_next(asked_for, trusted):
    ids = many(120)
    album = make_album(ids)
    asked_for("/")
    sheet = opened(LongForm, instance=album)
    sheet.type(f"photos-order-{ids[0]}", "110")

    assert saved(sheet, album, LongForm).photos == [*ids[1:110], ids[0], *ids[110:]]


def test_a_page_that_failed_is_the_same_page_when_it_is_shown_again(trusted):
    """Also where nobody knows of the request: then the page itself says which one it was."""
    ids = many(120)
    album = make_album(ids)
    form = LongForm({"title": "", "photos-base": "1", "photos-page": "2"}, instance=album)

    assert not form.is_valid()
    assert Sheet(form).keys("photos") == [str(each) for each in ids[100:]]


@pytest.mark.parametrize("page", ["0", "-1", "4", "²", "x", "9" * 400, ""])
def test_a_page_that_there_is_not_is_the_first(page, asked_for, trusted):
    ids = many(101)
    asked_for(f"/?photos-page={page}")

    assert opened(LongForm, instance=make_album(ids)).keys("photos")[0] == str(ids[0])


@pytest.mark.parametrize("number", [100, 101])
def test_pages_begin_when_there_are_more_than_a_hundred(number, trusted):
    sheet = opened(LongForm, instance=make_album(many(number)))

    assert ("photos-page" in sheet.names) == (number > 100)
    assert len(sheet.keys("photos")) == 100


# NULL, other keys, other shapes.


def test_a_gallery_that_is_null_stays_null_until_something_is_added():
    one, two = make_ids(2)
    owner = Diptych.objects.create(title="x", left=[one, two])
    assert Diptych.objects.filter(right__isnull=True).exists()

    saved(opened(DiptychForm, instance=owner).type("title", "y"), owner, DiptychForm)
    assert Diptych.objects.filter(right__isnull=True, title="y").exists()

    sheet = opened(DiptychForm, instance=again(owner)).choose("right-upload", *files("a.jpg"))
    assert len(saved(sheet, owner, DiptychForm).right) == 1


def test_two_galleries_of_one_form_do_not_mix():
    one, two, three = make_ids(3)
    owner = Diptych.objects.create(left=[one, two, three], right=[one, three])
    sheet = opened(DiptychForm, instance=owner).tick("left-remove", one)
    sheet.choose("right-upload", *files("right.jpg")).type(f"right-order-{three}", "1")
    owner = saved(sheet, owner, DiptychForm)

    assert owner.left == [two, three]
    assert owner.right[:2] == [three, one]
    assert len(owner.right) == 3


def test_uuid_keys_come_back_in_their_own_type():
    one, two = make_image(Photo), make_image(Photo)
    owner = Poster.objects.create(photos=[one.pk])
    sheet = opened(PosterForm, instance=owner).choose("photos-upload", *files("new.jpg"))
    sheet.values[f"photos-order-{str(two.pk).upper()}"] = ["1"]
    owner = saved(sheet, owner, PosterForm)

    assert owner.photos[:2] == [two.pk, one.pk]
    assert Photo.objects.filter(name="new.jpg", pk=owner.photos[2]).exists()


def test_an_owner_with_a_key_of_text_is_made_and_changed():
    form = opened(CatalogueForm).type("code", "Spring").choose("plates-upload", *files("a.jpg"))
    form = form.sent_to(CatalogueForm)
    assert form.is_valid(), form.errors
    owner = form.save()

    sheet = opened(CatalogueForm, instance=owner).choose("plates-upload", *files("b.jpg"))
    owner = saved(sheet, owner, CatalogueForm)
    assert [type(each) for each in owner.plates.images()] == [Picture, Picture]


def test_a_proxy_of_an_owner_has_the_same_gallery():
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            model = AlbumProxy

    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(Form, instance=AlbumProxy.objects.get(pk=album.pk)).tick("photos-remove", one)
    form = sheet.sent_to(Form, instance=AlbumProxy.objects.get(pk=album.pk))

    assert form.is_valid(), form.errors
    form.save()
    assert again(album).photos == [two]


def test_a_field_declared_by_hand_is_about_the_owners_gallery_all_the_same():
    class Form(AlbumForm):
        photos = GalleryFormField(required=False, max_images=2, help_text="two at most")

    class UuidForm(PosterForm):
        photos = GalleryFormField(required=False)

    one, two = make_ids(2)
    album = make_album([one, two])
    stale = opened(Form, instance=album).tick("photos-remove", one)
    theirs = again(album)
    theirs.photos = [two, one]
    theirs.save()

    assert saved(stale, album, Form).photos == [two]
    photo = make_image(Photo)
    poster = Poster.objects.create(photos=[photo.pk])
    assert saved(opened(UuidForm, instance=poster), poster, UuidForm).photos == [photo.pk]


# Required, limits, closed.


@pytest.mark.parametrize("number, valid", [(49, True), (50, True), (51, False)])
def test_the_limit_of_the_model_holds(number, valid):
    ids = many(number)
    form = posted(make_album(), photos__base=1, **{f"photos__order__{each}": "" for each in ids})

    assert form.is_valid() == valid
    if not valid:
        assert form.errors["photos"] == [
            "At most 50 images are allowed; these are 51. Tick the ones to remove."
        ]


@pytest.mark.parametrize("number, valid", [(0, True), (1, False), (2, True), (3, True), (4, False)])
def test_the_least_number_holds_unless_there_is_none_at_all(number, valid):
    ids = make_ids(number)
    owner = Diptych.objects.create()
    data = {"left-base": "1", **{f"left-order-{each}": "" for each in ids}}

    assert DiptychForm(data, instance=owner).is_valid() == valid


def test_a_limit_can_be_changed_after_construction():
    album = make_album(make_ids(3))
    form = sent_to_owner(opened(instance=album), album)
    form.fields["photos"].max_images = 2
    assert not form.is_valid()

    form = sent_to_owner(opened(instance=album), album)
    form.fields["photos"].max_images = None
    assert form.is_valid()


@pytest.mark.parametrize("limit", [-1, 0, "abc", "5", 2.0, True, object(), [3]], ids=named)
def test_a_limit_that_cannot_be_meant_is_refused_whenever_it_is_set(limit):
    field = GalleryFormField()
    with pytest.raises(TypeError, match="whole number"):
        GalleryFormField(max_images=limit)
    with pytest.raises(TypeError, match="whole number"):
        field.max_images = limit
    if limit != 0 or limit is True:
        with pytest.raises(TypeError, match="whole number"):
            field.min_images = limit


def test_what_one_says_oneself_is_said():
    messages = {"required": "None!", "too_many": "Too many: %(count)d", "invalid_base": "Huh?"}
    form_class = altered(None, required=True, max_images=1)
    form = form_class({"title": "x", "photos-base": "1"}, instance=make_album())
    form.fields["photos"].error_messages |= messages
    assert form.errors["photos"] == ["None!"]

    one, two = make_ids(2)
    data = {"title": "x", "photos-base": "²", f"photos-order-{one}": "", f"photos-order-{two}": ""}
    form = form_class(data, instance=make_album())
    form.fields["photos"].error_messages |= messages
    assert form.errors["photos"] == ["Huh?", "Too many: 2"]


CLOSED = {
    "disabled": {"disabled": True},
    "readonly": {"widget": GalleryWidget(attrs={"readonly": True})},
}


@pytest.mark.parametrize("options", CLOSED.values(), ids=CLOSED.keys())
def test_a_closed_gallery_shows_pictures_and_takes_nothing_whatever_comes_in(options):
    one, two = make_ids(2)
    album = make_album([one])
    form_class = altered(album, **options)
    sheet = opened(form_class, instance=album)
    assert sheet.names == {"title", "photos-base"}
    assert "<img" in sheet.html

    data = {
        "title": "New title",
        "photos-base": "1",
        "photos-remove": [one],
        f"photos-order-{two}": "1",
        f"photos-alt-{one}": "changed",
        "photos": f"[{two}]",
    }
    form = form_class(data, {"photos-upload": files("a.jpg")}, instance=again(album))
    assert form.is_valid(), form.errors
    assert form.changed_data == ["title"]
    form.save()
    assert again(album).photos == [one]
    assert again(album).title == "New title"
    assert Image.objects.get(pk=one).alt == ""
    assert Image.objects.count() == 2, "and no file is taken in"
    assert Sheet(form).names == {"title", "photos-base"}


# Initial values.


def images_of(ids):
    return list(Image.objects.filter(pk__in=ids).order_by("pk"))


INITIAL = {
    "ids": list,
    "images": images_of,
    "a queryset": lambda ids: Image.objects.filter(pk__in=ids).order_by("pk"),
    "a callable": lambda ids: lambda: ids,
    "text keys": lambda ids: [str(each) for each in ids],
    "twice the same": lambda ids: [*ids, ids[0]],
}


@pytest.mark.parametrize("made", INITIAL.values(), ids=INITIAL.keys())
def test_a_new_owner_begins_with_what_the_view_suggests(made):
    ids = make_ids(2)
    initial = {"photos": made(ids)}
    sheet = opened(initial=initial)
    assert sheet.keys("photos") == [str(each) for each in ids]

    sheet.type("title", "New")
    for options in ({"initial": initial}, {}):
        form = sheet.sent_to(AlbumForm, **options)
        assert form.is_valid(), form.errors
        assert form.save().photos == ids
    sheet.tick("photos-remove", ids[0])
    assert sheet.sent_to(AlbumForm, initial=initial).save().photos == ids[1:]


def test_what_a_view_suggests_does_not_change_an_owner_that_exists():
    one, two = make_ids(2)

    assert opened(instance=make_album([one]), initial={"photos": [two]}).keys("photos") == [
        str(one)
    ]


@pytest.mark.parametrize("text", ["abc", "[1]", "1", "[", "1,2"])
def test_text_from_an_address_suggests_nothing(text):
    """The admin takes initial values from the address, which anybody can write."""
    make_ids(2)

    assert opened(initial={"photos": text}).keys("photos") == []


def test_a_default_of_the_model_is_where_a_new_owner_begins():
    from gallery_events.fields import GalleryField

    one, two = make_ids(2)

    class Form(forms.Form):
        photos = GalleryField(default=lambda: [one, two]).formfield()

    assert Form()["photos"].current == [one, two]


# What has changed.


def changed(sheet, album):
    form = sent_to_owner(sheet, album)
    form.is_valid()
    return "photos" in form.changed_data


def test_has_changed_speaks_of_what_was_asked():
    one, two = make_ids(2)
    album = make_album([one, two])

    def page():
        return opened(instance=album)

    assert not changed(page(), album)
    assert not changed(page().type(f"photos-order-{one}", ""), album)
    assert not changed(page().type(f"photos-order-{one}", "0"), album), "first is first"
    assert changed(page().type(f"photos-order-{one}", "9"), album)
    assert changed(page().tick("photos-remove", one), album)
    assert changed(page().type(f"photos-alt-{one}", "x"), album)
    assert changed(page().type(f"photos-caption-{one}", "x"), album)
    assert changed(page().choose("photos-upload", *files("a.jpg")), album)


def test_names_of_files_that_did_not_arrive_count_as_a_change():
    form = AlbumForm({"photos-upload": "a.jpg"}, instance=make_album(), empty_permitted=True,
                     use_required_attribute=False)  # fmt: skip

    assert form.has_changed()


def test_an_empty_form_that_may_stay_empty_is_valid_and_takes_nothing():
    sheet = opened(empty_permitted=True, use_required_attribute=False)
    form = sheet.sent_to(AlbumForm, empty_permitted=True, use_required_attribute=False)

    assert form.is_valid(), form.errors
    assert not form.has_changed()


def test_a_hidden_initial_value_is_a_list_and_does_no_harm():
    one, two = make_ids(2)
    album = make_album([one, two])
    form_class = altered(album, show_hidden_initial=True)
    sheet = opened(form_class, instance=album)
    assert sheet.values["initial-photos"] == [f"[{one}, {two}]"]

    form = sent_to_owner(sheet, album, form_class)
    assert form.is_valid()
    assert form.changed_data == []
    form = sent_to_owner(sheet.tick("photos-remove", one), album, form_class)
    assert form.changed_data == ["photos"]
    assert Sheet(form).values["initial-photos"] == [f"[{one}, {two}]"]


def test_a_form_judged_twice_takes_its_files_once():
    album = make_album()
    form = sent_to_owner(opened(instance=album).choose("photos-upload", *files("a.jpg")), album)
    form.full_clean()
    form.full_clean()

    assert form.is_valid(), form.errors
    assert len(form.cleaned_data["photos"]) == Image.objects.count() == 1


# Malformed parameters.

ODD = ["", "²", "x", "-1", "-", "9" * 400, "1e5", "1.5", "NaN", "\x00", "1\x00", "½", "[]", "{", "٣",
       "<b>", "'; DROP TABLE x; --", "%s %(x)s", "{{ 7 }}", "null", "true", " 7 ", "\u202e"]  # fmt: skip


NAMES = ["base", "remove", "order-{key}", "order-{odd}", "alt-{odd}", "caption-{odd}", "shown", "seen",
         "choice", "page", "upload", "order-", "alt-", "-", "unheard-of"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_makes_a_form_crash(name):
    album = make_album([make_image(pk=4711).pk])
    for odd in ODD:
        full = "photos-" + name.format(key=album.photos[0], odd=odd)
        data = {"title": "Summer", "photos-base": album.gallery_version, full: odd}
        form = AlbumForm(data, instance=again(album))
        if form.is_valid():
            form.save()
        assert form["photos"].as_widget(), odd
        assert again(album).photos == album.photos, odd
        album.refresh_from_db()


@pytest.mark.parametrize(
    "base, valid",
    [("1", True), ("", True), (" 1 ", True), ("01", True), ("0", False), ("2", False),
     ("-1", False), ("²", False), ("9" * 400, False), ("999999999", False), ("1.0", False)],
)  # fmt: skip
def test_a_base_that_cannot_be_is_said_and_nothing_is_saved(base, valid):
    one, two = make_ids(2)
    form = posted(make_album([one, two]), photos__base=base, photos__remove=one)

    assert form.is_valid() == valid
    if not valid:
        (message,) = form.errors["photos"]
        assert "Nothing was saved: look at the gallery as it is now" in message
        assert Sheet(form).values["photos-base"] == ["1"], "the next try can succeed"


def test_a_number_that_is_none_is_said_and_shown_again():
    album = make_album([one := make_image().pk])
    form = posted(album, photos__base=1, **{f"photos__order__{one}": "first"})

    assert form.errors["photos"] == [
        "“first” is no position: type a whole number of few digits, or leave it empty."
    ]
    assert Sheet(form).values[f"photos-order-{one}"] == ["first"]


class TestNothingCrashes(TestCase):
    """Whatever is sent, by whomever."""

    @given(
        st.dictionaries(
            st.one_of(
                st.text(max_size=12).map(lambda end: f"photos-{end}"),
                st.sampled_from(
                    ["base", "remove", "shown", "seen", "choice", "upload", "page"]
                ).map(lambda end: f"photos-{end}"),
                st.just("photos"),
                st.tuples(
                    st.sampled_from(["order", "alt", "caption"]),
                    st.one_of(st.integers(0, 5).map(str), st.text(max_size=5)),
                ).map(lambda pair: f"photos-{pair[0]}-{pair[1]}"),
            ),
            st.one_of(st.text(max_size=20), st.integers(-3, 12).map(str), st.just("1")),
            max_size=8,
        )
    )
    def test_a_form_of_anything_is_valid_or_says_why(self, data):
        album = make_album(make_ids(2))
        query = QueryDict(mutable=True)
        query.update({"title": "x", **data})
        form = MergingForm(query, instance=album)
        if form.is_valid():
            form.save()
        form["photos"].as_widget()


# A whole list under the bare name, for programs and plain widgets.


def test_a_whole_list_replaces_the_gallery():
    one, two, three = make_ids(3)
    form = posted(make_album([one, two]), photos=f"[{three}, {one}]")

    assert form.is_valid(), form.errors
    assert form.save().photos == [three, one]


def test_a_whole_list_with_its_base_is_merged():
    one, two, three, four = make_ids(4)
    album = make_album([one, two])
    theirs = again(album)
    theirs.photos = [one, two, four]
    theirs.save()
    form = posted(album, photos__base=1, photos=f"[{two}, {one}, {three}]")

    assert form.is_valid(), form.errors
    assert form.save().photos == [two, four, one, three]
    assert "1 image was added" in form.cleaned_data["photos"].notices[0]


@pytest.mark.parametrize(
    "text", ["{bad", "5", '{"a": 1}', '["x"]', "[[1]]", "[true]", "[-1]", '["²"]', "[1.5]", "[null]",
             f"[{'9' * 400}]", "[" * 100_000, f"[{10**22}]", '"text"', "true"],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_a_list_that_is_none_is_said_and_the_gallery_stays(text):
    album = make_album(ids := make_ids(2))
    form = posted(album, photos=text)

    assert not form.is_valid()
    assert form.errors["photos"]
    assert again(album).photos == ids
    assert Sheet(form).keys("photos") == [str(each) for each in ids]


def test_a_list_that_names_an_image_twice_is_said():
    form = posted(make_album([one := make_image().pk]), photos=f"[{one}, {one}]")

    assert "names an image that is there already" in form.errors["photos"][0]


class TextareaForm(AlbumForm):
    class Meta(AlbumForm.Meta):
        widgets = {"photos": forms.Textarea}


def test_a_plain_widget_shows_the_list_and_sends_it_back():
    one, two, three = make_ids(3)
    album = make_album([two, one])
    sheet = opened(TextareaForm, instance=album)
    assert sheet.values["photos"] == [f"[{two}, {one}]"]

    assert not sent_to_owner(sheet, album, TextareaForm).has_changed()
    sheet.type("photos", f"[{one}, {three}]")
    assert saved(sheet, album, TextareaForm).photos == [one, three]
    assert saved(sheet.type("photos", ""), album, TextareaForm).photos == []


def test_a_plain_widget_shows_again_what_was_typed_wrongly():
    album = make_album(ids := make_ids(1))
    form = sent_to_owner(opened(TextareaForm, instance=album).type("photos", "[1,"), album,
                         TextareaForm)  # fmt: skip

    assert not form.is_valid()
    assert Sheet(form).values["photos"] == ["[1,"]
    assert again(album).photos == ids


def test_the_limit_holds_under_a_plain_widget():
    ids = make_ids(3)
    form = TextareaForm({"title": "x", "photos": str(ids)}, instance=make_album())
    form.fields["photos"].max_images = 2

    assert "At most 2 images" in form.errors["photos"][0]


# Cost.


def cost_of(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return len(queries)


def test_the_form_of_a_thousand_images_costs_as_many_queries_as_that_of_ten(trusted):
    def cost(number):
        album = again(make_album(many(number)))
        return cost_of(lambda: str(LongForm(instance=album)))

    assert cost(10) == cost(1000) <= 3


def test_a_change_of_a_thousand_images_costs_as_many_queries_as_one_of_ten(trusted):
    def cost(number):
        ids = many(number)
        album = make_album(ids)
        sheet = opened(LongForm, instance=album)
        sheet.tick("photos-remove", ids[3]).type(f"photos-order-{ids[5]}", "1")
        sheet.choose("photos-upload", *files("a.jpg")).type(f"photos-alt-{ids[1]}", "x")
        return cost_of(lambda: saved(sheet, album, LongForm))

    assert cost(10) == cost(1000)


def test_broken_entries_of_the_row_are_no_reason_to_crash():
    one = make_image().pk
    album = make_album([one])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE project_album SET photos = %s", [f'[{one}, "x", [1], {one}, null]'])
    sheet = opened(instance=again(album))

    assert sheet.keys("photos") == [str(one)]
    assert sent_to_owner(sheet, album).is_valid()


def test_an_image_gone_from_another_page_does_not_stop_anybody(trusted):
    ids = make_ids(3)
    album = make_album(ids)
    sheet = opened(instance=album).tick("photos-remove", ids[2])
    destroy(ids[0])

    assert saved(sheet, album).photos == [ids[1]]
    assert Reference.objects.filter(until=None).count() == 1


def test_a_field_by_itself_cleans_lists():
    one, two = make_ids(2)
    field = GalleryFormField(required=False)

    assert field.clean([two, one]) == [two, one]
    assert field.clean(f"[{one}]") == [one]
    assert field.clean([Image.objects.get(pk=one)]) == [one]
    for nothing in ("", "null", None, [], "[]", "  "):
        assert field.clean(nothing) == []
        with pytest.raises(ValidationError) as refused:
            GalleryFormField().clean(nothing)
        assert refused.value.error_list[0].code == "required"
