"""
The database's own refusal to change the trail, and how the prune command lifts it.

Triggers refuse UPDATE, DELETE and TRUNCATE, whoever sends them. They let a
DELETE pass for the entries up to a key that stands in a small table: its row
exists only inside the transaction of whoever prunes, where nobody else sees
it. An UPDATE never passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

TRAIL = "gallery_audit_entry"
LIFTED = "gallery_audit_pruning"
#: Larger than any key: the whole trail.
EVERYTHING = 2**63 - 1

# Each schema with a trail has a guard of its own: {schema} is where the trail's table stands, and
# nothing is dropped on the way up, which would look further down the search path.
POSTGRESQL = [
    'CREATE TABLE IF NOT EXISTS {schema}"gallery_audit_pruning" ("upto" bigint NOT NULL)',
    # The trail's own schema is asked, whatever the search path of whoever sends the statement.
    """
CREATE OR REPLACE FUNCTION {schema}"gallery_audit_guard"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed bigint := 9223372036854775807;
    lifted boolean := false;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        IF TG_OP = 'DELETE' THEN needed := OLD.id; END IF;
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM %I.gallery_audit_pruning WHERE upto >= $1)',
            TG_TABLE_SCHEMA
        ) INTO lifted USING needed;
    END IF;
    IF lifted THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the trail is only added to: old entries go with manage.py audit_prune'
        USING ERRCODE = 'restrict_violation';
END $$
""",
    """
CREATE OR REPLACE TRIGGER "gallery_audit_entry_kept"
BEFORE UPDATE OR DELETE ON {schema}"gallery_audit_entry"
FOR EACH ROW EXECUTE FUNCTION {schema}"gallery_audit_guard"()
""",
    """
CREATE OR REPLACE TRIGGER "gallery_audit_entry_whole"
BEFORE TRUNCATE ON {schema}"gallery_audit_entry"
FOR EACH STATEMENT EXECUTE FUNCTION {schema}"gallery_audit_guard"()
""",
]
POSTGRESQL_GONE = [
    'DROP TRIGGER IF EXISTS "gallery_audit_entry_whole" ON {schema}"gallery_audit_entry"',
    'DROP TRIGGER IF EXISTS "gallery_audit_entry_kept" ON {schema}"gallery_audit_entry"',
    'DROP FUNCTION IF EXISTS {schema}"gallery_audit_guard"()',
    'DROP TABLE IF EXISTS {schema}"gallery_audit_pruning"',
]

SQLITE_GONE = [
    'DROP TRIGGER IF EXISTS "gallery_audit_entry_once"',
    'DROP TRIGGER IF EXISTS "gallery_audit_entry_kept"',
    'DROP TRIGGER IF EXISTS "gallery_audit_entry_unchanged"',
    'DROP TABLE IF EXISTS "gallery_audit_pruning"',
]

SQLITE = [
    *SQLITE_GONE,
    'CREATE TABLE "gallery_audit_pruning" ("upto" bigint NOT NULL)',
    """
CREATE TRIGGER "gallery_audit_entry_unchanged" BEFORE UPDATE ON "gallery_audit_entry" BEGIN
    SELECT RAISE(ABORT, 'the trail is only added to: old entries go with manage.py audit_prune');
END
""",
    """
CREATE TRIGGER "gallery_audit_entry_kept" BEFORE DELETE ON "gallery_audit_entry"
WHEN NOT EXISTS (SELECT 1 FROM "gallery_audit_pruning" WHERE "upto" >= OLD."id") BEGIN
    SELECT RAISE(ABORT, 'the trail is only added to: old entries go with manage.py audit_prune');
END
""",
    # REPLACE deletes without a word to the trigger above, unless recursive_triggers is on.
    """
CREATE TRIGGER "gallery_audit_entry_once" BEFORE INSERT ON "gallery_audit_entry"
WHEN EXISTS (SELECT 1 FROM "gallery_audit_entry" WHERE "id" = NEW."id") BEGIN
    SELECT RAISE(ABORT, 'the trail is only added to: old entries go with manage.py audit_prune');
END
""",
]
#: By vendor: what sets the guard up, what takes it down, and the names of its triggers.
GUARDS: dict[str, tuple[list[str], list[str], set[str]]] = {
    "postgresql": (
        POSTGRESQL,
        POSTGRESQL_GONE,
        {"gallery_audit_entry_kept", "gallery_audit_entry_whole"},
    ),
    "sqlite": (
        SQLITE,
        SQLITE_GONE,
        {
            "gallery_audit_entry_unchanged",
            "gallery_audit_entry_kept",
            "gallery_audit_entry_once",
        },
    ),
}


class GuardTrail(Operation):
    """
    Set the triggers up, or take them down; on another database do nothing, which a check tells.

    A later migration that alters the trail's table on SQLite makes it anew,
    without its triggers: it must end with this operation again.
    """

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Set the guard up, whatever was left of an earlier one."""
        self._execute(app_label, schema_editor, to_state, 0)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take the guard down."""
        self._execute(app_label, schema_editor, to_state, 1)

    def _execute(self, app_label: str, schema_editor: Any, state: Any, part: int) -> None:
        connection = schema_editor.connection
        entry = state.apps.get_model(app_label, "Entry")
        if connection.vendor in GUARDS and self.allow_migrate_model(connection.alias, entry):
            for statement in statements(connection)[part]:
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return what ``migrate`` shows."""
        return "Let the database refuse to change or delete entries of the trail"

    @property
    def migration_name_fragment(self) -> str:
        """The end of the name of a migration with this alone."""
        return "guard_trail"


def statements(connection: BaseDatabaseWrapper) -> tuple[list[str], list[str]]:
    """Return what sets the guard up where the trail's table stands, and what takes it down."""
    schema = _schema(connection)
    up, down, _triggers = GUARDS[connection.vendor]
    # Not format(): the function has braces of its own for whoever edits it.
    return (
        [each.replace("{schema}", schema) for each in up],
        [each.replace("{schema}", schema) for each in down],
    )


def _schema(connection: BaseDatabaseWrapper) -> str:
    """Return, quoted and with its dot, where the trail's table is found, or would be made."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT relnamespace::regnamespace::text FROM pg_class "
            "WHERE oid = to_regclass(%s)), quote_ident(current_schema()))",
            [TRAIL],
        )
        return f"{cursor.fetchone()[0]}."


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the triggers that the trail's table should have and has not."""
    if connection.vendor not in GUARDS:
        return set()
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [TRAIL])
        found = {name for (name,) in cursor.fetchall()}
    return GUARDS[connection.vendor][2] - found


def is_open(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether somebody left the guard lifted for good; asked where nothing is missing."""
    if connection.vendor not in GUARDS:
        return False
    with connection.cursor() as cursor:
        # Names are quoted by the database, and there are no values.
        cursor.execute(f"SELECT 1 FROM {_lifting(connection)}")  # noqa: S608
        return cursor.fetchone() is not None


@contextmanager
def lifted(using: str, *, upto: int) -> Iterator[None]:
    """
    Let entries up to a key be deleted, inside a transaction of this connection's alone.

    On SQLite its first statement writes, so that nobody else can come between.
    """
    connection = connections[using]
    with transaction.atomic(using=using):
        if connection.vendor not in GUARDS:
            yield
            return
        table = _lifting(connection)
        with connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO {table} ("upto") VALUES (%s)', [upto])  # noqa: S608
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def _lifting(connection: BaseDatabaseWrapper) -> str:
    """Return the table beside the trail, never one of the same name in another schema."""
    return f'{_schema(connection)}"{LIFTED}"'
