"""The trail alone explains every difference between consecutive states."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit.details import replay
from audit.models import Entry
from gallery_events import galleries, history
from gallery_events.exceptions import GalleryError
from gallery_events.flows import restore
from tests.factories import again, make_album, make_ids, make_image
from tests.project.models import Album, Diptych, Photo, Poster
from tests.sweeping import write_gallery

POOL = 8

lists = st.lists(st.integers(0, POOL - 1), unique=True, max_size=POOL)
steps = st.one_of(
    st.tuples(st.just("save"), lists, lists),
    st.tuples(st.just("save one"), lists),
    st.tuples(st.just("update"), lists),
    st.tuples(st.just("bulk_update"), lists, lists),
    st.tuples(st.just("restore"), st.integers(1, 12)),
    st.tuples(st.just("write past"), lists),
    st.tuples(st.just("touch")),
    st.tuples(st.just("delete")),
    st.tuples(st.just("delete all")),
    st.tuples(st.just("undelete")),
    st.tuples(st.just("roll back"), lists),
)


class RolledBack(Exception):
    """The transaction was not to be."""


def save(owner, left, right):
    owner.left, owner.right = left, right
    owner.save()


def save_one(owner, left):
    owner.left = left
    owner.save(update_fields=["left"])


def bulk_update(owner, left, right):
    owner.left, owner.right = left, right
    Diptych.objects.bulk_update([owner], ["left", "right"])


def roll_back(owner, left):
    with suppress(RolledBack), transaction.atomic():
        owner.left = left
        owner.save()
        raise RolledBack


DEEDS = {
    "save": save,
    "save one": save_one,
    "update": lambda owner, right: Diptych.objects.filter(pk=owner.pk).update(right=right),
    "bulk_update": bulk_update,
    "restore": lambda owner, at: restore.restore(owner, 1 + at % owner.gallery_version),
    "write past": lambda owner, right: write_gallery(owner, "right", str(right)),
    "touch": lambda owner: owner.save(),
    "delete": lambda owner: owner.delete(),
    "delete all": lambda _: Diptych.objects.all().delete(),
    "roll back": roll_back,
}


def act(pk, ids, what, *chosen):
    """Do one step to the owner with that key, if it can be done as things are."""
    owner = Diptych.objects.filter(pk=pk).first()
    if what == "undelete":
        if owner is None:
            restore.undelete(Diptych, pk)
    elif owner is not None:
        picked = [[ids[at] for at in each] if isinstance(each, list) else each for each in chosen]
        DEEDS[what](owner, *picked)


class Replayed(TestCase):
    @given(st.lists(steps, max_size=15))
    def test_the_trail_replays_every_snapshot_in_order(self, chosen):
        ids = make_ids(POOL)
        owner = Diptych.objects.create(left=ids[:2])
        for step in chosen:
            act(owner.pk, ids, *step)

        log = list(history.records(Diptych, owner.pk, using=None).order_by("gallery_version"))
        entries = list(Entry.objects.about_owner(Diptych, owner.pk))
        assert [each.version for each in entries] == [each.gallery_version for each in log]
        assert [each.event for each in entries] == [each.gallery_event for each in log]
        states = list(replay((each.event, each.detail) for each in entries))
        for state, record in zip(states, log, strict=True):
            told = {name: state.get(name, []) for name in ("left", "right")}
            assert told == history.lists_of(record)


@pytest.mark.django_db
def test_keys_of_text_are_replayed_as_text():
    photos = [make_image(Photo).pk for _ in range(3)]
    poster = Poster.objects.create(photos=photos)
    poster.photos = [photos[2], photos[0]]
    poster.save()

    states = replay(Entry.objects.about_owner(poster).values_list("event", "detail"))

    assert list(states) == [
        {"photos": [str(each) for each in photos]},
        {"photos": [str(photos[2]), str(photos[0])]},
    ]


@pytest.mark.django_db
def test_a_trail_that_begins_later_is_replayed_from_a_snapshot():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    for photos in ([two, one], [two, three]):
        album.photos = photos
        album.save()

    late = Entry.objects.about_owner(album).filter(version__gt=1)
    start = galleries.snapshot(album, 1).lists

    assert list(replay(late.values_list("event", "detail"), start=start)) == [
        {"photos": [two, one]},
        {"photos": [two, three]},
    ]
    assert start == {"photos": [one, two]}


@pytest.mark.django_db
def test_each_of_a_bulk_call_has_its_entry():
    ids = make_ids(2)
    albums = Album.objects.bulk_create([Album(title="a", photos=ids), Album(title="b")])
    Album.objects.update(photos=ids[::-1])
    Album.objects.all().delete()

    for album in albums:
        entries = Entry.objects.filter(owner_key=str(album.history.model.objects.first().id))
        assert [each.event for each in entries.order_by("pk")][-1] == "deleted"
    assert Entry.objects.count() == Album.history.count() == 6


@pytest.mark.django_db
def test_a_save_that_is_refused_leaves_no_entry():
    album = make_album()
    other = again(album)
    album.photos = [999_999]

    with pytest.raises(GalleryError):
        album.save()
    other.save()

    assert [each.version for each in Entry.objects.about_owner(album)] == [1, 2]
