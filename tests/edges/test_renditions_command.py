"""Renditions in bulk: what is missing, by as many processes as one likes, and stopped at any time."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from gallery_events.flows import catching_up, renditions, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.faults.world import files
from tests.pictures import picture
from tests.processes import ROOT, project
from tests.project.models import Photo, Poster

pytestmark = pytest.mark.django_db

KEYS = {"thumbnail", "w320", "w640"}


class Terminal(io.StringIO):
    """A stream that says that somebody looks at it."""

    def isatty(self):
        return True


def run(*arguments, stderr=None):
    """Return (standard output, exit code) of the command."""
    out = io.StringIO()
    try:
        call_command("gallery_renditions", *arguments, stdout=out, stderr=stderr or io.StringIO())
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def report(*arguments):
    out, code = run(*arguments, "--json")
    return {**json.loads(out), "code": code}


@pytest.fixture
def images():
    """Return three images that lack all renditions."""
    return [upload.receive(picture(f"{n}.jpg", size=(700, 500)), now=NOW) for n in range(3)]


def made(image):
    return set(type(image)._base_manager.get(pk=image.pk).made())


def test_what_is_missing_is_made_once(images):
    renditions.make(images[0], keys=["w320"])
    assert report() == {
        "seen": 3,
        "images": 3,
        "made": {"w320": 2, "w640": 3},
        "failed": 0,
        "failures": [],
        "left": False,
        "dry_run": False,
        "code": 0,
    }
    assert [made(image) for image in images] == [KEYS] * 3
    again = report()
    assert (again["seen"], again["images"], again["made"], again["code"]) == (3, 0, {}, 0)


def test_the_text_says_how_many_of_which(images):
    out, code = run()
    assert code == 0
    assert out.splitlines() == [
        "6 renditions of 3 images made, 0 images failed.",
        "  w320: 3",
        "  w640: 3",
    ]


def test_a_dry_run_says_the_same_and_makes_nothing(images):
    before = files()
    found = report("--dry-run")
    assert (found["images"], found["made"]) == (3, {"w320": 3, "w640": 3})
    assert files() == before
    assert [made(image) for image in images] == [{"thumbnail"}] * 3
    assert "would be made" in run("--dry-run")[0]


def test_a_limit_takes_the_first_ones_and_the_next_run_goes_on(images):
    assert report("--limit", "2")["images"] == 2
    assert [made(image) for image in images] == [KEYS, KEYS, {"thumbnail"}]
    assert report("--limit", "2")["images"] == 1
    assert made(images[2]) == KEYS


def test_all_image_models_are_served_unless_one_is_named(images):
    field = Poster._meta.get_field("photos")
    photo = upload.receive(picture("p.jpg", size=(700, 500)), field=field, now=NOW)
    assert report("--model", "project.Photo")["images"] == 1
    assert made(photo) == KEYS
    assert made(images[0]) == {"thumbnail"}
    assert report()["images"] == 3


def test_more_images_than_a_page_of_rows_are_all_seen(images, monkeypatch):
    monkeypatch.setattr(catching_up, "BATCH", 2)
    field = Poster._meta.get_field("photos")
    for _ in range(3):
        upload.receive(picture("p.jpg", size=(400, 300)), field=field, now=NOW)
    assert report()["seen"] == 6
    assert {len(made(photo)) for photo in Photo.objects.all()} == {2}


def test_another_recipe_is_made_when_asked_for(images, settings):
    run()
    settings.GALLERY_EVENTS = {"RENDITIONS": {"ENCODING": "AVIF"}}
    assert report()["images"] == 0
    assert report("--remake")["made"] == {"w320": 3, "w640": 3}
    assert Image.objects.first().made()["w320"]["content_type"] == "image/avif"
    assert report("--remake")["images"] == 0


def test_what_cannot_be_made_is_told_and_the_others_go_on(images, media):
    (media / images[0].file.name).unlink()
    (media / images[1].file.name).write_bytes(b"\xff\xd8\xff nothing more")
    found = report()
    assert (found["images"], found["failed"], found["code"]) == (1, 2, 2)
    gone, broken = found["failures"]
    assert gone["image"] == f"gallery_events.Image {images[0].pk}"
    assert "cannot be read" in gone["error"]
    assert "damaged" in broken["error"]
    assert made(images[2]) == KEYS


def test_an_image_that_is_purged_meanwhile_is_passed_over(images):
    task = next(iter(catching_up.tasks(Image, catching_up.CatchUp())))
    Image.objects.filter(pk=task.key)._raw_delete("default")
    assert catching_up.done(task) == catching_up.Outcome(task)


@pytest.mark.parametrize(
    "arguments,why",
    [
        (["--parallel", "0"], "1 to 64"),
        (["--parallel", "65"], "1 to 64"),
        (["--limit", "0"], "at least 1"),
        (["--model", "project.Album"], "none of the models"),
        (["--nonsense"], "nrecognized"),
    ],
)
def test_what_makes_no_sense_is_refused(images, arguments, why):
    with pytest.raises(CommandError, match=why) as caught:
        call_command("gallery_renditions", *arguments)
    assert caught.value.returncode == 3
    assert made(images[0]) == {"thumbnail"}


def test_wrong_settings_are_refused(images, settings):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"ENGINE": "magick"}}
    with pytest.raises(CommandError, match="ENGINE") as caught:
        call_command("gallery_renditions")
    assert caught.value.returncode == 3


def test_a_terminal_sees_a_bar_and_a_log_a_line(images):
    terminal, log = Terminal(), io.StringIO()
    run(stderr=log)
    assert log.getvalue().splitlines()[0] == "gallery_events.Image: 3 of 3"
    Image.objects.update(renditions={})
    run(stderr=terminal)
    assert "\rgallery_events.Image [##########                    ] 1/3" in terminal.getvalue()
    assert "\rgallery_events.Image [##############################] 3/3\n" in terminal.getvalue()
    quiet = io.StringIO()
    run("-v0", stderr=quiet)
    assert quiet.getvalue() == ""


def test_whoever_presses_control_c_finds_all_consistent_and_goes_on_later(images, monkeypatch):
    make = catching_up.make

    def interrupted(image, **options):
        if image.pk == images[1].pk:
            raise KeyboardInterrupt
        return make(image, **options)

    monkeypatch.setattr(catching_up, "make", interrupted)
    found = report()
    assert (found["images"], found["left"], found["code"]) == (1, True, 2)
    monkeypatch.undo()
    assert report()["images"] == 2
    assert [made(image) for image in images] == [KEYS] * 3


# Several processes.


@pytest.fixture
def process(tmp_path):
    """Return what calls a command of a project of its own, with five images in its database."""
    call = project(tmp_path)
    filled = subprocess.run(
        [sys.executable, "-c", FILL],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "process_settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert filled.returncode == 0, filled.stderr
    return call


FILL = """
import django; django.setup()
from gallery_events.flows import upload
from tests.pictures import picture
for n in range(5):
    upload.receive(picture(f"{n}.jpg", size=(700, 500)))
"""


@pytest.mark.sqlite
def test_several_processes_share_the_work(process):
    first = process("gallery_renditions", "--parallel", "2", "--json")
    assert first.returncode == 0, first.stderr
    found = json.loads(first.stdout)
    assert (found["images"], found["made"]) == (5, {"w320": 5, "w640": 5})
    assert json.loads(process("gallery_renditions", "--json").stdout)["images"] == 0


@pytest.mark.sqlite
def test_one_who_is_interrupted_leaves_nothing_that_the_next_does_not_finish(process, tmp_path):
    running = subprocess.Popen(
        [sys.executable, "-m", "django", "gallery_renditions", "--parallel", "2", "--json"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "process_settings",
        },
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    media = tmp_path / "media"
    until = time.monotonic() + 60
    while not list(media.rglob("w320-*")) and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = running.communicate(timeout=60)
    assert running.returncode in (0, 2), err
    assert "Traceback" not in err
    json.loads(out)

    rest = process("gallery_renditions", "--json")
    assert rest.returncode == 0, rest.stderr
    assert len(list(media.rglob("w320-*"))) == len(list(media.rglob("w640-*"))) == 5


def test_a_purge_after_a_run_leaves_no_file(images, settings):
    run()
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0, "BREAKER": {"PER_RUN": 10}}
    Image.objects.update(trashed_at=NOW, review_after=NOW)
    assert sweep(now=NOW + timedelta(days=8), first_run_ok=True).purged == 3
    assert files() == set()
