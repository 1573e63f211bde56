"""The job itself, within a process; tests/system/test_crontab.py has a daemon start it."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from gallery_events import cron
from gallery_events.exceptions import SweepRefused
from gallery_events.flows import sweep
from gallery_events.models import Image, SweepRun
from gallery_events.signals import sweep_finished, sweep_starting
from tests.factories import make_image

pytestmark = pytest.mark.django_db

Outcome = SweepRun.Outcome


@pytest.fixture
def log(caplog):
    """Return what was logged as an error."""
    caplog.set_level(logging.ERROR, logger="gallery_events.sweep")
    return caplog


@pytest.fixture
def told():
    """Return the reports that those who listen to sweep_finished were sent."""
    reports = []

    def listen(report, **kwargs):
        reports.append(report)

    sweep_finished.connect(listen)
    yield reports
    sweep_finished.disconnect(listen)


@pytest.fixture
def starting():
    """Return a function that connects a receiver of sweep_starting for this test."""
    receivers = []

    def connect(receiver):
        receivers.append(receiver)
        sweep_starting.connect(receiver)

    yield connect
    for each in receivers:
        sweep_starting.disconnect(each)


@pytest.fixture
def installed_before():
    """Let a run have seen the project: what comes next is not the first one."""
    sweep.sweep(first_run_ok=True)


def last_run():
    return SweepRun.objects.latest("pk")


@pytest.mark.usefixtures("installed_before")
def test_the_job_sweeps(log, told):
    image = make_image(review_after=timezone.now())
    cron.sweep()

    assert Image.objects.get(pk=image.pk).trashed_at is not None
    assert last_run().outcome == Outcome.DONE
    assert [report.trashed for report in told] == [1]
    assert log.records == []


def test_the_first_run_of_the_job_only_reports(told):
    image = make_image(review_after=timezone.now())
    cron.sweep()

    assert Image.objects.get(pk=image.pk).trashed_at is None
    assert last_run().outcome == Outcome.REPORTED
    assert "first run" in told[0].reported_only


@pytest.mark.usefixtures("installed_before")
def test_what_the_job_leaves_is_logged_as_an_error(log, told, settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 0}}
    long_ago = timezone.now() - timedelta(days=90)
    make_image(review_after=long_ago, trashed_at=long_ago)
    cron.sweep()

    assert "left something to look at" in log.text
    assert "gallery_sweep --acknowledge" in log.text
    assert last_run().outcome == Outcome.BREAKER
    assert told[0].breaker


def test_a_refusal_is_remembered_logged_with_its_cure_and_raised(log, told, settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": 0}
    with pytest.raises(SweepRefused):
        cron.sweep()

    assert "Give a number of days" in log.text
    assert last_run().outcome == Outcome.REFUSED
    assert "Give a number of days" in last_run().report["refused"][0]
    assert "Give a number of days" in told[0].refused[0]


def test_a_veto_is_remembered_logged_and_raised(log, told, starting):
    def veto(**kwargs):
        raise SweepRefused("The backup is running: wait for its end.")

    starting(veto)
    with pytest.raises(SweepRefused):
        cron.sweep()

    assert "The backup is running: wait for its end." in log.text
    assert last_run().report["refused"] == ["The backup is running: wait for its end."]
    assert told[0].refused == ["The backup is running: wait for its end."]


def test_a_crash_is_remembered_logged_and_raised(log, told, starting):
    def crash(**kwargs):
        raise DatabaseError("the disk is full")

    starting(crash)
    with pytest.raises(DatabaseError):
        cron.sweep()

    assert "the disk is full" in log.text
    assert last_run().outcome == Outcome.CRASHED
    assert "the disk is full" in told[0].crash
