"""References as the history says they must be: one interval for each stay of an image."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import datetime
from typing import Any

from gallery_events.domain.retention import RetentionPolicy, cutoff, protects_latest


@dataclass(frozen=True, slots=True)
class Held:
    """
    One snapshot, as far as references are concerned.

    A deletion ends everything it holds, also what no earlier snapshot holds:
    that had been written past the signals, and comes back with the owner.
    """

    version: int
    at: datetime
    lists: Mapping[str, Sequence[Any]]
    deletion: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """
    One image in one gallery over consecutive snapshots; *until* is None while it is there.

    *row* says where it is stored, and is no part of what it says.
    """

    field: str
    key: Any
    since_version: int
    since: datetime
    until_version: int | None = None
    until: datetime | None = None
    row: Any = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a history can tell: its oldest and newest snapshot, and the last deletion it knows.

    Older snapshots than *first* may have been pruned. *exists* tells whether
    the owner is there now.
    """

    first: int
    last: int
    deleted: int = 0
    exists: bool = True


def intervals(snapshots: Iterable[Held]) -> Iterator[Interval]:
    """Yield the intervals of one owner's snapshots, given by rising version; ended ones first."""
    current: dict[tuple[str, Any], Interval] = {}
    before: Mapping[str, Sequence[Any]] = {}
    for each in snapshots:
        if each.lists == before and not each.deletion:
            continue
        before = {} if each.deletion else each.lists
        now = {(name, key) for name, keys in each.lists.items() for key in keys}
        for place in now - current.keys():
            current[place] = Interval(*place, since_version=each.version, since=each.at)
        for place in [place for place in current if each.deletion or place not in now]:
            yield replace(current.pop(place), until_version=each.version, until=each.at)
    yield from current.values()


def is_needed(interval: Interval, policy: RetentionPolicy, *, now: datetime, told: Told) -> bool:
    """Tell whether an interval is still a reason for its image to live."""
    if _is_recent(interval, cutoff(policy, now=now)):
        return True
    return (
        told.exists
        and interval.until_version is not None
        and protects_latest(interval.until_version, last_version=told.last, policy=policy)
    )


def may_be_gone(interval: Interval, policy: RetentionPolicy, *, now: datetime, told: Told) -> bool:
    """
    Tell whether a needed interval may have expired in good order all the same.

    A sweep while the owner was deleted has kept nothing for KEEP_SNAPSHOTS,
    and an owner that came back since does not bring that back.
    """
    return (
        not _is_recent(interval, cutoff(policy, now=now))
        and interval.until_version is not None
        and interval.until_version <= told.deleted
    )


def compare(
    expected: Iterable[Interval],
    found: Iterable[Interval],
    *,
    told: Told,
    limit: datetime | None,
) -> tuple[list[Interval], list[Interval]]:
    """
    Return what is missing and what is surplus.

    What only waits to be expired is neither, nor is what ended before the
    oldest snapshot that is left: no history speaks against it.
    """
    stored: dict[tuple[str, Any, int | None], list[Interval]] = {}
    for each in found:
        stored.setdefault((each.field, each.key, each.until_version), []).append(each)
    missing = []
    for each in expected:
        there = stored.get((each.field, each.key, each.until_version), [])
        match = next((one for one in there if _is_same(each, one, told.first)), None)
        if match is None:
            missing.append(each)
        else:
            there.remove(match)
    left = [each for rest in stored.values() for each in rest]
    return missing, [each for each in left if _is_surplus(each, limit, told.first)]


def _is_recent(interval: Interval, limit: datetime | None) -> bool:
    return interval.until is None or limit is None or interval.until > limit


def _is_same(expected: Interval, found: Interval, first: int) -> bool:
    """Compare two; what began before the oldest snapshot has lost its beginning, not its end."""
    if expected.until != found.until:
        return False
    if expected.since_version == first and found.since_version < first:
        return True
    return (expected.since_version, expected.since) == (found.since_version, found.since)


def _is_surplus(found: Interval, limit: datetime | None, first: int) -> bool:
    if not _is_recent(found, limit):
        return False
    return found.until is None or found.until_version is None or found.until_version > first


def oldest_needed(
    log: Iterable[tuple[int, datetime]], *, limit: datetime | None, newest: int
) -> int:
    """
    Return the number of the oldest of one owner's snapshots that must stay, 0 for all of them.

    *log* is (version, date) by rising version. The newest ones stay, and what
    was in effect after *limit*, whether one goes by the numbers or, where
    saves were back-dated, by the dates.
    """
    kept: deque[int] = deque(maxlen=newest)
    in_effect = before = 0
    latest: tuple[datetime, int] | None = None
    for version, at in log:
        kept.append(version)
        if limit is None or at > limit:
            in_effect = in_effect or before or version
        elif latest is None or at >= latest[0]:
            latest = (at, version)
        before = version
    if not kept:
        return 0
    needed = [kept[0], in_effect or before]
    if latest is not None:
        needed.append(latest[1])
    return min(needed)
