"""Uploads in parts: any cutting gives the same file, and the sweep removes what nobody went on with."""

import logging
from contextlib import suppress
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery_events.exceptions import UploadRefused
from gallery_events.flows import doctor, resumable
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, PartialUpload
from gallery_events.signals import files_removed
from tests import NOW
from tests.faults.parts import LIFETIME, a_picture, add, again, begun, finish
from tests.faults.recipes.scripted import install
from tests.faults.world import files
from tests.sweeping import installed_before, make_trashed

pytestmark = pytest.mark.django_db

LAPSED = NOW + LIFETIME
CONTENT = a_picture()


@pytest.fixture
def half():
    """Return an upload of which a part is there."""
    return add(begun(CONTENT), CONTENT[:60])


@pytest.fixture
def script(settings):
    return install(settings)


# Any cutting.

#: What happens to a part: it comes, it comes twice, the storage fails before or after it is
#: written, or it is sent for a place where the upload is not.
fates = st.sampled_from(["comes", "twice", "error_before", "error_after", "elsewhere"])


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=st.lists(st.tuples(st.integers(0, 70), fates), max_size=12))
def test_any_cutting_with_any_interruptions_gives_the_very_file(script, caplog, parts):
    caplog.set_level(logging.CRITICAL)
    script.forget()
    upload = begun(CONTENT)
    for size, fate in [*parts, (len(CONTENT), "comes")]:
        upload = again(upload)
        part = CONTENT[upload.offset : upload.offset + size]
        if fate.startswith("error"):
            script.then("save", fate)
            with suppress(OSError):
                add(upload, part)
            script.forget()
        elif fate == "elsewhere":
            with pytest.raises(resumable.Moved):
                resumable.add(
                    upload,
                    BytesIO(part),
                    size=len(part),
                    offset=upload.offset + 1,
                    lifetime=LIFETIME,
                    now=NOW,
                )
        else:
            add(upload, part)
            if fate == "twice" and part:
                with pytest.raises(resumable.Moved):
                    add(upload, part)
    image = finish(again(upload))

    with image.file.storage.open(image.file.name, "rb") as file:
        assert file.read() == CONTENT
    assert finish(again(upload)) == image
    # What could not be taken back is named, and goes with the row.
    left = set(again(upload).names())
    assert {each for each in files() if each.endswith(".part")} <= left
    sweep(now=LAPSED)
    assert not [each for each in files() if each.endswith(".part")]


# The sweep.


def test_what_has_expired_is_removed_with_its_files(half):
    assert sweep(now=LAPSED - timedelta(microseconds=1)).uploads_removed == 0
    assert files() == set(half.names())
    report = sweep(now=LAPSED)

    assert (report.uploads_removed, report.upload_bytes_removed) == (1, 60)
    assert (files(), PartialUpload.objects.count()) == (set(), 0)
    assert sweep(now=LAPSED).uploads_removed == 0


def test_what_is_done_is_forgotten_later_and_the_image_stays(half):
    image = finish(add(half, CONTENT[60:]), now=NOW + timedelta(hours=1))

    assert sweep(now=LAPSED).uploads_removed == 0
    assert finish(again(half)) == image
    report = sweep(now=LAPSED + timedelta(hours=1))
    assert (report.uploads_removed, report.upload_bytes_removed) == (1, 0)
    assert files() == set(image.file_names())


def test_files_of_images_and_parts_of_uploads_are_counted_apart(half):
    make_trashed()
    heard = []
    sweep(now=NOW)

    def listen(names, **kwargs):
        heard.extend(names)

    files_removed.connect(listen)
    try:
        report = sweep(now=LAPSED)
    finally:
        files_removed.disconnect(listen)
    assert (report.files_removed, report.uploads_removed) == (1, 1)
    assert len(heard) == 1
    assert not heard[0].endswith(".part")


def test_a_dry_run_says_what_would_go_and_lets_it_be(half):
    predicted = sweep(now=LAPSED, dry_run=True)
    assert files() == set(half.names())
    assert again(half).ended_at is None
    done = sweep(now=LAPSED)

    for name in ("uploads_removed", "upload_bytes_removed", "files_removed", "bytes_removed"):
        assert getattr(predicted, name) == getattr(done, name), name
    assert "partial uploads would be removed: 1 (60 bytes)" in str(predicted)
    assert "partial uploads removed: 1 (60 bytes)" in str(done)
    assert done.as_json()["uploads_removed"] == 1


def test_a_run_with_nothing_of_the_kind_says_nothing_of_it():
    assert "partial" not in str(sweep(now=NOW))


def test_the_command_says_what_would_go(half):
    PartialUpload.objects.update(expires_at=NOW)
    installed_before()
    out = StringIO()
    with suppress(CommandError):
        call_command("gallery_sweep", "--dry-run", stdout=out)

    assert "would remove 1 partial upload (60 bytes)" in out.getvalue()


def test_an_upload_that_cannot_be_removed_is_told_and_tried_again(half, script):
    script.then("delete", "error_before")
    report = sweep(now=LAPSED)

    assert (report.uploads_removed, report.failed, report.exit_code) == (0, 1, 2)
    assert "no route to the storage" in report.errors[0]
    with pytest.raises(resumable.Over):
        add(half, CONTENT[60:])
    assert sweep(now=LAPSED).uploads_removed == 1
    assert files() == set()


def test_one_that_cannot_be_removed_does_not_stop_the_others(half, script):
    other = add(begun(CONTENT), CONTENT[:10])
    script.then("delete", "error_before")

    assert sweep(now=LAPSED).uploads_removed == 1
    assert (again(half) is None, again(other) is None) == (False, True)


def test_a_storage_that_is_gone_from_the_settings_keeps_the_row(half):
    PartialUpload.objects.update(storage="gone")

    assert sweep(now=LAPSED).uploads_removed == 0
    assert again(half) is not None


def test_the_breaker_is_about_images_and_stops_no_upload(half, settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 0, "SHARE_FROM": 0, "SHARE_PER_RUN": 0}}
    make_trashed()
    report = sweep(now=LAPSED)

    assert report.breaker
    assert report.uploads_removed == 1


def test_without_time_left_the_rest_waits(half):
    report = sweep(now=LAPSED, max_seconds=0.000001)

    assert (report.uploads_removed, report.left) == (0, True)
    assert files() == set(half.names())


def test_the_doctor_says_when_some_should_be_gone(half):
    def said(now):
        (found,) = (each for each in doctor.examine(now=now) if each.name == "partial uploads go")
        return found.reasons

    assert said(LAPSED + timedelta(hours=47)) == ()
    (reason,) = said(LAPSED + timedelta(hours=48))
    assert reason.startswith("1 partial uploads should be gone by now")


# What else may happen to it.


def test_an_upload_of_somebody_who_is_deleted_is_swept_like_any(half):
    user = get_user_model().objects.create_user("ann")
    mine = begun(CONTENT, user=user)
    user.delete()

    assert again(mine).user is None
    assert sweep(now=LAPSED).uploads_removed == 2


def test_parts_lie_where_the_upload_began_whatever_the_settings_say_later(half, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "other": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "other"},
        },
    }
    settings.GALLERY_EVENTS = {"STORAGE": "other"}
    image = finish(add(half, CONTENT[60:]))

    assert image.storage == "other"
    assert files() == set()
    with image.file.storage.open(image.file.name, "rb") as file:
        assert file.read() == CONTENT


def test_a_storage_that_names_files_its_own_way_is_followed(half, settings, monkeypatch):
    from django.core.files.storage import FileSystemStorage

    save = FileSystemStorage._save
    monkeypatch.setattr(
        FileSystemStorage, "_save", lambda self, name, content: save(self, f"{name}x", content)
    )
    row = add(half, CONTENT[60:])
    assert row.chunks[-1][0].endswith(".partx")
    assert finish(row).size == len(CONTENT)
    assert not [each for each in files() if each.endswith(".partx") and ".part" in each][1:]


def test_an_end_by_refusal_is_remembered_and_leaves_no_file():
    upload = begun(b"x" * 100)
    with pytest.raises(UploadRefused) as refused:
        add(upload, b"x" * 100)

    assert refused.value.code == "format"
    assert again(upload).refusal["code"] == "format"
    assert (files(), Image.objects.exists()) == (set(), False)


def test_a_file_whose_last_part_is_missing_is_no_image(half):
    with pytest.raises(resumable.Moved) as moved:
        finish(half)

    assert moved.value.offset == 60
