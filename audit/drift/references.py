"""The references beside the history: what is missing, surplus, or names an image that is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from audit.drift.findings import Finding, Kind
from gallery_events import owners
from gallery_events.fields import gallery_fields
from gallery_events.flows.preflight.past import shorter_before
from gallery_events.flows.repair.bundled import LOOK
from gallery_events.flows.repair.comparing import (
    Difference,
    Scope,
    compared,
    differences,
    pages,
)
from gallery_events.flows.repair.mending import words
from gallery_events.flows.repair.unknown import unknown_owners
from gallery_events.flows.save import writing

#: So many snapshots are read at a time to learn whose they are.
ROWS = 1_000
#: So many owners are remembered, so that none is compared twice.
MOST_REMEMBERED = 100_000


def of_all(scope: Scope) -> Iterator[Finding]:
    """Yield what differs for any owner, also one of which only references are left."""
    for keys in pages(scope.past.order_by(scope.key), scope.key, size=LOOK):
        yield from _of_owners(scope, list(keys))
    for owner_id in unknown_owners(scope):
        owner = f"{scope.model._meta.label} {owner_id}"
        text = f"there are references of {owner}, and neither a row nor a snapshot of it"
        yield Finding(Kind.UNKNOWN, scope.model, owner_id, "", text)


@dataclass(slots=True)
class Owners:
    """Owners that are compared one after the other, each once as far as it is remembered."""

    scope: Scope
    seen: set[Any] = field(default_factory=set)

    def compare(self, keys: Iterable[Any]) -> Iterator[Finding]:
        """Yield what differs for these owners."""
        if len(self.seen) > MOST_REMEMBERED:
            self.seen.clear()
        new = [key for key in dict.fromkeys(keys) if key not in self.seen]
        self.seen.update(new)
        yield from _of_owners(self.scope, new)

    def compare_after(self, row: int) -> Iterator[Finding]:
        """Yield what differs for the owners whose snapshots were written after that row."""
        while True:
            rows = self.scope.past.filter(pk__gt=row).order_by("pk")
            found = list(rows.values_list("pk", self.scope.key)[:ROWS])
            if not found:
                return
            row = found[-1][0]
            yield from self.compare(key for _, key in found)


def _of_owners(scope: Scope, keys: Sequence[Any]) -> Iterator[Finding]:
    """Yield for each owner; nothing is open between two of them, so that they may be mended."""
    for start in range(0, len(keys), LOOK):
        suspected = [each.pk for each in differences(scope, keys[start : start + LOOK]) if each]
        found = [each for pk in suspected for each in _surely(scope, pk)]
        there = _there(scope, found)
        forgiven = shorter_before(scope.policy) if found else None
        for each in found:
            yield from _of_owner(scope, each, there, forgiven=forgiven)


def _surely(scope: Scope, pk: Any) -> Iterator[Difference]:
    """
    Yield what differs for one owner while nobody can save it.

    References and history are read by two statements: a save that came
    between them looks like drift, and is none.
    """
    with writing(scope.model, scope.using):
        owners.lock(scope.model, pk, using=scope.using)
        found = list(compared(scope, [pk]))
    yield from (each for each in found if each)


def _of_owner(
    scope: Scope, found: Difference, there: set[tuple[str, Any]], *, forgiven: datetime | None
) -> Iterator[Finding]:
    owner = f"{scope.model._meta.label} {found.pk}"
    for stay in found.missing:
        if forgiven is not None and stay.until is not None and stay.until <= forgiven:
            continue  # it ran out in good order, by periods that were shorter then
        version = stay.since_version
        if (stay.field, stay.key) in there:
            text = f"{owner}: no reference protects {words(stay)}, which its history needs"
            yield Finding(Kind.MISSING, scope.model, found.pk, stay.field, text, version)
        else:
            text = f"{owner}: its history needs {words(stay)}, and there is no such image any more"
            yield Finding(Kind.LOST, scope.model, found.pk, stay.field, text, version)
    for stay in found.surplus:
        text = f"{owner}: a reference says {words(stay)}, which its history does not"
        yield Finding(Kind.SURPLUS, scope.model, found.pk, stay.field, text, stay.since_version)


def _there(scope: Scope, found: Sequence[Difference]) -> set[tuple[str, Any]]:
    """Return (gallery, key) of each image that a missing reference should name and that exists."""
    there: set[tuple[str, Any]] = set()
    missing = [stay for each in found for stay in each.missing]
    for gallery in gallery_fields(scope.model):
        keys = {stay.key for stay in missing if stay.field == gallery.name}
        rows: models.QuerySet[Any] = gallery.image_model._base_manager.using(scope.using)
        existing = rows.filter(pk__in=keys).values_list("pk", flat=True)
        there.update((gallery.name, key) for key in existing)
    return there
