"""System checks: each names what is wrong with the trail and how to cure it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import connections, models, router

from audit import conf, guard
from audit.details import WORDS
from audit.models import Entry
from gallery_events import galleries
from gallery_events.fields import gallery_fields
from gallery_events.models import GalleryModel, SweepRun, Tombstone

#: What ``manage.py check --tag`` calls these checks.
TAG = "gallery_audit"


def register() -> None:
    """Register the checks."""
    for check in (check_settings, check_apps, check_routers, check_names):
        checks.register(check, TAG)
    checks.register(check_guard, checks.Tags.database)


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check every entry of GALLERY_AUDIT."""
    return [Error(what, hint=cure, id="gallery_audit.E001") for what, cure in conf.problems()]


def check_apps(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that gallery_events stands before the trail."""
    names = [config.name for config in apps.get_app_configs()]
    if "gallery_events" in names and names.index("gallery_events") < names.index("audit"):
        return []
    return [
        Error(
            "The trail hears gallery_events, which does not stand before it in INSTALLED_APPS.",
            hint='Write INSTALLED_APPS = [..., "simple_history", "gallery_events", "audit", ...].',
            id="gallery_audit.E002",
        )
    ]


def check_routers(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that entries are written to the database of what they tell of."""
    place = router.db_for_write(Entry)
    found: list[CheckMessage] = []
    for model in _told_of():
        other = router.db_for_write(model)
        if other != place:
            found.append(
                Error(
                    f"The database routers split the trail from what it tells of: entries go to "
                    f"{place!r}, {model._meta.label} to {other!r}.",
                    hint="Route 'gallery_audit' to the same database: one transaction must hold "
                    "a deed and its entry.",
                    id="gallery_audit.E003",
                )
            )
    return found


def _told_of() -> Iterator[type[models.Model]]:
    yield from galleries.owner_models()
    yield from galleries.image_models()
    yield from (Tombstone, SweepRun)


def check_names(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that no gallery has the name of another word in the detail of an entry."""
    return [
        Error(
            f"{owner.__name__}.{field.name} has a name that entries of the trail use otherwise.",
            hint=f"Rename it: {' and '.join(map(repr, WORDS))} stand beside the galleries there.",
            obj=field,
            id="gallery_audit.E005",
        )
        for config in (apps.get_app_configs() if app_configs is None else app_configs)
        for owner in config.get_models()
        if issubclass(owner, GalleryModel) and not owner._meta.proxy
        for field in gallery_fields(owner)
        if field.name in WORDS
    ]


def check_guard(
    app_configs: Any = None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that the database itself refuses to change the trail; asks the database."""
    found: list[CheckMessage] = []
    for alias in sorted({router.db_for_write(Entry)} & set(databases or ())):
        connection = connections[alias]
        if guard.TRAIL not in connection.introspection.table_names():
            continue  # not migrated yet: migrate says so
        if gone := guard.missing(connection):
            found.append(_unguarded(alias, f"the triggers {', '.join(sorted(gone))} are missing"))
        elif guard.is_open(connection):
            found.append(_unguarded(alias, f"a row stands in {guard.LIFTED}, which lifts them"))
    return found


def _unguarded(alias: str, why: str) -> Error:
    return Error(
        f"In the database {alias!r} entries of the trail can be changed and deleted: {why}.",
        hint="Set the guard up anew: manage.py migrate gallery_audit 0001 --skip-checks, then "
        "manage.py migrate gallery_audit --skip-checks. And find out who took it down.",
        id="gallery_audit.E004",
    )
