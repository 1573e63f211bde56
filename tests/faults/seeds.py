"""Bugs on purpose, for the tests that show what each guard is for."""

from contextlib import contextmanager

from django.db import connection

from gallery_events import sql


def unlock(monkeypatch, strength):
    """Let the package read rows where it would lock them with this strength."""
    lock_rows = sql.lock_rows

    def read_rows(model, keys, columns, **options):
        if options["strength"] != strength:
            return lock_rows(model, keys, columns, **options)
        return list(model._base_manager.filter(pk__in=keys).values_list("pk", *columns))

    monkeypatch.setattr(sql, "lock_rows", read_rows)


@contextmanager
def without_foreign_key(model, name):
    """Drop a foreign key of this test's database (PostgreSQL), and put it back."""
    table, column = model._meta.db_table, model._meta.get_field(name).column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = ANY(conkey) "
            "WHERE contype = 'f' AND conrelid = %s::regclass AND attname = %s",
            [table, column],
        )
        key, definition = cursor.fetchone()
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{key}"')
    try:
        yield
    finally:
        model._base_manager.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{key}" {definition}')
