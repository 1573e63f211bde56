"""audit_reconcile, and the sweep that begins with it: whatever drifted is put right, owner by owner."""

import json
import logging

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import models

from audit import drift
from audit.drift import Kind
from audit.models import Entry, Verification
from audit.reconciling import reconcile_all
from gallery_events.exceptions import HistoryBypassed, SweepRefused
from gallery_events.flows import restore
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, SweepRun, Tombstone
from gallery_events.signals import snapshot_recorded
from tests import NOW
from tests.audit import ways
from tests.factories import again, current, events, make_album, make_ids, make_image
from tests.project.models import Album, Diptych
from tests.sweeping import DAY, make_due, make_trashed, state

pytestmark = pytest.mark.django_db


def run(capsys, *options):
    """Run audit_reconcile and return its exit code and what it printed."""
    try:
        call_command("audit_reconcile", *options)
    except CommandError as error:
        return error.returncode, capsys.readouterr().out
    return 0, capsys.readouterr().out


def all_agrees():
    assert list(drift.find(full=True, now=NOW)) == []
    report = rebuild(now=NOW, check=True)
    assert report.is_clean, report
    return True


@pytest.fixture
def drifted():
    """Return albums that drifted in each way: changed, new, gone, ahead, behind, returned."""
    ids = make_ids(4)
    changed, gone, ahead, behind, returned, unheard, bare = (make_album(ids[:2]) for _ in range(7))
    ways.raw_sql(changed, ids[1:])
    ways.delete_raw(gone)
    ways.muted_post_save(ahead, ids)
    behind.photos = []
    behind.save()
    models.QuerySet(Album).filter(pk=behind.pk).update(photos=ids[:2], gallery_version=1)
    key = returned.pk
    returned.delete()
    ways.insert_raw(key, ids[2:])
    ways.insert_raw(10_000, ids)
    with ways.muted(snapshot_recorded):
        unheard.photos = ids
        unheard.save()
    Reference.objects.filter(object_id=str(bare.pk)).delete()
    Reference.objects.filter(object_id=str(changed.pk), image_id=ids[0]).update(object_id="77777")
    return changed


def test_every_kind_of_drift_is_put_right_and_found_no_more(drifted, capsys):
    kinds = {each.kind for each in drift.find(full=True)}
    assert kinds == set(Kind) - {Kind.LOST}
    assert run(capsys)[0] == 0
    assert all_agrees()
    assert run(capsys) == (0, "Reconciled: 0; images lost: 0; left: 0.\n")


def test_reconciling_twice_writes_nothing_the_second_time(drifted):
    reconcile_all(now=NOW)

    def written():
        tables = (Album.history.model, Reference, Entry, Image, Tombstone, Album)
        return [list(each._base_manager.order_by("pk").values()) for each in tables]

    before = written()
    assert reconcile_all(now=NOW).reconciled == 0
    assert written() == before


def test_it_says_owner_by_owner_what_was_done(capsys):
    waiting, other = make_trashed(since=NOW), make_image()
    album = make_album([other.pk])
    ways.raw_sql(album, [waiting.pk])
    code, out = run(capsys)
    assert code == 0
    assert out == (
        f"  project.Album {album.pk}: snapshot 2 (reconciled) was written; images {waiting.pk} "
        "were rescued from the trash\nReconciled: 1; images lost: 0; left: 0.\n"
    )


def test_it_says_what_is_lost_with_its_tombstone(capsys):
    image = make_trashed()
    sweep(now=NOW)
    sweep(now=NOW + 2 * DAY)
    album = make_album()
    ways.raw_sql(album, [image.pk])
    code, out = run(capsys)
    assert code == 2
    assert f"image {image.pk} in photos is lost: picture.png ({image.pk}), purged 2026-05-01" in out
    assert "images lost: 1" in out
    code, out = run(capsys, "--json")
    told = json.loads(out)
    assert (code, told["reconciled"], told["lost"], told["left"]) == (2, 1, 1, [])
    (lost,) = told["owners"][0]["lost"]
    assert (lost["field"], lost["image"], lost["tombstone"]) == (
        "photos",
        str(image.pk),
        "picture.png",
    )
    assert lost["purged_at"].startswith("2026-05-01")
    assert "files are gone" in lost["why"]
    assert events(album) == [(1, "created"), (2, "reconciled")], "never twice for the same drift"


def test_a_dry_run_says_what_differs_and_writes_nothing(drifted, capsys):
    before = Verification.objects.count(), Album.history.count(), Entry.objects.count()
    code, out = run(capsys, "--dry-run")
    assert code == 2
    assert f"photos of project.Album {drifted.pk}: the last snapshot (1) holds" in out
    assert "Dry run; to be put right: " in out
    code, out = run(capsys, "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["found"], len(told["findings"])) == (2, told["found"], told["found"])
    assert before == (Verification.objects.count(), Album.history.count(), Entry.objects.count())


def test_a_dry_run_with_nothing_to_do_exits_with_0(capsys):
    make_album(make_ids(1))
    assert run(capsys, "--dry-run") == (0, "Dry run; to be put right: 0.\n")


def test_it_is_refused_while_the_history_is_switched_off(settings, capsys):
    ways.raw_sql(make_album(), [5])
    settings.SIMPLE_HISTORY_ENABLED = False
    assert run(capsys)[0] == 3
    with pytest.raises(HistoryBypassed):
        reconcile_all()


def test_an_owner_that_fails_does_not_stop_the_others(caplog, capsys):
    ids = make_ids(1)
    wrong, right = make_album(), make_album()
    for each in (wrong, right):
        ways.raw_sql(each, ids)

    def fail(sender, owner, **kwargs):
        if owner.pk == wrong.pk:
            raise RuntimeError("no entry, no deed")

    snapshot_recorded.connect(fail)
    try:
        with caplog.at_level(logging.CRITICAL):
            code, out = run(capsys)
    finally:
        snapshot_recorded.disconnect(fail)
    assert code == 2
    assert f"project.Album {wrong.pk}: left as it is, because it failed: RuntimeError: no" in out
    assert "Reconciled: 1; images lost: 0; left: 1." in out
    assert (events(wrong)[-1], events(right)[-1]) == ((1, "created"), (2, "reconciled"))
    assert current(right) == set(ids)


def test_a_snapshot_that_nobody_witnessed_is_entered_late_and_once(capsys):
    a, b = make_ids(2)
    user = get_user_model().objects.create_user("anna")
    album = make_album([a])
    with ways.muted(snapshot_recorded):
        album.photos = [b]
        album.save()
    reconcile_all(user=user)
    (entry,) = Entry.objects.filter(kind="witnessed_late")
    assert (entry.owner_model, entry.owner_key, entry.version) == (
        "project.Album",
        str(album.pk),
        2,
    )
    assert (entry.event, entry.source, entry.actor) == ("images_changed", "reconcile", "anna")
    assert entry.detail["photos"]["added"] == [b]
    assert entry.detail["photos"]["removed"] == [a]
    reconcile_all()
    assert Entry.objects.filter(kind="witnessed_late").count() == 1


def test_a_deletion_that_nobody_witnessed_is_entered_with_all_it_took():
    ids = make_ids(210)
    album = make_album(ids)
    pk = album.pk
    with ways.muted(snapshot_recorded):
        album.delete()
    reconcile_all()
    (entry,) = Entry.objects.filter(kind="witnessed_late")
    assert (entry.owner_key, entry.event) == (str(pk), "deleted")
    assert entry.detail["photos"]["removed"] == ids


def test_each_reconciliation_is_witnessed():
    album = make_album()
    ways.raw_sql(album, make_ids(1))
    reconcile_all()
    entry = Entry.objects.filter(kind="snapshot_recorded").order_by("pk").last()
    assert (entry.event, entry.version, entry.source) == ("reconciled", 2, "reconcile")


class TestSweep:
    """What a sweep does about drift is a setting."""

    @pytest.fixture
    def album(self):
        album = make_album(make_ids(1))
        ways.raw_sql(album, [])
        return album

    @pytest.fixture
    def orphan(self):
        return make_trashed()

    @pytest.mark.parametrize("dry_run", [False, True])
    def test_it_is_refused_by_default_also_as_a_dry_run(self, album, orphan, settings, dry_run):
        settings.GALLERY_AUDIT = {}
        with pytest.raises(SweepRefused) as refused:
            sweep(now=NOW, dry_run=dry_run)
        (reason,) = refused.value.reasons
        assert reason.startswith("Galleries and their history differ (1): photos of ")
        assert f"project.Album {album.pk}" in reason
        assert "manage.py audit_reconcile" in reason
        assert state(orphan) == "trashed"
        assert events(album) == [(1, "created")]

    def test_a_refusal_names_the_first_and_counts_the_others(self, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "refuse"}
        for at in range(5):
            ways.insert_raw(10_000 + at, [])
        with pytest.raises(
            SweepRefused, match=r"^The sweep was refused: .* differ \(5\): .*; and 2 more\. See"
        ):
            sweep(now=NOW)

    def test_after_reconciling_it_sweeps(self, album, orphan, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "refuse"}
        reconcile_all(now=NOW)
        assert sweep(now=NOW).purged == 1
        assert state(orphan) == "purged"

    def test_what_is_lost_keeps_no_sweep_waiting(self, orphan, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "refuse"}
        album = make_album()
        ways.raw_sql(album, [987654])
        with pytest.raises(SweepRefused):
            sweep(now=NOW)
        assert reconcile_all(now=NOW).lost == 1
        assert sweep(now=NOW).purged == 1

    def test_it_reconciles_first_by_setting(self, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "reconcile"}
        waiting = make_trashed()
        album = make_album()
        ways.raw_sql(album, [waiting.pk, 987654])
        report = sweep(now=NOW)
        assert (report.purged, report.cleared, report.drift) == (0, 1, [])
        assert events(album) == [(1, "created"), (2, "reconciled")]
        assert album.history.get(gallery_version=2).history_date == NOW
        assert state(waiting) == "kept"

    def test_what_it_reconciled_and_what_is_lost_is_logged(self, album, settings, caplog):
        settings.GALLERY_AUDIT = {"DRIFT": "reconcile"}
        (kept,) = make_ids(1)
        loser = make_album([kept])
        ways.raw_sql(loser, [kept, 987654])
        reconciled = "Reconciled before a sweep: project.Album"
        lost = f"{reconciled} {loser.pk}: {{}}image 987654 in photos is lost: "

        def logged():
            caplog.clear()
            sweep(now=NOW)
            told = [each for each in caplog.records if each.name == "gallery_audit"]
            return sorted((each.levelname, each.getMessage()) for each in told)

        (level, message), other = logged()
        assert other == ("WARNING", f"{reconciled} {album.pk}: snapshot 2 (reconciled) was written")
        assert level == "ERROR"
        assert message.startswith(lost.format("snapshot 2 (reconciled) was written; "))
        (again_told,) = logged()
        assert (again_told[0], again_told[1].startswith(lost.format(""))) == ("ERROR", True)

    def test_it_is_refused_when_something_cannot_be_reconciled(self, album, orphan, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "reconcile"}

        def fail(**kwargs):
            raise RuntimeError("no entry, no deed")

        snapshot_recorded.connect(fail)
        try:
            with pytest.raises(
                SweepRefused, match=r"Galleries could not be reconciled \(1\): proj"
            ):
                sweep(now=NOW)
        finally:
            snapshot_recorded.disconnect(fail)
        assert state(orphan) == "trashed"

    def test_a_dry_run_reconciles_nothing_and_keeps_what_it_would_rescue(self, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "reconcile"}
        waiting = make_trashed()
        album = make_album()
        ways.raw_sql(album, [waiting.pk])
        before = Verification.objects.count()
        report = sweep(now=NOW, dry_run=True)
        assert (report.purged, report.kept) == (0, 1)
        assert events(album) == [(1, "created")]
        assert Verification.objects.count() == before

    def test_by_setting_it_only_reports(self, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "report"}
        waiting = make_trashed()
        album = make_album()
        ways.raw_sql(album, [waiting.pk])
        report = sweep(now=NOW)
        assert (report.purged, len(report.drift)) == (0, 1)
        assert events(album) == [(1, "created")]

    def test_a_sweep_without_drift_remembers_that_it_looked(self, settings):
        settings.GALLERY_AUDIT = {"DRIFT": "refuse"}
        make_album(make_ids(1))
        before = Verification.objects.count()
        sweep(now=NOW)
        sweep(now=NOW, dry_run=True)
        assert Verification.objects.count() == before + 1


def test_a_vanished_owner_can_be_brought_back_after_all(capsys):
    ids = make_ids(2)
    diptych = Diptych.objects.create(left=ids, right=None)
    pk = diptych.pk
    models.QuerySet(Diptych).filter(pk=pk)._raw_delete("default")
    assert run(capsys)[0] == 0
    assert restore.undelete(Diptych, pk).left == ids
    assert all_agrees()


def test_nothing_is_swept_that_a_reconciled_gallery_shows():
    image = make_due()
    album = make_album()
    ways.raw_sql(album, [image.pk])
    reconcile_all(now=NOW)
    for day in range(0, 200, 8):
        sweep(now=NOW + day * DAY)
    assert again(album).photos.missing() == []
    assert not SweepRun.objects.filter(purged__gt=0).exists()
