"""Restoring: what can be had, what is refused, and that it is a save like any other."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from gallery_events import galleries
from gallery_events.exceptions import GalleryError, ImagesLost, SnapshotDoesNotExist, StaleGallery
from gallery_events.flows import restore
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from gallery_events.signals import snapshot_recorded
from tests import NOW
from tests.factories import again, current, events, make_album, make_ids, make_image, recent
from tests.project.models import Album, Club, Diptych, Label, Photo, Poster
from tests.sweeping import DAY, save_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return get_user_model().objects.create_user("anna")


def purge(*ids):
    """Let images go the whole way, although a snapshot still names them."""
    for key in ids:
        image = Image.objects.get(pk=key)
        image.references.all().delete()
        Image.objects.filter(pk=key).update(trashed_at=NOW - 7 * DAY, review_after=NOW)
    sweep(now=NOW)
    assert not Image.objects.filter(pk__in=ids).exists()


def album_with_past(*lists, **columns):
    """Return an album that was saved with one list after the other."""
    album = make_album(lists[0], **columns)
    for photos in lists[1:]:
        album.photos = photos
        album.save()
    return album


# Preview.


def test_a_preview_names_what_can_be_had_and_what_is_gone():
    kept, trashed, lost = make_ids(3)
    album = album_with_past([kept, trashed, lost], [])
    Image.objects.filter(pk=trashed).update(trashed_at=NOW)
    purge(lost)
    before = events(album)

    seen = restore.preview(album, 1)
    assert seen.lists == {"photos": [kept, trashed, lost]}
    assert [each.pk for each in seen.trashed] == [trashed]
    assert [each.image_pk for each in seen.lost] == [lost]
    assert seen.lost_ids == {"photos": [lost]}
    assert events(album) == before


def test_a_preview_gives_keys_in_their_own_type():
    photo = make_image(Photo)
    poster = Poster.objects.create(photos=[photo.pk])
    poster.photos = []
    poster.save()
    photo.references.all().delete()
    Photo.objects.filter(pk=photo.pk).update(trashed_at=NOW - 7 * DAY, review_after=NOW)
    sweep(now=NOW)
    seen = restore.preview(poster, 1)
    assert [each.image_pk for each in seen.lost] == [photo.pk]


def test_what_left_no_tombstone_is_named_all_the_same():
    (lost,) = make_ids(1)
    album = album_with_past([lost], [])
    purge(lost)
    Tombstone.objects.all().delete()
    seen = restore.preview(album, 1)
    assert (seen.lost, seen.lost_ids) == ([], {"photos": [lost]})
    with pytest.raises(ImagesLost) as refused:
        restore.restore(album, 1)
    assert refused.value.ids == [lost]


@pytest.mark.parametrize("ask", [restore.preview, restore.restore])
def test_a_snapshot_that_is_not_there_is_named(ask):
    album = make_album()
    with pytest.raises(SnapshotDoesNotExist, match="no snapshot 7"):
        ask(album, 7)
    assert events(album) == [(1, "created")]


# Restore.


def test_a_restore_is_a_save_with_the_older_list():
    a, b, c = make_ids(3)
    album = album_with_past([a, b], [b, c], [c])
    saved = restore.restore(album, 1)
    assert album.photos == [a, b]
    assert again(album).photos == [a, b]
    assert (saved.version, saved.event, saved.restored_from) == (4, "restored", 1)
    assert album.gallery_version == 4
    assert current(album) == {a, b}
    assert recent(album) >= {(c, 2, 4)}


def test_it_is_recorded_who_restored_and_why(anna):
    album = album_with_past(make_ids(1), [])
    heard = []

    def listen(sender, owner, snapshot, **kwargs):
        heard.append((owner.pk, snapshot.event))

    snapshot_recorded.connect(listen)
    try:
        saved = restore.restore(album, 1, user=anna, reason="The wedding needs them")
    finally:
        snapshot_recorded.disconnect(listen)
    assert (saved.actor, saved.reason) == ("anna", "The wedding needs them")
    assert album.history.first().source == "restore"
    assert heard == [(album.pk, "restored")]
    album.save()
    latest = galleries.timeline(album)[0]
    assert (latest.event, latest.reason, latest.actor) == ("touched", "", "")


def test_images_in_the_trash_come_out_of_it():
    (trashed,) = make_ids(1)
    album = album_with_past([trashed], [])
    Image.objects.filter(pk=trashed).update(trashed_at=NOW)
    restore.restore(album, 1)
    assert Image.objects.get(pk=trashed).trashed_at is None


def test_images_that_are_gone_refuse_it_unless_part_is_enough():
    kept, lost = make_ids(2)
    album = album_with_past([lost, kept], [])
    purge(lost)
    with pytest.raises(ImagesLost, match=r"picture\.png") as refused:
        restore.restore(album, 1)
    assert refused.value.ids == [lost]
    assert events(album) == [(1, "created"), (2, "images_removed")]
    restore.restore(album, 1, partial=True)
    assert album.photos == [kept]


def test_what_the_instance_holds_unsaved_is_neither_saved_nor_kept():
    (a,) = make_ids(1)
    album = album_with_past([a], [])
    album.title, album.photos = "Winter", make_ids(1)
    restore.restore(album, 1)
    assert (album.title, album.photos) == ("Summer", [a])
    assert again(album).title == "Summer"


def test_a_stale_instance_restores_on_what_is_saved_now():
    a, b = make_ids(2)
    album = album_with_past([a], [])
    other = again(album)
    other.photos = [b]
    other.save()
    restore.restore(album, 1)
    assert (album.photos, album.gallery_version) == ([a], 4)


def test_a_newer_save_refuses_it_when_a_version_is_expected():
    album = album_with_past(make_ids(1), [])
    with pytest.raises(StaleGallery) as refused:
        restore.restore(album, 1, expected_version=1)
    assert (refused.value.expected, refused.value.current) == (1, 2)
    assert restore.restore(album, 1, expected_version=2).version == 3


def test_limits_on_the_number_are_not_asked():
    ids = make_ids(2)
    diptych = Diptych.objects.create(left=ids)
    diptych.left = []
    diptych.save()
    ends = Diptych._meta.get_field("left")
    before, ends.max_images = ends.max_images, 1
    try:
        restore.restore(diptych, 1)
    finally:
        ends.max_images = before
    assert diptych.left == ids


def test_a_gallery_that_was_null_is_null_again():
    (a,) = make_ids(1)
    diptych = Diptych.objects.create(right=None)
    diptych.right = [a]
    diptych.save()
    diptych.right = []
    diptych.save()
    restore.restore(diptych, 1)
    assert Diptych.objects.filter(right__isnull=True).exists()
    restore.restore(diptych, 3)
    assert Diptych.objects.filter(right__isnull=False, right=[]).exists()


def test_a_wrong_scope_is_refused():
    album = make_album()
    with pytest.raises(ValueError, match="'galleries' or 'all'"):
        restore.restore(album, 1, scope="everything")


def test_a_deleted_owner_names_the_way_back():
    album = make_album()
    gone = again(album)
    album.delete()
    with pytest.raises(SnapshotDoesNotExist, match="undelete"):
        restore.restore(gone, 1)


def test_an_owners_own_save_is_called():
    label = Label.objects.create(title="  Harbour ", photos=make_ids(2))
    label.title, label.photos = " Quay", []
    label.save()
    saved = restore.restore(label, 1)
    label.refresh_from_db()
    # Its save() trims the title, and says so.
    assert (label.title, len(label.photos), saved.event) == ("Quay", 2, "restored")


def test_a_date_given_beforehand_is_kept():
    album = album_with_past(make_ids(1), [])
    album._history_date = NOW
    assert restore.restore(album, 1).at == NOW


# Only some images.


def test_chosen_images_come_back_to_their_places():
    a, b, c, d = make_ids(4)
    album = album_with_past([a, b, c, d], [d, a])
    restore.restore(album, 1, images=[Image.objects.get(pk=c)])
    assert album.photos == [d, a, c]
    restore.restore(album, 1, images=(key for key in [str(b)]))
    assert album.photos == [d, a, b, c]


def test_chosen_images_leave_other_galleries_alone():
    a, b, c = make_ids(3)
    diptych = Diptych.objects.create(left=[a, b], right=[c])
    diptych.left, diptych.right = [], None
    diptych.save()
    restore.restore(diptych, 1, images=[a])
    assert diptych.left == [a]
    assert Diptych.objects.filter(right__isnull=True).exists()


def test_what_the_snapshot_does_not_hold_cannot_be_chosen():
    a, b = make_ids(2)
    album = album_with_past([a], [])
    with pytest.raises(GalleryError, match=f"does not hold {b}, no key"):
        restore.restore(album, 1, images=[a, b, "no key"])
    assert events(album)[-1] == (2, "images_removed")


def test_only_chosen_images_must_be_there():
    kept, lost = make_ids(2)
    album = album_with_past([kept, lost], [])
    purge(lost)
    restore.restore(album, 1, images=[kept])
    assert album.photos == [kept]
    with pytest.raises(ImagesLost):
        restore.restore(album, 1, images=[lost])


# Other fields too.


def test_other_fields_come_back_when_asked_for():
    album = album_with_past(make_ids(1), [])
    album.title = "Winter"
    album.save()
    restore.restore(album, 1)
    assert album.title == "Winter"
    restore.restore(album, 1, scope="all")
    assert album.title == "Summer"


def test_a_foreign_key_whose_row_is_gone_refuses_it_or_stays_as_it_is():
    old, new = Club.objects.create(name="Old"), Club.objects.create(name="New")
    album = album_with_past([], [], club=old)
    album.club, album.title = new, "Winter"
    album.save()
    old.delete()
    with pytest.raises(GalleryError, match="as its club"):
        restore.restore(album, 1, scope="all")
    assert len(events(album)) == 3
    restore.restore(album, 1, scope="all", partial=True)
    assert (album.title, album.club) == ("Summer", new)


def test_a_unique_value_that_somebody_took_refuses_it():
    label = Label.objects.create(title="Harbour")
    label.title = "Quay"
    label.save()
    Label.objects.create(title="Harbour")
    with pytest.raises(GalleryError, match="already exists"):
        restore.restore(label, 1, scope="all")
    assert len(events(label)) == 2


# Undelete.


def test_a_deleted_owner_comes_back_with_its_galleries_and_its_numbers_go_on(anna):
    a, b = make_ids(2)
    album = album_with_past([a], [b, a], notes="Sand")
    pk = album.pk
    album.delete()
    assert current(Album(pk=pk)) == set()

    back = restore.undelete(Album, pk, user=anna, reason="By mistake")
    assert (back.pk, back.photos, back.title, back.notes) == (pk, [b, a], "Summer", "Sand")
    assert back.gallery_version == 4
    assert events(back)[-2:] == [(3, "deleted"), (4, "undeleted")]
    newest = galleries.timeline(back)[0]
    assert (newest.actor, newest.reason, newest.restored_from) == ("anna", "By mistake", 3)
    assert current(back) == {a, b}
    back.save()
    assert back.gallery_version == 5


def test_a_key_may_be_given_as_text():
    poster = Poster.objects.create(title="P", photos=[make_image(Photo).pk])
    pk = poster.pk
    poster.delete()
    assert restore.undelete(Poster, str(pk)).pk == pk


def test_an_owner_that_a_stranger_deleted_comes_back_too():
    (a,) = make_ids(1)
    album = make_album([a])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Album._meta.db_table} WHERE id = %s", [album.pk])
    assert restore.undelete(Album, album.pk).photos == [a]


@pytest.mark.parametrize("pk", [4711, "no key"])
def test_what_never_was_cannot_come_back(pk):
    with pytest.raises(SnapshotDoesNotExist, match="has no snapshot"):
        restore.undelete(Album, pk)


def test_what_is_there_cannot_come_back():
    album = make_album()
    with pytest.raises(SnapshotDoesNotExist, match="exists"):
        restore.undelete(Album, album.pk)


def test_lost_images_refuse_it_unless_part_is_enough():
    kept, lost = make_ids(2)
    album = make_album([lost, kept])
    pk = album.pk
    album.delete()
    purge(lost)
    with pytest.raises(ImagesLost) as refused:
        restore.undelete(Album, pk)
    assert refused.value.ids == [lost]
    assert not Album.objects.filter(pk=pk).exists()
    assert restore.undelete(Album, pk, partial=True).photos == [kept]


def test_a_unique_value_taken_meanwhile_refuses_the_return():
    label = Label.objects.create(title="Harbour")
    pk = label.pk
    label.delete()
    Label.objects.create(title="Harbour")
    with pytest.raises(GalleryError, match="already exists"):
        restore.undelete(Label, pk)
    assert not Label.objects.filter(pk=pk).exists()


def test_a_row_it_named_that_is_gone_refuses_the_return_or_is_left_out():
    club = Club.objects.create(name="Old")
    album = make_album(club=club)
    pk = album.pk
    album.delete()
    club.delete()
    with pytest.raises(GalleryError, match="as its club"):
        restore.undelete(Album, pk)
    assert restore.undelete(Album, pk, partial=True).club is None


def test_a_return_within_the_retention_is_whole():
    ids = make_ids(3, review_after=NOW)
    album = save_at(Album(title="Summer", photos=ids), NOW - 90 * DAY)
    pk, album._history_date = album.pk, NOW
    album.delete()
    for day in range(30):
        sweep(now=NOW + day * DAY - timedelta(microseconds=1))
    assert restore.undelete(Album, pk).photos == ids


@pytest.mark.django_db
def test_a_restore_and_an_undelete_can_be_dated():
    (image,) = make_ids(1)
    album = Album(title="Spring", photos=[image])
    album._history_date = NOW
    album.save()
    key = album.pk

    assert restore.restore(album, 1, now=NOW + timedelta(days=1)).at == NOW + timedelta(days=1)

    album.delete()
    back = restore.undelete(Album, key, now=NOW + timedelta(days=2))
    assert galleries.timeline(back)[0].at == NOW + timedelta(days=2)
