"""Everybody at once, for a bounded number of turns, and somebody who watches."""

import random
from datetime import timedelta
from threading import Event, Lock
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection, transaction

from gallery_events import sql
from gallery_events.exceptions import GalleryError, ImagesLost, StaleGallery
from gallery_events.flows import restore
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from tests import NOW
from tests.faults import laws, oracle
from tests.faults.driver import actors
from tests.faults.world import new_image
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

TURNS = 80
#: The whole storm; a turn takes milliseconds.
LONGEST = 120


class Clock:
    """The time of the storm: every sweep moves it on, everybody reads it, until it is over."""

    def __init__(self):
        self.now, self._lock = NOW, Lock()
        self.over = Event()

    def turns(self, number):
        """Count turns; nobody takes another one when the storm ends before its time."""
        for turn in range(number):
            if self.over.is_set():
                return
            yield turn

    def move(self):
        with self._lock:
            self.now += timedelta(days=8)
            Album._history_date = self.now
            return self.now


@pytest.fixture
def clock(settings, caplog):
    caplog.set_level("CRITICAL", logger="gallery_events")
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0, "BREAKER": {"SHARE_FROM": 10_000}}
    Album._history_date = NOW
    yield Clock()
    del Album._history_date


def save_often(clock, seed):
    """Save albums with whatever images are there; return how many saves came through."""
    chance, done = random.Random(seed), 0
    for _ in clock.turns(TURNS):
        images = list(Image.objects.order_by("?").values_list("pk", flat=True)[:3])
        images.append(new_image(now=clock.now).pk)
        album = chance.choice(list(Album.objects.all()))
        album.photos = [*album.photos[-3:], *(key for key in images if key not in album.photos)]
        try:
            album.save()
            done += 1
        except (ImagesLost, StaleGallery):
            continue
    return done


def restore_often(clock, seed):
    chance, done = random.Random(seed), 0
    for _ in clock.turns(TURNS):
        album = chance.choice(list(Album.objects.all()))
        version = chance.randint(1, album.gallery_version)
        try:
            restore.restore(album, version)
            done += 1
        except GalleryError:
            continue
    return done


def sweep_often(clock):
    return sum(sweep(now=clock.move()).purged for _ in clock.turns(TURNS // 2))


def watch(clock):
    """Look at everything as of one moment, again and again, until it is over."""
    looks = 0
    # On SQLite a look takes the one lock there is: others must get their turn.
    while not clock.over.wait(0.01):
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            shown = laws.shown()
            lost = shown - set(Image.objects.values_list("pk", flat=True))
        laws.demand(not lost, "a gallery is broken", lost)
        looks += 1
    return looks


def storm(clock, **options):
    """Let them all loose; return the looks, the saves, the restores and the purges."""
    for _ in range(4):
        Album.objects.create(title="storm", photos=[new_image(now=NOW).pk])
    with actors(6, **options) as (watcher, *savers, restorer, sweeper, rival):
        watching = watcher.start(watch, clock)
        saving = [saver.start(save_often, clock, at) for at, saver in enumerate(savers)]
        restoring = restorer.start(restore_often, clock, 7)
        sweeping = [each.start(sweep_often, clock) for each in (sweeper, rival)]
        try:
            saved = sum(each.result(LONGEST) for each in saving)
            restored = restoring.result(LONGEST)
            purged = sum(each.result(LONGEST) for each in sweeping)
        finally:
            clock.over.set()
        return watching.result(LONGEST), saved, restored, purged


def everything_is_whole():
    laws.galleries_are_whole(Image.objects.in_bulk())
    laws.orphans_are_candidates()
    laws.galleries_show_no_trash()
    log = oracle.log()
    known = oracle.intervals(log)
    found = oracle.stored()
    laws.demand(found <= known, "a reference that no snapshot explains", found - known)
    current = {each for each in known if each.until is None}
    laws.demand(current <= found, "a reference is missing", current - found)


@pytest.mark.postgresql
def test_nobody_ever_sees_a_gallery_that_names_a_missing_image(clock):
    looks, saved, restored, purged = storm(clock)
    everything_is_whole()
    assert min(looks, saved, purged) >= 10, (looks, saved, restored, purged)


@pytest.mark.sqlite
@pytest.mark.parametrize("mode", ["IMMEDIATE", None], ids=["immediate", "default"])
def test_a_storm_on_sqlite_is_waited_out_in_either_mode(clock, mode):
    """Django's default is DEFERRED: then our own first statement takes the lock."""
    looks, saved, restored, purged = storm(clock, transaction_mode=mode)
    everything_is_whole()
    assert min(looks, saved, purged) >= 10, (looks, saved, restored, purged)


@pytest.mark.sqlite
def test_without_writing_first_sqlite_refuses_savers_in_its_default_mode(clock, monkeypatch):
    """Seeded: this is what the statement of no effect is for."""
    monkeypatch.setattr(sql, "begin_writing", Mock())
    with pytest.raises(OperationalError, match="locked"):
        storm(clock, transaction_mode=None)


def test_after_a_storm_everything_that_is_not_needed_goes(clock):
    for _ in range(4):
        Album.objects.create(title="storm", photos=[new_image(now=NOW).pk])
    with actors(2) as savers:
        for each in [saver.start(save_often, clock, at) for at, saver in enumerate(savers)]:
            each.result(LONGEST)
    for _ in range(3):
        clock.now += timedelta(days=45)
        sweep(now=clock.now)
    laws.only_what_is_needed_stays(keep=1)
    assert Tombstone.objects.exists()
    assert not Reference.objects.filter(until__isnull=False).exists()
