"""The index beside the log: which references an owner's history implies, and which are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models

from gallery_events import galleries, references
from gallery_events.domain.intervals import (
    Held,
    Interval,
    compare,
    intervals,
    is_needed,
    may_be_gone,
)
from gallery_events.domain.retention import cutoff
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows.repair.bundled import suspects
from gallery_events.flows.repair.scope import Scope

__all__ = ["BATCH", "Difference", "Scope", "compared", "differences", "pages", "stored_of"]


#: So many owners are in memory at a time.
BATCH = 100


@dataclass(slots=True)
class Difference:
    """
    One owner's references against its history.

    *optional* ones may be missing in good order; they are put back all the
    same, since nobody can tell.
    """

    pk: Any
    missing: list[Interval] = field(default_factory=list)
    optional: list[Interval] = field(default_factory=list)
    surplus: list[Interval] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.optional or self.surplus)


def pages(
    rows: models.QuerySet[Any], column: str, *, size: int | None = None
) -> Iterator[set[Any]]:
    """Yield the distinct values of the column that *rows* are ordered by, page by page."""
    last: Any = None
    while True:
        page = rows if last is None else rows.filter(**{f"{column}__gt": last})
        found = list(page.values_list(column, flat=True).distinct()[: size or BATCH])
        if not found:
            return
        last = found[-1]
        yield set(found)


def differences(scope: Scope, keys: Sequence[Any]) -> Iterator[Difference]:
    """
    Yield how owners differ, at least of those that do, in a few queries for all of them.

    Of many at once only those are compared that a quick look does not clear.
    """
    suspected = keys if len(keys) == 1 else suspects(scope, keys)
    for start in range(0, len(suspected), BATCH):
        yield from compared(scope, suspected[start : start + BATCH])


def compared(scope: Scope, keys: Sequence[Any]) -> Iterator[Difference]:
    """
    Yield how each owner differs, reference by reference.

    The references are read before the snapshots: what somebody saves
    meanwhile can look missing, never surplus.
    """
    stored, strays = _stored(scope, keys)
    told = scope.told(keys)
    limit = cutoff(scope.policy, now=scope.now)
    for pk, snapshots in _logs(scope, keys):
        facts = told[pk]
        owner_id = references.object_id(scope.model, pk)
        needed = [
            each
            for each in intervals(snapshots)
            if is_needed(each, scope.policy, now=scope.now, told=facts)
        ]
        missing, surplus = compare(needed, stored.get(owner_id, ()), told=facts, limit=limit)
        found = Difference(pk, surplus=[*surplus, *strays.get(owner_id, ())])
        for each in missing:
            optional = may_be_gone(each, scope.policy, now=scope.now, told=facts)
            (found.optional if optional else found.missing).append(each)
        yield found


def stored_of(scope: Scope, owner_ids: Sequence[str]) -> Iterator[tuple[str, Interval]]:
    """Yield (owner, interval) for each stored reference, whatever its gallery."""
    owner_type = references.content_type(scope.model, scope.using).pk
    for image_model in galleries.image_models():
        model = references.reference_model(image_model)
        rows = model._base_manager.using(scope.using).filter(
            content_type_id=owner_type, object_id__in=owner_ids
        )
        columns = ("field", "image_id", "since_version", "since", "until_version", "until")
        for is_current in (True, False):  # each has an index of its own
            page = rows.filter(until__isnull=is_current)
            for owner, pk, *stay in page.values_list("object_id", "pk", *columns):
                yield owner, replace(Interval(*stay), row=(model, pk))


def _stored(
    scope: Scope, keys: Sequence[Any]
) -> tuple[dict[str, list[Interval]], dict[str, list[Interval]]]:
    """Return the references by owner; apart, those of galleries that are no longer there."""
    tables = {
        each.name: references.reference_model(each.image_model)
        for each in gallery_fields(scope.model)
    }
    stored: dict[str, list[Interval]] = {}
    strays: dict[str, list[Interval]] = {}
    owner_ids = [references.object_id(scope.model, pk) for pk in keys]
    for owner, stay in stored_of(scope, owner_ids):
        place = stored if tables.get(stay.field) is stay.row[0] else strays
        place.setdefault(owner, []).append(stay)
    return stored, strays


def _logs(scope: Scope, keys: Sequence[Any]) -> Iterator[tuple[Any, Iterator[Held]]]:
    """Yield each owner's snapshots by rising version, one at a time in memory."""
    fields = gallery_fields(scope.model)
    rows = (
        scope.past.filter(**{f"{scope.key}__in": list(keys)})
        .order_by(scope.key, "gallery_version")
        .values_list(
            *(scope.key, "gallery_version", "history_date", "history_type"),
            *(each.attname for each in fields),
        )
        .iterator(chunk_size=100)
    )
    for pk, group in groupby(rows, key=itemgetter(0)):
        yield pk, (_held(fields, row) for row in group)


def _held(fields: list[GalleryField], row: tuple[Any, ...]) -> Held:
    _, version, at, kind, *values = row
    lists = {each.name: each.usable_keys(value) for each, value in zip(fields, values, strict=True)}
    return Held(version, at, lists, deletion=kind == "-")
