"""What an entry tells of a save: all that changed in each gallery, and how to read it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gallery_events.domain.snapshots import Delta, Snapshot
from gallery_events.fields import GalleryField

#: For each kind of change where its positions are kept, of the earlier list or the later one.
PLACES = {"removed": "from", "added": "at", "moved": "to"}
#: The galleries of a save, apart from the words beside them: they may have any name.
GALLERIES = "galleries"


def of_snapshot(snapshot: Snapshot, fields: Iterable[GalleryField]) -> dict[str, Any]:
    """Return what a save changed, whole: however long, never only the counts."""
    found = {each.name: _changes(snapshot.delta.get(each.name), each) for each in fields}
    told = {
        "event": snapshot.event,
        GALLERIES: {name: changes for name, changes in found.items() if changes},
        "restored_from": snapshot.restored_from,
        "reason": snapshot.reason,
    }
    return {name: value for name, value in told.items() if value}


def _changes(delta: Delta | None, field: GalleryField) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {}
    for kind, places in PLACES.items():
        if placed := getattr(delta, kind, ()):
            changes[kind] = [field.to_json(key) for _, key in placed]
            changes[places] = [at for at, _ in placed]
    return changes


def replay(
    details: Iterable[Mapping[str, Any]], *, start: Mapping[str, list[Any]] | None = None
) -> Iterator[dict[str, list[Any]]]:
    """
    Yield what each save of one owner held, from the details of its entries alone, oldest first.

    *start* is what the owner held before the first of them, for a trail that
    begins later than the owner. The snapshot of a deletion holds what it took
    away, and leaves nothing.
    """
    lists = {name: list(ids) for name, ids in (start or {}).items()}
    for detail in details:
        galleries = detail.get(GALLERIES, {})
        if detail.get("event") == "deleted":
            yield {name: changes["removed"] for name, changes in galleries.items()}
            lists = {}
            continue
        for name, changes in galleries.items():
            lists[name] = delta_of(changes).apply(lists.get(name, []))
        yield {name: list(ids) for name, ids in lists.items()}


def delta_of(changes: Mapping[str, list[Any]]) -> Delta:
    """Return what a save did to one gallery as the value that history works with."""
    placed = {
        kind: tuple(zip(changes.get(places, ()), changes.get(kind, ()), strict=True))
        for kind, places in PLACES.items()
    }
    counts = (len(placed["added"]), len(placed["removed"]), len(placed["moved"]))
    return Delta(placed["added"], placed["removed"], placed["moved"], counts)
