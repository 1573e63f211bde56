"""Uploads in parts against the sweep, against each other, and in processes that die."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from gallery_events.flows import resumable
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, PartialUpload
from gallery_events.signals import image_uploaded
from tests import NOW
from tests.faults.dies import DEAD
from tests.faults.driver import PATIENCE, Gate, actors, held_at, waits_for
from tests.faults.parts import LIFETIME, a_picture, add, again, begun, finish
from tests.faults.recipes.failpoints import at_statement, through
from tests.faults.recipes.scripted import install
from tests.faults.world import files

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
LAPSED = NOW + LIFETIME
A_TICK_BEFORE = LAPSED - timedelta(microseconds=1)
MUCH_LATER = NOW + 10 * LIFETIME


@pytest.fixture
def content():
    return a_picture()


@pytest.fixture
def half(content):
    """Return an upload of which a part is there."""
    return add(begun(content), content[:60])


@pytest.fixture
def script(settings):
    return install(settings)


def without_lock(rows, **how):
    """Return rows as they are: a bug, to show what the lock is for."""
    return rows


def swept(now=MUCH_LATER):
    """Return what a sweep says that comes when everybody who writes has died long ago."""
    return sweep(now=now, clock=lambda: timezone.now() + (MUCH_LATER - NOW))


# The sweep against a part that has just arrived.


def a_part_arrives_as_the_sweep_comes(upload, rest):
    """Return what became of the part, and the report."""
    gate = Gate()
    point = at_statement('UPDATE "gallery_events_partialupload"', act=gate)
    with actors(2) as (sender, sweeper):
        sending = sender.start(through, point, add, upload, rest, now=A_TICK_BEFORE)
        gate.wait_until_reached()
        sweeping = sweeper.start(sweep, now=LAPSED)
        waits_for(sweeper, sender, under_way=sweeping)
        gate.open()
        return sending, sweeping.result(PATIENCE)


def test_a_part_that_has_just_arrived_lets_the_upload_live(content, half):
    sending, report = a_part_arrives_as_the_sweep_comes(half, content[60:])

    assert sending.result(PATIENCE).is_whole
    assert report.uploads_removed == 0
    assert again(half).ended_at is None
    assert finish(again(half), now=LAPSED).pk


@pytest.mark.postgresql
def test_without_its_lock_the_sweep_would_take_it_away(content, half, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", without_lock)
    sending, report = a_part_arrives_as_the_sweep_comes(half, content[60:])

    with pytest.raises(DatabaseError, match="did not affect any rows"):
        sending.result(PATIENCE)
    assert report.uploads_removed == 1


def test_a_part_that_comes_too_late_is_told_so_and_leaves_nothing(content, half, script):
    script.then("delete", script.gate)
    with actors(2) as (sweeper, sender):
        sweeping = sweeper.start(sweep, now=LAPSED)
        script.gate.wait_until_reached()
        with pytest.raises(resumable.Over):
            sender.do(add, half, content[60:], now=A_TICK_BEFORE)
        script.gate.open()
        assert sweeping.result(PATIENCE).uploads_removed == 1
    assert (files(), again(half)) == (set(), None)


def test_no_sweep_takes_what_somebody_is_writing_to_whatever_moment_it_judges_by(content, script):
    upload = begun(content, now=timezone.now())
    script.then("save", "hang_after")
    with actors(2) as (sender, sweeper):
        sending = sender.start(add, upload, content, now=timezone.now())
        script.gate.wait_until_reached()
        assert sweeper.do(sweep, now=timezone.now() + 10 * LIFETIME).uploads_removed == 0
        script.gate.open()
        assert sending.result(PATIENCE).is_whole


def test_two_sweeps_remove_an_upload_once(half):
    with actors(2) as sweepers:
        under_way = [each.start(sweep, now=LAPSED) for each in sweepers]
        reports = [each.result(PATIENCE) for each in under_way]

    assert sum(each.uploads_removed for each in reports) == 1
    assert (files(), sum(each.failed for each in reports)) == (set(), 0)


# Two at once.


def test_of_two_who_send_the_same_part_the_first_to_be_done_counts(content, half, script):
    script.then("save", "hang_after")
    with actors(2) as (one, other):
        slow = one.start(add, half, content[60:])
        script.gate.wait_until_reached()
        assert other.do(add, half, content[60:90]).offset == 90
        script.gate.open()
        with pytest.raises(resumable.Moved) as moved:
            slow.result(PATIENCE)
    row = again(half)
    assert moved.value.offset == row.offset == 90
    assert (files(), row.writing, row.busy_until) == ({name for name, _ in row.chunks}, [], None)


def two_finish(upload):
    with actors(2) as (one, other), held_at(image_uploaded) as gate:
        first = one.start(finish, upload)
        gate.wait_until_reached()
        image_uploaded.disconnect(gate)
        second = other.start(finish, upload)
        waits_for(other, one, under_way=second)
        gate.open()
        return first.result(PATIENCE), second.result(PATIENCE)


def test_two_who_finish_an_upload_get_one_image(content, half):
    first, second = two_finish(add(half, content[60:]))

    assert first.pk == second.pk
    assert set(Image.objects.get().file_names()) == files()


@pytest.mark.postgresql
def test_without_the_lock_on_its_row_there_would_be_two(content, half, monkeypatch):
    upload = add(half, content[60:])
    monkeypatch.setattr(QuerySet, "select_for_update", without_lock)
    two_finish(upload)

    assert Image.objects.count() == 2


def test_who_gives_an_upload_up_leaves_no_part_that_was_on_its_way(content, half, script):
    script.then("save", "hang_after")
    with actors(2) as (sender, other):
        sending = sender.start(add, half, content[60:])
        script.gate.wait_until_reached()
        other.do(resumable.give_up, half, now=NOW)
        script.gate.open()
        with pytest.raises(resumable.Over):
            sending.result(PATIENCE)
    assert files() == set()
    swept()
    assert again(half) is None


def test_the_sweep_against_whoever_makes_the_image(content, half):
    upload = add(half, content[60:])
    with actors(2) as (maker, sweeper), held_at(image_uploaded) as gate:
        making = maker.start(finish, upload, now=A_TICK_BEFORE)
        gate.wait_until_reached()
        sweeping = sweeper.start(sweep, now=LAPSED)
        waits_for(sweeper, maker, under_way=sweeping)
        gate.open()
        image = making.result(PATIENCE)
        assert sweeping.result(PATIENCE).uploads_removed == 0
    assert again(upload).image() == image
    assert files() == set(image.file_names())


# Killed.


def killed(point, upload, media, rest=b""):
    """Let another process begin something with the upload, and die in it."""
    command = [sys.executable, "-m", "tests.faults.dying_uploads", point]
    keys = json.dumps([upload.pk, rest.hex()])
    command += [connection.settings_dict["NAME"], str(media), keys]
    died = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60
    )
    assert died.returncode == DEAD, died.stderr


def test_killed_between_a_part_and_its_row_the_part_is_sent_again(content, half, media):
    killed("between_a_part_and_its_row", half, media, content[60:])
    row = again(half)

    assert (row.offset, len(row.writing)) == (60, 1)
    assert files() == set(row.names()), "a file that nobody knows"
    image = finish(add(row, content[60:]))
    with image.file.storage.open(image.file.name, "rb") as file:
        assert file.read() == content
    swept()
    assert files() == set(image.file_names())


def test_what_was_killed_so_and_never_came_back_is_swept_whole(content, half, media):
    killed("between_a_part_and_its_row", half, media, content[60:])

    assert swept().uploads_removed == 1
    assert (files(), PartialUpload.objects.count()) == (set(), 0)


def test_killed_between_the_last_part_and_the_image_it_is_made_when_asked_for(content, half, media):
    killed("between_the_last_part_and_the_image", half, media, content[60:])

    assert again(half).is_whole
    assert not Image.objects.exists()
    assert finish(again(half)).pk == Image.objects.get().pk


def test_killed_in_the_transaction_of_the_image_there_is_none_and_then_one(content, half, media):
    upload = add(half, content[60:])
    killed("in_the_transaction_of_the_image", upload, media)

    assert not Image.objects.exists()
    assert finish(again(upload)).pk == Image.objects.get().pk


def test_killed_between_the_image_and_the_answer_there_is_one_and_no_other(content, half, media):
    upload = add(half, content[60:])
    killed("between_the_image_and_the_answer", upload, media)
    image = Image.objects.get()

    assert finish(again(upload)) == image
    assert Image.objects.count() == 1
    # The parts that the dead could not remove any more, the sweep does.
    assert swept(now=LAPSED).uploads_removed == 1
    assert files() == set(image.file_names())


def test_a_sweep_that_is_killed_leaves_the_rest_to_the_next_one(content, half, media):
    add(half, content[60:90])
    killed("in_the_middle_of_a_sweep", half, media)
    assert (len(files()), again(half).ended_at) == (1, LAPSED)

    assert sweep(now=LAPSED).uploads_removed == 1
    assert (files(), again(half)) == (set(), None)
