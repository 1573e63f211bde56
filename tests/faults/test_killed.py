"""A process that is killed leaves nothing half done: what it began, the next sweep finishes."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from tests import NOW
from tests.faults.dies import DEAD
from tests.faults.world import files, trashed_images
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_delay(settings):
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0}


@pytest.fixture
def images():
    """Return two images that may be purged, each with a thumbnail."""
    found = trashed_images(2, now=NOW)
    for image in found:
        name = f"{Path(image.file.name).parent}/thumbnail.jpg"
        storages["default"].save(name, ContentFile(b"small"))
        image.renditions = {"thumbnail": {"name": name}}
        image.save(update_fields=["renditions"])
    return found


def killed(how, media, images=()):
    """Let another process begin something, and die in it."""
    keys = json.dumps([image.pk for image in images])
    command = [sys.executable, "-m", "tests.faults.dies", how]
    command += [connection.settings_dict["NAME"], str(media), keys]
    died = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60
    )
    assert died.returncode == DEAD, died.stderr


def test_killed_between_the_rows_and_their_files(images, media):
    killed("between_rows_and_files", media)
    assert not Image.objects.exists()
    assert Tombstone.objects.filter(done_at__isnull=True).count() == 2
    assert len(files()) == 4
    assert sweep(now=NOW).files_removed == 4
    assert files() == set()
    assert Tombstone.objects.filter(done_at=NOW).count() == 2


def test_killed_before_the_purge_is_committed(images, media):
    killed("before_the_purge_is_committed", media)
    assert Image.objects.count() == 2
    assert not Tombstone.objects.exists()
    assert len(files()) == 4
    report = sweep(now=NOW)
    assert (report.purged, report.files_removed) == (2, 4)
    assert files() == set()


def test_killed_between_two_files(images, media):
    """The dead process holds its claim for a while; then acting twice is harmless."""
    killed("between_two_files", media)
    assert len(files()) == 3
    sweep(now=NOW)
    assert len(files()) == 3, "somebody may still be at it"
    later = timezone.now() + timedelta(minutes=11)
    assert sweep(now=NOW, clock=lambda: later).files_removed == 4
    assert files() == set()
    assert not Tombstone.objects.filter(done_at__isnull=True).exists()


def test_killed_in_the_middle_of_a_save(images, media):
    killed("in_the_middle_of_a_save", media, images)
    assert not Album.objects.exists()
    assert not Album.history.exists()
    assert not Reference.objects.exists()
    assert Image.objects.filter(trashed_at__isnull=False).count() == 2
    assert Album.objects.create(title="again", photos=[images[0].pk]).gallery_version == 1
    assert sweep(now=NOW).purged == 1
