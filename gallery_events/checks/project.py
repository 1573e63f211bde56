"""Checks of the project around the galleries: settings, apps, databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models, router

from gallery_events import conf, galleries, history, sql
from gallery_events.fields import gallery_fields
from gallery_events.models import PartialUpload, SweepRun, Tombstone
from gallery_events.references import reference_model

MIDDLEWARE = "simple_history.middleware.HistoryRequestMiddleware"
OLDEST_POSTGRESQL = 14


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check GALLERY_EVENTS, entry by entry."""
    found: list[CheckMessage] = []
    errors: list[CheckMessage] = [
        Error(problem, hint=cure, id="gallery_events.E020") for problem, cure in conf.problems()
    ]
    if errors:
        return errors
    grace = conf.current().retention.upload_grace
    if grace is not None and grace.total_seconds() < settings.SESSION_COOKIE_AGE:
        found.append(
            Warning(
                "UPLOAD_GRACE_DAYS is shorter than a session (SESSION_COOKIE_AGE), so a form may "
                "be sent after its uploads went into the trash.",
                hint="Make UPLOAD_GRACE_DAYS at least as long.",
                id="gallery_events.W021",
            )
        )
    return found


def check_apps(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check what must stand beside gallery_events, and what must not."""
    return list(_check_apps())


def _check_apps() -> Iterator[CheckMessage]:
    if not apps.is_installed("simple_history"):
        yield Error(
            "simple_history is not installed.",
            hint="Add 'simple_history' to INSTALLED_APPS.",
            id="gallery_events.E030",
        )
    if not getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        yield Error(
            "SIMPLE_HISTORY_ENABLED is False: every save of a gallery will be refused.",
            hint="Set it to True, or remove it.",
            id="gallery_events.E031",
        )
    if galleries.has_a_cleaner_of_files():
        yield Error(
            "django_cleanup deletes files at once that history and other galleries still need.",
            hint="Take 'django_cleanup' out of INSTALLED_APPS, or install "
            "'django_cleanup.apps.CleanupSelectedConfig' in its place.",
            id="gallery_events.E032",
        )
    if MIDDLEWARE not in settings.MIDDLEWARE:
        yield Warning(
            "Snapshots will not know who saved: the middleware of simple-history is missing.",
            hint=f"Add '{MIDDLEWARE}' to MIDDLEWARE, behind the authentication.",
            id="gallery_events.W033",
        )


def check_databases(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check the vendor of each database that holds galleries, and how SQLite is opened."""
    found: list[CheckMessage] = []
    for alias in sorted(_aliases()):
        connection = connections[alias]
        if connection.vendor not in sql.VENDORS:
            found.append(
                Error(
                    f"The database {alias!r} is {connection.display_name}.",
                    hint="Galleries need PostgreSQL 14 or newer, or SQLite: route their models "
                    "there.",
                    id="gallery_events.E040",
                )
            )
        elif connection.vendor == "sqlite":
            found += _check_sqlite(alias, connection.settings_dict.get("OPTIONS", {}))
    return found


def _check_sqlite(alias: str, options: dict[str, Any]) -> Iterator[CheckMessage]:
    if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        yield Warning(
            f"The database {alias!r} opens transactions that start as readers: two people who "
            'save at the same time may see "database is locked".',
            hint='Set OPTIONS = {"transaction_mode": "IMMEDIATE"}.',
            id="gallery_events.W041",
        )
    if "wal" not in str(options.get("init_command", "")).lower():
        yield Warning(
            f"The database {alias!r} is not opened in WAL mode: readers and the sweep block "
            "each other.",
            hint='Add "init_command": "PRAGMA journal_mode=WAL" to OPTIONS.',
            id="gallery_events.W042",
        )


def check_server_versions(
    app_configs: Any = None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that PostgreSQL is new enough; asks the server."""
    found: list[CheckMessage] = []
    for alias in sorted(_aliases() & set(databases or ())):
        connection: Any = connections[alias]
        if connection.vendor != "postgresql":
            continue
        if connection.pg_version < OLDEST_POSTGRESQL * 10_000:
            found.append(
                Error(
                    f"The database {alias!r} is PostgreSQL {connection.pg_version // 10_000}.",
                    hint=f"Galleries need PostgreSQL {OLDEST_POSTGRESQL} or newer.",
                    id="gallery_events.E040",
                )
            )
    return found


def check_routers(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that owners, history, images and references are written to one database."""
    found: list[CheckMessage] = []
    for group in _together():
        places = {model: router.db_for_write(model) for model in group}
        if len(set(places.values())) > 1:
            told = ", ".join(f"{model._meta.label} in {db!r}" for model, db in places.items())
            found.append(
                Error(
                    f"The database routers split what must be saved together: {told}.",
                    hint="Route them to one database: one transaction must hold them all.",
                    id="gallery_events.E043",
                )
            )
    return found


def _together() -> Iterator[list[type[models.Model]]]:
    for owner in galleries.owner_models():
        group: list[type[models.Model]] = [owner]
        try:
            group.append(history.history_model(owner))
            for field in gallery_fields(owner):
                group += [field.image_model, reference_model(field.image_model)]
        except (LookupError, AttributeError, FieldDoesNotExist):
            continue  # another check names it
        yield [*dict.fromkeys(group), PartialUpload, Tombstone, SweepRun, ContentType]


def _aliases() -> set[str]:
    kinds: list[Any] = [*galleries.owner_models(), *galleries.image_models(), Tombstone]
    return {router.db_for_write(model) for model in kinds}
