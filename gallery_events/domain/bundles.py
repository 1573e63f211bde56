"""Intervals by the bundle: images that came into a gallery together, and left it together, as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from gallery_events.domain.intervals import Interval, Told, compare, is_needed
from gallery_events.domain.retention import RetentionPolicy, cutoff

#: A snapshot: its version and its date, which here may be anything that can be compared.
Moment = tuple[int, Any]


class Stay(NamedTuple):
    """What the images of a bundle share."""

    field: str
    since_version: int
    since: Any
    until_version: int | None = None
    until: Any = None


class Seen(NamedTuple):
    """One snapshot; a list that did not change since the one before is the same object."""

    version: int
    at: Any
    deletion: bool
    lists: Mapping[str, frozenset[Any]]


@dataclass(slots=True)
class _Gallery:
    """What one gallery holds while its snapshots go by, and since when."""

    name: str
    held: frozenset[Any] = frozenset()
    came: dict[Any, Moment] = field(default_factory=dict)
    since: dict[Moment, set[Any]] = field(default_factory=dict)

    def see(self, keys: frozenset[Any], now: Moment) -> Iterator[tuple[Stay, frozenset[Any]]]:
        """Take in what a snapshot holds; yield what has left by it."""
        gone = self.held - keys
        self.enter(keys, now)
        self.held = keys
        left: dict[Moment, set[Any]] = {}
        for key in gone:
            since = self.came.pop(key)
            self.since[since].remove(key)
            left.setdefault(since, set()).add(key)
        for since, together in left.items():
            yield Stay(self.name, *since, *now), frozenset(together)

    def enter(self, keys: frozenset[Any], now: Moment) -> None:
        """Take in what is new in a snapshot."""
        if new := keys - self.held:
            self.since[now] = set(new)
            self.came.update(dict.fromkeys(new, now))

    def leave(self, now: Moment | tuple[()] = ()) -> Iterator[tuple[Stay, frozenset[Any]]]:
        """Yield whatever is there: ended now, as by a deletion, or not at all."""
        for since, together in self.since.items():
            if together:
                yield Stay(self.name, *since, *now), frozenset(together)
        self.held, self.came, self.since = frozenset(), {}, {}


def bundles(snapshots: Iterable[Seen]) -> Iterator[tuple[Stay, frozenset[Any]]]:
    """
    Yield what :func:`~gallery_events.domain.intervals.intervals` does, by the bundle.

    No stay is yielded twice: its images are all that share gallery, beginning
    and end.
    """
    galleries: dict[str, _Gallery] = {}
    for version, at, deletion, lists in snapshots:
        for name, keys in lists.items():
            gallery = galleries.get(name)
            if gallery is None:
                gallery = galleries[name] = _Gallery(name)
            if deletion:
                # What had gone from the list past the signals ends with all the others.
                gallery.enter(keys, (version, at))
                yield from gallery.leave((version, at))
            elif keys is not gallery.held:
                yield from gallery.see(keys, (version, at))
    for gallery in galleries.values():
        yield from gallery.leave()


def is_in_order(
    expected: Iterable[Interval],
    found: Iterable[Interval],
    *,
    told: Told,
    policy: RetentionPolicy,
    now: datetime,
) -> bool:
    """
    Tell whether bundles that are only expected, or only found, differ in good order.

    They are intervals whose *key* is a frozen set; those expected and found
    alike are not given. Where it is True no single reference differs. Where it
    is False they may be in order all the same: that takes comparing one by one.
    """
    needed = [each for each in expected if is_needed(each, policy, now=now, told=told)]
    stored = _from_the_beginning(found, needed, told.first)
    return not any(compare(needed, stored, told=told, limit=cutoff(policy, now=now)))


def _from_the_beginning(
    found: Iterable[Interval], needed: Iterable[Interval], first: int
) -> Iterator[Interval]:
    """Put together what a pruned history cannot tell apart: what came before, and with, its first."""
    begun = next((each.since for each in needed if each.since_version == first), None)
    old: dict[Any, list[Interval]] = {}
    for each in found:
        is_old = each.since_version < first or (each.since_version, each.since) == (first, begun)
        place = (each.field, each.until_version, each.until) if begun and is_old else each
        old.setdefault(place, []).append(each)
    for together in old.values():
        keys = [key for each in together for key in each.key]
        if len(together) == 1 or len(keys) > len(set(keys)):
            yield from together
        else:
            yield replace(together[0], key=frozenset(keys))
