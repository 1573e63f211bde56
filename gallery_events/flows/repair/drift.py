"""Drift: owners whose row says something else than their last snapshot, wherever it was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections, models

from gallery_events import history, owners, sql
from gallery_events.fields import gallery_fields

#: So many owners that drifted are in memory at a time.
PAGE = 500

Page = Callable[[Any], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Drifted:
    """
    One owner beside its last snapshot; *held* and *recorded* are columns as the database has them.

    *version* is None when the row is gone. *last_version* is 0 when there is
    no snapshot; *deleted* tells that the last one records a deletion.
    """

    pk: Any
    version: int | None
    last_version: int
    deleted: bool
    held: dict[str, Any]
    recorded: dict[str, Any]

    @property
    def changed(self) -> list[str]:
        """The galleries whose column says something else, however it is written down."""
        return [
            name for name, value in self.held.items() if _said(value) != _said(self.recorded[name])
        ]

    @property
    def has_drifted(self) -> bool:
        """Whether there is anything to reconcile: other blanks in the same JSON are nothing."""
        return self.version != self.last_version or self.deleted or bool(self.changed)


def drifted(
    model: type[models.Model], *, using: str, keys: Sequence[Any] | None = None
) -> Iterator[Drifted]:
    """
    Yield the owners whose row differs from their last snapshot, or that have none.

    One join, read in pages of those that differ; *keys* are the only owners
    looked at. Between two pages anything may be written.
    """
    names = [each.name for each in gallery_fields(model)]
    for pk, version, last, kind, *values in _pages(_rows(model, using, keys)):
        found = Drifted(
            pk=model._meta.pk.to_python(pk),
            version=version,
            last_version=last or 0,
            deleted=kind == owners.DELETED,
            held=dict(zip(names, values[: len(names)], strict=True)),
            recorded=dict(zip(names, values[len(names) :], strict=True)),
        )
        if found.has_drifted:
            yield found


def vanished(
    model: type[models.Model], *, using: str, keys: Sequence[Any] | None = None
) -> Iterator[Drifted]:
    """Yield the owners whose row is gone although their last snapshot records no deletion."""
    names = [each.name for each in gallery_fields(model)]
    for pk, last, *values in _pages(_gone(model, using, keys)):
        recorded = dict(zip(names, values, strict=True))
        key = model._meta.pk.to_python(pk)
        yield Drifted(key, None, last, deleted=False, held={}, recorded=recorded)


def _said(value: Any) -> Any:
    """Return a column's value in one way of writing it; what is no JSON is what it is."""
    try:
        return json.dumps(json.loads(value), sort_keys=True)
    except (TypeError, ValueError):
        return "null" if value is None else value


def _pages(page: Page) -> Iterator[tuple[Any, ...]]:
    last: Any = None
    while rows := page(last):
        yield from rows
        last = rows[-1][0]


def _rows(model: type[models.Model], using: str, keys: Sequence[Any] | None) -> Page:
    statement = _drift_statement(model, using, chosen=keys is not None)
    return _page_of(model, using, statement, keys)


def _gone(model: type[models.Model], using: str, keys: Sequence[Any] | None) -> Page:
    statement = _gone_statement(model, using, chosen=keys is not None)
    return _page_of(model, using, statement, keys)


def _page_of(
    model: type[models.Model], using: str, statements: tuple[str, str], keys: Sequence[Any] | None
) -> Page:
    """Return what reads the page behind a key; the first one is behind none."""
    chosen = [] if keys is None else [sql.keys_as_parameter(model._meta.pk, keys, using)]
    first, further = statements

    def page(last: Any) -> list[tuple[Any, ...]]:
        with connections[using].cursor() as cursor:
            if last is None:
                cursor.execute(first, chosen)
            else:
                cursor.execute(further, [*chosen, last])
            return cursor.fetchall()  # type: ignore[no-any-return]

    return page


@cache
def _drift_statement(model: type[models.Model], using: str, *, chosen: bool) -> tuple[str, str]:
    owner, log, key, version = _names(model, using)
    columns = sql.quoted(using, *(each.column for each in gallery_fields(model)))
    unlike = "IS DISTINCT FROM" if sql.is_postgresql(using) else "IS NOT"
    differs = " OR ".join(f"h.{column} {unlike} o.{column}" for column in columns)
    only = sql.is_among(f"o.{key}", model._meta.pk, using) if chosen else "1 = 1"
    held = ", ".join(f"o.{column} AS held_{at}" for at, column in enumerate(columns))
    # Names are quoted by the backend, and there are no values.
    found = (
        f"SELECT o.{key} AS owner, o.{version} AS version, {held} FROM {owner} o "  # noqa: S608
        f"LEFT JOIN {log} h ON h.{key} = o.{key} AND h.{version} = o.{version} "
        f"WHERE {only} AND (h.{key} IS NULL OR h.history_type = '-' OR {differs} "
        # A row put back from an older backup equals an older snapshot.
        f"OR EXISTS (SELECT 1 FROM {log} x WHERE x.{key} = o.{key} "
        f"AND x.{version} > o.{version}))"
    )
    told = [f"d.held_{at}" for at in range(len(columns))] + [f"l.{column}" for column in columns]

    def whole(behind: str) -> str:
        return (
            f"WITH d AS MATERIALIZED ({found}{behind} ORDER BY o.{key} LIMIT {PAGE}) "  # noqa: S608
            f"SELECT d.owner, d.version, l.{version}, l.history_type, {', '.join(told)} FROM d "
            f"LEFT JOIN {log} l ON l.{key} = d.owner AND l.{version} = "
            f"(SELECT MAX(x.{version}) FROM {log} x WHERE x.{key} = d.owner) ORDER BY d.owner"
        )

    return whole(""), whole(f" AND o.{key} > %s")


@cache
def _gone_statement(model: type[models.Model], using: str, *, chosen: bool) -> tuple[str, str]:
    owner, log, key, version = _names(model, using)
    columns = sql.quoted(using, *(each.column for each in gallery_fields(model)))
    only = sql.is_among(f"x.{key}", model._meta.pk, using) if chosen else "1 = 1"
    told = "".join(f", l.{column}" for column in columns)

    def whole(behind: str) -> str:
        # The constraint's index answers alone who is gone; names are quoted, as above.
        return (
            f"WITH n AS MATERIALIZED (SELECT x.{key} AS owner, MAX(x.{version}) AS last "  # noqa: S608
            f"FROM {log} x WHERE {only}{behind} GROUP BY x.{key} "
            f"HAVING NOT EXISTS (SELECT 1 FROM {owner} o WHERE o.{key} = x.{key})) "
            f"SELECT l.{key}, l.{version}{told} FROM n "
            f"JOIN {log} l ON l.{key} = n.owner AND l.{version} = n.last "
            f"WHERE l.history_type <> '-' ORDER BY l.{key} LIMIT {PAGE}"
        )

    return whole(""), whole(f" AND x.{key} > %s")


def _names(model: type[models.Model], using: str) -> list[str]:
    past = history.history_model(model)
    return sql.quoted(
        using, model._meta.db_table, past._meta.db_table, model._meta.pk.column, "gallery_version"
    )
