"""Settings that are not what they were: what is lowered acts a day later, what waited goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gallery_events import conf
from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import RetentionPolicy, longest, never
from gallery_events.flows.preflight.past import Past
from gallery_events.flows.steps.run import NEXT_RUN, Run, alias
from gallery_events.models import Tombstone
from gallery_events.references import reference_model

WATCHED = (
    "RETENTION_DAYS",
    "KEEP_SNAPSHOTS",
    "UPLOAD_GRACE_DAYS",
    "TRASH_DAYS",
    "FILE_DELAY_HOURS",
)
#: A lowered setting has been seen for so long before it acts: a day, and a late start of a run.
SEEN_FOR = timedelta(hours=23)


def watched(settings: GallerySettings) -> dict[str, Any]:
    """Return the settings that a run remembers."""
    return {name: getattr(settings, name) for name in WATCHED}


def in_effect(
    settings: GallerySettings, *, now: datetime, past: Past | None = None
) -> tuple[GallerySettings, list[str]]:
    """
    Return the settings to judge by, and a sentence for each one that does not act yet.

    A period that is lowered acts once a run a day ago has seen it, and every
    run since: somebody who mistyped has a day to notice, and a report that
    says so. What is raised acts at once.
    """
    notes: list[str] = []
    values: dict[str, Any] = {}
    earlier = (past or Past()).configured(now, seen_for=SEEN_FOR)
    for name, value in watched(settings).items():
        values[name] = longest([value, *(each[name] for each in earlier if name in each)])
        if values[name] != value:
            notes.append(
                f"{name} was lowered from {values[name]} to {value}: this acts when a run has "
                "seen it for a day."
            )
    return replace(settings, **values), notes


def policy(now: datetime) -> RetentionPolicy:
    """Return the retention that a sweep at this moment would judge by."""
    return in_effect(conf.current(), now=now)[0].retention


def since_last_run(run: Run, past: Past) -> set[str]:
    """Return the names of those that changed since the last run that acted."""
    last = past.acted_by
    return set() if last is None else _differing(watched(run.settings), last)


def _differing(now: dict[str, Any], then: dict[str, Any]) -> set[str]:
    return {name for name, value in now.items() if then.get(name) != value}


def reschedule(run: Run, changed: Iterable[str]) -> None:
    """
    Let go of what KEEP_SNAPSHOTS held, and of images and files that were to wait for ever.

    Once a setting is not "never" any more, these wait a whole period from
    now: nobody could have expected less.
    """
    policy = run.settings.retention
    if "KEEP_SNAPSHOTS" in changed:
        for model, using in run.image_models():
            rows = reference_model(model)._base_manager.using(using)
            rows.filter(held=True).update(held=False)
    if "FILE_DELAY_HOURS" in changed:
        latest = run.now + max(policy.file_delay, NEXT_RUN)
        waiting = Tombstone.objects.using(alias(Tombstone)).filter(done_at__isnull=True)
        waiting.filter(attempts=0, due__gt=latest).update(due=latest)
    for name, period, in_trash in (
        ("UPLOAD_GRACE_DAYS", policy.upload_grace, False),
        ("TRASH_DAYS", policy.trash, True),
    ):
        if name not in changed or period is None:
            continue
        for model, using in run.image_models():
            model._base_manager.using(using).filter(
                review_after__gte=never(like=run.now), trashed_at__isnull=not in_trash
            ).update(review_after=run.now + period)
