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
#: A guest, the member and the editor.
VISITORS = ["", "ben", "anna"]

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
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), url
    print(url, response.content.count(b"/media/"))

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
from gallery_events.models import Image, Reference, SweepRun, Tombstone

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
    "sky": [[each.version, each.event] for each in galleries.timeline(Album.objects.get(pk=1))[:4]],
    "one_request": [f"{each.kind} {each.actor}" for each in entries.filter(request_id=request)],
    "life": [each.kind for each in entries.filter(image_key=str(gravel.pk))],
    "missing_entries": sorted(snapshots - told),
    "stages": {
        "in albums": Reference.objects.filter(until=None).values("image").distinct().count(),
        "recent": Reference.objects.filter(until__isnull=False).count(),
        "waiting": [image.alt for image in Image.objects.filter(references=None, trashed_at=None)],
        "in the trash": [image.alt for image in Image.objects.exclude(trashed_at=None)],
        "pinned": Image.objects.exclude(pinned_until=None).count(),
        "purged": Tombstone.objects.count(),
    },
    "albums": [[album.title, len(album.photos), bool(album.notes)] for album in Album.objects.all()],
    "words": [image.name for image in Image.objects.exclude(references=None) if not image.alt],
    "deleted": sorted(
        {record.title for record in Album.history.filter(gallery_event="deleted")}
        - {album.title for album in Album.objects.all()}
    ),
    "drift": [str(each) for each in find(full=True)],
}))
"""

#: What the member Ben does on the public pages, and what comes of it.
MEMBER = """
import django

django.setup()

import json

from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client

from demo.models import Album
from gallery_events import galleries
from gallery_events.models import Image
from tests.pictures import picture

client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(username="ben"))

refused = client.post("/albums/new/", {"title": "", "photos-upload": picture("first.jpg")})
made = client.post("/albums/new/", {
    "title": "Low <tide>", "photos-upload": [picture("one.jpg"), picture("two.jpg")],
})
album = Album.objects.latest("pk")
first, last = album.photos
changed = client.post(f"/albums/{album.pk}/edit/", {
    "title": album.title, "photos-base": album.gallery_version,
    f"photos-order-{last}": "1", f"photos-order-{first}": "2", "photos-remove": first,
    f"photos-alt-{last}": "Mud",
})
after = Album.objects.get(pk=album.pk)
foreign = Image.objects.exclude(uploaded_by__username="ben").exclude(references=None).first()
stolen = client.post(f"/albums/{album.pk}/edit/", {
    "title": album.title, "photos-base": after.gallery_version,
    f"photos-order-{foreign.pk}": "1",
})
print(json.dumps({
    "refused": [refused.status_code, b"first.jpg" in refused.content],
    "made": [made.status_code, made.url == album.get_absolute_url(), str(album.made_by)],
    "shown": "Low &lt;tide&gt;" in client.get(album.get_absolute_url()).content.decode(),
    "changed": [changed.status_code, list(after.photos) == [last], Image.objects.get(pk=last).alt],
    "stolen": [stolen.status_code, foreign.pk in Album.objects.get(pk=album.pk).photos],
    "timeline": [[each.version, each.actor] for each in galleries.timeline(album)],
}))
"""

#: Two people change one album, the second of them on a page opened before the first one saved.
TOGETHER = """
import django

django.setup()

import json
import re
from html import unescape

from django.contrib.auth.models import User
from django.test import Client

from demo.models import Album
from tests.pictures import picture
from tests.system.follower import Form

album = Album.objects.get(title="Garage, Sunday")
edit = f"/albums/{album.pk}/edit/"

def member(name):
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=name))
    return client

def fields(answer):
    return {**Form(answer.content.decode()).fields, "notes": album.notes}

def said(answer, places):
    page = answer.content.decode()
    return [unescape(each) for each in re.findall(f"<{places}.*?>(.*?)</li>", page)]

anna, carla = member("anna"), member("carla")
opened = fields(carla.get(edit))
anna.post(edit, {**fields(anna.get(edit)), "title": "Garage, Monday"})
added = carla.post(edit, {**opened, "photos-upload": picture("door.jpg")}, follow=True)
after = Album.objects.get(pk=album.pk)
kept = [after.title, len(after.photos) - len(album.photos)]

opened = fields(carla.get(edit))
anna.post(edit, {**fields(anna.get(edit)), "title": "Anna's"})
asked = carla.post(edit, {**opened, "title": "Carla's"})
in_between = Album.objects.get(pk=album.pk).title
carla.post(edit, fields(asked))
print(json.dumps({
    "kept": kept,
    "told": said(added, "li class=.(?:success|warning)"),
    "asked": [asked.status_code, said(asked, "ul class=.errorlist.*?<li")],
    "titles": [in_between, Album.objects.get(pk=album.pk).title],
}))
"""

#: Asks for pages that not everybody may see, and says what everybody was answered.
RIGHTS = """
import django

django.setup()

import json

from django.contrib.auth.models import User
from django.test import Client

from demo.models import Album

own, other = (Album.objects.filter(made_by__username=name).first().pk for name in ("ben", "anna"))
asked = {
    "album": f"/albums/{other}/", "new": "/albums/new/",
    "own edit": f"/albums/{own}/edit/", "own history": f"/albums/{own}/history/",
    "edit": f"/albums/{other}/edit/", "history": f"/albums/{other}/history/",
    "no album": "/albums/999/", "no edit": "/albums/999/edit/", "no history": "/albums/999/history/",
    "admin": "/admin/demo/album/", "recover": "/admin/demo/album/deleted/",
}
answers = {}
for name in ("", "ben", "anna", "carla"):
    client = Client(SERVER_NAME="localhost")
    if name:
        client.force_login(User.objects.get(username=name))
    answers[name] = {what: client.get(url).status_code for what, url in asked.items()}
    answers[name]["post"] = client.post(asked["edit"], {"title": "Mine now"}).status_code
print(json.dumps(answers))
"""

#: Brings the deleted album back, and looks at its page.
RECOVERY = """
import django

django.setup()

import json

from django.contrib.auth.models import User
from django.test import Client

from demo.models import Album
from gallery_events.flows import restore

anna = User.objects.get(username="anna")
client = Client(SERVER_NAME="localhost")
client.force_login(anna)
record = Album.history.filter(title="Red, and nothing else").latest("gallery_version")
listed = client.get("/admin/demo/album/deleted/").content.decode()
album = restore.undelete(Album, record.id, user=anna)
page = client.get(album.get_absolute_url()).content.decode()
print(json.dumps({
    "listed": "Red, and nothing else" in listed, "photos": len(album.photos),
    "missing": album.photos.missing(), "shown": page.count("<figure"),
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


@pytest.fixture
def copied(told, tmp_path):
    """Return the environment of a copy of the demo, which may be changed."""
    folder, environment, _ = told
    shutil.copytree(folder / "data", tmp_path / "data")
    return {**environment, "GALLERY_DEMO_DATA": str(tmp_path / "data")}


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
        "'Chelsea, at length' as it is now 6 6",
        "pictures opened, in 223 places",
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
    assert state["sky"] == [
        [5, "images_changed"],
        [4, "images_added"],
        [3, "reconciled"],
        [2, "images_removed"],
    ]
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
def test_the_proof_fails_when_a_file_is_gone(copied, tmp_path):
    before = demo(copied, "--proof")
    for path in (tmp_path / "data" / "media").rglob("original.*"):
        path.unlink()
    after = demo(copied, "--proof")

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
                "/static/demo/site.css",
                "/static/audit/trail.css",
                f"/media/{image.relative_to(tmp_path / 'data' / 'media').as_posix()}",
            ):
                with urllib.request.urlopen(site + path, timeout=20) as answer:
                    assert answer.status == 200
                    assert answer.read()
        finally:
            served.terminate()


@pytest.fixture(scope="module")
def walked(told):
    """Return {name: {address: what is there}} of all that guest, member and editor can reach."""
    _, environment, _ = told
    done = python(environment, "-m", "tests.system.walker", *VISITORS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", VISITORS)
def test_every_link_of_the_site_leads_somewhere(walked, name):
    assert {at: each["status"] for at, each in walked[name].items() if each["status"] != 200} == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", VISITORS)
def test_every_page_keeps_to_a_strict_policy(walked, name):
    for address, page in walked[name].items():
        if not address.startswith("/static/"):
            assert page["policy"].startswith("default-src 'none'; img-src 'self' blob:;"), address
        assert page.get("inline", []) == [], address


@pytest.mark.sqlite
@pytest.mark.parametrize("name", VISITORS)
def test_the_headings_of_a_page_are_in_order(walked, name):
    for address, page in walked[name].items():
        if "first_headings" in page:
            assert (page["first_headings"], page["skipped_headings"]) == (1, []), address


@pytest.mark.sqlite
def test_guest_member_and_editor_reach_what_is_theirs(walked):
    edits = {
        name: [at for at in pages if re.fullmatch(r"/albums/\d+/edit/", at)]
        for name, pages in walked.items()
    }

    assert edits[""] == []
    assert 0 < len(edits["ben"]) < len(edits["anna"]) == 8
    assert "/albums/?page=2" in walked[""]
    assert "/admin/" not in walked["ben"]
    assert "/admin/" in walked["anna"]


@pytest.mark.sqlite
def test_a_page_costs_as_many_queries_with_few_pictures_as_with_many(walked):
    def costs(pattern):
        pages = [page for at, page in walked[""].items() if re.fullmatch(pattern, at)]
        assert len({page["pictures"] for page in pages}) > 1
        return {page["queries"] for page in pages}

    assert costs(r"/albums/\d+/") == {2}
    assert costs(r"/albums/\?page=\d") == {3}
    assert walked[""]["/"]["queries"] == 3


#: What everybody is answered; "own" is an album of Ben's, without it one of Anna's.
ANSWERS = {
    "album": {"": 200, "ben": 200, "anna": 200, "carla": 200},
    "no album": {"": 404, "ben": 404, "anna": 404, "carla": 404},
    "new": {"": 302, "ben": 200, "anna": 200, "carla": 200},
    "own edit": {"": 302, "ben": 200, "anna": 200, "carla": 200},
    "own history": {"": 302, "ben": 200, "anna": 200, "carla": 200},
    "edit": {"": 302, "ben": 403, "anna": 200, "carla": 200},
    "post": {"": 302, "ben": 403, "anna": 302, "carla": 302},
    "history": {"": 302, "ben": 403, "anna": 200, "carla": 200},
    "no edit": {"": 302, "ben": 403, "anna": 404, "carla": 404},
    "no history": {"": 302, "ben": 403, "anna": 404, "carla": 404},
    "admin": {"": 302, "ben": 302, "anna": 200, "carla": 200},
    "recover": {"": 302, "ben": 302, "anna": 200, "carla": 200},
}


@pytest.mark.sqlite
def test_whoever_may_not_is_asked_to_log_in_or_refused(copied):
    done = python(copied, "-c", RIGHTS)

    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert {
        what: {name: answers[name][what] for name in expected} for what, expected in ANSWERS.items()
    } == ANSWERS


@pytest.mark.sqlite
def test_a_member_makes_an_album_and_changes_it(copied):
    done = python(copied, "-c", MEMBER)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "refused": [200, True],
        "made": [302, True, "ben"],
        "shown": True,
        "changed": [302, True, "Mud"],
        "stolen": [200, False],
        "timeline": [[2, "ben"], [1, "ben"]],
    }


@pytest.mark.sqlite
def test_what_two_people_change_at_once_is_kept_or_asked(copied):
    done = python(copied, "-c", TOGETHER)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kept"] == ["Garage, Monday", 1]
    assert found["told"] == [
        "“Garage, Monday” is saved.",
        "Meanwhile somebody else changed title: their change is kept.",
    ]
    status, (question,) = found["asked"]
    assert status == 200
    assert "somebody changed this to “Anna's”" in question
    assert found["titles"] == ["Anna's", "Carla's"]


@pytest.mark.sqlite
def test_the_site_has_albums_with_words_and_images_in_every_stage(told):
    _, environment, _ = told

    done = python(environment, "-c", STATE)

    assert done.returncode == 0, done.stderr
    state = json.loads(done.stdout)
    assert len(state["albums"]) == 8
    assert [each for each in state["albums"] if not 5 <= each[1] <= 14 or not each[2]] == []
    assert state["words"] == []
    assert state["deleted"] == ["Red, and nothing else"]
    stages = state["stages"]
    assert stages["in albums"] > 40
    assert stages["recent"] > 10
    assert "Edge of the field" in stages["waiting"]
    assert stages["in the trash"] == ["Scratched negative"]
    assert stages["pinned"] == 1
    assert stages["purged"] == 4


@pytest.mark.sqlite
def test_the_deleted_album_comes_back_whole(copied):
    done = python(copied, "-c", RECOVERY)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"listed": True, "photos": 5, "missing": [], "shown": 5}
