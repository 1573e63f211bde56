"""Reconcile: what the database holds becomes part of the history, once, and nothing is lost by it."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import storages
from django.db import models

from gallery_events import galleries
from gallery_events.exceptions import HistoryBypassed
from gallery_events.flows import restore
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.reconcile import reconcile, settle
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from gallery_events.signals import image_rescued, snapshot_recorded
from tests import NOW
from tests.audit import ways
from tests.factories import again, current, events, make_album, make_ids, make_image, recent
from tests.project.models import (
    Album,
    AlbumProxy,
    Catalogue,
    Club,
    Diptych,
    Gazette,
    Photo,
    Portrait,
    Poster,
)
from tests.sweeping import DAY, RETENTION, TRASH, make_trashed, save_at, state, write_gallery

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Return what is told of snapshots and rescues."""
    found = []

    def recorded(sender, owner, snapshot, **kwargs):
        found.append(("snapshot", owner.pk, snapshot.event))

    def rescued(sender, image, by, **kwargs):
        found.append(("rescued", image.pk, by))

    snapshot_recorded.connect(recorded)
    image_rescued.connect(rescued)
    yield found
    snapshot_recorded.disconnect(recorded)
    image_rescued.disconnect(rescued)


def is_clean():
    report = rebuild(now=NOW, check=True)
    assert report.is_clean, report
    return True


@pytest.mark.parametrize("way", ways.CHANGES)
def test_each_way_past_the_signals_ends_in_a_snapshot_of_what_the_row_holds(way, heard):
    a, b, c = make_ids(3)
    album = make_album([a, b])
    heard.clear()
    ways.CHANGES[way](again(album), [c, a])
    snapshot = reconcile(Album, album.pk, now=NOW)
    assert (snapshot.version, snapshot.event, snapshot.lists) == (
        2,
        "reconciled",
        {"photos": [c, a]},
    )
    assert (again(album).photos, again(album).gallery_version) == ([c, a], 2)
    assert album.history.latest("gallery_version").source == "reconcile"
    assert album.history.latest("gallery_version").history_date == NOW
    assert (current(album), recent(album)) == ({a, c}, {(b, 1, 2)})
    assert heard == [("snapshot", album.pk, "reconciled")]
    assert is_clean()
    assert reconcile(Album, album.pk, now=NOW) is None
    assert events(album) == [(1, "created"), (2, "reconciled")]


def test_what_has_not_drifted_is_left_alone(heard):
    album = make_album(make_ids(2))
    heard.clear()
    assert reconcile(Album, album.pk) is None
    assert reconcile(Album, 10**6) is None
    assert heard == []
    assert events(album) == [(1, "created")]


def test_the_same_list_written_in_another_way_is_no_drift():
    a, b = make_ids(2)
    album = make_album([a, b])
    write_gallery(album, "photos", f"[{a},{b}]")
    assert reconcile(Album, album.pk) is None


def test_a_version_without_a_snapshot_is_passed_over_and_its_references_follow():
    a, b = make_ids(2)
    album = make_album([a])
    ways.muted_post_save(album, [b])
    assert again(album).gallery_version == 2
    assert reconcile(Album, album.pk, now=NOW).version == 3
    assert events(album) == [(1, "created"), (3, "reconciled")]
    assert (current(album), recent(album)) == ({b}, {(a, 1, 3)})
    assert Reference.objects.get(until=None).since_version == 3
    assert is_clean()


def test_a_row_without_any_snapshot_gets_its_first():
    ids = make_ids(2)
    ways.insert_raw(77, ids)
    snapshot = reconcile(Album, 77)
    assert (snapshot.version, snapshot.event) == (1, "reconciled")
    album = Album.objects.get(pk=77)
    assert album.history.get().history_type == "+"
    assert current(album) == set(ids)
    assert is_clean()


def test_a_row_put_back_from_an_older_backup_goes_on_from_the_last_number():
    a, b = make_ids(2)
    album = make_album([a])
    album.photos = [b]
    album.save()
    album.photos = []
    album.save()
    models.QuerySet(Album).filter(pk=album.pk).update(photos=[a], gallery_version=1)
    assert reconcile(Album, album.pk).version == 4
    assert current(album) == {a}
    assert is_clean()


def test_a_row_that_came_back_under_a_deleted_key_goes_on_from_the_last_number():
    (a,) = make_ids(1)
    album = make_album([a])
    pk = album.pk
    album.delete()
    ways.insert_raw(pk, [a], version=2)
    assert reconcile(Album, pk).version == 3
    last = Album.history.filter(id=pk).latest("gallery_version")
    assert (last.history_type, last.gallery_event) == ("+", "reconciled")
    assert current(Album.objects.get(pk=pk)) == {a}
    assert is_clean()


@pytest.mark.parametrize("how", [ways.delete_raw, ways.muted_delete])
def test_a_row_that_vanished_gets_the_snapshot_of_its_deletion(how, heard):
    ids = make_ids(2)
    album = make_album(ids)
    pk = album.pk
    heard.clear()
    how(again(album))
    snapshot = reconcile(Album, pk, now=NOW)
    assert (snapshot.version, snapshot.event, snapshot.lists) == (2, "deleted", {"photos": ids})
    record = Album.history.get(gallery_version=2)
    assert (record.history_type, record.source, record.history_date) == ("-", "reconcile", NOW)
    assert (current(album), recent(album)) == (set(), {(key, 1, 2) for key in ids})
    assert set(Reference.objects.values_list("until", flat=True)) == {NOW}
    assert heard == [("snapshot", pk, "deleted")]
    assert reconcile(Album, pk) is None
    assert is_clean()
    assert restore.undelete(Album, pk).photos == ids


def test_the_retention_of_what_vanished_runs_from_its_reconciliation():
    (key,) = make_ids(1, review_after=None)
    album = make_album([key])
    ways.delete_raw(album)
    reconcile(Album, album.pk, now=NOW)
    assert sweep(now=NOW + RETENTION - DAY).expired == 0
    assert sweep(now=NOW + RETENTION).expired == 1


def test_images_in_the_trash_are_rescued_for_the_owner(heard):
    image = make_trashed(since=NOW)
    album = make_album()
    heard.clear()
    ways.raw_sql(album, [image.pk])
    done = settle(Album, album.pk, now=NOW)
    assert (done.rescued, done.brought_back, done.lost) == ([image.pk], [], [])
    assert heard == [("rescued", image.pk, album), ("snapshot", album.pk, "reconciled")]
    assert state(image) == "kept"
    assert sweep(now=NOW + 2 * TRASH).cleared == 1


def purged(**columns):
    """Return an image that a sweep has purged, its files not yet removed."""
    image = make_trashed(**columns)
    assert sweep(now=NOW).purged >= 1
    return image


def test_images_that_are_purged_come_back_while_nobody_has_touched_their_files(heard):
    image = purged()
    album = make_album()
    heard.clear()
    ways.raw_sql(album, [image.pk])
    done = settle(Album, album.pk, now=NOW)
    assert (done.brought_back, done.lost) == ([image.pk], [])
    assert heard == [("rescued", image.pk, album), ("snapshot", album.pk, "reconciled")]
    assert not Tombstone.objects.exists()
    assert current(album) == {image.pk}
    assert sweep(now=NOW + RETENTION).purged == 0
    assert storages["default"].exists(image.file.name)
    assert again(album).photos.missing() == []
    assert is_clean()


def test_an_image_comes_back_together_with_what_it_was_made_from(settings):
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": None}
    original = make_trashed()
    derived = make_trashed(original=original)
    Image.objects.filter(pk=original.pk).update(trashed_at=None, review_after=None)
    sweep(now=NOW)
    sweep(now=NOW + 20 * DAY)
    sweep(now=NOW + 2 * 20 * DAY)
    assert Tombstone.objects.count() == 2
    album = make_album()
    ways.raw_sql(album, [derived.pk])
    done = settle(Album, album.pk, now=NOW)
    assert done.brought_back == [original.pk, derived.pk]
    assert Image.objects.get(pk=derived.pk).original_id == original.pk


def test_images_whose_files_are_gone_are_lost_and_said_to_be():
    image = purged()
    sweep(now=NOW + 2 * DAY)
    (stone,) = Tombstone.objects.all()
    assert stone.done_at is not None
    (kept,) = make_ids(1)
    album = make_album()
    ways.raw_sql(album, [image.pk, kept])
    done = settle(Album, album.pk, now=NOW)
    assert current(album) == {kept}
    assert again(album).photos == [image.pk, kept]
    (lost,) = done.lost
    assert (lost.field, lost.key, lost.tombstone) == ("photos", image.pk, stone)
    assert str(image.pk) in str(lost)
    assert "purged 2026-05-01" in str(lost)
    again_done = settle(Album, album.pk, now=NOW)
    assert (again_done.snapshot, len(again_done.lost)) == (None, 1)


def test_an_image_whose_files_somebody_else_removed_does_not_come_back():
    image = purged()
    storages["default"].delete(image.file.name)
    album = make_album()
    ways.raw_sql(album, [image.pk])
    done = settle(Album, album.pk, now=NOW)
    (lost,) = done.lost
    assert "and does not come back: " in lost.why
    assert (done.brought_back, current(album)) == ([], set())
    assert Tombstone.objects.count() == 1


@pytest.mark.parametrize(
    "text, usable",
    [
        ("[{0}, {0}, {1}]", [0, 1]),
        ('[{0}, "x", null, 1.5, [2], {{"a": 1}}]', [0]),
        ('{{"not": "a list"}}', []),
        ('"{0}"', []),
        ("[{0}, 987654321]", [0]),
        ("[-4, {1}, 99999999999999999999]", [1]),
    ],
)  # fmt: skip
def test_what_is_no_list_of_images_is_recorded_as_it_is_and_stays(text, usable):
    ids = make_ids(2)
    album = make_album([ids[1]])
    text = text.format(*ids)
    write_gallery(album, "photos", text)
    held = again(album).photos
    done = settle(Album, album.pk, now=NOW)
    assert done.snapshot.event == "reconciled"
    assert again(album).photos == held
    assert album.history.latest("gallery_version").photos == held
    assert current(album) == {ids[at] for at in usable}
    assert [lost.key for lost in done.lost] == ([987654321] if "987654321" in text else [])
    assert reconcile(Album, album.pk) is None
    assert rebuild(now=NOW, check=True).surplus == 0


def test_an_unknown_key_is_lost_without_a_tombstone():
    album = make_album()
    ways.raw_sql(album, [424242])
    (lost,) = settle(Album, album.pk, now=NOW).lost
    assert (lost.key, lost.tombstone) == (424242, None)
    assert str(lost) == (
        "image 424242 in photos is lost: no image has this key, and no tombstone tells of one"
    )


def test_a_normal_save_in_between_leaves_nothing_to_do():
    a, b = make_ids(2)
    album = make_album([a])
    ways.raw_sql(album, [a, b])
    saved = again(album)
    saved.title = "later"
    saved.save()
    assert reconcile(Album, album.pk) is None
    assert events(album) == [(1, "created"), (2, "images_added")]
    assert is_clean()


def test_a_form_that_was_open_merges_with_what_was_reconciled():
    a, b, c = make_ids(3)
    album = make_album([a])
    form = again(album)
    ways.raw_sql(album, [a, b])
    reconcile(Album, album.pk)
    form.photos.append(c)
    form.save()
    assert set(again(album).photos) == {a, b, c}


def test_references_that_are_missing_or_surplus_are_put_right_without_a_snapshot():
    a, b = make_ids(2)
    album = make_album([a])
    other = make_album([b])
    Reference.objects.filter(object_id=album.pk).delete()
    Reference.objects.filter(object_id=other.pk).update(object_id=str(album.pk))
    done = settle(Album, album.pk)
    assert (done.snapshot, done.references.missing, done.references.surplus) == (None, 1, 1)
    assert current(album) == {a}
    settle(Album, other.pk)
    assert is_clean()


def test_an_image_that_was_purged_for_want_of_its_reference_comes_back():
    image = make_image(review_after=NOW - TRASH)
    album = save_at(Album(photos=[image.pk]), NOW - 8 * DAY)
    album.photos = []
    save_at(album, NOW - 8 * DAY)
    Reference.objects.all().delete()
    for moment in (NOW - TRASH, NOW):
        sweep(now=moment)
    assert state(image) == "purged", "only the history knew of it"
    done = settle(Album, album.pk, now=NOW)
    assert (done.snapshot, done.brought_back, done.lost) == (None, [image.pk], [])
    assert is_clean()


def test_owners_of_every_shape_are_reconciled():
    photo = make_image(Photo)
    poster = Poster.objects.create()
    models.QuerySet(Poster).filter(pk=poster.pk).update(photos=[photo.pk])
    assert reconcile("project.Poster", str(poster.pk)).lists == {"photos": [photo.pk]}
    ids = make_ids(3)
    diptych = Diptych.objects.create(left=ids[:2])
    models.QuerySet(Diptych).filter(pk=diptych.pk).update(left=ids[1:], right=None)
    assert reconcile(Diptych, diptych.pk).version == 2
    assert current(diptych, "left") == set(ids[1:])
    catalogue = Catalogue.objects.create(code="A/1", title="plates")
    models.QuerySet(Catalogue).filter(pk="A/1").update(plates=ids)
    assert reconcile(Catalogue, "A/1").lists == {"plates": ids}
    models.QuerySet(Catalogue).filter(pk="A/1")._raw_delete("default")
    assert reconcile(Catalogue, "A/1").event == "deleted"
    assert catalogue.history.latest("gallery_version").loud == "PLATES"
    gazette = Gazette.objects.create(scratch="kept out")
    models.QuerySet(Gazette).filter(pk=gazette.pk).update(pages=ids)
    assert reconcile(Gazette, gazette.pk).lists == {"pages": ids}
    models.QuerySet(Gazette).filter(pk=gazette.pk)._raw_delete("default")
    assert reconcile(Gazette, gazette.pk).event == "deleted"
    portrait = Portrait.objects.create(club=Club.objects.create(name="rowing"))
    models.QuerySet(Portrait).filter(pk=portrait.pk).update(faces=ids)
    assert reconcile(Portrait, portrait.pk).lists == {"faces": ids}
    models.QuerySet(Portrait).filter(pk=portrait.pk)._raw_delete("default")
    assert reconcile(Portrait, portrait.pk).event == "deleted"
    assert reconcile(AlbumProxy, make_album().pk) is None
    assert is_clean()


def test_who_reconciled_stands_in_the_snapshot():
    user = get_user_model().objects.create_user("anna")
    album = make_album()
    ways.raw_sql(album, make_ids(1))
    reconcile(Album, album.pk, user=user)
    assert galleries.timeline(album)[0].actor == "anna"


def test_nothing_is_reconciled_while_the_history_is_switched_off(settings):
    album = make_album()
    ways.raw_sql(album, make_ids(1))
    settings.SIMPLE_HISTORY_ENABLED = False
    with pytest.raises(HistoryBypassed, match="SIMPLE_HISTORY_ENABLED"):
        reconcile(Album, album.pk)
    assert events(album) == [(1, "created")]


def test_a_receiver_that_fails_stops_the_reconciliation(heard):
    album = make_album()
    ways.raw_sql(album, make_ids(1))

    def fail(**kwargs):
        raise RuntimeError("no entry, no deed")

    snapshot_recorded.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            reconcile(Album, album.pk)
    finally:
        snapshot_recorded.disconnect(fail)
    assert reconcile(Album, album.pk).version == 2
