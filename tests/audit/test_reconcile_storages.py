"""Reconcile asks the storages before its transaction: nobody's save waits for a storage."""

import pytest
from django.db import connection

from gallery_events.flows.reconcile import settle
from gallery_events.flows.steps.purge import columns
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from gallery_events.signals import snapshot_recorded
from tests import NOW
from tests.audit import ways
from tests.factories import again, current, make_album, make_image
from tests.faults.driver import PATIENCE, actors
from tests.faults.recipes import scripted
from tests.project.models import Album
from tests.sweeping import DAY, TRASH, make_trashed, save_at, state

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + 2 * DAY


@pytest.fixture
def script(settings, media):
    """Return the script of the default storage."""
    return scripted.install(settings)


@pytest.fixture
def recorded():
    """Return the events of the snapshots that are told of."""
    found = []

    def note(sender, snapshot, **kwargs):
        found.append(snapshot.event)

    snapshot_recorded.connect(note)
    yield found
    snapshot_recorded.disconnect(note)


def purged(**columns):
    """Return an image that a sweep has purged, its files not yet removed."""
    image = make_trashed(**columns)
    assert sweep(now=NOW).purged >= 1
    return image


def purged_for_want_of_its_reference():
    """Return an album whose history needs an image that is purged all the same."""
    image = make_image(review_after=NOW - TRASH)
    album = save_at(Album(photos=[image.pk]), NOW - 8 * DAY)
    album.photos = []
    save_at(album, NOW - 8 * DAY)
    Reference.objects.all().delete()
    for moment in (NOW - TRASH, NOW):
        sweep(now=moment)
    assert state(image) == "purged", "only the history knew of it"
    return album, image


def test_no_storage_is_asked_while_a_transaction_is_open(script, recorded):
    album, needed = purged_for_want_of_its_reference()
    shown = purged()
    ways.raw_sql(album, [shown.pk])
    recorded.clear()
    asked = []
    script.always("exists", lambda: asked.append(connection.in_atomic_block))
    done = settle(Album, album.pk, now=NOW)
    assert (sorted(done.brought_back), done.lost) == (sorted([needed.pk, shown.pk]), [])
    assert asked == [False, False], "one file each"
    assert recorded == ["reconciled"], "nothing was begun twice"


def test_what_an_image_was_made_from_is_asked_for_before_too(script, settings):
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": None}
    original = make_trashed()
    derived = make_trashed(original=original)
    Image.objects.filter(pk=original.pk).update(trashed_at=None, review_after=None)
    for moment in (NOW, NOW + 20 * DAY, NOW + 40 * DAY):
        sweep(now=moment)
    album = make_album()
    ways.raw_sql(album, [derived.pk])
    asked = []
    script.always("exists", lambda: asked.append(connection.in_atomic_block))
    assert settle(Album, album.pk, now=NOW).brought_back == [original.pk, derived.pk]
    assert asked == [False, False]


def test_others_save_while_a_storage_does_not_answer(script):
    album = make_album()
    ways.raw_sql(album, [purged().pk])
    other = make_album()
    script.then("exists", "hang")
    with actors(2) as (reconciler, saver):
        reconciling = reconciler.start(settle, Album, album.pk, now=NOW)
        script.gate.wait_until_reached()
        saver.do(again(other).save)
        script.gate.open()
        assert len(reconciling.result(PATIENCE).brought_back) == 1
    assert again(album).photos.missing() == []


def test_files_that_go_while_the_storage_is_asked_are_not_there_any_more(script):
    image = purged()
    album = make_album()
    ways.raw_sql(album, [image.pk])
    script.then("exists", "hang_after")
    with actors(2) as (reconciler, sweeper):
        reconciling = reconciler.start(settle, Album, album.pk, now=NOW)
        script.gate.wait_until_reached()
        assert sweeper.do(sweep, now=LATER).files_removed == 1
        script.gate.open()
        done = reconciling.result(PATIENCE)
    assert (done.brought_back, [each.key for each in done.lost]) == ([], [image.pk])
    assert (current(album), Tombstone.objects.count()) == (set(), 1)


def bury(image):
    """Purge an image as a sweep does that has looked at what is live long ago."""
    Tombstone.objects.create(
        image_model="gallery_events.Image",
        key=str(image.pk),
        columns=columns(image),
        storage=image.storage,
        files=image.file_names(),
        purged_at=NOW,
        due=LATER,
    )
    Image.objects.filter(pk=image.pk)._raw_delete("default")


def test_what_is_purged_after_the_storages_were_asked_is_asked_for_as_well(script):
    first, late = purged(), make_image()
    album = make_album()
    ways.raw_sql(album, [first.pk, late.pk])
    asked = []

    def purge_past_every_look():
        asked.append(connection.in_atomic_block)
        if len(asked) == 1:
            bury(late)

    script.always("exists", purge_past_every_look)
    done = settle(Album, album.pk, now=NOW)
    assert (sorted(done.brought_back), done.lost) == (sorted([first.pk, late.pk]), [])
    assert asked == [False, False]
    assert current(album) == {first.pk, late.pk}


def test_a_storage_that_does_not_answer_leaves_what_is_known_recorded(script):
    image = purged()
    album = make_album()
    ways.raw_sql(album, [image.pk])
    script.then("exists", "error_before")
    done = settle(Album, album.pk, now=NOW)
    assert done.snapshot.event == "reconciled"
    (lost,) = done.lost
    assert "no route to the storage" in lost.why
    again_done = settle(Album, album.pk, now=NOW)
    assert (again_done.snapshot, again_done.brought_back) == (None, [image.pk])
    assert current(album) == {image.pk}
