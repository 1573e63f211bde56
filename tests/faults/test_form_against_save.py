"""A form was found valid, and somebody saves before it is written: merged, or asked; never lost."""

from contextlib import suppress

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.views.generic import UpdateView
from simple_history.models import HistoricalRecords

from gallery_events.admin.changing import GalleryFormAdmin
from gallery_events.exceptions import StaleGallery
from gallery_events.models import Image, Reference
from gallery_events.signals import snapshot_recorded
from gallery_events.views.saving import GallerySaveMixin
from tests import NOW
from tests.edges.sheets import DiptychForm, MergingForm, Sheet, files, opened, sent_to_owner
from tests.factories import again, current, make_album
from tests.faults.driver import PATIENCE, Gate, actors, held_at, waits_for
from tests.faults.world import new_images
from tests.project.models import Album, Diptych

pytestmark = pytest.mark.django_db(transaction=True)


class Edit(GallerySaveMixin, UpdateView):
    """A view of a project; *gate* holds it between the checks of the form and its writing."""

    model = Album
    form_class = MergingForm
    success_url = "/done/"
    gate = staticmethod(lambda: None)

    def form_valid(self, form):
        self.gate()
        return super().form_valid(form)

    def render_to_response(self, context, **kwargs):
        return HttpResponse(str(context["form"]))


class AlbumAdmin(GalleryFormAdmin):
    """The admin of a project, held at the same moment, inside its transaction."""

    fields = ["title", "photos"]
    gate = staticmethod(lambda: None)

    def save_model(self, request, obj, form, change):
        self.gate()
        super().save_model(request, obj, form, change)


def asked(sheet, user=None):
    request = RequestFactory().post("/", {**sheet.values, **sheet.files})
    request.session, request._dont_enforce_csrf_checks = {}, True
    request._messages = FallbackStorage(request)
    if user is not None:
        request.user = user
    return request


def by_view(sheet, album, gate=lambda: None):
    """Send a page to the view; return the status, the page that came back, and what was said."""
    request = asked(sheet)
    answer = Edit.as_view(gate=staticmethod(gate))(request, pk=album.pk)
    said = [str(each) for each in get_messages(request)]
    return answer.status_code, Sheet(answer.content.decode()), said


def by_admin(sheet, album, *, boss, gate=lambda: None):
    """Send a page to the admin; return the same."""
    request = asked(sheet, boss)
    page = AlbumAdmin(Album, admin.site)
    page.gate = gate
    # As simple-history's middleware does it.
    HistoricalRecords.context.request = request
    try:
        answer = page.changeform_view(request, str(album.pk))
        if hasattr(answer, "render"):
            answer.render()
    finally:
        del HistoricalRecords.context.request
    said = [str(each) for each in get_messages(request)]
    return answer.status_code, Sheet(answer.content.decode()), said


def save_theirs(album, ids):
    theirs = again(album)
    theirs.photos = ids
    theirs.save()


def held(gate_of, road, sheet, album, **options):
    """Return what holds the answer of somebody who was found valid and waits at the gate."""
    actor, gate = gate_of
    answer = actor.start(road, sheet, album, gate=gate, **options)
    gate.wait_until_reached()
    return answer


@pytest.fixture
def boss():
    reverse("admin:index")  # the project registers its admin when its URLs are loaded
    return get_user_model().objects.create_superuser("boss")


@pytest.fixture
def album():
    return make_album([each.pk for each in new_images(3, now=NOW)])


def page_of(album):
    """Return the page of the admin's fields, as the form class of both roads shows it."""
    sheet = opened(MergingForm, instance=album)
    sheet.values.pop("notes")
    return sheet


def test_a_view_that_is_overtaken_merges(album):
    one, two, three = album.photos
    (four,) = (each.pk for each in new_images(1, now=NOW))
    sheet = opened(MergingForm, instance=album).tick("photos-remove", one)
    with actors(2) as (me, you):
        answer = held((me, gate := Gate()), by_view, sheet, album)
        you.do(save_theirs, album, [one, two, three, four])
        gate.open()
        status, _, _ = answer.result(PATIENCE)

    assert status == 302
    assert again(album).photos == [two, three, four]
    assert current(album) == {two, three, four}


def test_a_view_that_is_overtaken_by_another_order_shows_the_form_again_with_everything(album):
    one, two, three = album.photos
    sheet = opened(MergingForm, instance=album).type(f"photos-order-{three}", "1")
    sheet.choose("photos-upload", *files("a.jpg"))
    with actors(2) as (me, you):
        answer = held((me, gate := Gate()), by_view, sheet, album)
        you.do(save_theirs, album, [two, one, three])
        gate.open()
        status, shown, said = answer.result(PATIENCE)

    assert (status, said) == (200, [])
    assert "Somebody saved at the same moment." in shown.said
    assert again(album).photos == [two, one, three]
    _, question, _ = by_view(shown, album)
    assert "Whose order is kept?" in question.said
    status, _, _ = by_view(question.tick("photos-choice", "mine"), album)
    assert status == 302
    photos = again(album).photos
    assert photos[:3] == [three, one, two]
    assert [each.name for each in photos.images()][3:] == ["a.jpg"]
    assert Image.objects.count() == 4


def test_a_view_waits_for_who_is_saving_and_merges_then(album):
    one, two, three = album.photos
    sheet = opened(MergingForm, instance=album).tick("photos-remove", one)
    with actors(2) as (me, you), held_at(snapshot_recorded) as gate:
        saving = you.start(save_theirs, album, [three, one, two])
        gate.wait_until_reached()
        snapshot_recorded.disconnect(gate)
        answer = me.start(by_view, sheet, album)
        assert waits_for(me, you, under_way=answer)
        gate.open()
        saving.result(PATIENCE)
        status, _, _ = answer.result(PATIENCE)

    assert status == 302
    assert again(album).photos == [three, two]


@pytest.mark.postgresql
def test_the_admin_that_is_overtaken_merges(album, boss):
    """On SQLite nobody can come in between: the admin's transaction is the only writer."""
    one, two, three = album.photos
    sheet = page_of(album).tick("photos-remove", one)
    with actors(2) as (me, you):
        answer = held((me, gate := Gate()), by_admin, sheet, album, boss=boss)
        you.do(save_theirs, album, [two, one, three])
        gate.open()
        status, _, _ = answer.result(PATIENCE)

    assert status == 302
    assert again(album).photos == [two, three]


@pytest.mark.postgresql
def test_the_admin_that_is_overtaken_by_another_order_tries_again_and_asks(album, boss):
    one, two, three = album.photos
    sheet = page_of(album).type(f"photos-order-{three}", "1")
    sheet.choose("photos-upload", *files("a.jpg"))
    with actors(2) as (me, you):
        answer = held((me, gate := Gate()), by_admin, sheet, album, boss=boss)
        you.do(save_theirs, album, [two, one, three])
        gate.open()
        status, shown, _ = answer.result(PATIENCE)

    assert status == 200
    assert "Whose order is kept?" in shown.said
    assert len(shown.keys("photos")) == 4
    assert Image.objects.filter(name="a.jpg").count() == 1
    shown.values = {name: values for name, values in shown.values.items() if name[0] != "_"}
    status, _, _ = by_admin(shown.tick("photos-choice", "theirs"), album, boss=boss)
    assert status == 302
    photos = again(album).photos
    assert photos[:3] == [two, one, three]
    assert len(photos) == 4


@pytest.mark.postgresql
def test_the_admin_that_is_overtaken_twice_says_so_and_loses_nothing(album, boss, media):
    one, two, three = album.photos
    sheet = page_of(album).type(f"photos-order-{three}", "1").type("title", "Mine")
    # Theirs is seen at the second try; the answer to a question about the first one is given.
    orders = iter([[two, one, three], [one, three, two]])
    with actors(1) as (you,):

        def overtake():
            you.do(save_theirs, album, next(orders))

        sheet.values |= {"photos-seen": ["2"], "photos-choice": ["mine"]}
        sheet.choose("photos-upload", *files("a.jpg"))
        status, shown, _ = by_admin(sheet, album, boss=boss, gate=overtake)

    assert status == 200
    assert "Others save this at the same moment. Nothing was saved yet: save again." in shown.said
    assert shown.values["title"] == ["Mine"], "nothing that was typed is lost"
    (kept,) = Image.objects.filter(name="a.jpg")
    assert str(kept.pk) in shown.keys("photos")
    stored = sorted(file.name for file in (media / "gallery").rglob("*.*"))
    assert stored == ["original.jpg", "thumbnail.jpg"], "of the tries before none is left"
    assert again(album).photos == [one, three, two]
    assert again(album).title == "Summer"


def test_an_image_that_is_purged_between_checks_and_writing_is_named_at_the_next_try(album):
    """Of the images to be added: those in the gallery cannot be purged."""
    (new,) = new_images(1, now=NOW)
    sheet = opened(MergingForm, instance=album)
    sheet.values[f"photos-order-{new.pk}"] = [""]
    with actors(2) as (me, you):
        answer = held((me, gate := Gate()), by_view, sheet, album)
        you.do(lambda: Image.objects.filter(pk=new.pk)._raw_delete("default"))
        gate.open()
        status, shown, _ = answer.result(PATIENCE)

    assert status == 200
    assert "Somebody saved at the same moment." in shown.said
    assert "This image exists no longer. It is left out when you save." in shown.said
    assert by_view(shown, album)[0] == 302
    assert len(again(album).photos) == 3
    assert Reference.objects.count() == 3


@pytest.mark.postgresql
def test_of_two_who_describe_the_same_images_at_once_the_second_is_told_and_none_waits_for_ever():
    low, high = (each.pk for each in new_images(2, now=NOW))
    first = Diptych.objects.create(left=[low, high], right=[high, low])
    second = Diptych.objects.create(left=[high, low], right=[low, high])

    def page(owner, order, text):
        sheet = opened(DiptychForm, instance=owner)
        for side, key in order:
            sheet.type(f"{side}-alt-{key}", text)
        return sheet

    def save(sheet, owner):
        form = sent_to_owner(sheet, owner, DiptychForm)
        assert form.is_valid(), form.errors
        form.save()

    one_page = page(first, [("left", high), ("right", low)], "first")
    other_page = page(second, [("left", low), ("right", high)], "second")
    with actors(2) as (one, other):
        one.begin()
        one.do(save, one_page, first)
        late = other.start(save, other_page, second)
        assert waits_for(other, one, under_way=late)
        one.commit()
        with pytest.raises(StaleGallery, match="both changed alt of image"):
            late.result(PATIENCE)
    assert set(Image.objects.values_list("alt", flat=True)) == {"first"}


def test_many_who_describe_the_same_images_never_wait_for_each_other_in_a_circle():
    ids = [each.pk for each in new_images(4, now=NOW)]
    owners = [make_album(ids if at % 2 else ids[::-1]) for at in range(3)]

    def save(owner, turn):
        sheet = opened(MergingForm, instance=again(owner))
        for key in owner.photos:
            sheet.type(f"photos-alt-{key}", f"{turn} by {owner.pk}")
        form = sent_to_owner(sheet, owner, MergingForm)
        # Somebody may have described it in this very moment: then it is asked.
        if form.is_valid():
            with suppress(StaleGallery):
                form.save()

    with actors(3) as savers:
        for turn in range(4):
            saving = [saver.start(save, owners[at], turn) for at, saver in enumerate(savers)]
            for each in saving:
                each.result(PATIENCE)
    assert len(set(Image.objects.values_list("alt", flat=True))) == 1, "all of them by one save"
