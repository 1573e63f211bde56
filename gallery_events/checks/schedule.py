"""Checks of the schedule: does anything sweep at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's own name

from gallery_events.checks import crontab

COMMAND = "gallery_sweep"


def check_schedule(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """
    Check that something sweeps, and that django-crontab neither loses nor misdirects it.

    Warnings only: an error of ours would keep every other scheduler from sweeping too.
    """
    return list(_check_schedule())


def _check_schedule() -> Iterator[CheckMessage]:
    if not apps.is_installed("django_crontab"):
        yield Warning(
            "django_crontab is not installed, so nothing here schedules the sweep.",
            "Add 'django_crontab' to INSTALLED_APPS; when another scheduler runs "
            "gallery_sweep, silence this check.",
            id="gallery_events.W034",
        )
        return
    jobs = [job for job in _jobs() if crontab.JOB in str(job) or COMMAND in str(job)]
    if not jobs:
        yield Warning(
            "No cron job sweeps, so nothing is ever deleted.",
            f'Write CRONJOBS = [("17 3 * * *", "{crontab.JOB}")]; when another scheduler runs '
            "gallery_sweep, silence this check.",
            id="gallery_events.W035",
        )
        return
    if len(jobs) > 1:
        yield Warning(
            f"{len(jobs)} entries of CRONJOBS sweep.",
            'Keep one: a schedule can name several hours, as in "17 3,15 * * *".',
            id="gallery_events.W039",
        )
    yield from crontab.check_line()
    for job in jobs:
        yield from crontab.check_job(job)


def _jobs() -> list[Any]:
    jobs = getattr(settings, "CRONJOBS", ())
    found = jobs if isinstance(jobs, (list, tuple)) else []
    return [job for job in found if isinstance(job, (list, tuple)) and len(job) > 1]
