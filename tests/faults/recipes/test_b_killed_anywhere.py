"""Recipes 16, 22 and 23: a sweep that dies anywhere, or runs twice, ends like one that did not."""

import subprocess
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from tests import NOW
from tests.faults.dies import DEAD
from tests.faults.driver import PATIENCE, actors
from tests.faults.recipes.day import end_state, forget_it, one_day
from tests.faults.recipes.dying import POINTS
from tests.faults.recipes.failpoints import killed_at_write
from tests.faults.world import GRACE, killed_at, new_image, trashed_images

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_delay")]

ROOT = Path(__file__).parents[3]


def sweep_after_a_death():
    lapsed = timezone.now() + timedelta(minutes=11)
    for _ in range(2):
        report = sweep(now=NOW, clock=lambda: lapsed)
    assert (report.failed, report.left) == (0, False)


def undisturbed():
    """Return the end of a day on which nobody died, and leave nothing of it."""
    images = one_day()
    sweep(now=NOW)
    sweep(now=NOW)
    state = end_state(images)
    assert [len(each["row"]) for each in state.values()] == [1, 1, 1, 0, 0]
    assert [any(each["files"]) for each in state.values()] == [True, True, True, False, False]
    forget_it()
    return state


def test_recipe_16_a_sweep_that_dies_at_any_write_ends_like_one_that_did_not():
    """What it reads in between changes nothing: these are all the ends there can be."""
    expected = undisturbed()
    for write in count(1):
        images = one_day()
        report = None
        with killed_at_write(write) as met:
            report = sweep(now=NOW)
        sweep_after_a_death()
        assert end_state(images) == expected, f"killed at {met[-1]}"
        forget_it()
        if report is not None:
            break
    assert write > 10


@pytest.mark.parametrize("answer", ["killed", "killed_after"])
def test_recipe_16_a_sweep_that_dies_at_any_file_ends_like_one_that_did_not(script, answer):
    expected = undisturbed()
    for file in range(4):
        images = one_day()
        script.then("delete", *["ok"] * file, answer)
        with killed_at(10_000):
            sweep(now=NOW)
        assert Tombstone.objects.filter(done_at=None).exists()
        sweep_after_a_death()
        assert end_state(images) == expected, f"killed at file {file}"
        forget_it()


@pytest.mark.parametrize("point", POINTS)
def test_recipe_16_a_process_that_is_killed_leaves_what_the_next_one_finishes(point, media):
    expected = undisturbed()
    images = one_day()
    command = [sys.executable, "-m", "tests.faults.recipes.dying", point]
    command += [connection.settings_dict["NAME"], str(media), "[]"]
    died = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60
    )
    assert died.returncode == DEAD, died.stderr
    sweep_after_a_death()
    assert end_state(images) == expected


def test_recipe_22_the_same_task_delivered_twice_at_once_removes_each_file_once(script):
    trashed_images(8, now=NOW)
    script.always("delete", "slow")
    with actors(2) as workers:
        under_way = [each.start(sweep, now=NOW) for each in workers]
        reports = [each.result(PATIENCE) for each in under_way]
    reports.append(sweep(now=NOW))
    assert sum(each.purged for each in reports) == 8
    assert sum(each.files_removed for each in reports) == 8
    assert len(script.names("delete")) == len(set(script.names("delete"))) == 8


def test_recipe_23_a_run_that_starts_while_another_is_at_its_files_does_what_is_left(script):
    (image,) = trashed_images(1, now=NOW)
    script.always("delete", "hang", to=image.file.name)
    with actors(2) as (one, other):
        long = one.start(sweep, now=NOW)
        script.gate.wait_until_reached()
        late = new_image(now=NOW - GRACE)
        short = other.do(sweep, now=NOW)
        assert (short.trashed, short.files_removed, short.exit_code) == (1, 0, 0)
        script.gate.open()
        assert long.result(PATIENCE).files_removed == 1
    assert set(Image.objects.all()) == {late}
