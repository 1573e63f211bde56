"""One run as its operator sees it: prediction, limits, refusals, the breaker, the report."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery_events.exceptions import GalleryError, SweepRefused
from gallery_events.flows.steps import run as steps
from gallery_events.flows.sweep import acknowledge, sweep
from gallery_events.models import Image, Reference, SweepRun, Tombstone
from gallery_events.signals import sweep_finished
from tests import NOW
from tests.factories import make_album, make_image
from tests.project.models import Album, Article, Photo, Poster
from tests.sweeping import (
    DAY,
    RETENTION,
    TICK,
    make_due,
    make_trashed,
    save_at,
    state,
    sweep_daily,
    unreviewed,
    write_gallery,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conf(settings):
    """Return a function that sets some of GALLERY_EVENTS."""

    def change(**given):
        settings.GALLERY_EVENTS = {**settings.GALLERY_EVENTS, **given}

    return change


@pytest.fixture
def small_batches(monkeypatch):
    """Let a batch take two rows, so that a few images make several."""
    monkeypatch.setattr(steps, "BATCH", {"postgresql": 2, "sqlite": 2})


def dump():
    """Return everything that a sweep could write."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Image, Photo, Reference, Tombstone, SweepRun)
    ]


def said(report):
    """Return what a report says of images, without what only the one or the other can know."""
    found = report.as_json()
    for name in ("run", "dry_run", "seconds", "breaker", "forecast", "oldest_due"):
        del found[name]
    for each in found["images"]:
        del each["why"]
    return found, bool(report.breaker), report.exit_code


def busy_site():
    """Make images at every station, in both image models, in no special order."""
    original = make_due(at=NOW - 3 * DAY)
    late_original = make_due(at=NOW - TICK)
    for each in (original, late_original):
        make_trashed(original=each, since=NOW - 9 * DAY)
    derivative = make_trashed(original=make_image(review_after=NOW + DAY))
    for _ in range(3):
        make_due()
        make_trashed()
        make_trashed(Photo)
    Article.objects.create(lead=make_due())
    Article.objects.create(teaser=make_trashed())
    make_due(pinned_until=NOW + DAY)
    make_album([make_due().pk])
    drifted = make_trashed()
    write_gallery(make_album(), "photos", json.dumps([drifted.pk]))
    for age in (RETENTION, RETENTION - TICK, 2 * RETENTION):
        album = save_at(
            Album(title="Old", photos=[make_image().pk, make_image().pk]), NOW - 90 * DAY
        )
        for photos in ([album.photos[0]], [], []):
            album.photos = photos
            save_at(album, NOW - age)
    poster = save_at(Poster(title="P", photos=[make_image(Photo).pk]), NOW - 90 * DAY)
    poster.photos = []
    save_at(poster, NOW - 40 * DAY)
    return derivative


# The dry run.


@pytest.mark.parametrize("limit", [None, 1, 3, 8])
@pytest.mark.parametrize("keep", [1, 3])
@pytest.mark.parametrize("delay", [0, 24])
def test_a_dry_run_writes_nothing_and_predicts_the_real_one(
    conf, small_batches, limit, keep, delay
):
    conf(KEEP_SNAPSHOTS=keep, FILE_DELAY_HOURS=delay)
    busy_site()
    for day in range(3):
        now = NOW + 8 * day * DAY
        before = dump()
        predicted = sweep(now=now, dry_run=True, limit=limit)
        assert dump() == before
        assert said(predicted) == said(sweep(now=now, limit=limit))
        assert not unreviewed().exists()


def test_a_dry_run_predicts_what_a_changed_setting_lets_go(conf):
    conf(KEEP_SNAPSHOTS=3)
    busy_site()
    sweep(now=NOW)
    conf(KEEP_SNAPSHOTS=1)
    predicted = sweep(now=NOW + DAY, dry_run=True)
    assert predicted.expired > 0
    assert said(predicted) == said(sweep(now=NOW + DAY))


def test_a_dry_run_predicts_the_breaker(conf):
    conf(BREAKER={"PER_RUN": 2})
    busy_site()
    predicted = sweep(now=NOW, dry_run=True)
    assert predicted.exit_code == 4
    assert not SweepRun.objects.exists()
    assert said(predicted) == said(sweep(now=NOW))


def test_an_image_in_a_storage_that_is_gone_is_kept_until_it_is_back(settings):
    settings.STORAGES = {**settings.STORAGES, "old": settings.STORAGES["default"]}
    image = make_trashed(storage="old")
    settings.STORAGES = {key: value for key, value in settings.STORAGES.items() if key != "old"}
    predicted = sweep(now=NOW, dry_run=True)
    report = sweep(now=NOW)
    assert said(predicted) == said(report)
    assert (report.kept, report.exit_code, state(image)) == (1, 2, "trashed")
    assert "'old'" in report.errors[0]


# Limits, and runs beside each other.


def test_a_limit_bounds_the_images_reviewed_and_the_rest_stays_due(small_batches):
    images = [make_due(at=NOW - TICK * turn) for turn in range(5)]
    report = sweep(now=NOW, limit=3)
    assert (report.trashed, report.left, report.exit_code) == (3, True, 2)
    # The oldest go first.
    assert [state(each) for each in images] == ["kept", "kept", "trashed", "trashed", "trashed"]
    report = sweep(now=NOW, limit=3)
    assert (report.trashed, report.left, report.exit_code) == (2, False, 0)


def test_a_limit_that_is_just_enough_leaves_nothing():
    make_due()
    assert sweep(now=NOW, limit=1).left is False


def test_no_time_leaves_everything_due():
    image, album = make_due(), save_at(Album(title="Old", photos=[make_image().pk]), NOW - 90 * DAY)
    album.photos = []
    save_at(album, NOW - 60 * DAY)
    report = sweep(now=NOW, max_seconds=1e-9)
    assert (report.expired, report.trashed, report.left) == (0, 0, True)
    assert state(image) == "kept"


def test_many_runs_do_no_more_than_one(small_batches):
    for _ in range(5):
        make_trashed()
    reports = [sweep(now=NOW) for _ in range(3)]
    assert [each.purged for each in reports] == [5, 0, 0]
    assert Tombstone.objects.count() == 5


def test_nothing_due_costs_few_statements_whatever_there_is():
    def statements():
        with CaptureQueriesContext(connection) as found:
            assert sweep(now=NOW).exit_code == 0
        return [each["sql"] for each in found]

    sweep(now=NOW)
    empty = statements()
    for _ in range(3):
        make_album([make_image(review_after=None).pk])
        make_image(review_after=NOW + DAY)
    full = statements()
    assert len(full) == len(empty)
    # Half of them ask whether this is the world that the last run knew.
    assert len(full) <= 32, "\n".join(full)


# The report.


def test_the_report_is_kept_logged_and_announced(caplog):
    make_due()
    heard = []

    def listen(sender, report, **kwargs):
        heard.append(report)

    sweep_finished.connect(listen)
    try:
        with caplog.at_level("INFO", logger="gallery_events.sweep"):
            report = sweep(now=NOW)
    finally:
        sweep_finished.disconnect(listen)
    row = SweepRun.objects.get()
    assert heard == [report]
    assert report.run == row.pk
    assert row.finished_at is not None
    assert (row.judged_at, row.report["trashed"]) == (NOW, 1)
    line = next(each.message for each in caplog.records if each.message.startswith("{"))
    told = json.loads(line)
    assert (told["event"], told["run"], told["outcome"]) == ("sweep", row.pk, "done")
    assert (told["trashed"], told["reasons"]) == (1, {"trash: nothing names it any more": 1})
    assert (
        json.loads(json.dumps(report.as_json()))["images"][0]["reason"]
        == "nothing names it any more"
    )


def test_the_report_of_uuid_keys_is_json(conf):
    photo = make_due(Photo)
    assert json.loads(json.dumps(sweep(now=NOW).as_json()))["images"][0]["key"] == str(photo.pk)


def test_a_dry_run_says_would():
    make_due()
    assert "images would be trashed: 1" in str(sweep(now=NOW, dry_run=True))


# Refusals.


@pytest.mark.parametrize(
    "wrong",
    [
        {"RETENTION_DAYS": 0},
        {"RETENTION_DAYS": 0.5},
        {"TRASH_DAYS": -1},
        {"TRASH_DAYS": "7"},
        {"UPLOAD_GRACE_DAYS": 0},
        {"UPLOAD_GRACE_DAYS": float("nan")},
        {"FILE_DELAY_HOURS": -1},
        {"KEEP_SNAPSHOTS": 0},
        {"RETENTION_DAY": 30},
        {"BREAKER": {"PER_RUN": "many"}},
        {"SOURCES": ["no.such.source"]},
    ],
    ids=str,
)
def test_wrong_settings_refuse_the_sweep_and_name_the_cure(conf, wrong):
    image = make_trashed()
    conf(**wrong)
    with pytest.raises(SweepRefused) as refused:
        sweep(now=NOW)
    assert next(iter(wrong)) in str(refused.value)
    assert state(image) == "trashed"
    run = SweepRun.objects.get()
    assert (run.outcome, run.report["refused"]) == ("refused", refused.value.reasons)


class SplitOff:
    """Write one history away from its owners."""

    def db_for_write(self, model, **hints):
        return "other" if model._meta.label == "project.PosterRecord" else None


@pytest.mark.parametrize("dry_run", [False, True])
def test_errors_of_the_system_checks_refuse_whoever_calls(settings, dry_run):
    settings.DATABASE_ROUTERS = [SplitOff()]
    with pytest.raises(SweepRefused, match="Route them to one database"):
        sweep(dry_run=dry_run)
    assert SweepRun.objects.filter(outcome="refused").count() == (not dry_run)
    settings.SILENCED_SYSTEM_CHECKS = ["gallery_events.E043"]
    assert sweep(dry_run=dry_run).exit_code == 0


def test_every_reason_is_given_at_once(conf, settings):
    settings.SIMPLE_HISTORY_ENABLED = False
    conf(RETENTION_DAYS=0, TRASH_DAYS=0)
    with pytest.raises(SweepRefused) as refused:
        sweep(now=NOW, limit=0, max_seconds=-1)
    assert len(refused.value.reasons) == 5


def test_a_naive_moment_is_refused():
    with pytest.raises(SweepRefused, match="aware"):
        sweep(now=datetime(2026, 5, 1, 12))  # noqa: DTZ001 - that is the point


@pytest.mark.postgresql
@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_clock_that_is_not_the_databases_is_refused_unless_the_moment_is_given(away):
    def clock():
        return timezone.now() + away

    with pytest.raises(SweepRefused, match="clock"):
        sweep(clock=clock)
    assert sweep(now=clock(), clock=clock).exit_code == 0


def test_the_present_is_judged_by_the_clock():
    assert abs(sweep().now - timezone.now()) < timedelta(minutes=1)


# The breaker.


@pytest.fixture
def tripped(conf):
    """Return four images in the trash, and the run that was stopped for them."""
    conf(BREAKER={"PER_RUN": 3})
    images = [make_trashed() for _ in range(4)]
    return images, sweep(now=NOW)


def test_a_run_that_would_purge_too_much_purges_nothing(tripped):
    images, report = tripped
    assert (report.purged, report.kept, report.exit_code) == (0, 4, 4)
    assert {state(each) for each in images} == {"trashed"}
    assert SweepRun.objects.get().breaker == 4
    assert f"--acknowledge {report.run} 4" in report.breaker


def test_the_limit_itself_is_not_too_much(conf):
    conf(BREAKER={"PER_RUN": 3})
    images = [make_trashed() for _ in range(3)]
    assert sweep(now=NOW).purged == len(images)


def test_the_breaker_stays_open_until_somebody_agrees(tripped, conf):
    _images, _ = tripped
    conf(BREAKER={"PER_RUN": 1000})
    for day in range(1, 4):
        report = sweep(now=NOW + day * DAY)
        assert (report.purged, report.exit_code) == (0, 4)
    make_due(at=NOW + 4 * DAY)
    assert sweep(now=NOW + 4 * DAY).trashed == 1


def test_while_it_is_open_no_file_goes_either(conf, media):
    conf(BREAKER={"PER_RUN": 3})
    image = make_trashed()
    sweep(now=NOW)
    for _ in range(4):
        make_trashed()
    assert sweep(now=NOW + 2 * DAY).exit_code == 4
    assert (media / image.file.name).exists()


def test_only_the_exact_run_and_number_are_agreed_to(tripped):
    _images, report = tripped
    for run, count in ((report.run, 3), (report.run + 1, 4), (report.run, 5)):
        with pytest.raises(GalleryError, match=f"--acknowledge {report.run} 4"):
            acknowledge(run, count, now=NOW)
    assert sweep(now=NOW).exit_code == 4
    acknowledge(report.run, 4, now=NOW)
    assert sweep(now=NOW).purged == 4
    with pytest.raises(GalleryError, match="no run is waiting"):
        acknowledge(report.run, 4, now=NOW)


def test_what_became_due_in_between_does_not_open_it_again(tripped):
    _images, report = tripped
    make_trashed(since=NOW - 6 * DAY)
    acknowledge(report.run, 4, now=NOW + DAY)
    assert sweep(now=NOW + DAY).purged == 5


def test_an_agreement_is_used_up(tripped):
    _images, report = tripped
    acknowledge(report.run, 4, now=NOW)
    assert sweep(now=NOW, limit=2).purged == 2
    assert sweep(now=NOW, limit=2).purged == 2
    for _ in range(4):
        make_trashed()
    assert sweep(now=NOW).exit_code == 4


def test_an_agreement_ends_after_a_week(tripped):
    _images, report = tripped
    acknowledge(report.run, 4, now=NOW)
    assert sweep(now=NOW + 7 * DAY).exit_code == 4


def test_only_what_would_really_go_opens_it(conf):
    conf(BREAKER={"PER_RUN": 3})
    for _ in range(3):
        make_trashed()
        Article.objects.create(lead=make_trashed())
    assert sweep(now=NOW).purged == 3


def test_a_limit_keeps_a_run_below_the_breaker(conf):
    conf(BREAKER={"PER_RUN": 3})
    for _ in range(4):
        make_trashed()
    assert sweep(now=NOW, limit=3).purged == 3


def test_thin_losses_add_up_over_a_week(conf):
    conf(BREAKER={"SHARE_FROM": 20, "SHARE_PER_RUN": 1})
    for _ in range(16):
        make_image(review_after=None)
    for day in range(4):
        make_trashed(since=NOW + (day - 7) * DAY)
    codes = [sweep(now=NOW + day * DAY).exit_code for day in range(4)]
    assert codes == [0, 0, 4, 4]


def test_a_large_clean_up_that_was_agreed_to_does_not_count_for_the_week(conf):
    conf(BREAKER={"SHARE_FROM": 20})
    make_album([make_image(review_after=None).pk for _ in range(20)])
    for _ in range(10):
        make_trashed()
    stopped = sweep(now=NOW)
    acknowledge(stopped.run, 10, now=NOW)
    assert sweep(now=NOW).purged == 10
    make_trashed(since=NOW - 6 * DAY)
    assert sweep(now=NOW + DAY).purged == 1


def test_runs_stopped_side_by_side_are_agreed_to_together(tripped):
    _images, report = tripped
    SweepRun.objects.create(started_at=NOW, judged_at=NOW, breaker=4)
    acknowledge(report.run, 4, now=NOW)
    assert sweep(now=NOW).purged == 4


def test_a_run_that_crashed_has_counted_what_it_purged(small_batches, monkeypatch):
    for _ in range(3):
        make_trashed()
    made = []

    def crash(sender, tombstone, **kwargs):
        made.append(tombstone)
        if len(made) == 3:
            raise KeyboardInterrupt

    from gallery_events.signals import image_purged

    image_purged.connect(crash)
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep(now=NOW)
    finally:
        image_purged.disconnect(crash)
    assert SweepRun.objects.get().purged == Tombstone.objects.count() == 2
    sweep_daily(NOW, 2)
    assert Tombstone.objects.count() == 3
