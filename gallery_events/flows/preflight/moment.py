"""The call itself: its arguments, its moment, and whether a transaction is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connections

from gallery_events import arguments
from gallery_events.flows.preflight import database
from gallery_events.flows.preflight.situation import Situation

ZERO = timedelta()


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


def wrong_clock(situation: Situation) -> Iterator[str]:
    """Yield how far this machine's clock is from the database's; too far is refused."""
    for using in situation.databases() if situation.is_real else ():
        away = database.clock_skew(situation.now, using)
        if abs(away) > database.LARGEST_SKEW:
            yield (
                f"This machine's clock says {situation.now}, which is {abs(away)} "
                f"{'behind' if away > ZERO else 'ahead of'} the clock of the database {using!r}: "
                "set the wrong one right."
            )


def open_transaction() -> Iterator[str]:
    """
    Yield a reason when the caller has a transaction open.

    Files would be removed before the rows that they belong to are gone for
    good, and SQLite would tell of a late reference when nobody listens any
    more. The transaction that Django's TestCase puts around a test may stay.
    """
    for using in Situation.databases():
        connection = connections[using]
        blocks = connection.atomic_blocks
        # The last question is the one that atomic(durable=True) asks.
        if not connection.get_autocommit() and not (blocks and blocks[-1]._from_testcase):  # type: ignore[attr-defined]  # noqa: SLF001
            yield (
                f"A transaction is open on {using!r}, and a sweep must commit each of its steps: "
                "call it outside atomic() and ATOMIC_REQUESTS. A dry run may be called anywhere."
            )
