"""Two people save at once: nobody waits without need, nobody's work is lost, nothing deadlocks."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save

from gallery_events import owners
from gallery_events.exceptions import StaleGallery
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from gallery_events.signals import image_rescued, snapshot_recorded
from tests import NOW
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.world import new_images, trashed_images
from tests.project.models import Album, Catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def create(*ids):
    return Album.objects.create(title="new", photos=list(ids))


def add(album, image):
    album.photos.append(image.pk)
    album.save()


def keys(images):
    return [image.pk for image in images]


@pytest.mark.postgresql
def test_savers_of_the_same_images_do_not_wait_for_each_other():
    ids = keys(new_images(5, now=NOW))
    with actors(2) as (one, other):
        one.begin()
        one.do(create, *ids)
        assert other.do(create, *reversed(ids)).photos.missing() == []
        one.commit()
    assert Reference.objects.count() == 10


@pytest.mark.postgresql
def test_savers_that_rescue_the_same_images_in_opposite_order_both_succeed():
    ids = keys(trashed_images(5, now=NOW))
    with actors(2) as (one, other):
        one.begin()
        one.do(create, *ids)
        saving = other.start(create, *reversed(ids))
        assert waits_for(other, one, under_way=saving)
        one.commit()
        assert saving.result(PATIENCE).photos == ids[::-1]
    assert not Image.objects.filter(trashed_at__isnull=False).exists()
    assert sweep(now=NOW).purged == 0


def test_many_savers_of_the_same_images_all_succeed():
    ids = keys(trashed_images(6, now=NOW))
    with actors(4) as savers:
        for turn in range(5):
            Image.objects.update(trashed_at=NOW)
            saving = [
                saver.start(create, *(ids if (at + turn) % 2 else reversed(ids)))
                for at, saver in enumerate(savers)
            ]
            for each in saving:
                each.result(PATIENCE)
    assert Album.objects.count() == 20
    assert Reference.objects.count() == 20 * len(ids)


@pytest.mark.postgresql
@pytest.mark.parametrize("road", ["create", "update"])
def test_bulk_calls_that_rescue_the_same_images_in_opposite_order_both_succeed(road):
    low, high = keys(trashed_images(2, now=NOW))
    albums = [create() for _ in range(4)]

    def rescue(chosen, first, second):
        first_album, second_album = chosen
        first_album.photos, second_album.photos = [first], [second]
        if road == "update":
            return Album.objects.bulk_update(chosen, ["photos"])
        new = [Album(title="bulk", photos=album.photos) for album in chosen]
        return Album.objects.bulk_create(new)

    with actors(2) as (one, other), held_at(image_rescued) as gate:
        saving = one.start(rescue, albums[:2], high, low)
        gate.wait_until_reached()
        image_rescued.disconnect(gate)
        late = other.start(rescue, albums[2:], low, high)
        assert waits_for(other, one, under_way=late)
        gate.open()
        saving.result(PATIENCE)
        late.result(PATIENCE)
    assert not Image.objects.filter(trashed_at__isnull=False).exists()


def test_the_second_of_two_editors_waits_and_merges():
    a, b, c = new_images(3, now=NOW)
    album = create(a.pk)
    mine, yours = (Album.objects.get(pk=album.pk) for _ in range(2))
    with actors(2) as (me, you), held_at(snapshot_recorded) as gate:
        saving = me.start(add, mine, b)
        gate.wait_until_reached()
        snapshot_recorded.disconnect(gate)
        late = you.start(add, yours, c)
        assert waits_for(you, me, under_way=late)
        gate.open()
        saving.result(PATIENCE)
        late.result(PATIENCE)
    album.refresh_from_db()
    assert (album.gallery_version, album.photos) == (3, [a.pk, b.pk, c.pk])
    assert list(album.history.values_list("gallery_version", flat=True)) == [3, 2, 1]


def test_the_second_of_two_editors_has_the_gallery_alone_when_the_first_gives_up():
    a, b, c = new_images(3, now=NOW)
    album = create(a.pk)
    mine, yours = (Album.objects.get(pk=album.pk) for _ in range(2))
    with actors(2) as (me, you):
        me.begin()
        me.do(add, mine, b)
        late = you.start(add, yours, c)
        assert waits_for(you, me, under_way=late)
        me.roll_back()
        late.result(PATIENCE)
        me.do(mine.save)
    album.refresh_from_db()
    assert album.photos == [a.pk, c.pk, b.pk], "and the first may try again"
    assert album.gallery_version == 3


@pytest.mark.postgresql
def test_without_the_lock_on_the_owner_the_second_editor_fails(monkeypatch):
    """Seeded: the database's own constraint is all that is left, and nothing merges."""
    statement = owners._lock_statement

    def without_lock(*args):
        return statement(*args).replace("FOR NO KEY UPDATE OF o", "")

    monkeypatch.setattr(owners, "_lock_statement", without_lock)
    a, b, c = new_images(3, now=NOW)
    album = create(a.pk)
    mine, yours = (Album.objects.get(pk=album.pk) for _ in range(2))
    with actors(2) as (me, you):
        me.begin()
        me.do(add, mine, b)
        late = you.start(add, yours, c)
        assert waits_for(you, me, under_way=late), "now for the row, having read too early"
        me.commit()
        with pytest.raises(IntegrityError, match="version"):
            late.result(PATIENCE)


def test_a_save_that_waits_for_the_deletion_of_its_owner_is_refused():
    a, b = new_images(2, now=NOW)
    album = create(a.pk)
    mine, yours = (Album.objects.get(pk=album.pk) for _ in range(2))
    with actors(2) as (me, you), held_at(snapshot_recorded) as gate:
        deleting = me.start(mine.delete)
        gate.wait_until_reached()
        snapshot_recorded.disconnect(gate)
        late = you.start(add, yours, b)
        assert waits_for(you, me, under_way=late)
        gate.open()
        deleting.result(PATIENCE)
        with pytest.raises(StaleGallery):
            late.result(PATIENCE)
    assert not Album.objects.exists()
    assert not Reference.objects.filter(until__isnull=True).exists()
    assert [each.gallery_event for each in Album.history.all()] == ["deleted", "created"]


def test_a_deletion_that_waits_for_a_save_records_what_was_saved():
    a, b = new_images(2, now=NOW)
    album = create(a.pk)
    mine, yours = (Album.objects.get(pk=album.pk) for _ in range(2))
    with actors(2) as (me, you):
        me.begin()
        me.do(add, mine, b)
        deleting = you.start(yours.delete)
        assert waits_for(you, me, under_way=deleting)
        me.commit()
        deleting.result(PATIENCE)
    last = Album.history.first()
    assert (last.gallery_event, last.gallery_version, last.photos) == ("deleted", 3, [a.pk, b.pk])
    assert not Reference.objects.filter(until__isnull=True).exists()
    assert Reference.objects.count() == 2


def test_a_transaction_of_two_saves_is_undone_whole():
    a, b = trashed_images(2, now=NOW)
    with transaction.atomic():
        create(a.pk)
        create(b.pk)
        transaction.set_rollback(True)
    assert not Album.objects.exists()
    assert not Album.history.exists()
    assert not Reference.objects.exists()
    assert Image.objects.filter(trashed_at__isnull=False).count() == 2


@pytest.mark.postgresql
def test_a_new_owner_never_overwrites_one_that_came_into_being_meanwhile():
    mine, theirs = keys(new_images(2, now=NOW))
    with actors(1) as (other,):

        def be_faster(sender, **kwargs):
            # Our look under the lock found no row; now there is one.
            pre_save.disconnect(be_faster, sender=Catalogue)
            other.do(Catalogue.objects.create, code="spring", plates=[theirs])

        pre_save.connect(be_faster, sender=Catalogue)
        with pytest.raises(IntegrityError):
            Catalogue(code="spring", plates=[mine]).save()
    assert Catalogue.objects.get().plates == [theirs]
    assert Catalogue.history.count() == 1
    assert Reference.objects.get().image_id == theirs
