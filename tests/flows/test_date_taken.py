"""When a picture was taken: kept in the row, although the file does not tell it any more."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Pillow

from gallery_events.domain.edits import Edit
from gallery_events.flows import edit, trash, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from gallery_events.views.describing import described
from tests import NOW
from tests.imaging.made import quarters, saved
from tests.project.models import Album, Photo, Poster
from tests.sweeping import DAY, make_trashed

pytestmark = pytest.mark.django_db

#: Numbers of EXIF.
SETTINGS, ORIGINAL, OFFSET, PARTS = 0x8769, 0x9003, 0x9011, 0x9291
CLOCK = "2026:07:14 09:08:07"


def photograph(clock=CLOCK, offset="", parts=""):
    """Return a photograph whose camera says when it was taken."""
    camera = Pillow.Exif()
    camera[0x010F] = "Camera"
    told = {ORIGINAL: clock, OFFSET: offset, PARTS: parts}
    camera.get_ifd(SETTINGS).update({tag: text for tag, text in told.items() if text})
    return ContentFile(saved(quarters(), "JPEG", exif=camera), "mole.jpg")


def received(*told, **options):
    image = upload.receive(photograph(*told), **options)
    image.refresh_from_db()
    return image


@pytest.mark.parametrize("owner, model", [(Album, Image), (Poster, Photo)])
def test_it_stays_in_the_row_although_the_file_does_not_tell_it_any_more(media, owner, model):
    image = received(CLOCK, "+02:00", "25", field=owner._meta.get_field("photos"))
    assert isinstance(image, model)
    assert image.taken_at == datetime(2026, 7, 14, 7, 8, 7, 250_000, tzinfo=UTC)
    kept = (media / image.file.name).read_bytes()
    assert b"2026" not in kept
    assert b"Camera" not in kept


@pytest.mark.parametrize("zone, hour", [("UTC", 9), ("Europe/Berlin", 7), ("Asia/Shanghai", 1)])
def test_a_clock_without_an_offset_counts_as_one_of_the_project(settings, zone, hour):
    settings.TIME_ZONE = zone
    with timezone.override("America/New_York"):
        image = received()
    assert image.taken_at == datetime(2026, 7, 14, hour, 8, 7, tzinfo=UTC)


def test_an_hour_that_the_project_skipped_does_no_harm(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert received("2026:03:29 02:30:00").taken_at.date() == date(2026, 3, 29)


def test_a_project_without_time_zones_keeps_what_its_own_clock_showed(settings):
    settings.TIME_ZONE, settings.USE_TZ = "Europe/Berlin", False
    shown = datetime.fromisoformat("2026-07-14 09:08:07")
    assert received().taken_at == shown
    assert received(CLOCK, "+00:00").taken_at == shown.replace(hour=11)


@pytest.mark.parametrize("clock", ["1826:01:01 00:00:00", "9998:12:31 23:59:59"])
@pytest.mark.parametrize("offset", ["", "+14:59", "-14:59"])
def test_the_database_takes_the_first_and_the_last_moment_that_is_taken(clock, offset):
    image = upload.receive(photograph(clock, offset))
    before = image.taken_at
    image.refresh_from_db()
    assert image.taken_at == before


@pytest.mark.parametrize("clock", ["0000:00:00 00:00:00", "2026:13:14 09:08:07", "yesterday", ""])
def test_what_is_no_moment_is_left_empty(clock):
    assert received(clock).taken_at is None


def test_whoever_does_not_want_it_does_not_keep_it(settings):
    settings.GALLERY_EVENTS = {"KEEP_DATE_TAKEN": False}
    assert received().taken_at is None


def test_it_stays_where_metadata_stays_in_the_file_too(settings):
    settings.GALLERY_EVENTS = {"STRIP_METADATA": False}
    assert received(CLOCK, "+00:00").taken_at == datetime(2026, 7, 14, 9, 8, 7, tzinfo=UTC)


def test_an_edited_picture_was_taken_when_its_original_was():
    image = received()
    once = edit.derive(image, Edit(rotate=90))
    twice = edit.derive(once, Edit(flip=True))
    twice.refresh_from_db()
    assert once.taken_at == twice.taken_at == image.taken_at


def test_what_a_wrong_clock_said_can_be_corrected_and_forgotten():
    image = received()
    image.taken_at = NOW
    image.save()
    image.refresh_from_db()
    assert image.taken_at == NOW
    Image.objects.update(taken_at=None)
    image.refresh_from_db()
    assert image.taken_at is None


@pytest.mark.parametrize("model", [Image, Photo])
def test_it_outlives_the_purge_as_long_as_the_image_can_come_back(model):
    make_trashed(model, taken_at=NOW - 9 * DAY)
    sweep(now=NOW)
    assert trash.rescue(Tombstone.objects.get(), now=NOW).taken_at == NOW - 9 * DAY


def test_programs_are_told_both_moments():
    told = described(received(CLOCK, "+02:00", now=NOW))
    assert told["taken"] == "2026-07-14T07:08:07+00:00"
    assert told["uploaded"] == NOW.isoformat()
    assert described(upload.receive(ContentFile(saved(quarters(), "PNG"))))["taken"] is None
