"""A quick look at many owners at once: whose references may differ from their history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from gallery_events import references
from gallery_events.domain.bundles import Seen, Stay, bundles, is_in_order
from gallery_events.domain.intervals import Interval, Told, is_needed
from gallery_events.fields import gallery_fields
from gallery_events.flows.repair.reading import Column, moment
from gallery_events.flows.repair.scope import Scope
from gallery_events.flows.repair.together import stored_together

#: So many owners are looked at together; of their references one string each is in memory.
LOOK = 250


def suspects(scope: Scope, keys: Sequence[Any]) -> list[Any]:
    """
    Return those of the owners whose references must be compared one by one.

    Of the others it proves the same as comparing does: the database puts
    together the references of one gallery that share beginning and end, and
    these bundles must hold exactly the images that the snapshots say, all of
    which are read. References are read before snapshots, as there.
    """
    columns = {each.name: Column(each, scope.using) for each in gallery_fields(scope.model)}
    return [
        pk
        for start in range(0, len(keys), LOOK)
        for pk in _suspects(scope, columns, keys[start : start + LOOK])
    ]


def _suspects(scope: Scope, columns: dict[str, Column], keys: Sequence[Any]) -> Iterator[Any]:
    stored, strange = stored_together(scope, columns, keys)
    unlike: list[_Unlike] = []
    for pk, rows in groupby(_snapshots(scope, columns, keys), key=itemgetter(0)):
        owner_id = references.object_id(scope.model, pk)
        log = _Log(columns, rows)
        expected = dict(bundles(log))
        found = {
            Stay(*row[:5]): columns[row[0]].stored_keys(row[5]) for row in stored.get(owner_id, ())
        }
        if owner_id in strange or None in found.values():
            yield pk
        elif expected != found:
            one = _unlike(scope, log, pk, expected=expected, found=found)
            # As if the owner were there, for which the most is needed.
            if not one.is_in_order(scope):
                unlike.append(one)
    there = scope.existing([each.pk for each in unlike]) if unlike else set()
    for one in unlike:
        one.told = replace(one.told, exists=one.pk in there)
        if not one.is_in_order(scope):
            yield one.pk


def _unlike(
    scope: Scope, log: _Log, pk: Any, *, expected: dict[Stay, Any], found: dict[Stay, Any]
) -> _Unlike:
    """Return what is not the same, read with its dates, as far as it is needed."""
    told = Told(log.first, log.last)
    missing = _intervals(expected.items() - found.items(), scope.using)
    surplus = _intervals(found.items() - expected.items(), scope.using)
    needed = [each for each in missing if is_needed(each, scope.policy, now=scope.now, told=told)]
    return _Unlike(pk, told, needed, list(surplus))


@dataclass(slots=True)
class _Unlike:
    """An owner with what is only in its history and needed, and what is only stored."""

    pk: Any
    told: Told
    needed: list[Interval]
    surplus: list[Interval]

    def is_in_order(self, scope: Scope) -> bool:
        return is_in_order(
            self.needed, self.surplus, told=self.told, policy=scope.policy, now=scope.now
        )


@dataclass(slots=True)
class _Log:
    """The snapshots of one owner by what they hold; *first* and *last* are known at the end."""

    columns: dict[str, Column]
    rows: Iterator[tuple[Any, ...]]
    first: int = 0
    last: int = 0

    def __iter__(self) -> Iterator[Seen]:
        before: list[str | None] = [None] * len(self.columns)
        lists: dict[str, frozenset[Any]] = dict.fromkeys(self.columns, frozenset())
        for _, version, kind, at, *texts in self.rows:
            if texts != before:
                told = zip(self.columns.items(), before, texts, strict=True)
                lists = {
                    name: lists[name] if text == last else column.recorded_keys(text)
                    for (name, column), last, text in told
                }
                before = texts
            self.first = self.first or version
            self.last = version
            yield Seen(version, at, kind == "-", lists)


def _intervals(some: Iterable[tuple[Stay, Any]], using: str) -> Iterator[Interval]:
    """Yield bundles with their dates."""
    for stay, keys in some:
        until = None if stay.until is None else moment(stay.until, using)
        since = moment(stay.since, using)
        yield Interval(stay.field, keys, stay.since_version, since, stay.until_version, until)


def _snapshots(
    scope: Scope, columns: dict[str, Column], keys: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield the owners' snapshots by rising version, with dates and lists as text."""
    rows = scope.past.filter(**{f"{scope.key}__in": list(keys)})
    return (
        rows.order_by(scope.key, "gallery_version")
        .values_list(
            *(scope.key, "gallery_version", "history_type"),
            Cast("history_date", TextField()),
            *(Cast(each.field.attname, TextField()) for each in columns.values()),
        )
        .iterator(chunk_size=500)
    )
