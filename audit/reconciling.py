"""What has drifted put right, owner by owner, each in a short transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import router

from audit.details import of_snapshot
from audit.drift import Finding, Kind, verify
from audit.drift.witness import LATE, is_told
from audit.writing import enter
from gallery_events import history
from gallery_events.domain.snapshots import Delta, diff
from gallery_events.fields import gallery_fields
from gallery_events.flows.reconcile import Reconciliation, forget, settle
from gallery_events.flows.save import writing
from gallery_events.owners import DELETED

logger = logging.getLogger("gallery_audit")


@dataclass(slots=True)
class Outcome:
    """What came of one owner: what was *done*, how many snapshots the trail now knows, what failed."""

    finding: Finding
    done: Reconciliation | None = None
    witnessed: int | None = None
    error: str = ""

    @property
    def owner(self) -> str:
        """Whose gallery it is."""
        return f"{self.finding.model._meta.label} {self.finding.pk}"

    def __str__(self) -> str:
        """Return what was done, in one line for each thing."""
        return f"{self.owner}: {'; '.join(self._told()) or 'somebody else was faster'}"

    def _told(self) -> Iterator[str]:
        if self.error:
            yield f"left as it is, because it failed: {self.error}"
        if self.witnessed is not None:
            yield f"the trail tells of snapshot {self.witnessed}, late"
        if self.done is None:
            return
        if self.done.snapshot is not None:
            yield f"snapshot {self.done.snapshot.version} ({self.done.snapshot.event}) was written"
        for what, keys in (
            ("rescued from the trash", self.done.rescued),
            ("brought back after their purge", self.done.brought_back),
        ):
            if keys:
                yield f"images {', '.join(map(str, keys))} were {what}"
        counted = self.done.references
        if counted.missing or counted.surplus:
            yield f"references written: {counted.missing}, removed: {counted.surplus}"
        yield from map(str, self.done.lost)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        done = self.done or Reconciliation(self.finding.model, self.finding.pk)
        return {
            "model": self.finding.model._meta.label,
            "key": str(self.finding.pk),
            "snapshot": done.snapshot and done.snapshot.version,
            "event": done.snapshot and done.snapshot.event,
            "rescued": [str(key) for key in done.rescued],
            "brought_back": [str(key) for key in done.brought_back],
            "references_written": done.references.missing,
            "references_removed": done.references.surplus,
            "witnessed_late": self.witnessed,
            "lost": [
                {
                    "field": each.field,
                    "image": str(each.key),
                    "tombstone": each.tombstone and each.tombstone.name,
                    "purged_at": each.tombstone and each.tombstone.purged_at.isoformat(),
                    "why": each.why,
                }
                for each in done.lost
            ],
            "error": self.error,
        }


@dataclass(slots=True)
class Report:
    """How many owners were reconciled, what is lost, and what is left: that is still to be done."""

    reconciled: int = 0
    lost: int = 0
    left: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost or left."""
        return not (self.lost or self.left)


def reconcile_all(
    *,
    full: bool = True,
    now: datetime | None = None,
    user: Any = None,
    tell: Callable[[Outcome], None] | None = None,
) -> Report:
    """
    Reconcile every owner that has drifted, and tell of each one.

    What fails is told and left, and the others go on. Raises HistoryBypassed
    while simple-history is switched off, before anything is written.
    """
    history.refuse_when_disabled()
    report = Report()
    seen: set[Any] = set()

    def put_right(found: Finding) -> None:
        place = (found.model, found.pk, found.version if found.kind is Kind.UNWITNESSED else None)
        if place in seen:
            return
        seen.add(place)
        outcome = _put_right(found, now=now, user=user)
        report.reconciled += not outcome.error
        report.lost += len(outcome.done.lost) if outcome.done else 0
        if outcome.error:
            report.left.append(str(outcome))
        if tell is not None:
            tell(outcome)

    verify(full=full, now=now, tell=put_right)
    return report


def _put_right(found: Finding, *, now: datetime | None, user: Any) -> Outcome:
    outcome = Outcome(found)
    try:
        if found.kind is Kind.UNWITNESSED:
            outcome.witnessed = _witness(found, user=user)
        elif found.kind is Kind.UNKNOWN:
            outcome.done = forget(found.model, found.pk, now=now)
        else:
            outcome.done = settle(found.model, found.pk, now=now, user=user)
    except Exception as error:
        logger.exception("%s could not be reconciled.", outcome.owner)
        outcome.error = f"{type(error).__name__}: {error}"
    return outcome


def _witness(found: Finding, *, user: Any) -> int | None:
    """Enter a snapshot that was recorded while nobody listened, once."""
    model, version = found.model, found.version or 0
    using = router.db_for_write(model)
    with writing(model, using):
        record = history.record_at(model, found.pk, version, using=using)
        type(record)._base_manager.using(using).select_for_update().get(pk=record.pk)
        if is_told(model, found.pk, version, using=using):
            return None
        snapshot = replace(history.snapshot_of(record), delta=_deltas(model, record, using))
        enter(
            LATE,
            using=using,
            event=snapshot.event,
            owner=model(pk=found.pk),
            version=version,
            user=user,
            source="reconcile",
            detail=of_snapshot(snapshot, gallery_fields(model)),
        )
    return version


def _deltas(model: type[Any], record: Any, using: str) -> dict[str, Delta]:
    """Return what a snapshot changed, whole: the snapshot itself keeps only counts of a long one."""
    earlier = history.records(model, getattr(record, model._meta.pk.attname), using=using)
    before = earlier.filter(gallery_version__lt=record.gallery_version).first()
    if before is not None and before.history_type == DELETED:
        before = None
    deltas = {}
    for each in gallery_fields(model):
        then, now = (each.usable_keys(getattr(row, each.attname, ())) for row in (before, record))
        deltas[each.name] = diff(now, []) if record.history_type == DELETED else diff(then, now)
    return deltas
