"""Law 4: files go last, whatever the storage answers, and never one that a row has."""

import logging
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.domain.attempts import DOWN_AFTER
from gallery_events.exceptions import ImagesLost
from gallery_events.flows import trash
from gallery_events.flows.steps import claims, files
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from gallery_events.signals import files_removed
from tests import NOW
from tests.factories import make_image
from tests.faults.recipes import scripted
from tests.project.models import Photo
from tests.sweeping import DAY, TICK, make_trashed

pytestmark = pytest.mark.django_db

LATER = NOW + 2 * DAY


@pytest.fixture
def script(settings, media):
    """Return the script of the default storage."""
    return scripted.install(settings)


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


def test_the_folder_goes_with_those_in_it_and_its_sibling_stays(purged, media):
    _tombstone, path = purged()
    small = f"{path.parent.relative_to(media)}/small/webp/s.webp"
    storages["default"].save(small, ContentFile(b"small"))
    Tombstone.objects.update(files=[str(path.relative_to(media)), small])
    sibling = path.parent.with_name(f"{path.parent.name}2")
    sibling.mkdir()
    assert sweep(now=LATER).files_removed == 2
    assert not path.parent.exists()
    assert sibling.is_dir()


def test_files_at_the_root_of_the_storage_have_no_folder_to_remove(purged, media):
    purged()
    storages["default"].save("at_the_root.png", ContentFile(b"here"))
    Tombstone.objects.update(files=["at_the_root.png"])
    assert sweep(now=LATER).files_removed == 1
    assert media.is_dir()


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


def test_a_storage_that_fails_is_asked_again_later(script, purged):
    tombstone, path = purged()
    script.always("delete", "error_before")
    report = sweep(now=LATER)
    assert (report.failed, report.files_removed, report.exit_code) == (1, 0, 2)
    tombstone.refresh_from_db()
    assert tombstone.attempts == 1
    assert "no route to the storage" in tombstone.last_error
    assert timedelta(minutes=2) <= tombstone.due - LATER <= timedelta(minutes=3)
    assert path.exists()

    script.forget()
    assert sweep(now=tombstone.due - TICK).files_removed == 0
    assert sweep(now=tombstone.due).files_removed == 1
    assert not path.exists()


@pytest.mark.parametrize("second", ["ok", "error_after", "not_found"])
def test_acting_twice_is_harmless(script, purged, second):
    tombstone, path = purged()
    script.then("delete", "error_after", second)
    sweep(now=LATER)
    assert not path.exists()
    sweep(now=LATER + DAY)
    sweep(now=LATER + 2 * DAY)
    tombstone.refresh_from_db()
    assert tombstone.done_at is not None
    assert tombstone.last_error == ""


def test_files_that_were_gone_before_are_counted_and_not_as_removed(purged, media):
    storages["default"].save("other/s.png", ContentFile(b"small"))
    tombstone, path = purged(size=900, renditions={"s": {"name": "other/s.png", "size": 5}})
    path.unlink()
    report = sweep(now=LATER)
    counts = (report.files_removed, report.files_missing, report.bytes_removed, report.failed)
    assert counts == (1, 1, 5, 0)
    tombstone.refresh_from_db()
    assert tombstone.done_at == LATER


@pytest.mark.parametrize("answer", ["forbidden", "error_before"])
def test_a_storage_that_does_not_say_what_is_there_deletes_all_the_same(script, purged, answer):
    _tombstone, path = purged()
    path.unlink()
    _tombstone, other = purged()
    script.always("exists", answer, to="images/")
    report = sweep(now=LATER)
    assert (report.files_removed, report.files_missing, report.failed) == (2, 0, 0)
    assert not other.exists()


def test_a_storage_that_says_so_only_at_the_deletion_is_believed(script, purged):
    purged()
    script.always("exists", "forbidden", to="images/")
    script.always("delete", "not_found")
    report = sweep(now=LATER)
    assert (report.files_removed, report.files_missing, report.failed) == (0, 1, 0)


def test_what_an_earlier_attempt_removed_is_not_called_missing(script, purged):
    purged()
    script.then("delete", "error_after")
    sweep(now=LATER)
    report = sweep(now=LATER + DAY)
    assert (report.files_removed, report.files_missing) == (1, 0)


@pytest.mark.parametrize("errors, asked", [(DOWN_AFTER - 1, 25), (DOWN_AFTER, DOWN_AFTER)])
def test_so_many_errors_in_a_row_and_the_storage_is_down_for_this_run(
    script, purged, errors, asked
):
    for _ in range(25):
        purged()
    script.then("delete", *["error_before"] * errors)
    report = sweep(now=LATER)
    assert len(script.names("delete")) == asked
    assert (report.failed, report.files_removed) == (errors, asked - errors)
    assert report.left == (asked < 25)
    assert any("taken to be down" in each for each in report.errors) == (asked < 25)
    waiting = Tombstone.objects.filter(due__lte=LATER, done_at__isnull=True)
    assert waiting.count() == 25 - asked
    assert not waiting.exclude(attempts=0, claimed_by="", claimed_until=None).exists()
    assert sweep(now=LATER + DAY).files_removed == 25 - (asked - errors)


def test_errors_in_a_row_end_with_the_first_file_that_goes(script, purged):
    for _ in range(DOWN_AFTER + 2):
        purged()
    answers = ["error_before"] * (DOWN_AFTER - 1)
    script.then("delete", *answers, "ok", *answers)
    report = sweep(now=LATER)
    assert (report.left, report.files_removed) == (False, 1)


def test_wrong_names_do_not_make_a_storage_down(script, purged):
    for _ in range(DOWN_AFTER):
        purged()
    Tombstone.objects.update(files=["../outside"])
    purged()
    report = sweep(now=LATER)
    assert (report.failed, report.files_removed, report.left) == (DOWN_AFTER, 1, False)


def test_while_one_storage_is_down_the_files_in_others_go(settings, script, purged, tmp_path):
    for _ in range(DOWN_AFTER + 1):
        purged()
    script.always("delete", "error_before")
    _tombstone, path = purged()
    other = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "archive": other}
    last = Tombstone.objects.latest("pk")
    Tombstone.objects.filter(pk=last.pk).update(storage="archive")
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (1, DOWN_AFTER)
    assert not path.exists()


def test_one_storage_error_does_not_stop_the_others(script, purged, media):
    first, _ = purged()
    Tombstone.objects.filter(pk=first.pk).update(files=["../outside"])
    _, path = purged()
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (1, 1)
    assert not path.exists()


def test_after_ten_attempts_it_is_a_dead_letter_that_every_run_names(script, purged, caplog):
    tombstone, path = purged()
    script.always("delete", "error_before")
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

    script.forget()
    with caplog.at_level(logging.ERROR):
        report = sweep(now=now + 100 * DAY)
    assert (report.files_removed, report.failed, report.exit_code) == (0, 1, 2)
    assert "10 attempts" in report.errors[0]
    assert "10 attempts" in caplog.text
    assert path.exists()

    assert "gallery_trash retry" in report.errors[0]
    assert files.retry_dead(now=now + 100 * DAY) == 1
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


def test_a_dead_letter_that_is_tried_again_cannot_be_rescued(script, purged):
    """Attempts begin at one again: a file may be gone whatever the storage said."""
    tombstone, _path = purged()
    Tombstone.objects.update(attempts=10, last_error="TimeoutError: the answer was lost")
    assert files.retry_dead(now=LATER) == 1
    tombstone.refresh_from_db()
    assert (tombstone.attempts, tombstone.due) == (1, LATER)
    with pytest.raises(ImagesLost):
        trash.rescue(tombstone)


def test_only_dead_letters_of_the_storage_that_was_mended_are_tried_again(purged):
    alive, _ = purged()
    other, _ = purged()
    dead, _ = purged()
    Tombstone.objects.filter(pk__in=[other.pk, dead.pk]).update(attempts=10)
    Tombstone.objects.filter(pk=other.pk).update(storage="archive")
    assert files.retry_dead(now=LATER, storage="default") == 1
    attempts = dict(Tombstone.objects.values_list("pk", "attempts"))
    assert attempts == {alive.pk: 0, other.pk: 10, dead.pk: 1}


def test_the_last_attempt_is_no_dead_letter_while_it_is_under_way(purged):
    _tombstone, _path = purged()
    until = LATER + claims.CLAIMED_FOR
    Tombstone.objects.update(attempts=10, claimed_by="the last one", claimed_until=until)
    assert files.retry_dead(now=until - TICK) == 0
    assert sweep(now=LATER, clock=at(until - TICK)).failed == 0
    assert sweep(now=LATER, clock=at(until)).failed == 1, "its process died"
    assert files.retry_dead(now=until) == 1


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
        "link",
        "empty",
        "images",
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
    (media / "empty").mkdir()
    Tombstone.objects.update(files=[*tombstone.files, name])
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (0, 1)
    assert "is not the name of a file inside" in report.errors[0]
    assert outside.exists()
    assert (elsewhere / "x.png").exists()
    assert (media / "empty").is_dir()
    assert path.exists()


@pytest.mark.parametrize("depth", ["folder", "folder/below"])
def test_behind_a_link_inside_the_storage_another_images_file_is_safe(purged, media, depth):
    _tombstone, path = purged()
    others = make_image()
    shown = media / others.file.name
    (media / "images" / "folder").symlink_to(
        shown.parent if depth == "folder" else shown.parent.parent, target_is_directory=True
    )
    below = "" if depth == "folder" else f"/{shown.parent.name}"
    Tombstone.objects.update(files=[f"images/folder{below}/{shown.name}"])

    report = sweep(now=LATER)

    assert (report.files_removed, report.failed) == (0, 1)
    assert "is not the name of a file inside" in report.errors[0]
    assert shown.exists()
    assert path.exists()


@pytest.mark.parametrize("how", ["a link", "relative", "a link above it"])
def test_the_storage_itself_may_lie_behind_a_link(settings, tmp_path, monkeypatch, how):
    real = tmp_path / "disk" / "pictures"
    real.mkdir(parents=True)
    (tmp_path / "link").symlink_to(real, target_is_directory=True)
    (tmp_path / "mount").symlink_to(real.parent, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    settings.MEDIA_ROOT = {
        "a link": tmp_path / "link",
        "relative": "disk/../link",
        "a link above it": tmp_path / "mount" / "pictures",
    }[how]
    image = make_trashed()
    sweep(now=NOW)
    assert (real / image.file.name).exists()

    assert sweep(now=LATER).files_removed == 1
    assert not (real / image.file.name).exists()


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


def test_while_one_remover_is_at_it_another_does_nothing(script, purged):
    tombstone, _path = purged()
    others = []
    early = at(LATER + claims.CLAIMED_FOR - TICK)
    script.then("delete", lambda: others.append(sweep(now=LATER, clock=early)))
    report = sweep(now=LATER, clock=at(LATER))
    assert [(each.files_removed, each.failed) for each in others] == [(0, 0)]
    assert report.files_removed == 1
    tombstone.refresh_from_db()
    assert tombstone.attempts == 1


def test_after_ten_minutes_another_may_take_over(purged):
    _tombstone, path = purged()
    Tombstone.objects.update(
        attempts=1, claimed_by="one that died", claimed_until=LATER + claims.CLAIMED_FOR
    )
    early = sweep(now=LATER, clock=at(LATER + claims.CLAIMED_FOR - TICK))
    assert (early.files_removed, path.exists()) == (0, True)
    late = sweep(now=LATER, clock=at(LATER + claims.CLAIMED_FOR))
    assert (late.files_removed, path.exists()) == (1, False)


def test_one_that_wakes_up_after_its_claim_is_lost_does_not_report_again(script, purged):
    _tombstone, path = purged()
    others = []
    lapsed = at(LATER + claims.CLAIMED_FOR)
    script.then("delete", lambda: others.append(sweep(now=LATER, clock=lapsed)))
    report = sweep(now=LATER, clock=at(LATER))
    assert [each.files_removed for each in others] == [1]
    assert (report.files_removed, report.failed) == (0, 0)
    assert not path.exists()


def test_one_that_fails_after_its_claim_is_lost_takes_nothing_back(script, purged):
    tombstone, _path = purged()
    lapsed = at(LATER + claims.CLAIMED_FOR)

    def fail_late():
        assert sweep(now=LATER, clock=lapsed).files_removed == 1
        raise OSError("too late")

    script.then("delete", fail_late)
    report = sweep(now=LATER, clock=at(LATER))
    assert (report.files_removed, report.failed) == (0, 0)
    tombstone.refresh_from_db()
    assert (tombstone.done_at, tombstone.last_error) == (LATER, "")


def test_one_that_fails_after_its_claim_is_lost_leaves_the_new_claim_alone(script, purged):
    tombstone, _path = purged()
    until = LATER + claims.CLAIMED_FOR

    def lose_the_claim():
        Tombstone.objects.update(claimed_by="another", claimed_until=until, attempts=2)
        raise OSError("too late")

    script.then("delete", lose_the_claim)
    sweep(now=LATER, clock=at(LATER))
    tombstone.refresh_from_db()
    assert (tombstone.claimed_by, tombstone.claimed_until) == ("another", until)
    assert (tombstone.due <= LATER, tombstone.last_error) == (True, "")


def test_what_a_slow_storage_leaves_no_time_for_is_given_back(script, purged):
    """The claim lapses at the first file: the second is claimed anew, and is no second attempt."""
    stones = [purged()[0] for _ in range(2)]
    moments, held = [LATER], []

    def take_ten_minutes():
        held.append(Tombstone.objects.filter(claimed_until__gt=moments[-1]).count())
        moments.append(moments[-1] + claims.CLAIMED_FOR)

    script.always("delete", take_ten_minutes)
    assert sweep(now=LATER, clock=lambda: moments[-1]).files_removed == 2
    assert held == [2, 1], "nothing is deleted by a claim that has lapsed"
    for stone in stones:
        stone.refresh_from_db()
        assert (stone.attempts, stone.done_at) == (1, LATER)


def test_a_claim_costs_the_same_whatever_it_holds(purged):
    """No statement of ours for each file; who listens to files_removed may have some."""

    def statements(number):
        for _ in range(number):
            purged()
        with CaptureQueriesContext(connection) as asked:
            assert sweep(now=LATER).files_removed == number
        tables = [each._meta.db_table for each in (Tombstone, Image, Photo)]
        return sum(any(f'"{table}"' in each["sql"] for table in tables) for each in asked)

    few = statements(2)
    assert statements(claims.CLAIMED_AT_ONCE) == few
