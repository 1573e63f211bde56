"""From the gallery to the tombstone: which moment ends what."""

import pytest

from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, SweepRun, Tombstone
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Photo, Poster
from tests.sweeping import (
    DAY,
    GRACE,
    RETENTION,
    TICK,
    TRASH,
    make_due,
    make_trashed,
    save_at,
    state,
    sweep_daily,
    unreviewed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conf(settings):
    """Return a function that sets some of GALLERY_EVENTS."""

    def change(**given):
        settings.GALLERY_EVENTS = {**settings.GALLERY_EVENTS, **given}

    return change


def album_at(at, ids):
    return save_at(Album(title="Summer", photos=ids), at)


def held(album):
    return Reference.objects.filter(object_id=str(album.pk), held=True).count()


# The whole life of an image.


def test_an_image_outlives_its_last_gallery_by_retention_and_trash(media):
    image = make_image(review_after=NOW + GRACE)
    path = media / image.file.name
    album = album_at(NOW, [image.pk])
    taken_out = NOW + 100 * DAY
    sweep_daily(NOW, 20)
    album.photos = []
    save_at(album, taken_out)

    story = []
    for day in range(101, 150):
        now = NOW + day * DAY
        sweep(now=now)
        assert not unreviewed().exists()
        story.append((state(image), path.exists()))
    days = [story.index(each) + 101 for each in sorted(set(story), key=story.index)]

    # In the trash after 30 days, purged after 7 more, its file removed a day later.
    assert sorted(set(story), key=story.index) == [
        ("kept", True),
        ("trashed", True),
        ("purged", True),
        ("purged", False),
    ]
    assert days == [101, 130, 137, 138]


def test_an_upload_that_nobody_saved_goes_after_its_grace():
    image = make_image(review_after=NOW + GRACE)
    sweep(now=NOW + GRACE - TICK)
    assert state(image) == "kept"
    sweep(now=NOW + GRACE)
    assert state(image) == "trashed"


def test_an_upload_in_a_gallery_is_reviewed_once():
    image = make_image(review_after=NOW + GRACE)
    make_album([image.pk])
    assert sweep(now=NOW + GRACE).cleared == 1
    image.refresh_from_db()
    assert image.review_after is None
    assert sweep(now=NOW + GRACE + DAY).cleared == 0


# Boundaries, to the microsecond.


@pytest.mark.parametrize("after, expired", [(RETENTION - TICK, 0), (RETENTION, 1)])
def test_a_reference_ends_with_its_retention(after, expired):
    album = album_at(NOW - DAY, make_ids(1))
    album.photos = []
    save_at(album, NOW)
    report = sweep(now=NOW + after)
    assert (report.expired, report.trashed) == (expired, expired)


@pytest.mark.parametrize("after, left", [(TRASH - TICK, "trashed"), (TRASH, "purged")])
def test_the_trash_ends_with_its_period(after, left):
    image = make_due()
    sweep(now=NOW)
    sweep(now=NOW + after)
    assert state(image) == left


@pytest.mark.parametrize("after, there", [(DAY - TICK, True), (DAY, False)])
def test_files_go_when_their_delay_is_over(media, after, there):
    image = make_trashed()
    sweep(now=NOW)
    assert state(image) == "purged"
    sweep(now=NOW + after)
    assert (media / image.file.name).exists() is there


def test_without_a_delay_files_go_in_the_same_run(media, conf):
    conf(FILE_DELAY_HOURS=0)
    image = make_trashed()
    report = sweep(now=NOW)
    assert (report.purged, report.files_removed) == (1, 1)
    assert not (media / image.file.name).exists()


def test_a_snapshot_dated_back_ends_its_images_that_much_earlier():
    album = album_at(NOW - 90 * DAY, make_ids(1))
    album.photos = []
    save_at(album, NOW - RETENTION)
    assert sweep(now=NOW).expired == 1


# "None" is never.


def test_without_an_end_of_the_retention_nothing_expires(conf):
    conf(RETENTION_DAYS=None)
    album = album_at(NOW, make_ids(1))
    album.photos = []
    save_at(album, NOW)
    assert sweep(now=NOW + 3000 * DAY).expired == 0


def test_without_an_end_of_the_trash_nothing_is_purged(conf):
    conf(TRASH_DAYS=None)
    image = make_due()
    sweep(now=NOW)
    sweep(now=NOW + 3000 * DAY)
    assert state(image) == "trashed"


def test_without_an_end_of_the_grace_an_upload_waits_for_ever(conf):
    conf(UPLOAD_GRACE_DAYS=None)
    image = make_image()
    assert sweep(now=NOW + 3000 * DAY).trashed == 0
    assert state(image) == "kept"


def test_files_that_are_never_removed_stay_until_there_is_a_delay(conf, media):
    conf(FILE_DELAY_HOURS=None)
    image = make_trashed()
    assert sweep(now=NOW).purged == 1
    assert sweep(now=NOW + 3000 * DAY).files_removed == 0
    conf(FILE_DELAY_HOURS=24)
    assert sweep(now=NOW + 3001 * DAY).files_removed == 0
    assert sweep(now=NOW + 3002 * DAY).files_removed == 0
    assert (media / image.file.name).exists()
    assert sweep(now=NOW + 3003 * DAY).files_removed == 1


def test_what_waited_for_ever_waits_a_whole_period_once_there_is_an_end(conf):
    conf(UPLOAD_GRACE_DAYS=None, TRASH_DAYS=None)
    waiting, in_trash = make_image(), make_due()
    sweep(now=NOW)
    conf(UPLOAD_GRACE_DAYS=14, TRASH_DAYS=7)
    sweep(now=NOW + DAY)
    sweep(now=NOW + 2 * DAY)
    waiting.refresh_from_db()
    in_trash.refresh_from_db()
    assert waiting.review_after == NOW + 2 * DAY + GRACE
    assert in_trash.review_after == NOW + 2 * DAY + TRASH


def test_a_trash_period_that_grew_holds_what_is_in_the_trash(conf):
    image = make_trashed()
    conf(TRASH_DAYS=10)
    assert sweep(now=NOW).kept == 1
    image.refresh_from_db()
    assert image.review_after == image.trashed_at + 10 * DAY


# The newest snapshots of an owner.


@pytest.fixture
def last_three(conf):
    """Return an album whose image is in the second newest of its three newest snapshots."""
    conf(KEEP_SNAPSHOTS=3)
    album = album_at(NOW, make_ids(1))
    album.photos = []
    save_at(album, NOW)
    save_at(album, NOW)
    return album


def test_the_newest_snapshots_keep_their_images_whatever_their_age(last_three):
    report = sweep(now=NOW + 1000 * DAY)
    assert (report.expired, held(last_three)) == (0, 1)
    assert sweep(now=NOW + 2000 * DAY).expired == 0


def test_the_owners_next_save_lets_them_go(last_three):
    sweep(now=NOW + 1000 * DAY)
    save_at(last_three, NOW + 1001 * DAY)
    assert held(last_three) == 0
    assert sweep(now=NOW + 1002 * DAY).expired == 1


def test_the_owners_deletion_lets_them_go(last_three):
    sweep(now=NOW + 1000 * DAY)
    last_three.delete()
    assert not Reference.objects.filter(held=True).exists()
    assert sweep(now=NOW + 1002 * DAY).expired == 1


def test_fewer_snapshots_to_keep_let_them_go(last_three, conf):
    sweep(now=NOW + 1000 * DAY)
    conf(KEEP_SNAPSHOTS=2)
    assert sweep(now=NOW + 1001 * DAY).expired == 0
    assert sweep(now=NOW + 1002 * DAY).expired == 1


def test_a_run_that_did_not_end_does_not_count_as_the_last_one(last_three, conf):
    sweep(now=NOW + 1000 * DAY)
    conf(KEEP_SNAPSHOTS=2)
    SweepRun.objects.create(
        started_at=NOW, judged_at=NOW, settings={"KEEP_SNAPSHOTS": 2}, finished_at=None
    )
    assert sweep(now=NOW + 1001 * DAY).expired == 0
    assert sweep(now=NOW + 1002 * DAY).expired == 1


# What stays of an image.


@pytest.mark.parametrize("model", [Image, Photo])
def test_a_tombstone_holds_the_row_whole(model):
    image = make_trashed(model, alt="A boat", caption="Äöü", renditions={"s": {"name": "x/s.png"}})
    image.refresh_from_db()
    columns = {
        field.attname: field.value_from_object(image) for field in image._meta.concrete_fields
    }
    sweep(now=NOW)
    found = Tombstone.objects.get()

    assert found.image_pk == image.pk
    assert type(found.image_pk) is type(image.pk)
    assert found.files == [image.file.name, "x/s.png"]
    assert (found.purged_at, found.due) == (NOW, NOW + DAY)
    assert found.columns.keys() == columns.keys()
    for field in image._meta.concrete_fields:
        assert field.to_python(found.columns[field.attname]) == columns[field.attname], field
    assert found.evidence["run"] == SweepRun.objects.get().pk


def test_one_sweep_covers_all_image_models():
    image, photo = make_trashed(), make_trashed(Photo)
    poster = save_at(Poster(title="P", photos=[make_image(Photo).pk]), NOW - 60 * DAY)
    poster.photos = []
    save_at(poster, NOW - RETENTION)
    report = sweep(now=NOW)
    assert (report.purged, report.expired, report.trashed) == (2, 1, 1)
    assert {state(image), state(photo)} == {"purged"}
