"""Law 4: files go last, whatever the storage answers, and never one that a row has."""

import logging
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from gallery_events.flows.steps import files
from gallery_events.flows.sweep import sweep
from gallery_events.models import Tombstone
from gallery_events.signals import files_removed
from tests import NOW
from tests.factories import make_image
from tests.project.models import Photo
from tests.sweeping import DAY, TICK, make_trashed

pytestmark = pytest.mark.django_db

LATER = NOW + 2 * DAY


class FaultyStorage(FileSystemStorage):
    """Fails as *fault* says: before the file is gone, after it, or because it is gone."""

    fault = None
    meanwhile = None

    def delete(self, name):
        if meanwhile := type(self).meanwhile:
            type(self).meanwhile = None
            meanwhile()
        if self.fault == "not found":
            raise FileNotFoundError(name)
        if self.fault == "before":
            raise OSError("no route to the storage")
        super().delete(name)
        if self.fault == "after":
            raise TimeoutError("the answer was lost")


@pytest.fixture
def faulty(settings, media):
    """Return the default storage as one that can fail."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{FaultyStorage.__module__}.{FaultyStorage.__qualname__}"},
    }
    yield FaultyStorage
    FaultyStorage.fault = FaultyStorage.meanwhile = None


@pytest.fixture
def purged(media):
    """Return the tombstone and the path of an image whose row is gone."""

    def purge(**columns):
        image = make_trashed(**columns)
        sweep(now=NOW)
        return Tombstone.objects.latest("pk"), media / image.file.name

    return purge


def at(moment):
    return lambda: moment


def test_files_are_removed_with_their_folder_and_announced(purged):
    heard = []

    def listen(sender, tombstone, names, **kwargs):
        heard.append((tombstone.pk, names))

    storages["default"].save("other/s.png", ContentFile(b"small"))
    tombstone, path = purged(renditions={"s": {"name": "other/s.png"}})
    files_removed.connect(listen)
    try:
        report = sweep(now=LATER)
    finally:
        files_removed.disconnect(listen)
    assert report.files_removed == 2
    assert not path.parent.exists()
    assert heard == [(tombstone.pk, tombstone.files)]
    tombstone.refresh_from_db()
    assert tombstone.done_at == LATER
    assert sweep(now=LATER + DAY).files_removed == 0


def test_a_folder_that_others_use_stays(purged):
    _tombstone, path = purged()
    neighbour = path.parent / "neighbour.png"
    neighbour.write_bytes(b"still here")
    assert sweep(now=LATER).files_removed == 1
    assert (path.exists(), neighbour.exists()) == (False, True)


def test_a_receiver_that_fails_does_not_bring_the_file_back(purged, caplog):
    def fail(**kwargs):
        raise RuntimeError

    _tombstone, _path = purged()
    files_removed.connect(fail)
    try:
        assert sweep(now=LATER).files_removed == 1
    finally:
        files_removed.disconnect(fail)
    assert "A receiver of files_removed failed" in caplog.text


# What storages answer.


def test_a_storage_that_fails_is_asked_again_later(faulty, purged):
    tombstone, path = purged()
    faulty.fault = "before"
    report = sweep(now=LATER)
    assert (report.failed, report.files_removed, report.exit_code) == (1, 0, 2)
    tombstone.refresh_from_db()
    assert tombstone.attempts == 1
    assert "no route to the storage" in tombstone.last_error
    assert timedelta(minutes=2) <= tombstone.due - LATER <= timedelta(minutes=3)
    assert path.exists()

    faulty.fault = None
    assert sweep(now=tombstone.due - TICK).files_removed == 0
    assert sweep(now=tombstone.due).files_removed == 1
    assert not path.exists()


@pytest.mark.parametrize("fault", ["after", "not found"])
def test_acting_twice_is_harmless(faulty, purged, fault):
    tombstone, path = purged()
    faulty.fault = "after"
    sweep(now=LATER)
    assert not path.exists()
    faulty.fault = "not found"
    report = sweep(now=LATER + DAY)
    assert (report.files_removed, report.failed) == (1, 0)
    tombstone.refresh_from_db()
    assert (tombstone.done_at, tombstone.last_error) == (LATER + DAY, "")


def test_one_storage_error_does_not_stop_the_others(faulty, purged, media):
    first, _ = purged()
    Tombstone.objects.filter(pk=first.pk).update(files=["../outside"])
    _, path = purged()
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (1, 1)
    assert not path.exists()


def test_after_ten_attempts_it_is_a_dead_letter_that_every_run_names(faulty, purged, caplog):
    tombstone, path = purged()
    faulty.fault = "before"
    now, dues = LATER, []
    for _ in range(10):
        tombstone.refresh_from_db()
        assert not tombstone.is_dead
        sweep(now=now)
        tombstone.refresh_from_db()
        dues.append(tombstone.due - now)
        now = tombstone.due
    assert tombstone.is_dead
    assert dues == sorted(dues)

    faulty.fault = None
    with caplog.at_level(logging.ERROR):
        report = sweep(now=now + 100 * DAY)
    assert (report.files_removed, report.failed, report.exit_code) == (0, 1, 2)
    assert "10 attempts" in report.errors[0]
    assert "10 attempts" in caplog.text
    assert path.exists()

    Tombstone.objects.update(attempts=0)
    assert sweep(now=now + 101 * DAY).files_removed == 1


def test_files_of_a_storage_that_is_gone_wait_for_it(settings, purged, media):
    tombstone, path = purged()
    Tombstone.objects.update(storage="archive")
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed, report.exit_code) == (0, 1, 2)
    assert "'archive'" in report.errors[0]
    tombstone.refresh_from_db()
    assert (tombstone.attempts, tombstone.done_at) == (0, None)
    settings.STORAGES = {**settings.STORAGES, "archive": settings.STORAGES["default"]}
    assert sweep(now=LATER + DAY).files_removed == 1
    assert not path.exists()


# What must not be touched.


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../outside.png",
        "images/../../outside.png",
        "images//x",
        "images/",
        "a\\b",
        "link/x.png",
    ],
)
def test_what_is_no_name_of_a_file_inside_is_refused(purged, media, tmp_path, name):
    tombstone, path = purged()
    outside = tmp_path / "outside.png"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for each in (outside, elsewhere / "x.png"):
        each.write_bytes(b"not ours")
    (media / "link").symlink_to(elsewhere, target_is_directory=True)
    Tombstone.objects.update(files=[*tombstone.files, name])
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (0, 1)
    assert "is not the name of a file inside" in report.errors[0]
    assert outside.exists()
    assert (elsewhere / "x.png").exists()
    assert path.exists()


def test_an_absolute_name_is_refused(purged, tmp_path):
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"not ours")
    purged()
    Tombstone.objects.update(files=[str(outside)])
    assert sweep(now=LATER).failed == 1
    assert outside.exists()


@pytest.mark.parametrize("model", [None, Photo])
def test_a_file_that_a_living_row_has_is_never_removed(purged, media, model):
    living = make_image(*([model] if model else []))
    tombstone, _path = purged()
    Tombstone.objects.update(files=[*tombstone.files, living.file.name])
    report = sweep(now=LATER)
    assert report.failed == 1
    assert "belongs to an image that exists" in report.errors[0]
    assert (media / living.file.name).exists()


# Several removers.


def test_while_one_remover_is_at_it_another_does_nothing(faulty, purged):
    tombstone, _path = purged()
    others = []
    faulty.meanwhile = lambda: others.append(
        sweep(now=LATER, clock=at(LATER + files.CLAIMED_FOR - TICK))
    )
    report = sweep(now=LATER, clock=at(LATER))
    assert [(each.files_removed, each.failed) for each in others] == [(0, 0)]
    assert report.files_removed == 1
    tombstone.refresh_from_db()
    assert tombstone.attempts == 1


def test_after_ten_minutes_another_may_take_over(purged):
    _tombstone, path = purged()
    Tombstone.objects.update(
        attempts=1, claimed_by="one that died", claimed_until=LATER + files.CLAIMED_FOR
    )
    early = sweep(now=LATER, clock=at(LATER + files.CLAIMED_FOR - TICK))
    assert (early.files_removed, path.exists()) == (0, True)
    late = sweep(now=LATER, clock=at(LATER + files.CLAIMED_FOR))
    assert (late.files_removed, path.exists()) == (1, False)


def test_one_that_wakes_up_after_its_claim_is_lost_does_not_report_again(faulty, purged):
    _tombstone, path = purged()
    others = []
    faulty.meanwhile = lambda: others.append(sweep(now=LATER, clock=at(LATER + files.CLAIMED_FOR)))
    report = sweep(now=LATER, clock=at(LATER))
    assert [each.files_removed for each in others] == [1]
    assert (report.files_removed, report.failed) == (0, 0)
    assert not path.exists()
