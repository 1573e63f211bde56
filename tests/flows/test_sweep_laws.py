"""The laws of the sweep against what goes past us: raw rows, raw lists, failing receivers."""

import json

import pytest
from django.db import connection, transaction

from gallery_events.exceptions import SweepRefused
from gallery_events.flows.steps import review
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, SweepRun, Tombstone
from gallery_events.signals import image_purged, image_trashed, sweep_finished, sweep_starting
from tests import NOW
from tests.factories import again, make_album, make_image
from tests.project.models import Album, Photo, Poster
from tests.sweeping import (
    DAY,
    TRASH,
    make_due,
    make_trashed,
    save_at,
    state,
    sweep_daily,
    unreviewed,
    write_gallery,
)


@pytest.fixture
def listen():
    """Return a function that connects a receiver until the test is over."""
    connected = []

    def connect(signal, receiver):
        signal.connect(receiver, weak=False)
        connected.append((signal, receiver))

    yield connect
    for signal, receiver in connected:
        signal.disconnect(receiver)


# Law 2: the database has the last word.


@pytest.fixture
def stranger_table(transactional_db):
    """Make a table that Django knows nothing of, with a foreign key to images."""
    image = Image._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE stranger (image bigint NOT NULL REFERENCES {image} (id) "
            "DEFERRABLE INITIALLY DEFERRED)"
        )
    yield "stranger"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE stranger")


def name_by_hand(image):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO stranger (image) VALUES (%s)", [image.pk])


def test_a_row_that_only_the_database_knows_keeps_its_image_and_the_run_goes_on(stranger_table):
    first, named, last = make_trashed(), make_trashed(), make_trashed()
    name_by_hand(named)
    report = sweep(now=NOW)

    assert [state(each) for each in (first, named, last)] == ["purged", "trashed", "purged"]
    assert (report.purged, report.kept, report.failed) == (2, 1, 0)
    assert report.reasons[f"keep: {review.LATE}"] == 1
    assert Tombstone.objects.count() == 2
    assert SweepRun.objects.get().purged == 2
    named.refresh_from_db()
    assert named.review_after == NOW + DAY
    assert not unreviewed().exists()


def test_it_goes_when_that_row_is_gone(stranger_table):
    image = make_trashed()
    name_by_hand(image)
    sweep(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stranger")
    assert sweep(now=NOW + DAY).purged == 1


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL"])
def test_a_foreign_key_that_acts_by_itself_refuses_the_sweep(transactional_db, action):
    image = make_trashed()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE stranger (image bigint REFERENCES {Image._meta.db_table} (id) "
            f"ON DELETE {action})"
        )
    try:
        name_by_hand(image)
        with pytest.raises(SweepRefused, match=r"stranger.*database-level on_delete"):
            sweep(now=NOW)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE stranger")
    assert state(image) == "trashed"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_mind_foreign_keys_refuses_the_sweep():
    off, on = {
        "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
        "postgresql": (
            "SET session_replication_role = 'replica'",
            "SET session_replication_role = 'origin'",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(off)
        try:
            with pytest.raises(SweepRefused, match="does not enforce foreign keys"):
                sweep(now=NOW)
        finally:
            cursor.execute(on)


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_only_a_dry_run_is_possible():
    image = make_trashed()
    with transaction.atomic():
        assert sweep(now=NOW, dry_run=True).purged == 1
        with pytest.raises(SweepRefused, match="A transaction is open"):
            sweep(now=NOW)
    assert state(image) == "trashed"
    transaction.set_autocommit(False)
    try:
        with pytest.raises(SweepRefused, match="A transaction is open"):
            sweep(now=NOW)
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


# Law 3: what is live is looked at before anything is purged.

SHAPES = {
    "a list": lambda key: [key],
    "text": lambda key: [str(key)],
    "among rubbish": lambda key: [None, 1.5, {"x": 1}, "no key", key, key],
}


@pytest.mark.django_db
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("owner_model, model", [(Album, Image), (Poster, Photo)])
def test_an_id_written_into_a_gallery_past_the_signals_is_rescued(owner_model, model, shape):
    image, orphan = make_trashed(model), make_trashed(model)
    owner = owner_model.objects.create(title="Owner")
    write_gallery(owner, "photos", json.dumps(shape(image.pk), default=str))
    report = sweep(now=NOW)

    assert (state(image), state(orphan)) == ("kept", "purged")
    assert (report.rescued, report.purged, report.exit_code) == (1, 1, 2)
    assert len(report.drift) == 1
    assert f"{owner_model._meta.label} {owner.pk}" in report.drift[0]
    assert str(image.pk) in report.drift[0]


@pytest.mark.django_db
def test_so_is_one_in_a_row_that_has_no_snapshot():
    image = make_trashed()
    album = make_album()
    write_gallery(album, "photos", json.dumps([image.pk]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {album.history.model._meta.db_table}")
    assert (sweep(now=NOW).rescued, state(image)) == (1, "kept")


@pytest.mark.django_db
def test_so_is_one_in_a_row_put_back_from_an_older_version():
    image = make_image()
    album = make_album([image.pk])
    album.photos = []
    album.save()
    image.references.all().delete()
    Image.objects.filter(pk=image.pk).update(trashed_at=NOW - 7 * DAY, review_after=NOW)
    write_gallery(album, "photos", json.dumps([image.pk]))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Album._meta.db_table} SET gallery_version = 1")
    report = sweep(now=NOW)
    assert (report.rescued, state(image), len(report.drift)) == (1, "kept", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("owner_model, image_model", [(Album, Image), (Poster, Photo)])
def test_an_image_that_a_gallery_shows_outlives_its_reference_whatever_its_key(
    owner_model, image_model
):
    image = make_image(image_model)
    owner = save_at(owner_model(photos=[image.pk]), NOW)
    image.references.all()._raw_delete("default")
    image_model.objects.update(trashed_at=NOW - TRASH, review_after=NOW)
    report = sweep(now=NOW)

    assert (report.rescued, state(image), len(report.drift)) == (1, "kept", 1)
    assert again(owner).photos.missing() == []
    assert f"in photos of {owner_model._meta.label} {owner.pk}" in report.drift[0]


@pytest.mark.django_db
def test_an_image_that_is_live_stays_so_run_after_run():
    image, album = make_trashed(), make_album()
    write_gallery(album, "photos", json.dumps([image.pk]))
    for day in range(60):
        sweep(now=NOW + day * DAY)
    assert Image.objects.filter(pk=image.pk).exists()


# Receivers.


def refuse(wanted):
    def receiver(sender, image, **kwargs):
        if image.pk == wanted.pk:
            raise RuntimeError("not this one")

    return receiver


@pytest.mark.django_db
def test_a_receiver_that_raises_stops_only_that_trashing(listen):
    images = [make_due() for _ in range(3)]
    listen(image_trashed, refuse(images[1]))
    report = sweep(now=NOW)
    assert [state(each) for each in images] == ["trashed", "kept", "trashed"]
    assert (report.trashed, report.failed, report.exit_code) == (2, 1, 2)
    assert "not this one" in report.errors[0]
    images[1].refresh_from_db()
    assert images[1].review_after == NOW + DAY


@pytest.mark.django_db
def test_a_receiver_that_raises_stops_only_that_purge(listen):
    images = [make_trashed() for _ in range(3)]
    listen(image_purged, refuse(images[1]))
    report = sweep(now=NOW)
    assert [state(each) for each in images] == ["purged", "trashed", "purged"]
    assert (report.purged, report.failed) == (2, 1)
    assert Tombstone.objects.count() == SweepRun.objects.get().purged == 2


@pytest.mark.django_db
def test_whoever_hears_of_the_trash_sees_the_row_as_it_is(listen):
    image, heard = make_due(), []

    def receiver(sender, image, reason, **kwargs):
        row = Image.objects.get(pk=image.pk)
        heard.append((image.trashed_at, image.review_after, reason))
        assert (row.trashed_at, row.review_after) == heard[-1][:2]

    listen(image_trashed, receiver)
    sweep(now=NOW)
    assert heard == [(NOW, NOW + 7 * DAY, "nothing names it any more")]
    assert state(image) == "trashed"


@pytest.mark.django_db
def test_a_veto_refuses_the_sweep(listen):
    image = make_trashed()

    def veto(sender, now, dry_run, **kwargs):
        raise SweepRefused("the backup is running")

    listen(sweep_starting, veto)
    with pytest.raises(SweepRefused) as refused:
        sweep(now=NOW)
    assert refused.value.reasons == ["the backup is running"]
    assert state(image) == "trashed"
    assert SweepRun.objects.get().outcome == "refused"


@pytest.mark.django_db
def test_a_receiver_of_the_end_cannot_undo_it(listen, caplog):
    def fail(**kwargs):
        raise RuntimeError

    listen(sweep_finished, fail)
    assert sweep(now=NOW).exit_code == 0
    assert "A receiver of sweep_finished failed" in caplog.text


@pytest.mark.django_db
def test_an_image_that_a_raw_list_shows_never_goes_back_into_the_trash():
    image = make_trashed()
    album = save_at(Album(title="Behind our back"), NOW - 60 * DAY)
    write_gallery(album, "photos", f"[{image.pk}]")

    reports = sweep_daily(NOW, 40)

    assert {report.trashed for report in reports} == {0}
    assert sum(bool(report.drift) for report in reports) >= 3
    assert state(image) == "kept"
    assert f"in photos of project.Album {album.pk}, written past the signals" in str(explain(image))
