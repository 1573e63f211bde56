"""Settings that are not what they were for the last run: what waited by the old ones."""

from __future__ import annotations

from typing import Any

from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import NEVER
from gallery_events.flows.steps.run import NEXT_RUN, Run, alias
from gallery_events.models import SweepRun, Tombstone
from gallery_events.references import reference_model

WATCHED = (
    "RETENTION_DAYS",
    "KEEP_SNAPSHOTS",
    "UPLOAD_GRACE_DAYS",
    "TRASH_DAYS",
    "FILE_DELAY_HOURS",
)


def watched(settings: GallerySettings) -> dict[str, Any]:
    """Return the settings that a run remembers."""
    return {name: getattr(settings, name) for name in WATCHED}


def since_last_run(run: Run) -> set[str]:
    """Return the names of those that changed since the last run that came to its end."""
    last = (
        SweepRun.objects.using(alias(SweepRun))
        .filter(finished_at__isnull=False)
        .order_by("pk")
        .last()
    )
    if last is None:
        return set()
    return {
        name for name, value in watched(run.settings).items() if last.settings.get(name) != value
    }


def reschedule(run: Run, changed: set[str]) -> None:
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
                review_after__gte=NEVER, trashed_at__isnull=not in_trash
            ).update(review_after=run.now + period)
