"""The demo, as `make demo` runs it, told with small pictures: a process and a folder of its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.pictures import picture

ROOT = Path(__file__).parents[2]
PICTURES = 22

#: Opens every page of the admin that exists, as the administrator.
PAGES = """
import django

django.setup()

from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(username="carla"))

def get(name, *args):
    url = reverse("admin:" + name, args=args)
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    print(url, response.content.count(b"/media/"))

assert client.get("/").url == reverse("admin:index")
get("index")
for model, site in admin.site._registry.items():
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    get(f"{name}_changelist")
    for instance in model._base_manager.order_by("-pk")[:30]:
        get(f"{name}_change", instance.pk)
        get(f"{name}_history", instance.pk)
        for record in instance.history.all() if hasattr(instance, "gallery_version") else ():
            get(f"{name}_simple_history", instance.pk, record.pk)

assert client.get(reverse("gallery_events:health")).json()["ok"]
for page, link in (
    (reverse("admin:demo_album_change", args=[1]), "entry/?owner=demo.Album%3A1"),
    (reverse("admin:gallery_events_image_change", args=[18]), "entry/?image=gallery_events.Image%3A18"),
    (reverse("admin:gallery_audit_entry_changelist"), "/admin/demo/album/1/change/"),
    (reverse("admin:gallery_audit_entry_changelist"), "/static/audit/trail.css"),
):
    assert link in client.get(page).content.decode(), (page, link)
"""

#: What became of the scenes that the commands tell of, from the rows.
STATE = """
import django

django.setup()

import json

from audit.drift import find
from audit.models import Entry
from demo.models import Album
from gallery_events import galleries
from gallery_events.models import Image, SweepRun

runs = SweepRun.objects.order_by("pk")
gravel = Image.objects.get(name__startswith="Gravel")
request = Entry.objects.exclude(request_id="").latest("pk").request_id
entries = Entry.objects.order_by("pk")
snapshots = {(album.pk, each.version) for album in Album.objects.all() for each in galleries.timeline(album)}
told = {
    (int(each.owner_key), each.version) for each in entries.filter(kind="snapshot_recorded")
} | {(int(each.owner_key), each.version) for each in entries if each.event == "reconciled"}
print(json.dumps({
    "first_runs": [each.outcome for each in runs[:2]],
    "stopped": [
        [each.pk, each.breaker, each.acknowledged_at is not None]
        for each in runs.exclude(breaker=None)
    ],
    "refused": [each.report["refused"][0].split(" (")[0] for each in runs.filter(outcome="refused")],
    "gravel": [gravel.pk, gravel.pin_reason, gravel.pinned_until is not None, gravel.trashed_at],
    "sky": [[each.version, each.event] for each in galleries.timeline(Album.objects.get(pk=1))[:3]],
    "one_request": [f"{each.kind} {each.actor}" for each in entries.filter(request_id=request)],
    "life": [each.kind for each in entries.filter(image_key=str(gravel.pk))],
    "missing_entries": sorted(snapshots - told),
    "drift": [str(each) for each in find(full=True)],
}))
"""

#: What each scene that shows commands must say, by the beginning of its heading.
SAID = {
    "The first run only reports": [
        "$ manage.py gallery_sweep",
        "images would be trashed: 22",
        "This run only reports: this is the first run after installing",
        "exit code 2",
        "22 images are where they were",
    ],
    "A run that would purge unusually much": [
        "3 images would be purged, more than 2 in one run",
        "exit code 4",
        "GalleryError: Run 23 was not stopped for 2 images",
        "The next night purges them",
    ],
    "Why is it still here?": [
        "in Album 2 'Best of the year' now, since",
        "kept by snapshot 10 of Album 2 'Best of the year' (taken out on",
        "by ben) until",
        "then in the trash until",
        "'manage.py gallery_trash rescue 18' brings it back",
        "its files were removed on",
    ],
    "What tonight would do": [
        "$ manage.py gallery_sweep --dry-run",
        "What 7 daily runs from now on would do",
        "would be stopped: 5 images, more than 2 in one run",
    ],
    "The trash, and the way out of it": [
        "In the trash: 2 images",
        "Purged, and can still be had back: 1 image",
        "'Gravel' has its key 18 again; its file is there.",
        "pinned until",
        "for the calendar",
    ],
    "Somebody writes SQL": [
        "the last snapshot (2) holds [7, 8, 15, 3]; the row holds [7, 8, 15, 3, 6]",
        "exit code 2",
        "The sweep was refused: Galleries and their history differ (1)",
        "'manage.py audit_reconcile'",
        "exit code 3",
        "snapshot 3 (reconciled) was written",
        "version 3, reconciled",
    ],
    "Who did what": [
        "image taken out of the trash demo.Album 1 anna admin",
        "saved demo.Album 1 anna admin added 1",
        "image taken out of the trash carla code rescued by hand",
    ],
    "The trail is only added to": [
        "UPDATE gallery_audit_entry",
        "DELETE FROM gallery_audit_entry",
        "IntegrityError: the trail is only added to",
    ],
    "A copy of the database": [
        "belongs to the database of which this one",
        "copy.sqlite3) is a copy",
        "exit code 3",
    ],
    "The doctor, on the real one": [
        "ok storages belong to this database",
    ],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Tell the story once; return its folder, the environment and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    pictures = folder / "pictures"
    pictures.mkdir()
    for number in range(PICTURES):
        name = f"{number:02}.{('jpg', 'png', 'webp', 'gif')[number % 4]}"
        (pictures / name).write_bytes(picture(name, size=(80, 60)).read())
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("DJANGO")},
        "DJANGO_SETTINGS_MODULE": "demo.settings",
        "GALLERY_DEMO_DATA": str(folder / "data"),
    }
    done = demo(environment, "--no-serve", "--photographs", pictures)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, environment, done.stdout


def demo(environment, *arguments):
    return python(environment, "-m", "demo", *arguments)


def python(environment, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.sqlite
def test_the_story_is_told_to_its_end(told):
    _, _, story = told
    words = " ".join(story.replace("|", " ").split())

    assert [int(n) for n in re.findall(r"^ ?(\d+)  \S", story, re.MULTILINE)] == [*range(1, 24)]
    for fact in (
        "UploadRefused, code 'format'",
        "StaleGallery: This was changed by somebody else",
        "Version 5 has both",
        "images would be trashed: 3",
        "named by poster of demo.Exhibition 1",
        "restored from 7 by anna: 7 photographs",
        "purged, tombstone written Motorcycle from the right",
        "'Under the lens', key 3, version 4",
        "missing: 0",
        "ImagesLost, ids [10]",
        "48 pictures opened, 96 files",
        "0 broken",
    ):
        assert fact in words, fact


@pytest.mark.sqlite
@pytest.mark.parametrize("scene", SAID)
def test_each_scene_says_what_came_of_it(told, scene):
    _, _, story = told
    (words,) = (
        " ".join(each.replace("|", " ").split())
        for each in re.split(r"^(?= ?\d+  \S)", story, flags=re.MULTILINE)
        if scene in each.splitlines()[0]
    )

    assert [fact for fact in SAID[scene] if fact not in words] == []


@pytest.mark.sqlite
def test_the_doctor_finds_nothing_in_the_demo(told):
    _, environment, story = told

    done = python(environment, "demo/manage.py", "gallery_doctor")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "--  " not in story


@pytest.mark.sqlite
def test_the_database_holds_what_the_story_says(told):
    folder, environment, _ = told

    done = python(environment, "-c", STATE)

    assert done.returncode == 0, done.stderr
    state = json.loads(done.stdout)
    assert state["first_runs"] == ["reported", "done"]
    assert state["stopped"] == [[23, 3, True]]
    assert state["refused"] == ["Galleries and their history differ"]
    assert state["gravel"] == [18, "for the calendar", True, None]
    assert state["sky"] == [[4, "images_added"], [3, "reconciled"], [2, "images_removed"]]
    assert state["one_request"] == ["image_rescued anna", "snapshot_recorded anna"]
    assert state["life"] == ["image_uploaded", "image_trashed", "image_purged", "image_rescued"]
    assert state["missing_entries"] == []
    assert state["drift"] == []
    assert not [path for path in (folder / "data").iterdir() if path.name.startswith("copy")]


@pytest.mark.sqlite
def test_the_story_fits_a_terminal_and_is_plain_where_there_is_none(told):
    _, _, story = told

    assert [line for line in story.splitlines() if len(line) > 100] == []
    assert "\033" not in story


@pytest.mark.sqlite
def test_every_page_of_the_admin_answers_and_shows_pictures(told):
    _, environment, _ = told

    done = python(environment, "-c", PAGES)

    assert done.returncode == 0, done.stderr
    shown = dict(line.split() for line in done.stdout.splitlines())
    for page in ("album/", "album/2/change/", "album/2/history/", "exhibition/"):
        assert int(shown[f"/admin/demo/{page}"]) > 0, page
    assert int(shown["/admin/gallery_events/image/"]) > 0
    assert int(shown["/admin/gallery_audit/entry/"]) > 0


@pytest.mark.sqlite
def test_the_proof_fails_when_a_file_is_gone(told, tmp_path):
    folder, environment, _ = told
    shutil.copytree(folder / "data", tmp_path / "data")
    broken = {**environment, "GALLERY_DEMO_DATA": str(tmp_path / "data")}

    before = demo(broken, "--proof")
    for path in (tmp_path / "data" / "media").rglob("original.*"):
        path.unlink()
    after = demo(broken, "--proof")

    assert before.returncode == 0, before.stderr
    assert after.returncode == 1
    assert "BROKEN: image" in after.stdout


@pytest.mark.sqlite
def test_a_port_that_is_taken_is_named_before_anything_is_done(told, tmp_path):
    _, environment, _ = told
    environment = {**environment, "GALLERY_DEMO_DATA": str(tmp_path / "data")}
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = demo(environment, str(port))

    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "make demo PORT=" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.sqlite
def test_the_site_is_served_with_its_style_and_its_pictures(told, tmp_path):
    folder, environment, _ = told
    environment = {**environment, "GALLERY_DEMO_DATA": str(tmp_path / "data")}
    arguments = ["-m", "demo", "0", "--photographs", folder / "pictures"]
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as served:
        try:
            for line in served.stdout:
                if found := re.search(r"served at (http://\S+?)/ until", line):
                    break
            site = found[1]
            image = next((tmp_path / "data" / "media").rglob("thumbnail.*"))
            for path in (
                "/",
                "/static/demo/gallery.css",
                "/static/audit/trail.css",
                f"/media/{image.relative_to(tmp_path / 'data' / 'media').as_posix()}",
            ):
                with urllib.request.urlopen(site + path, timeout=20) as answer:
                    assert answer.status == 200
                    assert answer.read()
        finally:
            served.terminate()
