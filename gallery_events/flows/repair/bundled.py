"""A quick look at many owners at once: whose references may differ from their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connections, models
from django.db.models import TextField
from django.db.models.functions import Cast

from gallery_events import galleries, references, sql
from gallery_events.domain.bundles import Seen, Stay, bundles, is_in_order
from gallery_events.domain.intervals import Interval, Told
from gallery_events.fields import gallery_fields
from gallery_events.flows.repair.reading import Column, moment
from gallery_events.flows.repair.scope import Scope

#: So many owners are looked at together; of their references one string each is in memory.
LOOK = 250

#: What is only in the history, or only stored; None is what one can make nothing of.
Bundles = AbstractSet[tuple[Stay, frozenset[Any] | None]]


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
    stored, strange = _stored(scope, columns, keys)
    unlike: dict[Any, tuple[Bundles, Bundles]] = {}
    for pk, rows in groupby(_snapshots(scope, columns, keys), key=itemgetter(0)):
        owner_id = references.object_id(scope.model, pk)
        if owner_id in strange:
            yield pk
            continue
        expected = dict(bundles(_seen(columns, rows)))
        found = {Stay(*row): columns[row[0]].stored_keys(held) for *row, held in stored[owner_id]}
        if expected != found:
            unlike[pk] = expected.items() - found.items(), found.items() - expected.items()
    told = scope.told(list(unlike)) if unlike else {}
    for pk, (missing, surplus) in unlike.items():
        if pk not in told or not _is_in_order(scope, told[pk], missing=missing, surplus=surplus):
            yield pk


def _is_in_order(scope: Scope, told: Told, *, missing: Bundles, surplus: Bundles) -> bool:
    """Judge what differs; dates are only read here."""
    return all(keys is not None for _, keys in surplus) and is_in_order(
        _intervals(missing, scope.using),
        _intervals(surplus, scope.using),
        told=told,
        policy=scope.policy,
        now=scope.now,
    )


def _intervals(bundles: Bundles, using: str) -> Iterator[Interval]:
    """Yield bundles with their dates."""
    for stay, keys in bundles:
        until = None if stay.until is None else moment(stay.until, using)
        since = moment(stay.since, using)
        yield Interval(stay.field, keys, stay.since_version, since, stay.until_version, until)


def _seen(columns: dict[str, Column], rows: Iterable[tuple[Any, ...]]) -> Iterator[Seen]:
    """Yield snapshots by what they hold."""
    before: list[str | None] = [None] * len(columns)
    lists: dict[str, frozenset[Any]] = dict.fromkeys(columns, frozenset())
    for _, version, kind, at, *texts in rows:
        if texts != before:
            lists = {
                name: lists[name] if text == last else column.recorded_keys(text)
                for (name, column), last, text in zip(columns.items(), before, texts, strict=True)
            }
            before = texts
        yield Seen(version, at, kind == "-", lists)


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


def _stored(
    scope: Scope, columns: dict[str, Column], keys: Sequence[Any]
) -> tuple[dict[str, list[tuple[Any, ...]]], set[str]]:
    """Return the references by owner; and the owners that have some in no gallery of the model."""
    owner_type = references.content_type(scope.model, scope.using).pk
    owner_ids = [references.object_id(scope.model, pk) for pk in keys]
    stored: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    strange: set[str] = set()
    for image_model in galleries.image_models():
        model = references.reference_model(image_model)
        here = {name for name, each in columns.items() if each.field.image_model is image_model}
        owner: Any = model._meta.get_field("object_id")
        given = [sql.keys_as_parameter(owner, owner_ids, scope.using), owner_type]
        for is_current in (True, False):  # each has an index of its own
            with connections[scope.using].cursor() as cursor:
                cursor.execute(_statement(model, scope.using, is_current=is_current), given)
                for owner_id, *row in cursor.fetchall():
                    if row[0] in here:
                        stored[owner_id].append(row)
                    else:
                        strange.add(owner_id)
    return stored, strange


@cache
def _statement(model: type[models.Model], using: str, *, is_current: bool) -> str:
    image: Any = model._meta.get_field("image")
    field: Any = model._meta.get_field("object_id")
    table, owner_type, owner, *names, key = sql.quoted(
        using,
        *(model._meta.db_table, "content_type_id", "object_id", "field"),
        *("since_version", "since", "until_version", "until", image.column),
    )
    gallery, since_version, since, until_version, until = names
    on_postgresql = sql.is_postgresql(using)
    listed = f"array_to_json(array_agg({key}))::text"
    columns = (
        f"{owner}, {gallery}, {since_version}, CAST({since} AS text), "
        f"{until_version}, CAST({until} AS text), "
        + (listed if on_postgresql else f"json_group_array({key})")
    )
    rest = (
        f"AND {owner_type} = %s AND {until} IS {'' if is_current else 'NOT '}NULL "
        f"GROUP BY {owner}, {', '.join(names)}"
    )
    # Names are quoted by the backend, and there are no values.
    if not on_postgresql:
        among = sql.is_among(owner, field, using)
        return f"SELECT {columns} FROM {table} WHERE {among} {rest}"  # noqa: S608
    # Owner by owner: the planner would sort the references of all of them, on disk.
    return (
        f"SELECT r.* FROM ({sql.keys_as_rows(field, using)}) k CROSS JOIN LATERAL "  # noqa: S608
        f"(SELECT {columns} FROM {table} WHERE {owner} = k.value {rest}) r"
    )
