"""Step 0: reasons not to sweep at all, each with its cure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.db import connections

from gallery_events import arguments, conf, galleries, uses
from gallery_events.exceptions import SweepRefused
from gallery_events.flows.steps import database
from gallery_events.flows.steps.run import alias
from gallery_events.history import HISTORY_DISABLED

ZERO = timedelta()


def refuse(*found: str) -> None:
    """Raise SweepRefused when there is any reason to."""
    if found:
        raise SweepRefused(found)


def reasons(*, dry_run: bool) -> Iterator[str]:
    """Yield every reason to refuse, as a sentence that names the cure."""
    wrong = list(conf.problems())
    for problem, cure in wrong:
        yield f"{problem} {cure}"
    if not getattr(django_settings, "SIMPLE_HISTORY_ENABLED", True):
        yield HISTORY_DISABLED
    databases: dict[str, list[type[Any]]] = {}
    for model in galleries.image_models():
        databases.setdefault(alias(model), []).append(model)
    for using, models in databases.items():
        if not dry_run:
            yield from _open_transaction(using)
        yield from _cascades(models, using)
        if not database.enforces_foreign_keys(using):
            yield (
                f"The database {using!r} does not enforce foreign keys on this connection, so it "
                "would not stop a purge: leave PRAGMA foreign_keys on (SQLite) and "
                "session_replication_role at 'origin' (PostgreSQL)."
            )
    if not wrong:
        yield from _failing_sources()


def bad_arguments(now: Any, limit: Any, max_seconds: Any) -> Iterator[str]:
    """Yield what is wrong with the call itself."""
    if wrong := arguments.wrong_moment("now", now):
        yield wrong
    for name, value, kinds in (("limit", limit, int), ("max_seconds", max_seconds, (int, float))):
        if value is None:
            continue
        what = "whole number" if kinds is int else "number"
        if not isinstance(value, kinds) or isinstance(value, bool):
            yield f"{name}={value!r} is no {what}: give a {what} above 0, or leave it out."
        elif not value > 0:
            yield f"{name}={value!r} would do nothing: give a number above 0, or leave it out."


def wrong_clock(now: datetime) -> Iterator[str]:
    """Yield how far this machine's clock is from the database's; too far is refused."""
    for using in {alias(model) for model in galleries.image_models()}:
        away = database.clock_skew(now, using)
        if abs(away) > database.LARGEST_SKEW:
            yield (
                f"This machine's clock says {now}, which is {abs(away)} "
                f"{'behind' if away > ZERO else 'ahead of'} the clock of the database {using!r}: "
                "set the wrong one right."
            )


def _open_transaction(using: str) -> Iterator[str]:
    """
    Yield a reason when the caller has a transaction open.

    Files would be removed before the rows that they belong to are gone for
    good, and SQLite would tell of a late reference when nobody listens any
    more. The transaction that Django's TestCase puts around a test may stay.
    """
    connection = connections[using]
    blocks = connection.atomic_blocks
    # The last question is the one that atomic(durable=True) asks.
    if not connection.get_autocommit() and not (blocks and blocks[-1]._from_testcase):  # type: ignore[attr-defined]  # noqa: SLF001
        yield (
            f"A transaction is open on {using!r}, and a sweep must commit each of its steps: call "
            "it outside atomic() and ATOMIC_REQUESTS. A dry run may be called anywhere."
        )


def _cascades(models: list[type[Any]], using: str) -> Iterator[str]:
    """Yield the ways in which deleting an image would silently change other rows."""
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


CASCADES = (
    "names images with a database-level on_delete, so the database would not stop a purge: use "
    "PROTECT, or any on_delete that Django itself carries out (NO ACTION in the database)."
)


def _failing_sources() -> Iterator[str]:
    for name, source in conf.current().sources():
        try:
            uses.answer(source, [])
        except Exception as error:  # noqa: BLE001 - a stranger's code
            yield (
                f"The source {name} fails when asked about no image at all ({error!r}), so it "
                "cannot say what is in use: mend it, or take it out of SOURCES."
            )
