"""The two halves of the bond, with real files and a database that commits."""

import json

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.test import override_settings

from gallery_events.domain.bond import Half
from gallery_events.exceptions import SweepRefused
from gallery_events.flows import doctor
from gallery_events.flows.preflight import bond
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, StorageClaim, SweepRun
from tests import NOW
from tests.sweeping import DAY, TRASH, make_due, make_trashed, state

pytestmark = pytest.mark.django_db(transaction=True)


class TakesNoWrites(FileSystemStorage):
    """A bucket whose key may only read and delete."""

    def _save(self, name, content):
        raise PermissionError(name)


def markers(media):
    """Return the epochs that the storage's files hold."""
    files = sorted((media / "gallery-events").glob("*.json"))
    return sorted(json.loads(file.read_text())["epoch"] for file in files)


def test_the_first_sweep_bonds_and_says_nothing_of_the_database_where_all_may_read(media):
    sweep(now=NOW)

    claim = StorageClaim.objects.get()
    (file,) = (media / "gallery-events").iterdir()
    assert json.loads(file.read_text())["identity"] == claim.identity
    assert claim.fingerprint["name"] not in file.read_text()


def test_a_dry_run_bonds_nothing(media):
    sweep(now=NOW, dry_run=True)

    assert not StorageClaim.objects.exists()
    assert not media.exists()


def test_only_runs_that_remove_files_are_counted(media):
    sweep(now=NOW)
    sweep(now=NOW + DAY)
    assert markers(media) == [0]

    make_trashed(since=NOW - TRASH)
    assert sweep(now=NOW + DAY).purged == 1
    assert sweep(now=NOW + 3 * DAY).files_removed == 1
    assert (markers(media), StorageClaim.objects.get().epoch) == ([0, 1], 1)

    make_trashed(since=NOW - TRASH)
    sweep(now=NOW + 4 * DAY)
    assert sweep(now=NOW + 6 * DAY).files_removed == 1
    assert (markers(media), StorageClaim.objects.get().epoch) == ([1, 2], 2)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"identity": "x"}'])
def test_a_half_that_was_cut_off_while_it_was_written_leaves_the_other(media, text):
    sweep(now=NOW)
    (media / bond.MARKERS[1]).write_text(text)

    assert sweep(now=NOW + DAY).exit_code == 0


def test_a_run_that_died_between_both_halves_goes_on_with_the_same_number(media):
    sweep(now=NOW)
    StorageClaim.objects.update(epoch=1)
    bond.advance()

    assert (markers(media), StorageClaim.objects.get().epoch) == ([0, 1], 1)


def test_a_storage_that_was_restored_from_an_older_backup_is_refused(media):
    sweep(now=NOW)
    StorageClaim.objects.update(epoch=2)
    image = make_trashed(since=NOW - TRASH)

    with pytest.raises(SweepRefused, match="restored from an older backup, or takes no writes"):
        sweep(now=NOW)
    assert state(image) == "trashed"


def test_a_storage_that_does_not_answer_is_refused(media):
    sweep(now=NOW)
    (media / bond.MARKERS[0]).unlink()
    (media / bond.MARKERS[0]).mkdir()

    with pytest.raises(SweepRefused, match="cannot say which database it belongs to"):
        sweep(now=NOW + DAY)


def test_a_storage_that_takes_no_writes_keeps_its_files_and_says_so(media, settings):
    make_trashed(since=NOW - TRASH)
    sweep(now=NOW)
    backend = {"BACKEND": f"{__name__}.TakesNoWrites"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    report = sweep(now=NOW + 2 * DAY)

    assert (report.files_removed, report.exit_code) == (0, 2)
    assert "takes no writes" in report.errors[0]


def test_two_names_of_one_place_are_one_storage(media, settings):
    sweep(now=NOW)
    settings.STORAGES = {**settings.STORAGES, "again": settings.STORAGES["default"]}
    with override_settings(GALLERY_EVENTS={"STORAGE": "again"}):
        assert sweep(now=NOW + DAY).exit_code == 0
        make_trashed(since=NOW - TRASH, storage="again")
        assert sweep(now=NOW + 2 * DAY).purged == 1
        assert sweep(now=NOW + 4 * DAY).exit_code == 0

    assert len(set(StorageClaim.objects.values_list("identity", flat=True))) == 1


def test_an_emptied_database_of_the_same_name_bonds_again_when_no_file_is_missing(media):
    sweep(now=NOW)
    StorageClaim.objects.all().delete()
    make_due()
    assert sweep(now=NOW + DAY).exit_code == 0


def test_and_is_refused_when_files_are_missing(media):
    sweep(now=NOW)
    StorageClaim.objects.all().delete()
    image = make_due()
    storages["default"].delete(image.file.name)

    with pytest.raises(SweepRefused, match="misses files"):
        sweep(now=NOW + DAY)


def test_claiming_lets_everything_wait_anew_and_shuts_the_other_out(media):
    image = make_trashed(since=NOW - TRASH)
    sweep(now=NOW - DAY)
    theirs = bond.read(storages["default"])
    assert doctor.claim_storage(now=NOW) == ["default"]
    mine = bond.read(storages["default"])

    assert mine.identity != theirs.identity
    assert mine.epoch > theirs.epoch
    row = Image.objects.get(pk=image.pk)
    assert (row.trashed_at, row.review_after) == (NOW, NOW + TRASH)
    assert sweep(now=NOW + DAY).purged == 0
    assert sweep(now=NOW + TRASH).purged == 1

    bond.write(storages["default"], Half("another", "elsewhere", mine.epoch + 5), alone=True)
    with pytest.raises(SweepRefused, match="belongs to another database"):
        sweep(now=NOW + TRASH + DAY)
    assert SweepRun.objects.order_by("pk").last().outcome == "refused"
