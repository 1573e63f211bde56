"""Entries are added and nothing else: by the model, and by the database whoever asks it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.test import utils

from audit import guard
from audit.exceptions import AppendOnly
from audit.models import Entry
from gallery_events.exceptions import GalleryError
from tests.factories import make_album, make_ids
from tests.project.models import Album

pytestmark = pytest.mark.django_db

COLUMNS = ", ".join(
    f'"{each.column}"' for each in Entry._meta.concrete_fields if each.name != "detail"
)


@pytest.fixture
def told():
    """Return what the trail says, of which nothing may change."""
    make_album(make_ids(2))
    make_album()
    return trail()


def trail():
    return list(Entry.objects.order_by("pk").values())


def run(statement, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def saved_again(entry):
    entry.kind = "x"
    entry.save()


def saved_under_its_key(entry):
    Entry(pk=entry.pk, kind="x").save()


MODEL = {
    "save": saved_again,
    "update_fields": lambda entry: entry.save(update_fields=["kind"]),
    "delete": lambda entry: entry.delete(),
    "update": lambda _: Entry.objects.update(kind="x"),
    "update by the base manager": lambda _: Entry._base_manager.update(kind="x"),
    "delete all": lambda _: Entry.objects.all().delete(),
    "delete of an owner's": lambda _: Entry.objects.about_owner(Album, 1).delete(),
    "bulk_update": lambda entry: Entry.objects.bulk_update([entry], ["kind"]),
    "update_or_create": lambda entry: Entry.objects.update_or_create(pk=entry.pk),
    "upsert": lambda entry: Entry.objects.bulk_create(
        [entry], update_conflicts=True, update_fields=["kind"], unique_fields=["id"]
    ),
    "ignore": lambda entry: Entry.objects.bulk_create([entry], ignore_conflicts=True),
}


@pytest.mark.parametrize("road", MODEL.values(), ids=MODEL.keys())
def test_the_model_refuses_and_names_the_cure(road, told):
    with pytest.raises(AppendOnly, match="audit_prune"):
        road(Entry.objects.first())

    assert trail() == told


def test_a_refusal_is_an_error_of_the_package(told):
    with pytest.raises(GalleryError):
        Entry.objects.update(kind="x")


DATABASE = {
    "a new one under an old key": saved_under_its_key,
    "Django's own update": lambda _: QuerySet(Entry).update(kind="x"),
    "Django's own delete": lambda _: QuerySet(Entry).delete(),
    "raw delete": lambda _: QuerySet(Entry)._raw_delete("default"),
    "save_base": lambda entry: entry.save_base(),
    "UPDATE": lambda _: run("UPDATE gallery_audit_entry SET kind = 'x'"),
    "UPDATE of nothing new": lambda _: run("UPDATE gallery_audit_entry SET kind = kind"),
    "DELETE": lambda _: run("DELETE FROM gallery_audit_entry"),
    "DELETE of one": lambda entry: run("DELETE FROM gallery_audit_entry WHERE id = %s", entry.pk),
    "upsert": lambda _: run(
        f"INSERT INTO gallery_audit_entry ({COLUMNS}, detail) "
        f"SELECT {COLUMNS}, detail FROM gallery_audit_entry WHERE true "
        "ON CONFLICT (id) DO UPDATE SET kind = 'x'"
    ),
}


@pytest.mark.parametrize("road", DATABASE.values(), ids=DATABASE.keys())
def test_the_database_refuses(road, told):
    entry = Entry.objects.first()
    entry.event = "x"

    with pytest.raises(DatabaseError), transaction.atomic():
        road(entry)

    assert trail() == told


REPLACING = {
    "INSERT OR REPLACE": "INSERT OR REPLACE INTO",
    "REPLACE": "REPLACE INTO",
    "UPDATE OR REPLACE": None,
}


@pytest.mark.sqlite
@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize("insert", REPLACING.values(), ids=REPLACING.keys())
def test_sqlite_replaces_no_entry(insert, recursive, told):
    copied = COLUMNS.replace('"kind"', "'x'")
    statement = (
        f"{insert} gallery_audit_entry ({COLUMNS}, detail) "
        f"SELECT {copied}, detail FROM gallery_audit_entry"
        if insert
        else "UPDATE OR REPLACE gallery_audit_entry SET id = 1"
    )
    run(f"PRAGMA recursive_triggers = {recursive}")
    try:
        with pytest.raises(DatabaseError, match="only added to"):
            run(statement)
    finally:
        run("PRAGMA recursive_triggers = OFF")

    assert trail() == told


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE gallery_audit_entry",
        "TRUNCATE gallery_audit_entry RESTART IDENTITY CASCADE",
    ],
)
def test_postgresql_truncates_no_trail(statement, told):
    with pytest.raises(DatabaseError, match="only added to"):
        run(statement)

    assert trail() == told


@pytest.mark.postgresql
def test_another_search_path_is_no_way_around(told):
    run("SET LOCAL search_path TO pg_catalog")
    try:
        with pytest.raises(DatabaseError, match="only added to"):
            run("DELETE FROM public.gallery_audit_entry")
    finally:
        run("SET LOCAL search_path TO public")

    assert trail() == told


def test_entries_are_added_by_the_model_and_in_bulk():
    Entry.objects.create(kind="x")
    Entry.objects.bulk_create([Entry(kind="y"), Entry(kind="z")])

    assert [each["kind"] for each in trail()] == ["x", "y", "z"]


def test_a_lifted_guard_lets_only_old_entries_go_and_nothing_change(told):
    first, last = (each["id"] for each in told)

    with guard.lifted("default", upto=first):
        run("DELETE FROM gallery_audit_entry WHERE id = %s", first)
        for statement in (
            "DELETE FROM gallery_audit_entry",
            "UPDATE gallery_audit_entry SET kind = 'x'",
            *(["TRUNCATE gallery_audit_entry"] if connection.vendor == "postgresql" else []),
        ):
            with pytest.raises(DatabaseError):
                run(statement)

    assert [each["id"] for each in trail()] == [last]
    with pytest.raises(DatabaseError):
        run("DELETE FROM gallery_audit_entry WHERE id = %s", last)


@pytest.mark.django_db(transaction=True)
def test_nobody_else_sees_the_guard_lifted():
    make_album()
    other = connection.copy()
    try:
        with guard.lifted("default", upto=guard.EVERYTHING):
            assert guard.is_open(connection)
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM gallery_audit_pruning")
                assert cursor.fetchone() == (0,)
    finally:
        other.close()

    assert not guard.is_open(connection)


def test_a_guard_that_was_lifted_in_vain_is_down_again(told):
    with pytest.raises(ZeroDivisionError), guard.lifted("default", upto=guard.EVERYTHING):
        1 / 0  # noqa: B018

    assert not guard.is_open(connection)


# Emptying the database, which tests do between themselves and nobody else.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_tests_can_empty_their_tables(turn):
    assert not Entry.objects.exists()
    make_album()
    assert Entry.objects.count() == 1


@pytest.fixture
def in_production(monkeypatch):
    """Take the test environment away, as it is wherever people work."""
    monkeypatch.delattr(utils._TestState, "saved_data")


@pytest.mark.django_db(transaction=True)
def test_flush_is_refused_before_anything_is_emptied(request):
    make_album(make_ids(1))
    told = trail()
    request.getfixturevalue("in_production")

    with pytest.raises(CommandError, match="Nothing was deleted") as refused:
        call_command("flush", interactive=False)

    assert refused.value.returncode == 3
    assert trail() == told
    assert Album.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("in_production")
def test_flush_goes_on_where_there_is_no_trail():
    from django.contrib.auth import get_user_model

    get_user_model().objects.create_user("anna")

    call_command("flush", interactive=False)

    assert not get_user_model().objects.exists()


# The migration.


@pytest.mark.django_db(transaction=True)
def test_the_guard_comes_and_goes_with_its_migration():
    def migrate(target):
        executor = MigrationExecutor(connection)
        executor.migrate([("gallery_audit", target)])

    try:
        migrate("0001_initial")
        tables = connection.introspection.table_names()
        assert guard.LIFTED not in tables
        assert guard.missing(connection) == guard.GUARDS[connection.vendor][2]

        migrate(None)
        assert guard.TRAIL not in connection.introspection.table_names()
    finally:
        migrate("0002_guard_trail")

    assert guard.missing(connection) == set()
    make_album()
    with pytest.raises(DatabaseError):
        run("DELETE FROM gallery_audit_entry")


@pytest.mark.django_db(transaction=True)
def test_the_migration_mends_what_is_left_of_a_guard():
    run(guard.statements(connection)[1][0])
    assert guard.missing(connection)

    executor = MigrationExecutor(connection)
    executor.migrate([("gallery_audit", "0001_initial")])
    executor = MigrationExecutor(connection)
    executor.migrate([("gallery_audit", "0002_guard_trail")])

    assert not guard.missing(connection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backwards", [False, True])
def test_sqlmigrate_shows_the_triggers(capsys, backwards):
    call_command("sqlmigrate", "gallery_audit", "0002", backwards=backwards)

    told = capsys.readouterr().out
    for trigger in guard.GUARDS[connection.vendor][2]:
        assert f'TRIGGER {"IF EXISTS " if backwards else ""}"{trigger}"' in told


def test_on_another_database_nothing_is_done(monkeypatch):
    from audit.guard import GuardTrail

    monkeypatch.setattr(connection, "vendor", "mysql", raising=False)

    class Editor:
        def __init__(self):
            self.connection = connection

        def execute(self, *args, **kwargs):
            raise AssertionError(args)

    from django.apps import apps as installed

    class State:
        apps = installed

    for way in (GuardTrail().database_forwards, GuardTrail().database_backwards):
        way("gallery_audit", Editor(), State(), State())
    assert guard.missing(connection) == set()
    assert not guard.is_open(connection)


# Several schemas with a trail each, as projects with tenants have them.

GUARDED = ("public", "tenant")


def look_in(*schemas):
    run(f"SET search_path TO {', '.join(schemas)}")


def migrate_here(target):
    MigrationExecutor(connection).migrate([("gallery_audit", target)])


@pytest.fixture
def tenant(transactional_db):
    """Make a second schema that is looked through first, with what migrate remembers of its own."""
    run("CREATE SCHEMA tenant")
    run("CREATE TABLE tenant.django_migrations (LIKE public.django_migrations INCLUDING ALL)")
    look_in("tenant", "public")
    try:
        migrate_here("0002_guard_trail")
        yield
    finally:
        look_in("public")
        run("DROP SCHEMA tenant CASCADE")


def is_guarded(schema):
    """Tell whether a trail takes an entry, and does not give it back."""
    table = f"{schema}.gallery_audit_entry"
    columns = COLUMNS.replace('"id", ', "").replace('"at", ', "")
    values = ", ".join("1" if each == '"version"' else "'::1'" for each in columns.split(", "))
    run(f"INSERT INTO {table} ({columns}, detail) SELECT {values}, '{{}}'")
    return all(
        refuses(statement)
        for statement in (
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"UPDATE {table} SET kind = 'x'",
        )
    )


def refuses(statement):
    """Tell whether a statement does not pass, without letting it."""
    try:
        with transaction.atomic():
            run(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return "only added to" in str(error)
    return False


@pytest.mark.postgresql
def test_each_schema_has_a_guard_of_its_own(tenant):
    for schema in GUARDED:
        assert is_guarded(schema)
        look_in(schema)
        assert guard.missing(connection) == set()
        assert not guard.is_open(connection)


@pytest.mark.postgresql
def test_the_guard_of_one_schema_goes_without_that_of_another(tenant):
    migrate_here("0001_initial")

    assert [is_guarded(schema) for schema in GUARDED] == [True, False]
    assert guard.missing(connection) == guard.GUARDS["postgresql"][2]


@pytest.mark.postgresql
def test_the_guard_of_one_schema_is_lifted_without_that_of_another(tenant):
    migrate_here("0001_initial")  # the nearest table that lifts a guard is now public's

    with pytest.raises(DatabaseError), guard.lifted("default", upto=guard.EVERYTHING):
        pass
    migrate_here("0002_guard_trail")
    with guard.lifted("default", upto=guard.EVERYTHING):
        assert guard.is_open(connection)
        assert is_guarded("public")
        look_in("public")
        assert not guard.is_open(connection)
        look_in("tenant", "public")


@pytest.mark.postgresql
def test_the_guard_stands_by_the_table_wherever_new_ones_are_made(transactional_db):
    run("CREATE SCHEMA tenant")
    look_in("tenant", "public")
    try:
        migrate_here("0001_initial")  # the table is public's
        migrate_here("0002_guard_trail")
        look_in("public")
        assert is_guarded("public")
        assert guard.missing(connection) == set()
        with guard.lifted("default", upto=guard.EVERYTHING):
            assert guard.is_open(connection)
    finally:
        look_in("public")
        run("DROP SCHEMA tenant CASCADE")
