"""What ``loaddata`` brings to the trail: each entry once, and never in the place of another one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connections, models

#: Fixtures in JSON keep milliseconds only.
KEPT = timedelta(milliseconds=1)
#: So many numbers are drawn at most.
DRAWN = 1_000


def place(entry: Any, *, using: str) -> bool:
    """
    Give a loaded entry the key under which it is to be added; tell whether it is there already.

    It keeps its key where that is free. Under a key that another entry has by
    now it gets a new one: unless the trail tells the same of the same moment
    elsewhere, as it does when a fixture is loaded again.
    """
    rows = type(entry)._base_manager.using(using)
    taken = None if entry.pk is None else rows.filter(pk=entry.pk).first()
    same = _the_same(entry, [taken] if taken else [])
    if same is None and (taken or entry.pk is None):
        same = _the_same(entry, _alike(entry, rows))
        entry.pk = None
    if same is not None:
        for each in entry._meta.concrete_fields:
            setattr(entry, each.attname, getattr(same, each.attname))
    return same is not None


def count_on(model: type[models.Model], key: int, *, using: str) -> None:
    """
    Let the next keys be larger than one that was given.

    SQLite does so itself. On PostgreSQL others may draw numbers meanwhile, and
    must not get them twice: so they are drawn too, and set only where nobody
    can come that far in between.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, model._meta.pk.column])
        sequence = cursor.fetchone()[0]
        # The name comes quoted from the database.
        cursor.execute(
            "SELECT CASE WHEN %s - last_value > %s THEN setval(%s::regclass, %s) ELSE "  # noqa: S608
            "(SELECT count(nextval(%s::regclass)) "
            f"FROM generate_series(last_value + is_called::int, %s)) END FROM {sequence}",
            [key, DRAWN, sequence, key, sequence, key],
        )


def _alike(entry: Any, rows: Any) -> Any:
    """Return entries of the same moment about the same, by what is indexed where there is some."""
    if not isinstance(entry.at, datetime):
        return []  # it has yet to be given one
    columns = ("kind", "owner_model", "owner_key", "image_model", "image_key", "actor_key")
    same = {name: getattr(entry, name) for name in (*columns, "request_id", "version")}
    nulls = {f"{name}__isnull": True for name, value in same.items() if value is None}
    same = {name: value for name, value in same.items() if value is not None}
    first = _in_milliseconds(entry.at)
    return rows.filter(at__gte=first, at__lt=first + KEPT, **same, **nulls).order_by("pk")


def _the_same(entry: Any, rows: Any) -> Any:
    return next((row for row in rows if _told(row) == _told(entry)), None)


def _told(entry: Any) -> dict[str, Any]:
    told = {
        each.attname: getattr(entry, each.attname)
        for each in entry._meta.concrete_fields
        if not each.primary_key
    }
    if isinstance(entry.at, datetime):
        told["at"] = _in_milliseconds(entry.at)
    return told


def _in_milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
