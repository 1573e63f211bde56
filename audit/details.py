"""What an entry tells of a save: all that changed in each gallery, and how to read it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gallery_events.domain.snapshots import Delta, Snapshot
from gallery_events.fields import GalleryField

#: For each kind of change where its positions are kept, of the earlier list or the later one.
PLACES = {"removed": "from", "added": "at", "moved": "to"}
#: What else an entry may tell of a save; a gallery of this name would be lost, so a check refuses it.
WORDS = ("restored_from", "reason")


def of_snapshot(snapshot: Snapshot, fields: Iterable[GalleryField]) -> dict[str, Any]:
    """Return what a save changed, whole: however long, never only the counts."""
    told: dict[str, Any] = {
        each.name: _changes(snapshot.delta.get(each.name), each) for each in fields
    }
    told |= {word: getattr(snapshot, word) for word in WORDS}
    return {name: value for name, value in told.items() if value}


def _changes(delta: Delta | None, field: GalleryField) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {}
    for kind, places in PLACES.items():
        if placed := getattr(delta, kind, ()):
            changes[kind] = [field.to_json(key) for _, key in placed]
            changes[places] = [at for at, _ in placed]
    return changes


def changes_in(detail: Mapping[str, Any]) -> dict[str, Delta]:
    """Return what a save did to each gallery, as the values that history works with."""
    return {name: _delta(told) for name, told in detail.items() if name not in WORDS}


def _delta(told: Mapping[str, list[Any]]) -> Delta:
    placed = {
        kind: tuple(zip(told.get(places, ()), told.get(kind, ()), strict=True))
        for kind, places in PLACES.items()
    }
    counts = (len(placed["added"]), len(placed["removed"]), len(placed["moved"]))
    return Delta(placed["added"], placed["removed"], placed["moved"], counts)


def replay(
    saves: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    start: Mapping[str, list[Any]] | None = None,
) -> Iterator[dict[str, list[Any]]]:
    """
    Yield what each save of one owner held, from its entries alone: (event, detail), oldest first.

    *start* is what the owner held before the first of them, for a trail that
    begins later than the owner. The snapshot of a deletion holds what it took
    away, and leaves nothing.
    """
    lists = {name: list(ids) for name, ids in (start or {}).items()}
    for event, detail in saves:
        changes = changes_in(detail)
        if event == "deleted":
            yield {name: [key for _, key in delta.removed] for name, delta in changes.items()}
            lists = {}
            continue
        for name, delta in changes.items():
            lists[name] = delta.apply(lists.get(name, []))
        yield {name: list(ids) for name, ids in lists.items()}
