"""Recipes 24 to 40: storages that fail, lie, hang or are gone, and names that are none."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from gallery_events.domain.attempts import DOWN_AFTER
from gallery_events.exceptions import ImagesLost
from gallery_events.flows import trash, upload
from gallery_events.flows.steps import removal
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from tests import NOW
from tests.faults.recipes.dump import contents
from tests.faults.world import files as stored
from tests.faults.world import new_image, trashed_images
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
LATER = NOW + DAY


@pytest.fixture
def purge():
    """Return what purges so many images and returns the names of their files, oldest first."""

    def purge(number=1):
        images = trashed_images(number, now=NOW)
        names = [image.file.name for image in images]
        assert sweep(now=NOW).purged == number
        return names

    return purge


def open_tombstones():
    return Tombstone.objects.filter(done_at__isnull=True)


def test_recipe_25_a_file_that_cannot_be_deleted_brings_no_row_back(script, purge):
    (name,) = purge()
    script.always("delete", "error_before")
    now, waits = LATER, []
    for _ in range(Tombstone.MAX_ATTEMPTS):
        assert sweep(now=now).failed
        stone = Tombstone.objects.get()
        waits.append(stone.due - now)
        now = stone.due
    assert waits == sorted(waits)
    assert stone.is_dead
    assert "no route" in stone.last_error
    assert not Image.objects.exists()
    script.forget()
    report = sweep(now=now + 30 * DAY)
    assert (report.files_removed, report.failed, report.exit_code) == (0, 1, 2), "a dead letter"
    assert name in stored()


def test_recipe_26_a_deletion_whose_answer_was_lost_is_done_the_next_time(script, purge):
    purge()
    script.then("delete", "error_after", "not_found")
    assert sweep(now=LATER).failed == 1
    report = sweep(now=LATER + DAY)
    assert (report.files_removed, report.files_missing, report.failed) == (1, 0, 0)
    assert not open_tombstones().exists()


def test_recipe_27_a_file_that_somebody_else_removed_is_counted_as_missing(purge):
    first, second = purge(2)
    storages["default"].delete(first)
    report = sweep(now=LATER)
    assert (report.files_removed, report.files_missing, report.failed) == (1, 1, 0)
    assert not open_tombstones().exists()
    assert second not in stored()


def test_recipe_28_where_nobody_may_ask_what_is_there_nothing_is_called_missing(script, purge):
    """S3 answers 403 to a HEAD of a missing key, unless one may list."""
    names = purge(2)
    storages["default"].delete(names[0])
    for name in names:
        script.always("exists", "forbidden", to=name)
    report = sweep(now=LATER)
    assert (report.files_removed, report.files_missing, report.failed) == (2, 0, 0)
    assert not stored() & set(names)


def test_recipe_29_two_files_of_many_that_fail_are_tried_again_alone(script, purge):
    names = purge(60)
    for name in (names[3], names[55]):
        script.always("delete", "error_before", to=name)
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (58, 2)
    assert {name for each in open_tombstones() for name in each.files} == {names[3], names[55]}
    script.forget()
    script.calls.clear()
    assert sweep(now=LATER + DAY).files_removed == 2
    assert set(script.names("delete")) == {names[3], names[55]}


def test_recipe_30_a_storage_that_still_shows_what_is_deleted_deceives_nobody(script, purge):
    (name,) = purge()
    script.always("exists", "there", to=name)
    script.always("listdir", "forbidden")
    assert sweep(now=LATER).files_removed == 1
    assert sweep(now=LATER + DAY).files_removed == 0
    assert not open_tombstones().exists()
    assert script.names("listdir") == [], "nothing is decided by a list of what is there"


def test_recipe_30_a_storage_that_does_not_show_a_file_yet_is_asked_to_delete_it(script, purge):
    (name,) = purge()
    script.always("exists", "gone", to=name)
    sweep(now=LATER)
    assert name not in stored()


def test_recipe_31_a_storage_that_overwrites_never_has_a_reason_to(settings, picture):
    backend = {**settings.STORAGES["default"], "OPTIONS": {"allow_overwrite": True}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    first, second = (
        upload.receive(picture("holiday.png", size=(8, side)), now=NOW) for side in (6, 7)
    )
    assert first.file.name != second.file.name
    assert (first.height, second.height) == (6, 7)
    assert len(stored()) == 4


def test_recipe_32_two_rows_never_have_the_same_file():
    image = new_image(now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.create(file=image.file.name, uploaded_at=NOW)


def test_recipe_33_the_same_picture_from_two_people_is_two_images(picture):
    content = picture("same.png").read()
    one, other = (upload.receive(ContentFile(content, name="same.png"), now=NOW) for _ in range(2))
    assert one.upload_sha256 == other.upload_sha256
    assert one.file.name != other.file.name
    Image.objects.filter(pk=one.pk).update(trashed_at=NOW - 7 * DAY, review_after=NOW)
    Image.objects.filter(pk=one.pk).update(uploaded_at=NOW - 21 * DAY)
    sweep(now=NOW)
    assert sweep(now=LATER).files_removed == 2
    assert other.file.storage.exists(other.file.name)


WRONG = ["../outside.png", "/etc/hostname", "link/outside.png", "folder", "", "a//b", "a/../b"]


@pytest.mark.parametrize("name", WRONG)
def test_recipes_34_to_36_what_is_no_name_of_a_file_inside_is_refused_and_the_others_go(
    purge, media, tmp_path, name
):
    good = purge(2)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "outside.png").write_bytes(b"not ours")
    (elsewhere / "outside.png").write_bytes(b"not ours")
    (media / "link").symlink_to(elsewhere, target_is_directory=True)
    (media / "folder").mkdir()
    wrong = Tombstone.objects.first()
    Tombstone.objects.filter(pk=wrong.pk).update(files=[name])
    report = sweep(now=LATER)
    assert (report.files_removed, report.failed) == (1, 1)
    assert list(open_tombstones()) == [wrong]
    assert (tmp_path / "outside.png").exists()
    assert (elsewhere / "outside.png").exists()
    assert (media / "folder").is_dir()
    assert good[1] not in stored()


@pytest.mark.parametrize("name", ["link/outside.png", "folder"])
def test_recipes_35_and_36_without_our_look_the_storage_would_obey(
    purge, media, tmp_path, monkeypatch, name
):
    """Seeded: FileSystemStorage follows a linked folder, and removes an empty one."""
    purge()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "outside.png").write_bytes(b"not ours")
    (media / "link").symlink_to(elsewhere, target_is_directory=True)
    (media / "folder").mkdir()
    Tombstone.objects.update(files=[name])
    monkeypatch.setattr(removal, "refuse_outside", Mock())
    sweep(now=LATER)
    assert (elsewhere / "outside.png").exists() == (name == "folder")
    assert (media / "folder").exists() == (name != "folder")


def purge_folder(folder, *others):
    """Purge an image with a rendition in this folder, beside files that are none of its own."""
    names = [f"{folder}/original.jpg", f"{folder}/r/small.jpg"]
    for name in (*names, *others):
        storages["default"].save(name, ContentFile(b"small"))
    Image.objects.create(
        file=names[0],
        renditions={"small": {"name": names[1], "size": 5}},
        uploaded_at=NOW - 30 * DAY,
        trashed_at=NOW - 7 * DAY,
        review_after=NOW,
    )
    assert sweep(now=NOW).purged == 1
    assert sweep(now=LATER).files_removed == 2


def test_recipe_37_a_folder_whose_name_begins_the_same_is_not_touched(media):
    sibling = ["gallery/ab/abcd/original.jpg", "gallery/ab/abcd/r/small.jpg"]
    purge_folder("gallery/ab/abc", *sibling)
    assert not (media / "gallery/ab/abc").exists()
    assert set(sibling) <= stored()


def test_recipe_37_what_nobody_told_us_to_remove_stays_with_its_folder(media):
    purge_folder("gallery/ab/abc", "gallery/ab/abc/notes.txt")
    assert "gallery/ab/abc/notes.txt" in stored()
    assert not (media / "gallery/ab/abc/r").exists()


def test_recipe_38_files_of_a_storage_that_is_none_of_the_settings_wait_for_it(settings, purge):
    (name,) = purge()
    good = settings.STORAGES
    settings.STORAGES = {**good, "archive": good["default"]}
    Tombstone.objects.update(storage="archive")
    storages["archive"].save("a/b.jpg", ContentFile(b"small"))
    Image.objects.create(
        storage="archive",
        file="a/b.jpg",
        uploaded_at=NOW - 30 * DAY,
        trashed_at=NOW - 7 * DAY,
        review_after=NOW,
    )
    settings.STORAGES = good
    report = sweep(now=LATER)
    assert (report.purged, report.files_removed, report.exit_code) == (0, 0, 2)
    assert any("'archive'" in each for each in report.errors)
    assert Tombstone.objects.get().attempts == 0
    settings.STORAGES = {**good, "archive": good["default"]}
    assert sweep(now=LATER + DAY).files_removed == 1
    assert name not in stored()


def test_recipe_39_a_storage_that_takes_no_orders_is_left_alone_after_so_many_refusals(
    script, purge
):
    names = purge(DOWN_AFTER + 5)
    orphan = new_image(now=NOW - 14 * DAY)
    script.always("delete", "forbidden")
    report = sweep(now=LATER)
    assert report.trashed == 1, "the run goes on"
    assert (report.failed, report.left, report.exit_code) == (DOWN_AFTER, True, 2)
    assert len(script.names("delete")) == DOWN_AFTER
    assert open_tombstones().filter(attempts=0).count() == 5
    script.forget()
    assert sweep(now=LATER + DAY).files_removed == len(names)
    assert orphan.file.name in stored()


def test_recipe_39_what_was_not_tried_can_still_be_rescued(script, purge):
    purge(DOWN_AFTER + 1)
    script.always("delete", "forbidden")
    sweep(now=LATER)
    first, *_rest, last = Tombstone.objects.order_by("due", "pk")
    untouched, tried = sorted((first, last), key=lambda each: each.attempts)
    assert trash.rescue(untouched, now=NOW).pk == untouched.image_pk
    with pytest.raises(ImagesLost):
        trash.rescue(tried)


def test_recipe_39_an_upload_to_a_full_disk_leaves_neither_row_nor_file(script, picture):
    for call in range(2):
        script.then("save", *["ok"] * call, "full")
        with pytest.raises(OSError, match="no space"):
            upload.receive(picture("large.png"), now=NOW)
    assert not Image.objects.exists()
    assert stored() == set()


def test_recipe_41_files_of_an_upload_that_its_caller_undoes_stay_and_nobody_sweeps_them(picture):
    """A leak of some room: what no row of ours ever named is never deleted by a guess."""
    with transaction.atomic():
        upload.receive(picture("undone.png"), now=NOW)
        transaction.set_rollback(True)
    assert not Image.objects.exists()
    left = contents()
    assert len(left) == 2
    for days in range(0, 90, 30):
        assert sweep(now=NOW + timedelta(days=days)).files_removed == 0
    assert left.items() <= contents().items()


def test_recipe_42_an_image_whose_file_somebody_removed_stays_in_its_gallery(promises):
    """Nothing is made worse: the row, its place and its history stay, for a backup to fill."""
    image = new_image(now=NOW - 14 * DAY)
    album = Album.objects.create(title="Summer", photos=[image.pk])
    image.file.storage.delete(image.file.name)
    report = sweep(now=NOW)
    assert (report.cleared, report.failed) == (1, 0)
    album.refresh_from_db()
    assert album.photos.images() == [image]
    promises.broken = "a file is gone"


def test_recipe_42_in_the_end_its_row_goes_and_the_file_is_counted_as_missing(purge):
    (name,) = purge()
    storages["default"].delete(name)
    report = sweep(now=LATER)
    assert (report.files_removed, report.files_missing, report.exit_code) == (0, 1, 0)
