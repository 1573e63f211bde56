"""Step 0: reasons not to sweep at all, each with its cure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError

from gallery_events import arguments
from gallery_events.exceptions import SweepRefused
from gallery_events.flows.preflight import installed, moment, schema, storage
from gallery_events.flows.preflight.situation import Situation

__all__ = ["CHECKS", "Situation", "ask", "reasons", "refuse", "refuse_call"]

logger = logging.getLogger("gallery_events.sweep")

#: What is asked, in this order, by the name that the doctor's table gives it.
CHECKS: dict[str, Callable[[Situation], Iterator[str]]] = {
    "settings": installed.settings,
    "history switched on": installed.history,
    "no other cleaner of files": installed.cleaners,
    "primary database": schema.replica,
    "migrations applied": schema.migrations,
    "foreign keys enforced": schema.foreign_keys,
    "no cascade in the database": schema.cascades,
    "clocks agree": moment.wrong_clock,
    "sources answer": installed.sources,
    "galleries and sources as before": installed.shrunk,
    "references as before": installed.references,
    "storages belong to this database": storage.bonds,
}


def refuse(*found: str) -> None:
    """Raise SweepRefused when there is any reason to."""
    if found:
        raise SweepRefused(found)


def refuse_call(situation: Situation, limit: Any, *, max_seconds: Any, dry_run: bool) -> None:
    """
    Raise SweepRefused for a call that can be no run, with everything else that is wrong.

    It is logged and not remembered: there is no moment, or no transaction, to do so.
    """
    found = list(moment.bad_arguments(situation.now, limit, max_seconds))
    if not dry_run:
        found += moment.open_transaction()
    if found:
        if not arguments.wrong_moment("now", situation.now):
            found += reasons(situation)
        logger.error("%s", SweepRefused(found))
        raise SweepRefused(found)


def reasons(situation: Situation) -> Iterator[str]:
    """Yield every reason to refuse once, as a sentence that names the cure."""
    found = list(installed.errors())
    try:
        for name in CHECKS:
            found += ask(name, situation)
    except Exception:
        # What is put together wrongly may keep the rest from being asked at all.
        if not found:
            raise
    yield from dict.fromkeys(found)


def ask(name: str, situation: Situation) -> list[str]:
    """Return what one check finds; a database that cannot even be asked is a reason, too."""
    try:
        return list(CHECKS[name](situation))
    except DatabaseError as error:
        why = f"It could not be found out whether this holds: {name} ({error!r}). "
        return [f"{why}Run 'manage.py migrate', and look at the database."]
