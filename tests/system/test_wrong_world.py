"""Databases and storages that were copied, mixed up or restored, in a project of real processes."""

import json
import shutil

import pytest

from tests.processes import project

pytestmark = pytest.mark.sqlite

#: One image that nobody ever used; it is long due.
UPLOAD = """
from datetime import timedelta
from django.utils import timezone
from django.core.files.base import ContentFile
from gallery_events.flows import upload
from tests.pictures import picture
upload.receive(
    ContentFile(picture("a.png", size=(8, 6)).read(), "a.png"),
    now=timezone.now() - timedelta(days=100),
)
"""
#: So that everything goes in three runs, whatever the hour.
LET_PASS = """
from datetime import timedelta
from django.utils import timezone
from django.db.models import F
from gallery_events.models import Image, Tombstone
ago = timezone.now() - timedelta(days=30)
Image.objects.filter(trashed_at__isnull=False).update(trashed_at=ago, review_after=ago)
Tombstone.objects.update(due=ago)
"""


@pytest.fixture
def call(tmp_path):
    return project(tmp_path)


def shell(call, code, **environment):
    done = call("shell", "-c", code, **environment)
    assert done.returncode == 0, done.stderr


def sweep(call, **environment):
    done = call("gallery_sweep", "--json", "--first-run-ok", **environment)
    return done.returncode, json.loads(done.stdout)


def test_a_copy_of_the_database_does_not_sweep_the_storage_of_the_original(call, tmp_path):
    shell(call, UPLOAD)
    assert sweep(call)[0] == 0
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(tmp_path / "db.sqlite3", copy)

    code, told = sweep(call, DATABASE=str(copy))
    assert code == 3
    assert "is a copy" in told["refused"][0]
    assert "gallery_doctor --claim-storage" in told["refused"][0]
    assert sweep(call)[0] == 0

    claimed = call("gallery_doctor", "--claim-storage", DATABASE=str(copy))
    assert claimed.returncode in (0, 2), claimed.stderr
    assert "No file is missing" in claimed.stderr
    assert sweep(call, DATABASE=str(copy))[0] == 0
    code, told = sweep(call)
    assert (code, "belongs to another database" in told["refused"][0]) == (3, True)


def test_an_empty_database_by_mistake_is_refused_at_a_storage_that_has_one(call, tmp_path):
    shell(call, UPLOAD)
    assert sweep(call)[0] == 0
    empty = str(tmp_path / "empty.sqlite3")
    assert call("migrate", "-v0", DATABASE=empty).returncode == 0

    code, told = sweep(call, DATABASE=empty)
    assert (code, "belongs to another database" in told["refused"][0]) == (3, True)
    assert "empty.sqlite3" in told["refused"][0]


def test_another_storage_by_mistake_is_refused(call, tmp_path):
    shell(call, UPLOAD)
    assert sweep(call)[0] == 0

    code, told = sweep(call, MEDIA=str(tmp_path / "elsewhere"))
    assert (code, "has no marker any more" in told["refused"][0]) == (3, True)


def test_an_older_backup_under_a_newer_storage_is_refused_until_somebody_has_seen_what_is_missing(
    call, tmp_path
):
    shell(call, UPLOAD)
    shell(call, UPLOAD)
    assert sweep(call)[1]["trashed"] == 2
    shutil.copy(tmp_path / "db.sqlite3", tmp_path / "backup.sqlite3")
    shell(call, LET_PASS)
    assert sweep(call)[1]["purged"] == 2
    shell(call, LET_PASS)
    assert sweep(call)[1]["files_removed"] == 4

    for name in ("db.sqlite3-wal", "db.sqlite3-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.sqlite3", tmp_path / "db.sqlite3")
    shell(call, LET_PASS)
    code, told = sweep(call)
    assert (code, "restored from an older backup" in told["refused"][0]) == (3, True)

    claimed = call("gallery_doctor", "--claim-storage")
    assert "2 images have no file." in claimed.stderr
    assert claimed.stderr.count("missing: a.png (gallery_events.Image") == 2
    code, told = sweep(call)
    assert (code, told["purged"], told["kept"]) == (0, 0, 0), "The trash must wait anew."


def test_pending_migrations_refuse(call, tmp_path):
    assert call("migrate", "-v0", "gallery_events", "0001").returncode == 0

    done = call("gallery_sweep")
    assert done.returncode == 3
    assert "gallery_events.0002_runs_and_claims" in done.stderr
    assert "Run 'manage.py migrate'" in done.stderr


def test_the_cure_for_a_trail_without_its_guard_can_be_followed(call):
    drop = (
        "from django.db import connection; "
        "connection.cursor().execute('DROP TRIGGER gallery_audit_entry_kept')"
    )
    shell(call, drop)
    found = call("check", "--database", "default")
    assert "gallery_audit.E004" in found.stderr
    assert "gallery_audit.E004" in call("gallery_doctor").stdout
    for target in (["0001"], []):
        cured = call("migrate", "-v0", "gallery_audit", *target, "--skip-checks")
        assert cured.returncode == 0, cured.stderr

    assert "gallery_audit.E004" not in call("check", "--database", "default").stderr
