"""References as the history says they must be: one interval for each stay of an image in a gallery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gallery_events.domain.retention import RetentionPolicy, cutoff, protects_latest


@dataclass(frozen=True, slots=True)
class Held:
    """One snapshot, as far as references are concerned: a deletion holds nothing any more."""

    version: int
    at: datetime
    lists: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Interval:
    """One image in one gallery over consecutive snapshots; *until* is None while it is there."""

    field: str
    key: Any
    since_version: int
    since: datetime
    until_version: int | None = None
    until: datetime | None = None


def intervals(snapshots: Iterable[Held]) -> Iterator[Interval]:
    """Yield the intervals of one owner's snapshots, given by rising version; ended ones first."""
    current: dict[tuple[str, Any], Interval] = {}
    for each in snapshots:
        now = {(field, key) for field, keys in each.lists.items() for key in keys}
        for place in [place for place in current if place not in now]:
            yield replace(current.pop(place), until_version=each.version, until=each.at)
        for place in now - current.keys():
            current[place] = Interval(*place, since_version=each.version, since=each.at)
    yield from current.values()


def is_needed(
    interval: Interval,
    policy: RetentionPolicy,
    *,
    now: datetime,
    last_version: int | None,
) -> bool:
    """
    Tell whether an interval is still a reason for its image to live.

    *last_version* is the owner's newest snapshot, None when it is deleted.
    """
    if interval.until is None or interval.until_version is None:
        return True
    limit = cutoff(policy, now=now)
    if limit is None or interval.until > limit:
        return True
    return last_version is not None and protects_latest(
        interval.until_version, last_version=last_version, policy=policy
    )


def same_stay(expected: Interval, found: Interval, *, first_version: int) -> bool:
    """
    Tell whether a stored interval is the one that the history implies.

    What began before the oldest snapshot that is left (older ones are
    pruned) has lost its beginning, not its end.
    """
    if (expected.field, expected.key) != (found.field, found.key):
        return False
    if (expected.until_version, expected.until) != (found.until_version, found.until):
        return False
    if expected.since_version == first_version:
        return found.since_version <= first_version
    return (expected.since_version, expected.since) == (found.since_version, found.since)
