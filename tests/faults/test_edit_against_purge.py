"""An edit and the purge of its original: the database lets one of them through at a time."""

from unittest import mock

import pytest
from django.db import IntegrityError

from gallery_events.domain.edits import Edit
from gallery_events.exceptions import ImagesLost
from gallery_events.flows import edit, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from gallery_events.signals import image_edited, image_purged, image_trashed
from tests import NOW
from tests.faults import laws
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.world import GRACE, TRASH, files
from tests.pictures import picture

pytestmark = pytest.mark.django_db(transaction=True)

TURN = Edit(rotate=90)


def trashed():
    """Return an image that may be purged at NOW, with a file that can be edited."""
    image = upload.receive(picture("beach.jpg"), now=NOW - GRACE - TRASH)
    Image.objects.filter(pk=image.pk).update(trashed_at=NOW - TRASH, review_after=NOW)
    image.refresh_from_db()
    return image


def test_an_edit_waits_for_a_purge_and_then_says_that_the_original_is_lost():
    image = trashed()
    written = files()
    with actors(2) as (sweeper, editor), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        editing = editor.start(edit.derive, image, TURN, now=NOW)
        assert waits_for(editor, sweeper, under_way=editing)
        gate.open()
        with pytest.raises(ImagesLost) as lost:
            editing.result(PATIENCE)
        assert sweeping.result(PATIENCE).purged == 1
    assert lost.value.ids == [image.pk]
    assert not Image.objects.exists()
    assert files() == written, "a refused edit leaves no file behind"


def test_without_its_lock_an_edit_is_stopped_by_the_database_alone():
    """Law 2: nothing dangles all the same; but nobody would be told what is lost."""
    image = trashed()
    written = files()
    unlocked = mock.patch.object(edit, "_hold")
    with unlocked, actors(2) as (sweeper, editor), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        editing = editor.start(edit.derive, image, TURN, now=NOW)
        waits_for(editor, sweeper, under_way=editing)
        gate.open()
        with pytest.raises(IntegrityError):
            editing.result(PATIENCE)
        assert sweeping.result(PATIENCE).purged == 1
    assert not Image.objects.exists()
    assert files() == written


def test_an_edit_that_waits_for_a_purge_gets_its_original_when_the_purge_is_undone():
    image = trashed()

    def object_to(**kwargs):
        raise ArithmeticError

    with actors(2) as (sweeper, editor), held_at(image_purged) as gate:
        image_purged.connect(object_to)
        try:
            sweeping = sweeper.start(sweep, now=NOW)
            gate.wait_until_reached()
            editing = editor.start(edit.derive, image, TURN, now=NOW)
            assert waits_for(editor, sweeper, under_way=editing)
            gate.open()
            assert sweeping.result(PATIENCE).failed == 1
            made = editing.result(PATIENCE)
        finally:
            image_purged.disconnect(object_to)
    assert made.original_id == image.pk
    assert Image.objects.get(pk=image.pk).trashed_at is None
    assert not Tombstone.objects.exists()


@pytest.mark.postgresql
def test_a_purge_skips_the_original_of_an_edit_that_is_open():
    image, other = trashed(), trashed()
    with actors(2) as (editor, sweeper), held_at(image_edited) as gate:
        editing = editor.start(edit.derive, image, TURN, now=NOW)
        gate.wait_until_reached()
        report = sweeper.do(sweep, now=NOW)
        gate.open()
        made = editing.result(PATIENCE)
    assert report.purged == 1
    assert not Image.objects.filter(pk=other.pk).exists()
    assert made.original == Image.objects.get(pk=image.pk)
    assert Image.objects.get(pk=image.pk).trashed_at is None
    laws.orphans_are_candidates()


@pytest.mark.sqlite
def test_a_purge_waits_for_an_edit_that_is_open_and_then_keeps_its_original():
    image, other = trashed(), trashed()
    with actors(2) as (editor, sweeper), held_at(image_edited) as gate:
        editing = editor.start(edit.derive, image, TURN, now=NOW)
        gate.wait_until_reached()
        sweeping = sweeper.start(sweep, now=NOW)
        assert waits_for(sweeper, editor, under_way=sweeping)
        gate.open()
        made = editing.result(PATIENCE)
        assert sweeping.result(PATIENCE).purged == 1
    assert not Image.objects.filter(pk=other.pk).exists()
    assert made.original == Image.objects.get(pk=image.pk)
    assert Image.objects.get(pk=image.pk).trashed_at is None
    laws.orphans_are_candidates()


def test_an_edit_waits_for_a_review_and_takes_its_original_out_of_the_trash_again():
    image = upload.receive(picture("beach.jpg"), now=NOW - GRACE)
    with actors(2) as (sweeper, editor), held_at(image_trashed) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        editing = editor.start(edit.derive, image, TURN, now=NOW)
        assert waits_for(editor, sweeper, under_way=editing)
        gate.open()
        assert sweeping.result(PATIENCE).trashed == 1
        editing.result(PATIENCE)
    assert Image.objects.get(pk=image.pk).trashed_at is None


def test_two_who_edit_one_trashed_original_wait_for_no_one_in_a_circle():
    image = trashed()
    with actors(2) as (one, other), held_at(image_edited) as gate:
        first = one.start(edit.derive, image, TURN, now=NOW)
        gate.wait_until_reached()
        image_edited.disconnect(gate)
        second = other.start(edit.derive, image, Edit(flip=True), now=NOW)
        waits_for(other, one, under_way=second)
        gate.open()
        made = {first.result(PATIENCE).original_id, second.result(PATIENCE).original_id}
    assert made == {image.pk}
    assert Image.objects.get(pk=image.pk).trashed_at is None
    assert sweep(now=NOW).purged == 0
