"""A project without time zones (USE_TZ = False): every verb works with moments that have none."""

import json
from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from gallery_events.domain.retention import NEVER
from gallery_events.flows import pins, restore, trash, upload
from gallery_events.flows.doctor import claim_storage, examine
from gallery_events.flows.reconcile import settle
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import SweepRun, Tombstone
from tests import NOW
from tests.audit import ways
from tests.factories import current, events, make_album, make_image
from tests.project.models import Album
from tests.sweeping import DAY, GRACE, RETENTION, TRASH, make_due, make_trashed, save_at, state

pytestmark = pytest.mark.django_db

LOCAL = NOW.replace(tzinfo=None)
NEVER_HERE = NEVER.replace(tzinfo=None)


@pytest.fixture(autouse=True)
def no_time_zones(settings):
    settings.USE_TZ = False


@pytest.fixture
def conf(settings):
    """Return what sets GALLERY_EVENTS."""

    def configure(**values):
        settings.GALLERY_EVENTS = values

    return configure


def run(command, *arguments, **options):
    """Return what a command prints."""
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def taken_out(key, *, at):
    """Return an album that held an image until that moment."""
    album = save_at(Album(title="Summer", photos=[key]), at - DAY)
    album.photos = []
    return save_at(album, at)


def test_from_the_upload_to_the_last_file(picture, media):
    image = upload.receive(picture(), now=LOCAL)
    assert image.review_after == LOCAL + GRACE
    album = taken_out(image.pk, at=LOCAL + DAY)
    assert album.history.first().history_date == LOCAL + DAY
    gone = LOCAL + DAY + RETENTION

    assert sweep(now=gone).trashed == 1
    assert sweep(now=gone + TRASH).purged == 1
    stone = Tombstone.objects.get()
    assert (stone.purged_at, stone.done_at) == (gone + TRASH, None)
    assert sweep(now=gone + TRASH + DAY).files_removed > 0
    stone.refresh_from_db()
    assert stone.done_at == gone + TRASH + DAY
    assert not list(media.rglob("*.*g"))
    assert "purged on 8 June" in str(explain(image.pk, now=stone.done_at))
    assert json.loads(json.dumps(explain(stone.key, now=stone.done_at).as_json()))


def test_the_present_is_swept_as_well():
    make_image(review_after=timezone.now() - DAY)
    report = sweep(first_run_ok=True)
    assert (report.trashed, report.failed) == (1, 0)
    assert SweepRun.objects.get().outcome == "done"
    assert [each.reasons for each in examine(now=timezone.now()) if not each.is_well] == []


def test_a_dry_run_predicts_the_real_one_and_the_days_to_come():
    make_due(at=LOCAL)
    make_trashed(since=LOCAL - TRASH)
    taken_out(make_image().pk, at=LOCAL - RETENTION + 2 * DAY)
    planned = sweep(now=LOCAL, dry_run=True)
    done = sweep(now=LOCAL)
    assert (planned.trashed, planned.purged) == (done.trashed, done.purged) == (1, 1)
    assert all(each.why for each in planned.outcomes)
    assert sum(day.expired for day in planned.forecast) == 1
    assert json.dumps(planned.as_json())


def test_the_command_tells_of_a_dry_run():
    make_trashed(since=timezone.now() - TRASH)
    told = run("gallery_sweep", "--dry-run")
    assert "would delete 1" in told
    assert "earliest deletion" in told


@pytest.mark.parametrize("columns", [{}, {"review_after": LOCAL + DAY}, {"trashed_at": LOCAL}])
def test_an_image_that_nothing_names_is_explained(columns):
    image = make_image(**columns)
    assert explain(image, now=LOCAL).state == ("in the trash" if image.trashed_at else "waiting")
    assert "uploaded on" in run("gallery_why", image.pk)


def test_an_image_that_a_snapshot_keeps_is_explained():
    image = make_image()
    taken_out(image.pk, at=LOCAL)
    assert "until 31 May" in str(explain(image, now=LOCAL + DAY))


def test_the_trash_is_listed_with_what_can_still_be_had_back():
    make_trashed(since=LOCAL - TRASH)
    sweep(now=LOCAL)
    make_trashed(since=LOCAL)
    told = json.loads(run("gallery_trash", "list", json=True))
    assert (told["number"], told["number_purged"]) == (1, 1)
    assert "earliest deletion" in run("gallery_trash", "list")


def test_an_image_comes_out_of_the_trash_and_from_the_grave(conf):
    image = make_trashed(since=LOCAL)
    assert trash.rescue(image, now=LOCAL).review_after == LOCAL + GRACE
    purged = make_trashed(since=LOCAL - TRASH)
    sweep(now=LOCAL)
    back = trash.rescue(Tombstone.objects.get(), now=LOCAL)
    assert (back.pk, back.review_after, back.uploaded_at) == (
        purged.pk,
        LOCAL + GRACE,
        purged.uploaded_at,
    )
    conf(UPLOAD_GRACE_DAYS=None)
    trashed = make_trashed(since=LOCAL)
    assert trash.rescue(trashed, now=LOCAL).review_after == NEVER_HERE
    assert "is looked at on no day" in str(explain(trashed, now=LOCAL))


def test_a_pin_begins_and_ends(conf):
    image = make_due(at=LOCAL)
    pins.pin(image, until=LOCAL + DAY, reason="the jubilee", now=LOCAL)
    assert sweep(now=LOCAL + timedelta(hours=1)).kept == 0
    assert "pinned until 2 May" in str(explain(image, now=LOCAL))
    conf(UPLOAD_GRACE_DAYS=None)
    assert pins.unpin(image, now=LOCAL).review_after == LOCAL + DAY
    run("gallery_trash", "pin", image.pk, until=date(2999, 1, 1), reason="the jubilee")
    image.refresh_from_db()
    assert image.pinned_until == datetime.combine(date(2999, 1, 1), time.max)


def test_what_is_to_wait_for_ever_waits_until_the_setting_is_another(conf):
    conf(TRASH_DAYS=None)
    image, trashed = make_due(at=LOCAL), make_trashed(since=LOCAL - TRASH)
    report = sweep(now=LOCAL)
    assert (report.trashed, report.kept, report.failed) == (1, 1, 0)
    image.refresh_from_db()
    assert (image.trashed_at, image.review_after) == (LOCAL, NEVER_HERE)
    assert "the trash is never emptied" in str(explain(trashed, now=LOCAL))
    conf(TRASH_DAYS=7)
    for day in (1, 2):
        sweep(now=LOCAL + day * DAY)
    image.refresh_from_db()
    assert image.review_after == LOCAL + 2 * DAY + TRASH


def test_a_storage_is_claimed_where_the_trash_is_never_emptied(conf):
    conf(TRASH_DAYS=None)
    image = make_trashed(since=LOCAL - TRASH)
    claim_storage(now=LOCAL)
    image.refresh_from_db()
    assert image.review_after == NEVER_HERE


def test_an_older_list_is_restored_and_a_deleted_owner_comes_back():
    image = make_image()
    album = taken_out(image.pk, at=LOCAL)
    assert restore.restore(album, 1, now=LOCAL + DAY).lists == {"photos": [image.pk]}
    pk = album.pk
    album.delete()
    assert restore.undelete(Album, pk).photos == [image.pk]
    assert [event for _, event in events(album)][-1:] != ["deleted"]


def test_drift_is_reconciled_and_a_purged_image_brought_back():
    image = make_trashed(since=LOCAL - TRASH)
    sweep(now=LOCAL)
    assert state(image) == "purged"
    album = make_album()
    ways.raw_sql(album, [image.pk])
    done = settle(Album, album.pk, now=LOCAL)
    assert (done.snapshot.at, done.brought_back) == (LOCAL, [image.pk])
    assert current(album) == {image.pk}


def test_the_other_commands_run():
    make_album([make_image().pk])
    for arguments in (["gallery_rebuild"], ["gallery_prune", "--dry-run"]):
        assert run(*arguments)
