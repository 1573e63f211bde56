"""What was there at the last run and is not now; what is new; what was lowered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gallery_events.exceptions import SweepRefused
from gallery_events.flows import doctor
from gallery_events.flows.sweep import sweep
from gallery_events.models import Reference, SweepRun
from gallery_events.signals import sweep_finished
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Photo, Poster
from tests.sweeping import DAY, TRASH, installed_before, make_due, make_trashed, save_at, state

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=90)


@pytest.fixture
def conf(settings):
    """Return what sets GALLERY_EVENTS."""

    def set_it(**given):
        settings.GALLERY_EVENTS = given

    return set_it


def blog(images):
    """Answer as a source that uses nothing."""
    return set()


def shop(images):
    """Answer as another one."""
    return set()


# What is new.


def test_the_first_run_after_installing_only_reports_and_the_second_acts():
    image = make_image(review_after=LONG_AGO)
    report = sweep()

    assert "first run after installing" in report.reported_only
    assert (report.trashed, report.exit_code, state(image)) == (1, 2, "kept")
    assert SweepRun.objects.get().outcome == "reported"
    assert (sweep().trashed, state(image)) == (1, "trashed")


def test_the_first_run_acts_when_somebody_says_so():
    image = make_image(review_after=LONG_AGO)

    assert sweep(first_run_ok=True).reported_only == ""
    assert state(image) == "trashed"


def test_a_first_run_with_nothing_to_do_is_done():
    assert sweep().exit_code == 0
    assert sweep().reported_only == ""


def test_a_simulated_moment_is_no_first_run():
    image = make_due()

    assert sweep(now=NOW).trashed == 1
    assert state(image) == "trashed"


def test_after_a_source_was_added_a_run_only_reports_once(conf):
    installed_before()
    conf(SOURCES=[blog])
    image = make_image(review_after=LONG_AGO)

    assert "blog is new since the last run" in sweep().reported_only
    assert state(image) == "kept"
    assert sweep().reported_only == ""
    assert state(image) == "trashed"


def test_a_refused_run_is_not_the_first_one(conf):
    conf(TRASH_DAYS=0)
    with pytest.raises(SweepRefused):
        sweep()
    conf()

    assert "first run" in sweep().reported_only


# What is gone.


def test_a_source_that_is_gone_refuses_until_somebody_accepts_it(conf):
    conf(SOURCES=[blog, shop])
    sweep(now=NOW)
    conf(SOURCES=[blog])
    image = make_trashed(since=NOW - 30 * DAY)
    with pytest.raises(SweepRefused, match="shop was there at the last run and is not now"):
        sweep(now=NOW + DAY)
    assert state(image) == "trashed"
    with pytest.raises(SweepRefused):
        sweep(now=NOW + DAY, dry_run=True)

    doctor.accept_changes(now=NOW + DAY)
    assert sweep(now=NOW + DAY).purged == 1


def test_a_gallery_that_is_gone_refuses(conf):
    sweep(now=NOW)
    run = SweepRun.objects.get()
    run.world["galleries"].append("shop.Product.pictures")
    run.save()

    with pytest.raises(SweepRefused, match=r"gallery shop\.Product\.pictures was there"):
        sweep(now=NOW + DAY)


def test_half_of_the_references_gone_refuses_before_a_purge():
    album = make_album(make_ids(10))
    make_trashed(since=NOW - 2 * TRASH)
    assert sweep(now=NOW).purged == 1
    Reference.objects.filter(pk__in=Reference.objects.values("pk")[:6])._raw_delete("default")
    image = make_trashed(since=NOW - TRASH + DAY)
    with pytest.raises(
        SweepRefused,
        match=r"There are 4 rows of gallery_events\.Reference, and the last runs left 10",
    ):
        sweep(now=NOW + DAY)
    assert state(image) == "trashed"

    doctor.accept_changes(now=NOW + DAY)
    assert sweep(now=NOW + DAY).purged == 1
    assert album.photos.images()


def test_half_of_the_references_gone_refuses_before_anything_is_trashed():
    make_album(make_ids(10))
    sweep(now=NOW)
    Reference.objects.filter(pk__in=Reference.objects.values("pk")[:6])._raw_delete("default")
    image = make_due(at=NOW + DAY)
    with pytest.raises(SweepRefused, match="somebody has deleted references"):
        sweep(now=NOW + DAY)
    assert state(image) == "kept"


def test_each_image_model_has_references_of_its_own():
    make_album(make_ids(10))
    save_at(Poster(photos=[make_image(Photo).pk, make_image(Photo).pk]), NOW)
    sweep(now=NOW)
    Photo.references.rel.related_model.objects.all()._raw_delete("default")
    make_due(at=NOW + DAY)
    with pytest.raises(SweepRefused, match=r"There are 0 rows of project\.PhotoReference"):
        sweep(now=NOW + DAY)


def test_where_nothing_is_due_references_are_counted_once_a_week():
    make_album(make_ids(2))
    for day in range(9):
        sweep(now=NOW + day * DAY)
    runs = SweepRun.objects.order_by("pk").values_list("world", flat=True)

    assert ["references" in world for world in runs] == [day in (0, 7) for day in range(9)]


def test_what_a_sweep_beside_this_one_has_deleted_is_no_loss():
    album = save_at(make_album(), NOW)
    album.photos = make_ids(10)
    save_at(album, NOW)
    make_trashed(since=NOW - 2 * TRASH)
    album.photos = []
    save_at(album, NOW)

    def sweep_beside(**kwargs):
        sweep_finished.disconnect(sweep_beside)
        assert sweep(now=NOW + 32 * DAY).expired == 10

    sweep_finished.connect(sweep_beside)
    try:
        sweep(now=NOW)
    finally:
        sweep_finished.disconnect(sweep_beside)
    assert sweep(now=NOW + 40 * DAY).purged == 10


def test_references_that_ran_out_are_no_loss():
    album = save_at(make_album(), NOW)
    album.photos = make_ids(10)
    save_at(album, NOW)
    make_trashed(since=NOW - 2 * TRASH)
    assert sweep(now=NOW).purged == 1
    album.photos = album.photos[:2]
    save_at(album, NOW + DAY)

    assert sweep(now=NOW + 32 * DAY).expired == 8
    assert sweep(now=NOW + 40 * DAY).purged == 8


# What was lowered.


@pytest.mark.parametrize(
    "name, before, after",
    [
        ("RETENTION_DAYS", 30, 1),
        ("RETENTION_DAYS", None, 30),
        ("TRASH_DAYS", 7, 1),
        ("KEEP_SNAPSHOTS", 3, 1),
        ("FILE_DELAY_HOURS", 24, 0),
    ],
)
def test_a_lowered_period_acts_when_a_run_has_seen_it_for_a_day(conf, name, before, after):
    conf(**{name: before})
    sweep(now=NOW)
    conf(**{name: after})
    first, second = sweep(now=NOW + DAY), sweep(now=NOW + 2 * DAY)

    assert first.notes == [
        f"{name} was lowered from {before} to {after}: this acts when a run has seen it for a day."
    ]
    assert second.notes == []
    found = SweepRun.objects.order_by("pk").values_list(f"settings__{name}", flat=True)
    assert list(found) == [before, before, after]


def test_a_lowered_retention_deletes_nothing_in_its_first_run(conf):
    conf(RETENTION_DAYS=30)
    album = save_at(make_album(), NOW - 10 * DAY)
    album.photos = make_ids(1)
    save_at(album, NOW - 10 * DAY)
    album.photos = []
    save_at(album, NOW - 9 * DAY)
    sweep(now=NOW)
    conf(RETENTION_DAYS=1)

    assert [sweep(now=NOW + each * DAY / 4).expired for each in range(1, 4)] == [0, 0, 0]
    assert sweep(now=NOW + 2 * DAY).expired == 1


def test_many_runs_on_one_day_do_not_make_it_act_sooner(conf):
    conf(TRASH_DAYS=7)
    sweep(now=NOW)
    conf(TRASH_DAYS=1)

    assert all(sweep(now=NOW + timedelta(hours=hour)).notes for hour in range(1, 20))


def test_a_raised_period_acts_at_once(conf):
    conf(TRASH_DAYS=7)
    sweep(now=NOW)
    conf(TRASH_DAYS=30)
    image = make_trashed(since=NOW - TRASH)

    assert sweep(now=NOW + DAY).notes == []
    assert state(image) == "trashed"


# What else may be wrong.


def test_a_cleaner_of_files_refuses(settings):
    from django.apps import apps

    class Config:
        name = "django_cleanup"

        def get_models(self):
            return []

    apps.app_configs["cleanup"] = Config()
    try:
        with pytest.raises(SweepRefused, match="django_cleanup is installed"):
            sweep(now=NOW)
    finally:
        del apps.app_configs["cleanup"]


def test_a_read_only_database_refuses(django_db_blocker):
    from django.db import connection

    make_due()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = on")
        else:
            cursor.execute("SET LOCAL default_transaction_read_only = on")
        try:
            with pytest.raises(SweepRefused, match="replica or read-only"):
                sweep(now=NOW, dry_run=True)
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = off")


def test_a_run_that_crashed_says_so_in_its_row_and_to_those_who_listen(caplog):
    from gallery_events.signals import sweep_finished, sweep_starting

    heard = []

    def crash(**kwargs):
        raise RuntimeError("the disk is on fire")

    def listen(report, **kwargs):
        heard.append(report)

    sweep_starting.connect(crash)
    sweep_finished.connect(listen)
    try:
        with pytest.raises(RuntimeError):
            sweep(now=NOW)
    finally:
        sweep_starting.disconnect(crash)
        sweep_finished.disconnect(listen)

    run = SweepRun.objects.get()
    assert (run.outcome, run.report["crash"]) == ("crashed", "RuntimeError: the disk is on fire")
    assert [each.exit_code for each in heard] == [1]
    assert any("disk is on fire" in each.message for each in caplog.records)
