"""What the databases say differently: locks, and many keys in one parameter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

VENDORS = ("postgresql", "sqlite")


def is_postgresql(using: str) -> bool:
    """Tell whether the database has row locks that can be asked for."""
    return connections[using].vendor == "postgresql"


def quoted(using: str, *names: str | None) -> list[str]:
    """Quote the names of tables and of columns, which every concrete field has."""
    quote = connections[using].ops.quote_name
    return [quote(name) for name in names if name is not None]


def begin_writing(model: type[models.Model], using: str) -> None:
    """
    Make the transaction a writing one before it reads.

    SQLite refuses to turn a reading transaction into a writing one once
    another writer was faster ("database is locked", at once and whatever the
    timeout). An UPDATE of no row takes the write lock first. PostgreSQL locks
    rows instead and needs nothing.
    """
    if is_postgresql(using):
        return
    table, column = quoted(using, model._meta.db_table, model._meta.pk.column)
    with connections[using].cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {column} WHERE 0 = 1")


def keys_as_rows(field: models.Field[Any, Any], using: str) -> str:
    """
    Return a subquery with one column of keys, for one parameter made by :func:`keys_as_parameter`.

    One statement then serves any number of keys: no limit on parameters, and
    no statement text that grows with the list.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        return f"SELECT unnest(%s::{_type(field, connection)}[]) AS value"
    return "SELECT value FROM json_each(%s)"


def among(field: models.Field[Any, Any], keys: Iterable[Any], using: str) -> RawSQL:
    """
    Return what ``filter(pk__in=...)`` takes for many keys: one parameter instead of one each.

    Django and the driver spend microseconds on each parameter of each statement.
    """
    field = field.target_field if field.remote_field else field  # type: ignore[attr-defined]
    return RawSQL(keys_as_rows(field, using), [keys_as_parameter(field, keys, using)])  # noqa: S611


def is_among(column: str, field: models.Field[Any, Any], using: str) -> str:
    """Return the condition that a quoted column is one of the keys of one such parameter."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::{_type(field, connection)}[])"
    return f"{column} IN ({keys_as_rows(field, using)})"


def keys_as_parameter(field: models.Field[Any, Any], keys: Iterable[Any], using: str) -> Any:
    """Write keys as the one parameter that :func:`keys_as_rows` and :func:`is_among` read."""
    connection = connections[using]
    prepared = [field.get_db_prep_value(key, connection, prepared=False) for key in keys]
    if connection.vendor != "postgresql":
        return json.dumps([key if isinstance(key, int) else str(key) for key in prepared])
    # The driver would look at each element; numbers and UUIDs need no quotes in an array.
    if isinstance(field, models.IntegerField | models.UUIDField):
        return f"{{{','.join(map(str, prepared))}}}"
    return prepared


def insert(rows: Sequence[Any], using: str) -> None:
    """
    Insert unsaved instances and give them their keys.

    PostgreSQL: all of them in one parameter, which costs half of bulk_create's one for each value.
    """
    model = type(rows[0])
    if not is_postgresql(using):
        model._base_manager.using(using).bulk_create(rows)
        return
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    table, key, *columns = quoted(
        using, model._meta.db_table, model._meta.pk.column, *(each.column for each in fields)
    )
    names = ", ".join(columns)
    found = [{each.column: getattr(row, each.attname) for each in fields} for row in rows]
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} "
            f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) RETURNING {key}",
            [json.dumps(found, default=datetime.isoformat)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = pk, False, using


def typed_placeholder(field: models.Field[Any, Any], using: str) -> str:
    """Return a placeholder that a SELECT list cannot misread."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        return f"%s::{_type(field, connection)}"
    return "%s"


def lock_rows(
    model: type[models.Model],
    keys: Sequence[Any],
    columns: Sequence[str],
    *,
    using: str,
    strength: str,
    where: str = "",
) -> list[tuple[Any, ...]]:
    """
    Lock rows in key order and return *columns* of those that exist, key first.

    *strength* is PostgreSQL's word: ``KEY SHARE`` lets savers that share an
    image run together and keeps a purge away; ``NO KEY UPDATE`` and
    ``UPDATE`` exclude each other. On SQLite the transaction itself is the lock.
    """
    if not keys:
        return []
    key = model._meta.pk
    table, key_column, *rest = quoted(using, model._meta.db_table, key.column, *columns)
    condition = f" AND {where}" if where else ""
    lock = f" FOR {strength}" if is_postgresql(using) else ""
    statement = (
        f"SELECT {', '.join([key_column, *rest])} FROM {table} "
        f"WHERE {is_among(key_column, key, using)}{condition} ORDER BY {key_column}{lock}"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement, [keys_as_parameter(key, keys, using)])
        return [(key.to_python(found), *values) for found, *values in cursor.fetchall()]


def _type(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> str:
    found = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return str(found)
