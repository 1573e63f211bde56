"""Two people, or two pages of one, edit the same gallery: merged and said, or asked."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.views.generic import UpdateView
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gallery_events.flows.prune import prune
from gallery_events.forms import GalleryModelForm, notices, tell
from gallery_events.models import Image
from gallery_events.views.saving import GallerySaveMixin
from tests.edges.sheets import (
    AlbumForm,
    DiptychForm,
    MergingForm,
    Sheet,
    files,
    opened,
    sent_to_owner,
)
from tests.factories import again, events, make_album, make_ids
from tests.project.models import Album, Club, Diptych

pytestmark = pytest.mark.django_db

MEANWHILE = "Meanwhile somebody else saved this gallery: {what}. Both changes are kept."


def save_theirs(album, *ids, **columns):
    """Save what somebody else makes of an album, in a request of their own."""
    theirs = again(album)
    theirs.photos = list(ids)
    for name, value in columns.items():
        setattr(theirs, name, value)
    theirs.save()


# What merges, and what is said of it.


def test_additions_and_removals_of_both_are_kept_and_said():
    one, two, three, four = make_ids(4)
    album = make_album([one, two, three])
    sheet = (
        opened(instance=album).tick("photos-remove", one).choose("photos-upload", *files("a.jpg"))
    )
    save_theirs(album, one, two, four)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert notices(form) == [MEANWHILE.format(what="1 image was added and 1 image was removed")]
    form.save()
    mine = Image.objects.get(name="a.jpg").pk
    assert set(again(album).photos) == {two, four, mine}
    assert [version for version, _ in events(album)] == [1, 2, 3]


def test_an_order_and_an_addition_merge():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    sheet = opened(instance=album).type(f"photos-order-{two}", "1")
    save_theirs(album, one, two, three)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert form.save().photos[:1] == [two]
    assert set(again(album).photos) == {one, two, three}


def test_their_order_is_kept_and_said_when_mine_was_not_touched():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(instance=album).tick("photos-remove", three)
    save_theirs(album, two, one, three)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert notices(form) == [MEANWHILE.format(what="the order was changed")]
    assert form.save().photos == [two, one]


def test_what_one_removed_and_the_other_moved_is_removed():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(instance=album).tick("photos-remove", three)
    save_theirs(album, three, one, two)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert form.save().photos == [one, two]


def test_nothing_is_said_to_those_who_changed_nothing():
    one, two = make_ids(2)
    album = make_album([one])
    sheet = opened(instance=album).type("title", "Autumn")
    save_theirs(album, one, two)
    form = sent_to_owner(sheet, album)

    assert form.is_valid()
    assert notices(form) == []
    form.save()
    assert again(album).photos == [one, two]
    assert again(album).title == "Autumn"


def test_what_both_did_alike_is_not_news():
    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(instance=album).tick("photos-remove", one)
    save_theirs(album, two)
    form = sent_to_owner(sheet, album)

    assert form.is_valid()
    assert notices(form) == []
    form.save()
    assert again(album).photos == [two]


def test_both_galleries_of_an_owner_merge_each_by_itself():
    one, two, three, four = make_ids(4)
    owner = Diptych.objects.create(left=[one, two, three], right=[one])
    sheet = opened(DiptychForm, instance=owner).tick("left-remove", one)
    theirs = again(owner)
    theirs.right = [one, four]
    theirs.save()
    form = sent_to_owner(sheet, owner, DiptychForm)

    assert form.is_valid(), form.errors
    form.save()
    assert again(owner).left == [two, three]
    assert again(owner).right == [one, four]


def test_a_merge_that_breaks_a_limit_is_said_with_everything_in_it():
    one, two, four = make_ids(3)
    owner = Diptych.objects.create(left=[one, two])
    sheet = opened(DiptychForm, instance=owner).choose("left-upload", *files("a.jpg"))
    theirs = again(owner)
    theirs.left = [one, two, four]
    theirs.save()
    form = sent_to_owner(sheet, owner, DiptychForm)

    assert form.errors["left"] == [
        "At most 3 images are allowed; these are 4. Tick the ones to remove."
    ]
    shown = Sheet(form)
    assert len(shown.keys("left")) == 4
    assert "added by somebody else meanwhile" in shown.said
    form = sent_to_owner(shown.tick("left-remove", four), owner, DiptychForm)
    assert form.is_valid(), form.errors
    assert form.save().left[:2] == [one, two]
    assert len(again(owner).left) == 3
    assert four not in again(owner).left


def test_what_somebody_else_removed_is_marked_when_the_form_fails():
    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(instance=album).type("title", "")
    save_theirs(album, two)
    shown = Sheet(sent_to_owner(sheet, album))

    assert "removed by somebody else meanwhile" in shown.said
    assert shown.values["photos-base"] == ["1"]
    form = sent_to_owner(shown.type("title", "x"), album)
    assert form.is_valid()
    form.save()
    assert again(album).photos == [two], "what was taken out does not come back"


# Two orders.


@pytest.fixture
def rearranged():
    """Return an album of three images, its ids, and the page of a form whose order is in conflict."""
    ids = make_ids(3)
    album = make_album(ids)
    sheet = opened(instance=album).type(f"photos-order-{ids[2]}", "1")
    save_theirs(album, ids[1], ids[0], ids[2])
    return album, ids, sheet


def test_two_orders_are_a_question_and_nothing_is_saved(rearranged):
    album, (one, two, three), sheet = rearranged
    form = sent_to_owner(sheet.choose("photos-upload", *files("a.jpg")), album)

    (message,) = form.errors["photos"]
    assert message == (
        "Meanwhile somebody arranged these images in another way. Nothing was saved: choose below "
        "whose order is to be kept, and save again."
    )
    assert again(album).photos == [two, one, three]
    shown = Sheet(form)
    assert "Whose order is kept?" in shown.said
    assert "My order:" in shown.said
    assert "The order saved meanwhile:" in shown.said
    assert shown.values["photos-choice"] == []
    assert len(shown.keys("photos")) == 4, "the file is there still"
    assert {"id_photos-choice-mine", "id_photos-choice-theirs"} <= set(shown.labels)


@pytest.mark.parametrize("choice, expected", [("mine", (2, 0, 1)), ("theirs", (1, 0, 2))])
def test_the_order_that_was_chosen_is_saved_with_all_the_rest(rearranged, choice, expected):
    album, ids, sheet = rearranged
    shown = Sheet(sent_to_owner(sheet.choose("photos-upload", *files("a.jpg")), album))
    form = sent_to_owner(shown.tick("photos-choice", choice), album)

    assert form.is_valid(), form.errors
    form.save()
    photos = again(album).photos
    assert photos[:3] == [ids[at] for at in expected]
    assert [each.name for each in photos.images()][3:] == ["a.jpg"]


def test_without_a_choice_it_is_asked_again(rearranged):
    album, _, sheet = rearranged
    shown = Sheet(sent_to_owner(sheet, album))
    again_shown = Sheet(sent_to_owner(shown, album))

    assert "Whose order is kept?" in again_shown.said
    assert sent_to_owner(again_shown.tick("photos-choice", "neither"), album).errors["photos"]


def test_a_choice_that_nobody_was_asked_for_is_none(rearranged):
    album, _, sheet = rearranged
    sheet.values["photos-choice"] = ["mine"]

    assert not sent_to_owner(sheet, album).is_valid()


def test_a_choice_about_an_older_state_is_asked_again(rearranged):
    album, (one, two, three), sheet = rearranged
    shown = Sheet(sent_to_owner(sheet, album)).tick("photos-choice", "mine")
    save_theirs(album, two, three, one)
    form = sent_to_owner(shown, album)

    assert not form.is_valid()
    form = sent_to_owner(Sheet(form).tick("photos-choice", "mine"), album)
    assert form.is_valid(), form.errors
    assert form.save().photos == [three, one, two]


# The base.


def test_a_base_that_was_pruned_is_said_and_the_next_try_succeeds(settings):
    from datetime import timedelta

    from django.utils import timezone

    one, two = make_ids(2)
    album = make_album([one, two])
    sheet = opened(instance=album).tick("photos-remove", one)
    save_theirs(album, two, one)
    prune(days=0, now=timezone.now() + timedelta(days=400))
    form = sent_to_owner(sheet, album)

    (message,) = form.errors["photos"]
    assert message == (
        "The form is based on version 1, which is not known any more. Nothing was saved: look at "
        "the gallery as it is now, and repeat your change."
    )
    shown = Sheet(form)
    assert shown.values["photos-base"] == ["2"]
    assert shown.keys("photos") == [str(two), str(one)]
    assert not shown.values.get("photos-remove"), "it was about a list that nobody knows"
    form = sent_to_owner(shown.tick("photos-remove", one), album)
    assert form.is_valid(), form.errors
    assert form.save().photos == [two]


# Other fields, by GalleryModelForm.


def test_a_field_that_only_they_changed_keeps_their_value_and_it_is_said():
    album = make_album(make_ids(1))
    sheet = opened(MergingForm, instance=album).type("notes", "Mine")
    save_theirs(album, *album.photos, title="Theirs")
    form = sent_to_owner(sheet, album, MergingForm)

    assert form.is_valid(), form.errors
    assert notices(form) == ["Meanwhile somebody else changed title: their change is kept."]
    form.save()
    assert (again(album).title, again(album).notes) == ("Theirs", "Mine")


def test_a_field_that_both_changed_shows_theirs_and_the_second_save_wins():
    album = make_album(make_ids(1))
    sheet = opened(MergingForm, instance=album).type("title", "Mine")
    save_theirs(album, *album.photos, title="Theirs")
    form = sent_to_owner(sheet, album, MergingForm)

    (message,) = form.errors["title"]
    assert message == (
        "Meanwhile somebody changed this to “Theirs”. Nothing was saved; yours is shown: save "
        "again to put it in its place."
    )
    assert again(album).title == "Theirs"
    shown = Sheet(form)
    assert shown.values["title"] == ["Mine"]
    form = sent_to_owner(shown, album, MergingForm)
    assert form.is_valid(), form.errors
    form.save()
    assert again(album).title == "Mine"


def test_a_third_change_in_between_is_asked_about_too():
    album = make_album(make_ids(1))
    sheet = opened(MergingForm, instance=album).type("title", "Mine")
    save_theirs(album, *album.photos, title="Theirs")
    shown = Sheet(sent_to_owner(sheet, album, MergingForm))
    save_theirs(album, *album.photos, title="A third")
    form = sent_to_owner(shown, album, MergingForm)

    assert "“A third”" in form.errors["title"][0]


def test_a_field_that_was_invalid_at_the_first_try_is_asked_about_at_the_second():
    album = make_album(make_ids(1))
    sheet = opened(MergingForm, instance=album).type("title", "").type("notes", "Mine")
    save_theirs(album, *album.photos, title="Theirs", notes="Theirs")
    form = sent_to_owner(sheet, album, MergingForm)
    assert set(form.errors) == {"title", "notes"}

    form = sent_to_owner(Sheet(form).type("title", "Mine too"), album, MergingForm)
    assert set(form.errors) == {"title", "notes"}, "now both can be compared"
    form = sent_to_owner(Sheet(form), album, MergingForm)
    assert form.is_valid(), form.errors
    form.save()
    assert (again(album).title, again(album).notes) == ("Mine too", "Mine")


def test_an_answer_about_the_order_is_no_answer_about_a_field_that_was_invalid():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(MergingForm, instance=album).type("title", "")
    sheet.type(f"photos-order-{three}", "1")
    save_theirs(album, two, one, three, title="Theirs")
    shown = Sheet(sent_to_owner(sheet, album, MergingForm))
    shown.tick("photos-choice", "mine").type("title", "Mine")
    form = sent_to_owner(shown, album, MergingForm)

    assert list(form.errors) == ["title"], "the order is answered, the title never was shown"
    assert "“Theirs”" in form.errors["title"][0]
    shown = Sheet(form)
    assert shown.values["photos-choice"] == ["mine"]
    form = sent_to_owner(shown, album, MergingForm)
    assert form.is_valid(), form.errors
    assert (form.save().title, again(album).photos) == ("Mine", [three, one, two])


def test_a_field_that_both_changed_alike_is_no_conflict():
    album = make_album(make_ids(1))
    sheet = opened(MergingForm, instance=album).type("title", "Same")
    save_theirs(album, *album.photos, title="Same")

    assert sent_to_owner(sheet, album, MergingForm).is_valid()


def test_a_conflict_about_a_relation_names_the_other_row():
    class Form(GalleryModelForm):
        class Meta:
            model = Album
            fields = ["title", "club", "photos"]

    mine, theirs = (Club.objects.create(name=each) for each in ("Mine", "Theirs"))
    album = make_album()
    form = Form({"title": "Summer", "club": mine.pk, "photos-base": "1"}, instance=again(album))
    save_theirs(album, club=theirs)
    form = Form(form.data, instance=again(album))

    assert f"“{theirs}”" in form.errors["club"][0]


def test_a_new_owner_has_nothing_to_merge():
    form = opened(MergingForm).type("title", "New")
    form.values["photos-base"] = ["5"]
    form = form.sent_to(MergingForm)

    assert form.is_valid(), form.errors
    assert form.save().gallery_version == 1


# Views: what is said in the end.


class Edit(GallerySaveMixin, UpdateView):
    model = Album
    form_class = MergingForm
    success_url = "/done/"
    template_name = "form.html"

    def render_to_response(self, context, **kwargs):
        from django.http import HttpResponse

        return HttpResponse(str(context["form"]))


def submitted(sheet, album, view=Edit):
    """Send a page to a view; return the answer and what the messages say."""
    request = RequestFactory().post("/", {**sheet.values, **sheet.files})
    request.session = {}
    request._messages = FallbackStorage(request)
    answer = view.as_view()(request, pk=album.pk)
    return answer, [str(each) for each in get_messages(request)]


def test_a_view_says_by_messages_what_others_did():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    sheet = opened(MergingForm, instance=album).tick("photos-remove", one)
    save_theirs(album, one, two, three, title="Theirs")
    answer, said = submitted(sheet, album)

    assert answer.url == "/done/"
    assert said == [
        MEANWHILE.format(what="1 image was added"),
        "Meanwhile somebody else changed title: their change is kept.",
    ]
    assert again(album).photos == [two, three]


def test_a_view_says_nothing_where_nothing_happened():
    album = make_album(make_ids(1))
    answer, said = submitted(opened(MergingForm, instance=album), album)

    assert (answer.url, said) == ("/done/", [])


def test_a_form_that_failed_says_it_itself():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    sheet = opened(MergingForm, instance=album).type("title", "").tick("photos-remove", one)
    save_theirs(album, one, two, three)
    answer, said = submitted(sheet, album)

    assert said == []
    assert "1 image was added" in answer.content.decode()


def test_two_forms_of_a_page_are_told_of_once_each():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    sheet = opened(instance=album).tick("photos-remove", one)
    save_theirs(album, one, two, three)
    forms = [sent_to_owner(sheet, album) for _ in range(2)]
    assert all(form.is_valid() for form in forms)
    request = RequestFactory().get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    tell(request, *forms, AlbumForm())

    assert len(list(get_messages(request))) == 2


class Overtaken(Edit):
    """Somebody saves between the checks of the form and its writing."""

    overtake = None

    def form_valid(self, form):
        type(self).overtake()
        return super().form_valid(form)


def test_a_save_that_is_overtaken_merges_when_it_can():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    sheet = opened(MergingForm, instance=album).tick("photos-remove", one)
    Overtaken.overtake = lambda: save_theirs(album, one, two, three)
    answer, _ = submitted(sheet, album, Overtaken)

    assert answer.url == "/done/"
    assert again(album).photos == [two, three]


def test_a_save_that_is_overtaken_shows_the_form_again_with_everything_in_it():
    one, two, three = make_ids(3)
    album = make_album([one, two, three])
    sheet = opened(MergingForm, instance=album).type(f"photos-order-{three}", "1")
    sheet.choose("photos-upload", *files("a.jpg"))
    Overtaken.overtake = lambda: save_theirs(album, two, one, three)
    answer, said = submitted(sheet, album, Overtaken)

    assert (answer.status_code, said) == (200, [])
    shown = Sheet(answer.content.decode())
    assert "Somebody saved at the same moment. Nothing was saved yet: save again." in shown.said
    assert len(shown.keys("photos")) == 4
    assert again(album).photos == [two, one, three]
    answer, _ = submitted(shown, album)
    asked = Sheet(answer.content.decode()).tick("photos-choice", "mine")
    answer, _ = submitted(asked, album)
    assert answer.url == "/done/"
    assert again(album).photos[:3] == [three, one, two]
    assert len(again(album).photos) == 4


# The law.

ACTS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(
            ["open", "remove", "move", "upload", "send", "choose mine", "choose theirs"]
        ),
        st.integers(0, 6),
        st.integers(-1, 8),
    ),
    max_size=14,
)


class Editor:
    """Somebody with a page open, which may be as old as they like."""

    def __init__(self, album):
        self.album, self.removed, self.valid = album, set(), 0
        self.open()

    def open(self):
        self.sheet = opened(instance=again(self.album))
        self.pending = set()

    def act(self, what, which, place):
        keys = self.sheet.keys("photos")
        if what == "open":
            self.open()
        elif what == "upload":
            self.sheet.choose("photos-upload", *files("new.png"))
        elif what == "send":
            self.send()
        elif what.startswith("choose") and "photos-choice" in self.sheet.values:
            self.sheet.values["photos-choice"] = [what.split()[1]]
        elif what == "remove" and keys:
            self.sheet.tick("photos-remove", keys[which % len(keys)])
            self.pending.add(int(keys[which % len(keys)]))
        elif what == "move" and keys:
            self.sheet.type(f"photos-order-{keys[which % len(keys)]}", place)

    def send(self):
        """Send the page: what it ticked may go, and nothing else."""
        form = sent_to_owner(self.sheet, self.album)
        if form.is_valid():
            form.save()
            self.removed |= self.pending
            self.open()
        else:
            self.sheet = Sheet(form)


class TestTwoEditors(TestCase):
    @given(ACTS, st.integers(0, 4))
    def test_no_image_is_lost_that_neither_has_removed_and_nothing_crashes(self, acts, number):
        album = make_album(make_ids(number))
        editors = {"a": Editor(album), "b": Editor(album)}
        ever = set(album.photos)
        for who, what, which, place in acts:
            editors[who].act(what, which, place)
            photos = again(album).photos
            ever |= set(photos)
            removed = editors["a"].removed | editors["b"].removed
            assert set(photos) >= ever - removed
            assert len(photos) == len(set(photos))
