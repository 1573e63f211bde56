"""Proper saves and writes past them in any order: once reconciled, nothing of it is left or lost."""

from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from audit import drift
from audit.models import Entry, Verification
from audit.reconciling import reconcile_all
from gallery_events.exceptions import SweepRefused
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, SweepRun
from gallery_events.signals import snapshot_recorded
from tests import NOW
from tests.audit import ways
from tests.faults import laws
from tests.faults.world import new_images, wipe
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Story:
    """What happens to a few albums, each thing an hour after the other."""

    def __init__(self):
        self.now = NOW
        self.images = [each.pk for each in new_images(5, now=NOW)]
        self.backups = {}
        for at in range(3):
            self.create(at, self.images[at : at + 2])

    def album(self, which):
        rows = list(Album.objects.order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def ids(self, chosen):
        """Return the chosen images that are there: a stranger knows no others."""
        there = set(Image.objects.values_list("pk", flat=True))
        return [key for key in dict.fromkeys(chosen) if key in there]

    def create(self, which, ids):
        self.dated(Album(title="new", photos=ids)).save()

    def save(self, which, ids):
        if album := self.dated(self.album(which)):
            album.photos = ids
            album.save()

    def delete(self, which, ids):
        if album := self.dated(self.album(which)):
            album.delete()

    def change(self, which, ids):
        if album := self.album(which):
            list(ways.CHANGES.values())[which % len(ways.CHANGES)](album, ids)

    def insert(self, which, ids):
        if not Album.objects.filter(pk=1_000_000 + which).exists():
            ways.insert_raw(1_000_000 + which, ids)

    def vanish(self, which, ids):
        if album := self.album(which):
            ways.delete_raw(album)

    def save_unheard(self, which, ids):
        with ways.muted(snapshot_recorded):
            self.save(which, ids)

    def save_unrecorded(self, which, ids):
        if album := self.dated(self.album(which)):
            ways.muted_post_save(album, ids)

    def back_up(self, which, ids):
        if album := self.album(which):
            self.backups[album.pk] = (album.gallery_version, list(album.photos))

    def put_back(self, which, ids):
        album = self.album(which)
        if album and album.pk in self.backups:
            version, photos = self.backups[album.pk]
            ways.execute(
                "UPDATE project_album SET gallery_version = %s WHERE id = %s", version, album.pk
            )
            ways.raw_sql(album, self.ids(photos))

    def drop_references(self, which, ids):
        if album := self.album(which):
            Reference.objects.filter(object_id=str(album.pk)).delete()

    def reconcile(self, which, ids):
        reconcile_all(now=self.now)

    def sweep(self, which, ids):
        self.now += which * 7 * DAY
        mode = "refuse" if which % 2 else "reconcile"
        try:
            with override_settings(GALLERY_AUDIT={"DRIFT": mode}):
                sweep(now=self.now)
            event("swept")
        except SweepRefused:
            assert mode == "refuse"
            event("refused")

    def dated(self, album):
        if album is not None:
            album._history_date = self.now
        return album

    def happen(self, what, which, chosen):
        self.now += HOUR
        getattr(self, what)(which, self.ids(self.images[at] for at in chosen))


WAYS = [name for name in vars(Story) if not name.startswith("_")]
STEPS = sorted(set(WAYS) - {"album", "ids", "dated", "happen"})
steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.lists(st.integers(0, 4), max_size=3)),
    min_size=4,
    max_size=12,
)


def written():
    """Return all that a reconciliation may write."""
    tables = (Album, Album.history.model, Reference, Entry, Image)
    return [list(each._base_manager.order_by("pk").values()) for each in tables]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(steps)
def test_after_reconciling_nothing_differs_and_only_what_nobody_needs_is_swept(happening):
    wipe()
    story = Story()
    for what, which, chosen in happening:
        story.happen(what, which, chosen)
    for kind in {each.kind for each in drift.find(full=True, now=story.now)}:
        event(kind.value)
    assert reconcile_all(now=story.now).is_clean
    assert list(drift.find(full=True, now=story.now)) == []
    report = rebuild(now=story.now, check=True)
    assert report.is_clean, report
    before = written()
    assert reconcile_all(now=story.now).reconciled == 0
    assert written() == before
    rows = dict(Album.objects.values_list("pk", "photos"))
    for _ in range(6):
        story.now += 25 * DAY
        with override_settings(GALLERY_AUDIT={"DRIFT": "refuse"}):
            sweep(now=story.now)
        laws.galleries_are_whole(Image.objects.in_bulk())
    laws.only_what_is_needed_stays(1)
    assert dict(Album.objects.values_list("pk", "photos")) == rows
    assert SweepRun.objects.exists()
    assert Verification.objects.order_by("pk").last().found == 0
