"""What the database says of itself: its foreign keys, whether it minds them, and its clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from gallery_events import sql

#: Clocks that differ by more would make things due at the wrong time.
LARGEST_SKEW = timedelta(minutes=5)

CASCADES = {
    "postgresql": (
        "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) "
        "WHERE c.contype = 'f' AND c.confdeltype IN ('c', 'n', 'd') AND c.confrelid IN "
        "(SELECT to_regclass(value) FROM jsonb_array_elements_text(%s::jsonb))"
    ),
    "sqlite": (
        'SELECT m.name, f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f '
        "ON f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT') WHERE m.type = 'table' "
        'AND lower(f."table") IN (SELECT lower(value) FROM json_each(%s))'
    ),
}


def cascades(tables: Sequence[str], using: str) -> list[tuple[str, str]]:
    """
    Return (table, column) of each foreign key that acts by itself when a row goes.

    By the catalogue: also what was made by hand, and what Django's models do
    not say because they say something else.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        names = [
            # As Django writes it: quoted, also where the name holds its schema.
            connection.ops.quote_name(table) if connection.vendor == "postgresql" else table
            for table in tables
        ]
        cursor.execute(CASCADES[connection.vendor], [json.dumps(names)])
        return [(table.replace('"', ""), column) for table, column in cursor.fetchall()]


def enforces_foreign_keys(using: str) -> bool:
    """Tell whether this connection refuses to delete a row that another one names."""
    with connections[using].cursor() as cursor:
        if sql.is_postgresql(using):
            cursor.execute("SELECT current_setting('session_replication_role') <> 'replica'")
        else:
            cursor.execute("PRAGMA foreign_keys")
        return bool(cursor.fetchone()[0])


def clock_skew(now: datetime, using: str) -> timedelta:
    """Return how far the database's clock is ahead; SQLite has only this machine's."""
    if not sql.is_postgresql(using):
        return timedelta()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    if timezone.is_naive(now):
        theirs = timezone.make_naive(theirs) if timezone.is_aware(theirs) else theirs
    return theirs - now


def takes_writes(using: str) -> bool:
    """Tell whether this is a database that others follow, not one that follows."""
    with connections[using].cursor() as cursor:
        if sql.is_postgresql(using):
            cursor.execute(
                "SELECT NOT pg_is_in_recovery() "
                "AND current_setting('default_transaction_read_only') = 'off'"
            )
        else:
            cursor.execute("SELECT NOT query_only FROM pragma_query_only")
        return bool(cursor.fetchone()[0])


def cluster(using: str) -> str:
    """Return what PostgreSQL calls itself since it was set up; nothing where it will not say."""
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            return str(cursor.fetchone()[0])
    except DatabaseError:
        return ""
