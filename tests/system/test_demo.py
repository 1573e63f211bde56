"""The demo, as `make demo` runs it, told with small pictures: a process and a folder of its own."""

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
    for instance in model._base_manager.order_by("pk")[:30]:
        get(f"{name}_change", instance.pk)
        get(f"{name}_history", instance.pk)
        for record in instance.history.all() if hasattr(instance, "gallery_version") else ():
            get(f"{name}_simple_history", instance.pk, record.pk)
"""


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

    assert [int(n) for n in re.findall(r"^ ?(\d+)  \S", story, re.MULTILINE)] == [*range(1, 17)]
    for fact in (
        "UploadRefused, code 'format'",
        "StaleGallery: This was changed by somebody else",
        "Version 5 has both",
        "images would be trashed: 3",
        "named by poster of demo.Exhibition 1",
        "drift: in photos of demo.Album 2",
        "restored from 8 by anna: 8 photographs",
        "purged, tombstone written Motorcycle from the right",
        "'Under the lens', key 3, version 4",
        "missing: 0",
        "ImagesLost, ids [10]",
        "kept by snapshot 11 of Album 2",
        "its files were removed on",
        "38 pictures opened, 76 files",
        "0 broken",
    ):
        assert fact in words, fact


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
                f"/media/{image.relative_to(tmp_path / 'data' / 'media').as_posix()}",
            ):
                with urllib.request.urlopen(site + path, timeout=20) as answer:
                    assert answer.status == 200
                    assert answer.read()
        finally:
            served.terminate()
