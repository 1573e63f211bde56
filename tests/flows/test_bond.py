"""The two halves of the bond, with real files and a database that commits."""

import json
import secrets
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.test import override_settings

from gallery_events.domain.bond import Half
from gallery_events.exceptions import SweepRefused
from gallery_events.flows import doctor
from gallery_events.flows.preflight import bond, markers
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, StorageClaim, SweepRun
from tests import NOW
from tests.faults.driver import actors
from tests.sweeping import DAY, TRASH, make_due, make_trashed, state

pytestmark = pytest.mark.django_db(transaction=True)


class TakesNoWrites(FileSystemStorage):
    """A bucket whose key may only read and delete."""

    def _save(self, name, content):
        raise PermissionError(name)


class Busy(FileSystemStorage):
    """Two other runs count themselves whenever the bond is looked at, *turns* times."""

    turns = 0

    def _open(self, name, mode="rb"):
        found = super()._open(name, mode)
        if name == markers.MARKERS[1] and self.turns:
            left, self.turns = self.turns - 1, 0
            bond.advance()
            bond.advance()
            self.turns = left
        return found


def epochs(media):
    """Return the epochs that the storage's files hold."""
    files = sorted((media / "gallery-events").glob("*.json"))
    return sorted(json.loads(file.read_text())["epoch"] for file in files)


def test_the_first_sweep_bonds_and_says_nothing_of_the_database_where_all_may_read(media):
    sweep(now=NOW)

    claim = StorageClaim.objects.get()
    for file in (media / "gallery-events").iterdir():
        assert json.loads(file.read_text())["identity"] == claim.identity
        assert claim.fingerprint["name"] not in file.read_text()


def test_a_dry_run_bonds_nothing(media):
    sweep(now=NOW, dry_run=True)

    assert not StorageClaim.objects.exists()
    assert not media.exists()


def test_every_run_that_acts_is_counted_in_both(media):
    for day in range(3):
        sweep(now=NOW + day * DAY)
        assert epochs(media) == [1 + day, 2 + day]
        assert StorageClaim.objects.get().epoch == 2 + day
    sweep(now=NOW + 3 * DAY, dry_run=True)
    assert epochs(media) == [3, 4]


def test_a_backup_is_known_to_be_older_although_nothing_was_removed_since(media):
    image = make_trashed(since=NOW - TRASH + DAY)
    sweep(now=NOW)
    backup = StorageClaim.objects.get().epoch
    sweep(now=NOW + timedelta(hours=1))
    StorageClaim.objects.update(epoch=backup)

    with pytest.raises(SweepRefused, match="restored from an older backup"):
        sweep(now=NOW + DAY)
    assert state(image) == "trashed"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"identity": "x"}'])
def test_a_half_that_was_cut_off_while_it_was_written_leaves_the_other(media, text):
    sweep(now=NOW)
    (media / markers.MARKERS[1]).write_text(text)

    assert sweep(now=NOW + DAY).exit_code == 0


def test_no_number_is_used_by_two_runs_when_one_dies_between_both_halves(media):
    sweep(now=NOW)
    StorageClaim.objects.update(epoch=3)
    bond.advance()

    assert (epochs(media), StorageClaim.objects.get().epoch) == ([3, 4], 4)


def test_a_storage_that_was_restored_from_an_older_backup_is_refused(media):
    sweep(now=NOW)
    StorageClaim.objects.update(epoch=4)
    image = make_trashed(since=NOW - TRASH)

    with pytest.raises(SweepRefused, match="restored from an older backup, or takes no writes"):
        sweep(now=NOW)
    assert state(image) == "trashed"


def test_a_storage_that_does_not_answer_is_refused(media):
    sweep(now=NOW)
    for name in markers.MARKERS:
        (media / name).unlink()
        (media / name).mkdir()

    with pytest.raises(SweepRefused, match="cannot say which database it belongs to"):
        sweep(now=NOW + DAY)


def test_a_storage_that_takes_no_writes_any_more_keeps_everything_and_says_so(media, settings):
    make_trashed(since=NOW - TRASH)
    sweep(now=NOW)
    use(settings, TakesNoWrites)
    report = sweep(now=NOW + 2 * DAY)

    assert (report.files_removed, report.exit_code) == (0, 2)
    assert "takes no writes" in report.errors[0]


class Renames(FileSystemStorage):
    """A storage that puts something of its own before every name."""

    def get_available_name(self, name, max_length=None):
        return f"{secrets.token_hex(4)}/{name}"


class Forbids(FileSystemStorage):
    """A bucket that may not be listed: what is missing is forbidden; names are taken as given."""

    def get_available_name(self, name, max_length=None):
        return name

    def exists(self, name):
        if super().exists(name):
            return True
        raise PermissionError(name)

    def _open(self, name, mode="rb"):
        try:
            return super()._open(name, mode)
        except FileNotFoundError as error:
            raise PermissionError(name) from error


def use(settings, backend):
    """Let this be the default storage."""
    found = {"BACKEND": f"{__name__}.{backend.__name__}"}
    settings.STORAGES = {**settings.STORAGES, "default": found}


def test_a_storage_that_takes_no_writes_is_not_swept_at_all_until_it_is_marked(settings):
    image = make_trashed(since=NOW - TRASH)
    use(settings, TakesNoWrites)
    with pytest.raises(SweepRefused, match="cannot be marked"):
        sweep(now=NOW)

    assert state(image) == "trashed"
    assert StorageClaim.objects.get().epoch == 0, "begun, and not finished"
    use(settings, FileSystemStorage)
    assert sweep(now=NOW).purged == 1


def test_a_storage_that_renames_says_so_and_leaves_nothing(settings, media):
    use(settings, Renames)
    with pytest.raises(SweepRefused, match="let it keep the names of that folder"):
        sweep(now=NOW)

    assert not [each for each in media.rglob("*") if each.is_file()]


def test_a_bucket_that_may_not_be_listed_is_claimed_by_hand_and_then_swept(settings):
    use(settings, Forbids)
    with pytest.raises(SweepRefused, match="let it list its files"):
        sweep(now=NOW)

    doctor.claim_storage(now=NOW)
    assert sweep(now=NOW).exit_code == 0
    make_trashed(since=NOW - TRASH)
    assert sweep(now=NOW + DAY).purged == 1
    assert sweep(now=NOW + 3 * DAY).files_removed == 1
    assert sweep(now=NOW + 4 * DAY).exit_code == 0


def test_a_claim_while_a_run_counts_itself_stands(media):
    sweep(now=NOW)
    write = markers.write
    claimed = []

    def claim_first(storage, half):
        if not claimed:
            claimed.append(True)
            doctor.claim_storage(now=NOW)
        write(storage, half)

    StorageClaim.objects.update(epoch=3)
    markers.write = claim_first
    try:
        bond.advance()
    finally:
        markers.write = write
    assert sweep(now=NOW + DAY).exit_code == 0
    assert markers.read(storages["default"]).identity == StorageClaim.objects.get().identity


def test_sweeps_that_bond_at_once_make_one_bond():
    with actors(3) as sweepers:
        sweeping = [each.start(sweep, now=NOW) for each in sweepers]
        assert [each.result(20).exit_code for each in sweeping] == [0, 0, 0]

    assert StorageClaim.objects.count() == 1
    assert sweep(now=NOW + DAY).exit_code == 0


def test_a_storm_of_other_runs_is_not_taken_for_an_older_backup(settings):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.Busy"}}
    sweep(now=NOW)
    storages["default"].turns = 3 * bond.LOOKS

    assert sweep(now=NOW + DAY).exit_code == 0
    assert storages["default"].turns == 0


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
    theirs = markers.read(storages["default"])
    assert doctor.claim_storage(now=NOW) == ["default"]
    mine = markers.read(storages["default"])

    assert mine.identity != theirs.identity
    assert mine.epoch > theirs.epoch
    row = Image.objects.get(pk=image.pk)
    assert (row.trashed_at, row.review_after) == (NOW, NOW + TRASH)
    assert sweep(now=NOW + DAY).purged == 0
    assert sweep(now=NOW + TRASH).purged == 1

    markers.write(storages["default"], Half("another", "elsewhere", mine.epoch + 5))
    with pytest.raises(SweepRefused, match="belongs to another database"):
        sweep(now=NOW + TRASH + DAY)
    assert SweepRun.objects.order_by("pk").last().outcome == "refused"
