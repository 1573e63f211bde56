"""What earlier runs left for the next one, read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from gallery_events.domain.retention import RetentionPolicy
from gallery_events.flows.steps.run import alias
from gallery_events.models import SweepRun

#: A nightly run needs no more; who sweeps more often reads on.
PAGE = 20
#: Runs are looked at no further back: with more of them in a day somebody is testing.
MOST_RUNS = 1000
#: Those that saw the world: they acted, or only reported.
SAW = (*SweepRun.ACTED, SweepRun.Outcome.REPORTED)


class Past:
    """The runs before this one, newest first, as far as somebody asks."""

    def runs(self) -> Iterator[SweepRun]:
        """Yield those that saw the world, newest first; refused and crashed ones did not."""
        yield from self._newest
        if len(self._newest) == PAGE:
            yield from _rows()[PAGE:MOST_RUNS]

    @cached_property
    def _newest(self) -> list[SweepRun]:
        return list(_rows()[:PAGE])

    @property
    def world(self) -> dict[str, Any]:
        """What the last run found installed; nothing before the first."""
        return next((run.world for run in self.runs() if run.world), {})

    @property
    def counted_by(self) -> SweepRun | None:
        """The last run that counted references; its world holds them."""
        return next((run for run in self.runs() if "references" in run.world), None)

    @property
    def acted_by(self) -> dict[str, Any] | None:
        """The settings that the last run which acted judged by; None before the first."""
        return next((run.settings for run in self.runs() if run.outcome in SweepRun.ACTED), None)

    def configured(self, now: datetime, *, seen_for: timedelta) -> list[dict[str, Any]]:
        """Return what was configured for each run so recent, and for the one before them."""
        found = []
        for run in self.runs():
            if run.judged_at > now:
                continue
            found.append(run.world.get("configured") or run.settings)
            if run.judged_at <= now - seen_for:
                break
        return found


def shorter_before(policy: RetentionPolicy) -> datetime | None:
    """
    Return up to which end references may have run out by periods that were shorter once.

    None where no run has judged by a shorter retention, or by fewer snapshots to keep.
    """
    limits = []
    for run in Past().runs():
        days, keep = run.settings.get("RETENTION_DAYS"), run.settings.get("KEEP_SNAPSHOTS", 1)
        if run.outcome not in SweepRun.ACTED or days is None:
            continue
        retention = timedelta(days=days)
        is_shorter = policy.retention is None or retention < policy.retention
        if is_shorter or keep < policy.keep_snapshots:
            limits.append(run.judged_at - retention)
    return max(limits, default=None)


def expired_ever() -> Counter[str]:
    """Return how many references all sweeps together have deleted, by their model."""
    rows = SweepRun.objects.using(alias(SweepRun)).exclude(expired={})
    total: Counter[str] = Counter()
    for each in rows.values_list("expired", flat=True):
        total.update(each)
    return total


def _rows() -> QuerySet[SweepRun]:
    rows = SweepRun.objects.using(alias(SweepRun)).filter(outcome__in=SAW)
    return rows.order_by("-pk").only("judged_at", "outcome", "settings", "world")
