"""Whoever makes renditions against whoever purges the image, and against death: no file is left behind."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from gallery_events.flows import renditions
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from tests import NOW
from tests.faults.dies import DEAD
from tests.faults.driver import PATIENCE, Gate, actors, waits_for
from tests.faults.recipes.scripted import install
from tests.faults.world import GRACE, TRASH, files, new_image
from tests.pictures import picture

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
SIZE = (700, 500)
KEYS = ["w320", "w640"]


@pytest.fixture(autouse=True)
def no_delay(settings):
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0}


@pytest.fixture
def script(settings):
    return install(settings)


@pytest.fixture
def image():
    """Return an image in the trash that the next sweep may purge, of a real photograph."""
    content = picture("boat.jpg", size=SIZE).read()
    image = new_image(now=NOW - GRACE - TRASH, content=content)
    Image.objects.filter(pk=image.pk).update(
        width=SIZE[0],
        height=SIZE[1],
        content_type="image/jpeg",
        trashed_at=NOW - TRASH,
        review_after=NOW,
    )
    return Image.objects.get(pk=image.pk)


def recorded():
    """Return the names of all files that the rows of images know."""
    return {name for image in Image.objects.all() for name in image.file_names()}


@pytest.mark.parametrize("held", ["hang", "hang_after"], ids=["before", "after"])
def test_a_purge_around_the_reading_leaves_nothing_and_the_maker_writes_nothing(
    script, image, held
):
    script.then("open", held)
    with actors(2) as (maker, sweeper):
        making = maker.start(renditions.make, image)
        script.gate.wait_until_reached()
        # Nobody waits for a maker: no lock is held while it reads and encodes.
        report = sweeper.do(sweep, now=NOW)
        assert (report.purged, files()) == (1, set())
        script.gate.open()
        assert making.result(PATIENCE) == []
    assert script.names("save")[1:] == [], "only the photograph itself was ever written"
    assert files() == set()


def test_a_purge_while_files_are_written_comes_later_and_takes_them_along(script, image):
    writing = Gate()
    script.then("save", writing)
    with actors(2) as (maker, sweeper):
        making = maker.start(renditions.make, image)
        writing.wait_until_reached()
        sweeping = sweeper.start(sweep, now=NOW)
        waits_for(sweeper, maker, under_way=sweeping)
        writing.open()
        assert making.result(PATIENCE) == KEYS
        sweeping.result(PATIENCE)
    sweep(now=NOW)
    assert not Image.objects.exists()
    assert files() == set()


@pytest.mark.postgresql
def test_a_purge_passes_over_an_image_whose_files_are_being_written(script, image):
    writing = Gate()
    script.then("save", writing)
    with actors(2) as (maker, sweeper):
        making = maker.start(renditions.make, image)
        writing.wait_until_reached()
        assert sweeper.do(sweep, now=NOW).purged == 0
        writing.open()
        assert making.result(PATIENCE) == KEYS
    assert files() == recorded()


@pytest.mark.postgresql
def test_without_the_lock_files_would_be_left_that_nobody_knows(script, image, monkeypatch):
    monkeypatch.setattr(renditions, "_locked", lambda rows: rows.first())
    writing = Gate()
    script.then("save", writing)
    with actors(2) as (maker, sweeper):
        making = maker.start(renditions.make, image)
        writing.wait_until_reached()
        assert sweeper.do(sweep, now=NOW).purged == 1
        writing.open()
        making.result(PATIENCE)
    assert not Image.objects.exists()
    assert len(files()) == 2


def test_two_makers_do_no_harm_and_the_second_one_finds_them_made(script, image):
    writing = Gate()
    script.then("save", writing)
    with actors(2) as (one, other):
        first = one.start(renditions.make, image)
        writing.wait_until_reached()
        second = other.start(renditions.make, image)
        waits_for(other, one, under_way=second)
        writing.open()
        assert first.result(PATIENCE) == KEYS
        assert second.result(PATIENCE) == []
    assert sorted(image.file.storage.script.names("save")) == sorted(recorded())
    assert files() == recorded()


def test_two_makers_that_both_read_first_write_each_file_once(script, image):
    reading = Gate()
    script.then("open", reading)
    with actors(2) as (one, other):
        first = one.start(renditions.make, image)
        reading.wait_until_reached()
        assert other.do(renditions.make, image) == KEYS
        reading.open()
        assert first.result(PATIENCE) == []
    assert files() == recorded()
    assert len(recorded()) == 3


def test_two_makers_of_different_renditions_forget_nothing_of_each_other(script, image):
    reading = Gate()
    script.then("open", reading)
    with actors(2) as (one, other):
        first = one.start(renditions.make, image, keys=["w320"])
        reading.wait_until_reached()
        assert other.do(renditions.make, image, keys=["w640"]) == ["w640"]
        reading.open()
        assert first.result(PATIENCE) == ["w320"]
    image.refresh_from_db()
    assert sorted(image.made()) == KEYS
    assert files() == recorded()


# A process that dies.


def killed(how, media, image):
    """Let another process begin to make the renditions, and die in it."""
    command = [sys.executable, "-m", "tests.faults.dies", how]
    command += [connection.settings_dict["NAME"], str(media), f"[{image.pk}]"]
    died = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60
    )
    assert died.returncode == DEAD, died.stderr


DEATHS = {
    "between_the_plan_and_the_files": 1,
    "between_two_renditions": 2,
    "before_renditions_are_recorded": 3,
}


@pytest.mark.parametrize("how", DEATHS)
def test_whatever_a_maker_has_written_when_it_dies_is_purged_with_the_image(how, image, media):
    killed(how, media, image)
    assert len(files()) == DEATHS[how]
    assert files() <= recorded()
    image.refresh_from_db()
    assert image.made() == {}, "nothing is shown that is not recorded as whole"

    report = sweep(now=NOW)
    assert (report.purged, report.files_removed, report.files_missing) == (1, DEATHS[how], 0)
    assert files() == set()
    assert Tombstone.objects.get().done_at == NOW


@pytest.mark.parametrize("how", DEATHS)
def test_the_next_maker_finishes_what_a_dead_one_began_under_the_same_names(how, image, media):
    killed(how, media, image)
    planned = recorded()
    assert renditions.make(image, now=NOW + timedelta(hours=1)) == KEYS
    assert recorded() == planned == files()
    image.refresh_from_db()
    assert sorted(image.made()) == KEYS
    sizes = {each["name"]: each["size"] for each in image.made().values()}
    assert {name: (media / name).stat().st_size for name in sizes} == sizes
