"""Lists of images as values: what a snapshot held, and what changed between two."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Above so many entries a stored delta keeps only their numbers; the lists say the rest.
LONGEST_DELTA = 200

Placed = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Delta:
    """
    What turns one list into another: entries with their positions.

    *removed* are positions in the earlier list, *added* and *moved* positions
    in the later one; *moved* is the smallest set that explains the new order.
    *counts* tells their numbers also where the entries themselves were not kept.
    """

    added: tuple[Placed, ...] = ()
    removed: tuple[Placed, ...] = ()
    moved: tuple[Placed, ...] = ()
    counts: tuple[int, int, int] = (0, 0, 0)

    def __bool__(self) -> bool:
        return any(self.counts)

    def apply(self, ids: Sequence[Any]) -> list[Any]:
        """Replay on the earlier list; gives the later one."""
        gone = {each for _, each in self.removed} | {each for _, each in self.moved}
        result = [each for each in ids if each not in gone]
        for position, each in sorted(self.added + self.moved, key=lambda placed: placed[0]):
            result.insert(position, each)
        return result


def diff(before: Sequence[Any], after: Sequence[Any]) -> Delta:
    """Compare two lists, each of which names an image at most once."""
    if before == after:
        return Delta()
    # Most saves change little of a long list: what is alike at both ends moves nothing.
    start = _alike(before, after)
    before, after = before[start:], after[start:]
    end = _alike(before[::-1], after[::-1])
    before, after = before[: len(before) - end], after[: len(after) - end]
    earlier, later = set(before), set(after)
    added = tuple((at, each) for at, each in enumerate(after, start) if each not in earlier)
    removed = tuple((at, each) for at, each in enumerate(before, start) if each not in later)
    moved = _moved(before, after, kept=earlier & later, start=start)
    return Delta(added, removed, moved, (len(added), len(removed), len(moved)))


def _alike(before: Sequence[Any], after: Sequence[Any]) -> int:
    """Return the number of entries that two lists have in common at their start."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))


def _moved(
    before: Sequence[Any], after: Sequence[Any], *, kept: set[Any], start: int
) -> tuple[Placed, ...]:
    old_order = [each for each in before if each in kept]
    new_order = [each for each in after if each in kept]
    if old_order == new_order:
        return ()
    rank = {each: at for at, each in enumerate(old_order)}
    stayed = _longest_increasing([rank[each] for each in new_order])
    return tuple(
        (at, each)
        for at, each in enumerate(after, start)
        if each in kept and rank[each] not in stayed
    )


def _longest_increasing(ranks: Sequence[int]) -> set[int]:
    """Return the members of a longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    predecessor: dict[int, int | None] = {}
    for rank in ranks:
        at = bisect_left(tails, rank)
        predecessor[rank] = tails[at - 1] if at else None
        tails[at : at + 1] = [rank]
    stayed = set()
    last: int | None = tails[-1] if tails else None
    while last is not None:
        stayed.add(last)
        last = predecessor[last]
    return stayed


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    What an owner's galleries held after one save.

    *lists* maps each gallery to its ids in order, *delta* to what this save
    changed; *actor* is text and outlives the user, *source* says where the
    save came from.
    """

    version: int
    at: datetime
    event: str
    actor: str = ""
    lists: Mapping[str, list[Any]] = field(default_factory=dict)
    delta: Mapping[str, Delta] = field(default_factory=dict)
    restored_from: int | None = None
    reason: str = ""
    source: str = ""
    request_id: str = ""
    history_id: Any = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    Two snapshots side by side; each mapping is from the gallery's name to ids.

    *fields* maps every other tracked field that differs to ``(earlier, later)``.
    """

    added: dict[str, list[Any]]
    removed: dict[str, list[Any]]
    moved: dict[str, list[Any]]
    unchanged: dict[str, list[Any]]
    fields: dict[str, tuple[Any, Any]]


def compare(
    earlier: Mapping[str, Sequence[Any]],
    later: Mapping[str, Sequence[Any]],
    *,
    fields: dict[str, tuple[Any, Any]],
) -> Comparison:
    """Compare the lists of two snapshots, gallery by gallery."""
    added, removed, moved, unchanged = {}, {}, {}, {}
    for name in {**earlier, **later}:
        before, after = list(earlier.get(name, ())), list(later.get(name, ()))
        delta = diff(before, after)
        added[name] = [each for _, each in delta.added]
        removed[name] = [each for _, each in delta.removed]
        moved[name] = [each for _, each in delta.moved]
        touched = {*added[name], *moved[name]}
        unchanged[name] = [each for each in after if each not in touched]
    return Comparison(added, removed, moved, unchanged, fields)


def event_of(deltas: Iterable[Delta]) -> str:
    """Name what a save did to the galleries, in the vocabulary of the history."""
    added = removed = moved = 0
    for delta in deltas:
        added, removed, moved = (
            added + delta.counts[0],
            removed + delta.counts[1],
            moved + delta.counts[2],
        )
    kinds = [
        name
        for name, count in (
            ("images_added", added),
            ("images_removed", removed),
            ("images_reordered", moved),
        )
        if count
    ]
    if not kinds:
        return "touched"
    return kinds[0] if len(kinds) == 1 else "images_changed"


def insert_in_place(
    ids: Sequence[Any], *, chosen: Iterable[Any], model: Sequence[Any]
) -> list[Any]:
    """
    Add *chosen* to *ids*, each after the neighbour it follows in *model*.

    What is there already stays where it is. With ``ids`` empty the result is
    *model* restricted to *chosen*.
    """
    wanted, result, present = set(chosen), list(ids), set(ids)
    previous: Any = None
    at_start = True
    for each in model:
        if each in wanted and each not in present:
            position = 0 if at_start else result.index(previous) + 1
            result.insert(position, each)
            present.add(each)
        if each in present:
            previous, at_start = each, False
    return result
