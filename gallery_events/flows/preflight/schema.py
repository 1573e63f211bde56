"""The database: that it is the primary one, migrated, and refuses what must be refused."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from gallery_events import galleries, uses
from gallery_events.flows.preflight import database
from gallery_events.flows.preflight.situation import Situation
from gallery_events.flows.steps.run import alias
from gallery_events.models import SweepRun

CASCADES = (
    "names images with a database-level on_delete, so the database would not stop a purge: use "
    "PROTECT, or any on_delete that Django itself carries out (NO ACTION in the database)."
)


def replica(situation: Situation) -> Iterator[str]:
    """Yield each database that only follows another, or takes no writes."""
    for using in situation.databases():
        if not database.takes_writes(using):
            yield (
                f"The database {using!r} is a replica or read-only, and may lag behind what is "
                "saved elsewhere: let the sweep run on the primary."
            )


def migrations(situation: Situation) -> Iterator[str]:
    """Yield migrations of the apps concerned that are not applied."""
    known = _on_disk()
    applied = MigrationRecorder(connections[alias(SweepRun)]).applied_migrations()
    pending = sorted(
        f"{app}.{name}" for app, name in known - applied.keys() if app in _apps_concerned()
    )
    if pending:
        yield (
            f"Migrations are not applied: {', '.join(pending)}. Run 'manage.py migrate'; code and "
            "tables that do not match might count a use that is not there, or miss one."
        )


def foreign_keys(situation: Situation) -> Iterator[str]:
    """Yield each connection on which nothing would stop a purge."""
    for using in situation.databases():
        if not database.enforces_foreign_keys(using):
            yield (
                f"The database {using!r} does not enforce foreign keys on this connection, so it "
                "would not stop a purge: leave PRAGMA foreign_keys on (SQLite) and "
                "session_replication_role at 'origin' (PostgreSQL)."
            )


def cascades(situation: Situation) -> Iterator[str]:
    """Yield the ways in which deleting an image would silently change other rows."""
    for using, models in situation.databases().items():
        told = set()
        for model in models:
            for relation in uses.relations(model):
                if uses.has_database_cascade(relation):
                    other = relation.related_model._meta
                    told.add(other.db_table.replace('"', ""))
                    yield f"{other.label}.{relation.field.name} {CASCADES}"
        for table, column in database.cascades([model._meta.db_table for model in models], using):
            if table not in told:
                yield f"The column {column} of the table {table} {CASCADES}"


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """Return every migration there is; a process does not see new code."""
    loader = MigrationLoader(None)
    return frozenset(key for key in loader.graph.nodes if key[0] in loader.migrated_apps)


def _apps_concerned() -> set[str]:
    concerned: list[type[Any]] = [SweepRun, *galleries.owner_models()]
    for model in galleries.image_models():
        concerned += [model, *(each.related_model for each in uses.relations(model))]
    return {model._meta.app_label for model in concerned}
