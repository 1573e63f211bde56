import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from gallery_events import cron
from gallery_events.exceptions import SweepRefused
from gallery_events.models import Image, SweepRun
from gallery_events.signals import sweep_starting
from tests.factories import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(caplog):
    """Return what was logged as an error."""
    caplog.set_level(logging.ERROR, logger="gallery_events.sweep")
    return caplog


def test_the_job_sweeps(log):
    image = make_image(review_after=timezone.now())
    cron.sweep()

    assert Image.objects.get(pk=image.pk).trashed_at is not None
    assert SweepRun.objects.get().finished_at is not None
    assert log.records == []


def test_what_the_job_leaves_is_logged_as_an_error(log, settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 0}}
    long_ago = timezone.now() - timedelta(days=90)
    make_image(review_after=long_ago, trashed_at=long_ago)
    cron.sweep()

    assert "left something to look at" in log.text
    assert "gallery_sweep --acknowledge" in log.text


def test_a_refusal_is_logged_with_its_cure_and_raised(log, settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": 0}
    with pytest.raises(SweepRefused):
        cron.sweep()

    assert "The scheduled sweep did not start." in log.text
    assert "Give a number of days" in log.text


def test_a_veto_is_logged_and_raised(log):
    def veto(**kwargs):
        raise SweepRefused("The backup is running: wait for its end.")

    sweep_starting.connect(veto)
    try:
        with pytest.raises(SweepRefused):
            cron.sweep()
    finally:
        sweep_starting.disconnect(veto)

    assert "The backup is running: wait for its end." in log.text


def test_a_crash_is_logged_with_its_traceback_and_raised(log):
    def crash(**kwargs):
        raise DatabaseError("the disk is full")

    sweep_starting.connect(crash)
    try:
        with pytest.raises(DatabaseError):
            cron.sweep()
    finally:
        sweep_starting.disconnect(crash)

    assert "crashed; the next run goes on where it stopped" in log.text
    assert "the disk is full" in log.text
