"""The columns of a snapshot, and a historical row as the value that callers see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from gallery_events.domain.snapshots import LONGEST_DELTA, Delta, Snapshot
from gallery_events.exceptions import HistoryBypassed
from gallery_events.fields import gallery_fields
from gallery_events.querysets import REFUSED_CHANGE, SnapshotQuerySet


class AbstractSnapshot(models.Model):
    """The columns a snapshot has beside simple-history's own; rows are immutable."""

    gallery_event = models.CharField(max_length=24, editable=False)
    gallery_delta = models.JSONField(default=dict, editable=False)
    restored_from = models.PositiveIntegerField(null=True, editable=False)
    actor = models.CharField(max_length=255, blank=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True, editable=False)
    source = models.CharField(max_length=24, blank=True, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: snapshots are written by saves of their owner."""
        raise HistoryBypassed(REFUSED_CHANGE)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: old snapshots go with ``gallery_prune``."""
        raise HistoryBypassed(REFUSED_CHANGE)

    save.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]


def lists_of(record: models.Model) -> dict[str, list[Any]]:
    """Return what a row, or a historical row, holds in each of its galleries."""
    values = {each.name: getattr(record, each.attname) for each in gallery_fields(type(record))}
    return {name: list(ids) if isinstance(ids, list) else [] for name, ids in values.items()}


def snapshot_of(record: Any) -> Snapshot:
    """Turn a historical row into the value that callers see."""
    return Snapshot(
        version=record.gallery_version,
        at=record.history_date,
        event=record.gallery_event,
        actor=record.actor,
        lists=lists_of(record),
        delta=_restored_deltas(record),
        restored_from=record.restored_from,
        reason=record.history_change_reason or "",
        source=record.source,
        request_id=record.request_id,
        history_id=record.history_id,
    )


def stored_deltas(deltas: Mapping[str, Delta], owner_model: type[models.Model]) -> dict[str, Any]:
    """Return deltas as a snapshot's JSON column holds them; long ones keep their counts only."""
    stored = {}
    for each in gallery_fields(owner_model):
        delta = deltas.get(each.name)
        if not delta:
            continue
        entry: dict[str, Any] = {"counts": list(delta.counts)}
        if sum(delta.counts) <= LONGEST_DELTA:
            entry |= {
                kind: [[at, each.to_json(key)] for at, key in getattr(delta, kind)]
                for kind in ("added", "removed", "moved")
                if getattr(delta, kind)
            }
        stored[each.name] = entry
    return stored


def _restored_deltas(record: Any) -> dict[str, Delta]:
    deltas = {}
    for each in gallery_fields(type(record)):
        entry = record.gallery_delta.get(each.name)
        if entry is None:
            continue
        placed = {
            kind: tuple((at, each.to_key(key)) for at, key in entry.get(kind, ()))
            for kind in ("added", "removed", "moved")
        }
        deltas[each.name] = Delta(counts=tuple(entry["counts"]), **placed)
    return deltas
