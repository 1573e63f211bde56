"""What a sweep looks at before it purges is bounded as the run is, and never less than it purges."""

import json
from contextlib import contextmanager
from time import monotonic

import pytest
from django.db import connection

from gallery_events.conf import current
from gallery_events.domain.report import SweepReport
from gallery_events.flows.steps import breaker, live, review, run
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import make_image
from tests.project.models import Album, Photo
from tests.sweeping import DAY, TRASH, make_due, make_trashed, save_at, state

pytestmark = pytest.mark.django_db

asked = []


def source(images):
    """Name none, and note how many it was asked about."""
    asked.extend(images)
    return set()


@pytest.fixture
def conf(settings):
    """Return what sets GALLERY_EVENTS; the source notes what it is asked."""
    asked.clear()

    def configure(**values):
        settings.GALLERY_EVENTS = {"SOURCES": [f"{__name__}.source"], **values}

    return configure


@contextmanager
def looked_at():
    """Note the keys that galleries are asked for, statement by statement."""
    found = []

    def note(execute, statement, params, many, context):
        if "WHERE e.value IN" in statement:
            found.append(json.loads(params[0]))
        return execute(statement, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def a_run(**how):
    """Return what the steps of a run are given."""
    return run.Run(NOW, current(), SweepReport(now=NOW), clock=lambda: NOW, **how)


def shown_without_its_reference(**columns):
    """Return an image that a gallery shows, and whose reference somebody deleted."""
    image = make_trashed(**columns)
    save_at(Album(photos=[image.pk]), NOW - DAY)
    image.references.all()._raw_delete("default")
    Image.objects.filter(pk=image.pk).update(trashed_at=columns["since"])
    return image


def test_only_what_may_be_purged_or_was_kept_is_looked_for():
    trashed, kept = make_trashed(), make_due(reviews=1)
    for _ in range(3):
        make_due()
    with looked_at() as found:
        sweep(now=NOW)
    assert {key for keys in found for key in keys} == {trashed.pk, kept.pk}


def test_with_a_limit_no_more_is_looked_for_than_can_be_reviewed():
    first = make_trashed(since=NOW - 2 * TRASH)
    for _ in range(4):
        make_trashed()
    with looked_at() as found:
        report = sweep(now=NOW, limit=1)
    assert (report.purged, report.left, state(first)) == (1, True, "purged")
    assert {key for keys in found for key in keys} == {first.pk}


def test_many_are_looked_for_a_bounded_number_at_a_time(monkeypatch):
    monkeypatch.setattr(live, "LOOKED_AT_ONCE", 2)
    shown = [shown_without_its_reference(since=NOW - TRASH) for _ in range(3)]
    orphans = [make_trashed() for _ in range(2)]
    with looked_at() as found:
        report = sweep(now=NOW)
    assert max(map(len, found)) == 2
    assert {state(each) for each in shown} == {"kept"}
    assert {state(each) for each in orphans} == {"purged"}
    assert len(report.drift) == 3


def test_what_comes_within_a_limit_while_others_sweep_waits_for_a_look():
    first = make_trashed(since=NOW - TRASH - DAY)
    shown = shown_without_its_reference(since=NOW - TRASH)
    mine = a_run(limit=1)
    seen = live.look(live.unreferenced(mine))
    assert sweep(now=NOW, limit=1).purged == 1, "another one, meanwhile"
    review.review_due(mine, Image, "default", live=seen)
    assert (state(first), state(shown)) == ("purged", "trashed")
    assert (mine.report.purged, mine.report.left) == (0, True)
    assert sweep(now=NOW).rescued == 1


def test_a_limit_goes_past_what_needs_no_look(conf):
    conf()
    for _ in range(2):
        make_due(at=NOW - DAY)
    images = [make_trashed() for _ in range(3)]
    assert sweep(now=NOW, limit=4).purged == 2
    assert sorted(map(state, images)) == ["purged", "purged", "trashed"]


def test_a_limit_holds_for_all_image_models_together(conf):
    conf()
    images = [make_trashed(model) for model in (Image, Photo) for _ in range(3)]
    report = sweep(now=NOW, limit=4)
    assert (report.purged, report.left) == (4, True)
    assert sum(state(each) == "purged" for each in images) == 4


def test_the_breaker_judges_no_more_than_the_limit(conf):
    conf(BREAKER={"PER_RUN": 1})
    for _ in range(9):
        make_trashed()
    report = sweep(now=NOW, limit=2)
    assert report.exit_code == 4
    assert "2 images would be purged" in report.breaker
    assert len(asked) == 2 + 2, "by the breaker, and by the review"


def test_the_breaker_counts_exactly_whatever_the_batch(conf, monkeypatch):
    conf(BREAKER={"PER_RUN": 3})
    monkeypatch.setattr(run, "BATCH", {"postgresql": 2, "sqlite": 2})
    for _ in range(5):
        make_trashed()
    make_trashed(pinned_until=NOW + DAY)
    assert "5 images would be purged" in sweep(now=NOW).breaker


def test_out_of_time_nothing_more_is_looked_for_and_the_breaker_is_not_asked(conf):
    conf(BREAKER={"PER_RUN": 1})
    for _ in range(3):
        make_trashed()
    late = a_run(deadline=monotonic() - 1)
    with looked_at() as found:
        seen = live.look(live.unreferenced(late))
    assert (found, seen) == ([], {})
    assert breaker.check(late, 3, live=seen) is None
    assert asked == []
    assert "--max-seconds" in late.report.errors[0]
    review.review_due(late, Image, "default", live=seen)
    assert (late.report.purged, late.report.left) == (0, True)


def test_a_dry_run_looks_at_everything_however_late_it_is(conf):
    conf(BREAKER={"PER_RUN": 1})
    for _ in range(3):
        make_trashed()
    assert sweep(now=NOW, dry_run=True, max_seconds=1e-9).exit_code == 4


def test_what_a_gallery_shows_is_kept_whatever_the_limit():
    """A limit that was lower than what is due must not purge what it did not look for."""
    images = [shown_without_its_reference(since=NOW - TRASH) for _ in range(4)]
    images.append(make_image())
    for _ in range(4):
        sweep(now=NOW, limit=1)
    assert {state(each) for each in images} == {"kept"}
