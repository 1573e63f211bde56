"""What looks like drift and is none: nothing may refuse a sweep for it."""

from datetime import timedelta

import pytest
from django.test import override_settings

from audit.drift import find
from gallery_events.flows.repair import comparing
from gallery_events.flows.sweep import sweep
from tests import NOW
from tests.factories import make_album, make_ids
from tests.faults.driver import actors
from tests.sweeping import DAY, save_at

REFUSE = override_settings(GALLERY_AUDIT={"DRIFT": "refuse"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("removed", [True, False])
def test_a_save_between_the_reading_of_references_and_of_history_is_no_drift(monkeypatch, removed):
    album = make_album(make_ids(3))
    (new,) = make_ids(1)
    read = comparing._stored
    between = []

    def read_and_let_somebody_save(scope, keys):
        found = read(scope, keys)
        if not between:
            between.append(True)
            with actors(1) as (saver,):
                album.photos = album.photos[1:] if removed else [*album.photos, new]
                saver.do(album.save)
        return found

    monkeypatch.setattr(comparing, "_stored", read_and_let_somebody_save)
    monkeypatch.setattr(comparing, "suspects", lambda *given: given[-1])

    assert [str(each) for each in find(full=True)] == []
    assert between


@pytest.mark.django_db
@pytest.mark.parametrize(
    "before, after",
    [
        ({"RETENTION_DAYS": 7}, {"RETENTION_DAYS": 30}),
        ({"RETENTION_DAYS": 7}, {"RETENTION_DAYS": None}),
        ({"KEEP_SNAPSHOTS": 1}, {"KEEP_SNAPSHOTS": 5}),
    ],
    ids=str,
)
def test_what_ran_out_by_a_shorter_period_is_no_drift_by_a_longer_one(before, after):
    album = save_at(make_album(), NOW - timedelta(days=60))
    album.photos = make_ids(2)
    save_at(album, NOW - timedelta(days=50))
    album.photos = []
    save_at(album, NOW - timedelta(days=40))
    with REFUSE, override_settings(GALLERY_EVENTS=before):
        assert sweep(now=NOW - timedelta(days=5)).expired == 2
    save_at(album, NOW - timedelta(days=4))
    with REFUSE, override_settings(GALLERY_EVENTS=after):
        assert sweep(now=NOW + DAY).exit_code == 0
