"""Recipes 7 and 8, PostgreSQL: a sweep and a save at isolation levels that see the past."""

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from gallery_events import conf
from gallery_events.domain.report import SweepReport
from gallery_events.exceptions import ImagesLost
from gallery_events.flows.steps import review
from gallery_events.flows.steps.run import Run
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from gallery_events.signals import image_purged
from tests import NOW
from tests.faults.driver import PATIENCE, Gate, actors, held_at, waits_for
from tests.faults.recipes.failpoints import at_statement, through
from tests.faults.world import trashed_images
from tests.project.models import Album, Article

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

LOOK = ('SELECT "gallery_events_image"."review_after"', "ORDER BY")
REPEATABLE_READ, SERIALIZABLE = 3, 4  # as psycopg numbers them


def create(*ids):
    return Album.objects.create(title="late", photos=list(ids))


@pytest.fixture(params=[REPEATABLE_READ, SERIALIZABLE], ids=["repeatable read", "serializable"])
def level(request):
    from psycopg import IsolationLevel

    return {"isolation_level": IsolationLevel(request.param)}


def test_recipe_07_a_save_after_the_look_keeps_its_image(level):
    image, _other = trashed_images(2, now=NOW)
    gate = Gate()
    with actors(1, **level) as (sweeper,):
        sweeping = sweeper.start(through, at_statement(*LOOK, act=gate, after=True), sweep, now=NOW)
        gate.wait_until_reached()
        album = create(image.pk)
        gate.open()
        assert sweeping.result(PATIENCE).purged == 1
    assert album.photos.missing() == []
    assert set(Image.objects.all()) == {image}


def test_recipe_07_a_save_waits_for_the_purge_and_is_refused(level):
    (image,) = trashed_images(1, now=NOW)
    with actors(2, **level) as (sweeper, saver), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        saving = saver.start(create, image.pk)
        assert waits_for(saver, sweeper, under_way=saving)
        gate.open()
        assert sweeping.result(PATIENCE).purged == 1
        with pytest.raises((ImagesLost, OperationalError)):
            saving.result(PATIENCE)
    assert not Reference.objects.exists()


def purge_by_an_old_snapshot(image, write):
    """Let a transaction look, others write, and then purge by what was seen before that."""
    run = Run(now=NOW, settings=conf.current(), report=SweepReport(now=NOW), clock=timezone.now)

    def look():
        return Article.objects.count(), Reference.objects.count()

    with transaction.atomic():
        assert look() == (0, 0)
        with actors(1) as (writer,):
            writer.do(write)
        review._review_keys(run, Image, [image.pk], using="default", live={})
    return run.report


@pytest.fixture
def main_connection(level):
    """Give this thread's own connection the level, and take it back."""
    before = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["OPTIONS"] = {**before, **level}
    yield
    connection.close()
    connection.settings_dict["OPTIONS"] = before


def test_recipe_07_a_foreign_key_that_an_old_snapshot_does_not_see_keeps_its_image(main_connection):
    """The database's own look is at what is committed now, whatever ours sees."""
    (image,) = trashed_images(1, now=NOW)
    try:
        report = purge_by_an_old_snapshot(image, lambda: Article.objects.create(lead_id=image.pk))
    except (IntegrityError, OperationalError):
        report = None
    assert report is None or report.purged == 0
    assert Article.objects.get().lead == image


def test_recipe_07_a_save_that_an_old_snapshot_does_not_see_keeps_its_image(main_connection):
    (image,) = trashed_images(1, now=NOW)
    try:
        report = purge_by_an_old_snapshot(image, lambda: create(image.pk))
    except (IntegrityError, OperationalError):
        report = None
    assert report is None or report.purged == 0
    assert Album.objects.get().photos.missing() == []


def test_recipe_08_of_two_savers_that_cannot_be_put_in_order_one_is_refused_and_may_try_again(
    level,
):
    (image,) = trashed_images(1, now=NOW)
    with actors(2, **level) as (one, other):
        one.begin()
        one.do(create, image.pk)
        saving = other.start(create, image.pk)
        assert waits_for(other, one, under_way=saving)
        one.commit()
        with pytest.raises(OperationalError) as refused:
            saving.result(PATIENCE)
        assert refused.value.__cause__.sqlstate == "40001"
        assert Album.objects.count() == Reference.objects.count() == 1
        other.do(create, image.pk)
    assert Reference.objects.filter(image=image, until=None).count() == 2


def test_recipe_08_two_editors_of_one_gallery_who_see_the_past_lose_nothing(level):
    a, b = (each.pk for each in trashed_images(2, now=NOW))
    album = create()
    mine, yours = (Album.objects.get(pk=album.pk) for _ in range(2))
    with actors(2, **level) as (me, you):
        me.begin()
        mine.photos = [a]
        me.do(mine.save)
        yours.photos = [b]
        saving = you.start(yours.save)
        assert waits_for(you, me, under_way=saving)
        me.commit()
        with pytest.raises(OperationalError):
            saving.result(PATIENCE)
        you.do(yours.save)
    album.refresh_from_db()
    assert (album.gallery_version, sorted(album.photos)) == (3, [a, b])
