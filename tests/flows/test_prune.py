from datetime import timedelta

import pytest
from django.utils import timezone

from gallery_events import galleries
from gallery_events.exceptions import HistoryBypassed, SnapshotDoesNotExist, StaleGallery
from gallery_events.flows.prune import prune
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.restore import restore, undelete
from tests.factories import again, current, make_album, make_ids
from tests.project.models import Album, Diptych, Poster

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def saved(*ages, photos=()):
    """Return an album with one snapshot for each age in days, oldest first."""
    album = Album(title="Summer", photos=list(photos))
    for age in ages:
        album._history_date = NOW - age * DAY
        album.save()
    return album


def versions(album):
    return sorted(album.history.values_list("gallery_version", flat=True))


def pruned(**options):
    return prune(now=NOW, **options)["project.Album"]


def test_what_was_superseded_before_the_retention_goes_and_the_newest_stays():
    album = saved(90, 80, 70)

    assert pruned() == 2
    assert versions(album) == [3]


def test_what_was_in_effect_within_the_retention_stays():
    album = saved(90, 80, 10, 5)

    assert pruned() == 1
    assert versions(album) == [2, 3, 4]


@pytest.mark.parametrize("moment, left", [(NOW - 30 * DAY, 1), (NOW - 30 * DAY + INSTANT, 2)])
def test_the_moment_of_the_next_save_decides_at_the_microsecond(moment, left):
    album = saved(90)
    album._history_date = moment
    album.save()
    pruned()

    assert len(versions(album)) == left


@pytest.mark.parametrize(
    "options, left",
    [
        ({}, [4]),
        ({"keep": 1}, [4]),
        ({"keep": 3}, [2, 3, 4]),
        ({"keep": 9}, [1, 2, 3, 4]),
        ({"days": 1}, [4]),
        ({"days": 85}, [2, 3, 4]),
        ({"days": 85, "keep": 9}, [1, 2, 3, 4]),
    ],
)
def test_days_and_keep_only_ever_keep_more(options, left):
    album = saved(90, 88, 70, 60)
    pruned(**options)

    assert versions(album) == left


def test_the_last_snapshots_that_the_settings_keep_stay_whatever_their_age(settings):
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": 2}
    album = saved(90, 80, 70)
    pruned(keep=1)

    assert versions(album) == [2, 3]


def test_without_an_end_of_the_retention_nothing_is_pruned(settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": None}
    album = saved(900, 800, 700)

    assert prune(now=NOW, days=1) == dict.fromkeys(prune(now=NOW), 0)
    assert versions(album) == [1, 2, 3]


def test_a_back_dated_save_leaves_no_hole_in_the_history():
    album = saved(90, 5, 80, 70)
    pruned()

    assert versions(album) == [1, 2, 3, 4]


def test_a_dry_run_counts_what_would_go_and_lets_it_stay():
    album = saved(90, 80, 70)

    assert pruned(dry_run=True) == 2
    assert versions(album) == [1, 2, 3]
    assert pruned() == 2


def test_a_deleted_owner_keeps_its_last_snapshot_and_comes_back_with_the_next_number():
    ids = make_ids(2)
    album = saved(90, 80, photos=ids)
    pk = album.pk
    album._history_date = NOW - 70 * DAY
    album.delete()

    assert pruned() == 2
    back = undelete(Album, pk)
    assert back.photos == ids
    assert versions(back) == [3, 4]


def test_numbers_go_on_after_pruning():
    album = saved(90, 80, 70)
    pruned()
    album = again(album)
    album.save()

    assert versions(album) == [3, 4]


def test_a_pruned_version_cannot_be_shown_or_restored():
    album = saved(90, 80, 70)
    pruned()

    with pytest.raises(SnapshotDoesNotExist, match="no snapshot 1"):
        restore(album, 1)
    with pytest.raises(SnapshotDoesNotExist):
        galleries.snapshot(album, 2)


def test_an_instance_that_was_loaded_before_saves_or_is_stale_and_never_loses_anything():
    a, b, c = make_ids(3)
    album = saved(90, 80, photos=[a])
    old, same = Album.objects.get(pk=album.pk), Album.objects.get(pk=album.pk)
    album.photos, album._history_date = [a, b], NOW - 70 * DAY
    album.save()
    pruned()

    old.photos = [a, c]
    with pytest.raises(StaleGallery):
        old.save()
    assert again(album).photos == [a, b]
    album.photos = [b]
    album.save()
    assert current(album) == {b}
    same.photos = [c]
    same.save(expected_version=None)
    assert again(album).photos == [c]


@pytest.mark.parametrize("keep", [1, 3])
def test_after_pruning_the_references_are_what_the_history_says(settings, keep):
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": keep}
    a, b, c = make_ids(3)
    album = saved(90, photos=[a, b])
    for age, photos in ((80, [b]), (70, [b, c]), (10, [c]), (9, [c, a])):
        album.photos, album._history_date = photos, NOW - age * DAY
        album.save()
    assert pruned() > 0

    report = rebuild(now=NOW, check=True)
    assert report.is_clean, report.examples


def test_every_owner_model_is_pruned_and_named():
    poster = Poster(title="old")
    for age in (90, 80):
        poster._history_date = NOW - age * DAY
        poster.save()
    counts = prune(now=NOW)

    assert counts["project.Poster"] == 1
    assert counts[Diptych._meta.label] == 0
    assert poster.records.count() == 1


def test_more_owners_than_one_batch_are_all_pruned(monkeypatch):
    monkeypatch.setattr("gallery_events.flows.prune.BATCH", 3)
    albums = [saved(90, 80, 70) for _ in range(8)]

    assert pruned() == 16
    assert [versions(album) for album in albums] == [[3]] * 8


def test_nothing_else_deletes_a_snapshot():
    album = make_album()

    with pytest.raises(HistoryBypassed, match="gallery_prune"):
        album.history.all().delete()
    with pytest.raises(HistoryBypassed, match="gallery_prune"):
        album.history.first().delete()
    with pytest.raises(HistoryBypassed, match="gallery_prune"):
        Album.history.model._base_manager.all().delete()
