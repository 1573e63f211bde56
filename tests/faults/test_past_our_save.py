"""Those who write past our save: the database stops a late foreign key, a look finds raw SQL."""

import pytest
from django.db import IntegrityError

from gallery_events.exceptions import ImagesLost
from gallery_events.flows import restore
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from gallery_events.signals import image_purged
from tests import NOW
from tests.faults import seeds
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.laws import Broken, demand
from tests.faults.world import trashed_images, write_raw
from tests.project.models import Album, Article

pytestmark = pytest.mark.django_db(transaction=True)


def no_article_dangles():
    there = set(Image.objects.values_list("pk", flat=True))
    named = set(Article.objects.filter(lead__isnull=False).values_list("lead", flat=True))
    demand(named <= there, "an article names a missing image", named - there)


def purge_under_an_open_writer():
    """Let a plain foreign key be written, not committed, while its image is purged."""
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (writer, sweeper):
        writer.begin()
        writer.do(Article.objects.create, lead_id=image.pk)
        report = sweeper.do(sweep, now=NOW)
        assert report.purged == 1, "an uncommitted foreign key stops nobody"
        writer.commit()


@pytest.mark.postgresql
def test_a_foreign_key_that_was_not_committed_when_its_image_went_is_refused():
    with pytest.raises(IntegrityError, match="lead"):
        purge_under_an_open_writer()
    no_article_dangles()
    assert not Article.objects.exists()


@pytest.mark.postgresql
def test_without_the_foreign_key_the_article_dangles():
    """Seeded: it takes two at once, which the machine never is."""
    with seeds.without_foreign_key(Article, "lead"):
        purge_under_an_open_writer()
        with pytest.raises(Broken, match="an article names a missing image"):
            no_article_dangles()


def test_a_foreign_key_waits_for_a_purge_and_is_refused():
    """PostgreSQL: at its COMMIT, for Django's foreign keys are deferred."""
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (sweeper, writer), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        writing = writer.start(Article.objects.create, lead_id=image.pk)
        assert waits_for(writer, sweeper, under_way=writing)
        gate.open()
        assert sweeping.result(PATIENCE).purged == 1
        with pytest.raises(IntegrityError):
            writing.result(PATIENCE)
    no_article_dangles()
    assert not Article.objects.exists()


def test_a_foreign_key_that_is_committed_first_keeps_its_image():
    image, other = trashed_images(2, now=NOW)
    with actors(2) as (writer, sweeper):
        writer.do(Article.objects.create, lead_id=image.pk)
        report = sweeper.do(sweep, now=NOW)
    assert (report.purged, report.kept) == (1, 1)
    assert set(Image.objects.all()) == {image}
    assert not Image.objects.filter(pk=other.pk).exists()


@pytest.mark.postgresql
def test_without_our_lock_a_save_is_stopped_by_the_database_alone(monkeypatch):
    """Seeded: nothing dangles, but the editor is not told what is lost."""
    seeds.unlock(monkeypatch, "KEY SHARE")
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (sweeper, saver), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        saving = saver.start(Album.objects.create, title="late", photos=[image.pk])
        waits_for(saver, sweeper, under_way=saving)
        gate.open()
        sweeping.result(PATIENCE)
        with pytest.raises(IntegrityError):
            saving.result(PATIENCE)
    assert not Reference.objects.exists()


@pytest.mark.parametrize("dies", [False, True])
def test_what_raw_sql_put_into_a_gallery_is_taken_out_of_the_trash(dies):
    image, other = trashed_images(2, now=NOW)
    album = Album.objects.create(title="raw")
    with actors(1) as (stranger,):
        stranger.begin()
        stranger.do(write_raw, Album, album.pk, "photos", [image.pk])
        (stranger.roll_back if dies else stranger.commit)()
    report = sweep(now=NOW)
    assert (report.purged, len(report.drift)) == ((2, 0) if dies else (1, 1))
    album.refresh_from_db()
    assert album.photos.missing() == []
    assert Image.objects.filter(pk=other.pk).count() == 0


def test_what_raw_sql_put_into_a_gallery_comes_back_with_its_deleted_owner():
    (image,) = trashed_images(1, now=NOW)
    album = Album.objects.create(title="raw")
    write_raw(Album, album.pk, "photos", [image.pk])
    album = Album.objects.get()
    album._history_date = NOW
    pk = album.pk
    album.delete()
    last = Album.history.order_by("-gallery_version").first()
    assert last.photos == [image.pk], "the last snapshot says so"
    sweep(now=NOW)
    try:
        assert restore.undelete(Album, pk).photos == [image.pk]
    except ImagesLost as lost:
        pytest.fail(str(lost))
