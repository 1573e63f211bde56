"""What a dry run says of the days to come is what the sweeps of these days do."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gallery_events.flows.steps import run as steps
from gallery_events.flows.sweep import sweep
from gallery_events.flows.trash import pin
from gallery_events.models import Image, Reference, SweepRun, Tombstone
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Article, Card, Photo, Poster
from tests.sweeping import (
    DAY,
    GRACE,
    RETENTION,
    TRASH,
    make_due,
    make_trashed,
    save_at,
    unreviewed,
    write_gallery,
)

pytestmark = pytest.mark.django_db

NAMES = ("expired", "trashed", "purged", "files_removed", "bytes_removed")


@pytest.fixture
def conf(settings):
    """Return a function that sets some of GALLERY_EVENTS."""

    def change(**given):
        settings.GALLERY_EVENTS = {**settings.GALLERY_EVENTS, **given}

    return change


def foreseen(now=NOW):
    """Return what a dry run says of the days to come, having seen that it writes nothing."""
    models = (Image, Photo, Reference, Tombstone, SweepRun)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    days = sweep(now=now, dry_run=True).forecast
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    return [tuple(getattr(day, name) for name in NAMES) for day in days]


def done(now=NOW, days=7):
    """Sweep daily, and return what was done on each day."""
    reports = [sweep(now=now + day * DAY) for day in range(days)]
    assert not unreviewed().exists()
    return [tuple(getattr(report, name) for name in NAMES) for report in reports]


def taken_out(number, at, model=Album, images=Image):
    """Save an owner whose images were taken out at that moment; return it."""
    keys = [make_image(images, size=100).pk for _ in range(number)]
    owner = save_at(model(title="Old", photos=keys), at - 9 * DAY)
    owner.photos = []
    return save_at(owner, at)


def mixed_site():
    """Make images at every station, some of which change on each of the next days."""
    for day in range(9):
        taken_out(2, NOW - RETENTION + day * DAY - timedelta(hours=day))
        make_due(at=NOW + day * DAY, size=1000 + day)
        make_trashed(since=NOW - TRASH + day * DAY - timedelta(hours=1), size=10)
        make_trashed(Photo, since=NOW - TRASH + day * DAY)
    taken_out(3, NOW - RETENTION + 2 * DAY, Poster, Photo)
    # In two galleries, taken out on different days, and still in a third.
    shared, kept = make_ids(2)
    for day in (1, 4):
        album = save_at(Album(title="Two", photos=[shared, kept]), NOW - 90 * DAY)
        album.photos = []
        save_at(album, NOW - RETENTION + day * DAY)
    make_album([kept])
    # Put off again and again, by a foreign key, a history, a pin.
    Article.objects.create(lead=make_due())
    Article.objects.create(teaser=make_trashed(since=NOW - TRASH + 2 * DAY))
    Card.objects.create(picture=make_due(at=NOW + 3 * DAY))
    make_due(pinned_until=NOW + 2 * DAY, pin_reason="soon over")
    pin(make_trashed(), until=NOW + 3 * DAY, reason="for three days", now=NOW)
    # Edits, whose originals are looked at once they are gone.
    original = make_due(at=NOW - 3 * DAY)
    make_trashed(original=original, since=NOW - 9 * DAY)
    late = make_trashed(since=NOW - 9 * DAY)
    for _ in range(2):
        make_trashed(original=late, since=NOW - TRASH + DAY)
    make_trashed(original=make_image(review_after=NOW + 30 * DAY))
    # Written past the signals.
    drifted, early = make_trashed(since=NOW - TRASH + DAY), make_due()
    write_gallery(make_album(), "photos", json.dumps([drifted.pk]))
    write_gallery(make_album(), "photos", json.dumps([early.pk]))


@pytest.mark.parametrize(
    "keep, delay, batch", [(1, 24, None), (2, 24, 2), (1, 0, 2), (2, 70, None)]
)
def test_seven_days_are_foreseen_as_they_come(conf, monkeypatch, keep, delay, batch):
    limits = {"PER_RUN": 1000, "SHARE_FROM": 10**6}
    conf(KEEP_SNAPSHOTS=keep, FILE_DELAY_HOURS=delay, BREAKER=limits)
    if batch:
        # So small that a few images make several.
        monkeypatch.setattr(steps, "BATCH", {"postgresql": batch, "sqlite": batch})
    mixed_site()
    expected = foreseen()
    assert expected == done()
    # And the world is mixed: something happens on most days.
    assert all(sum(column) for column in zip(*expected, strict=True) if keep == 1)
    # From the middle of things it is no different.
    later = NOW + 7 * DAY
    assert foreseen(later) == done(later)


def test_the_first_day_is_what_the_dry_run_itself_would_do(conf):
    conf(BREAKER={"SHARE_FROM": 10**6})
    mixed_site()
    report = sweep(now=NOW, dry_run=True)
    first = report.forecast[0]
    assert first.day == NOW.date()
    assert [getattr(first, name) for name in NAMES] == [getattr(report, name) for name in NAMES]
    assert [each.day for each in report.forecast] == [(NOW + n * DAY).date() for n in range(7)]


def test_snapshots_that_are_kept_by_their_number_never_run_out(conf):
    conf(KEEP_SNAPSHOTS=2)
    taken_out(2, NOW - RETENTION + 2 * DAY)
    assert foreseen() == done() == [(0,) * 5] * 7
    conf(KEEP_SNAPSHOTS=1)


def test_images_that_are_named_by_a_history_are_let_go_on_their_day():
    image = make_due()
    card = Card.objects.create(picture=image)
    card.history.update(history_date=NOW - 60 * DAY)
    card.picture = None
    card.save()
    card.history.filter(picture=None).update(history_date=NOW - RETENTION + 2 * DAY)
    assert foreseen() == done()
    assert Image.objects.get().trashed_at == NOW + 3 * DAY


def test_files_in_a_storage_that_is_gone_are_not_promised():
    make_trashed()
    sweep(now=NOW)
    Tombstone.objects.update(storage="gone")
    assert foreseen() == [(0,) * 5] * 7


# The breaker.


def test_an_open_breaker_lets_nothing_go_all_week(conf):
    conf(BREAKER={"PER_RUN": 2})
    mixed_site()
    expected = foreseen()
    assert expected == done()
    assert sum(day[2] for day in expected) == 0
    assert foreseen(NOW + 7 * DAY) == done(NOW + 7 * DAY)


@pytest.mark.parametrize(
    "limits",
    [
        {"PER_RUN": 3},
        {"SHARE_FROM": 1, "SHARE_PER_RUN": 0.3, "SHARE_PER_WEEK": 1},
        {"SHARE_FROM": 1, "SHARE_PER_RUN": 1, "SHARE_PER_WEEK": 0.5},
    ],
    ids=str,
)
def test_the_day_on_which_a_run_would_be_stopped_is_named(conf, limits):
    conf(BREAKER=limits)
    for day, number in enumerate([1, 1, 0, 5, 1]):
        for _ in range(number):
            make_trashed(since=NOW - TRASH + day * DAY)
    make_due(at=NOW + 5 * DAY)
    report = sweep(now=NOW, dry_run=True)
    expected = foreseen()
    assert expected == done()
    assert report.breaker is None
    assert [day[2] for day in expected] == [1, 1, 0, 0, 0, 0, 0]
    (note,) = report.notes
    assert note.startswith("the run of 4 May would be stopped: 5 images, ")


# Its price.


def test_the_queries_grow_with_the_batches_and_not_with_the_images():
    def costs():
        with CaptureQueriesContext(connection) as queries:
            sweep(now=NOW, dry_run=True)
        return len(queries)

    for _ in range(2):
        make_due(), make_trashed(), make_trashed(since=NOW - 3 * DAY)
        taken_out(1, NOW - RETENTION + 2 * DAY)
    few = costs()
    for _ in range(20):
        make_due(), make_trashed(), make_trashed(since=NOW - 3 * DAY)
        taken_out(1, NOW - RETENTION + 2 * DAY)
    assert costs() == few


# Any world.

moments = st.integers(-20, 20).map(lambda half: NOW + half * DAY / 2)
images = st.tuples(
    st.sampled_from(["due", "trashed", "pinned", "taken out", "edited", "used"]), moments
)


@given(st.lists(images, min_size=1, max_size=8), st.sampled_from([1, 2]), st.sampled_from([0, 30]))
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_week_is_foreseen(settings, found, keep, delay):
    for model in (Article, Reference, Tombstone, SweepRun, Album):
        model._base_manager.all()._raw_delete("default")
    Album.history.all()._raw_delete("default")
    Image.objects.filter(original__isnull=False)._raw_delete("default")
    Image.objects.all()._raw_delete("default")
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": keep, "FILE_DELAY_HOURS": delay}
    made = None
    for what, moment in found:
        made = make(what, moment, made)
    assert foreseen() == done()


def make(what, moment, before):
    """Make one image; an edit is one of the image before."""
    if what == "taken out":
        taken_out(1, moment - RETENTION)
        return before
    image = make_image(review_after=moment, uploaded_at=moment - GRACE, size=7)
    if what == "trashed":
        Image.objects.filter(pk=image.pk).update(trashed_at=min(moment, NOW) - TRASH)
    elif what == "pinned":
        Image.objects.filter(pk=image.pk).update(pinned_until=moment + DAY)
    elif what == "edited" and before is not None:
        Image.objects.filter(pk=image.pk).update(
            original=before, trashed_at=moment - TRASH, review_after=moment
        )
    elif what == "used":
        Article.objects.create(lead=image)
    return image
