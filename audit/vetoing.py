"""A sweep begins with a look at drift: what the history does not know, it could not protect."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from audit import conf
from audit.drift import Finding, Kind, find, verify
from audit.reconciling import Outcome, reconcile_all
from gallery_events import signals
from gallery_events.exceptions import SweepRefused

logger = logging.getLogger("gallery_audit")

#: So many differences are told in a refusal.
TOLD = 3

CURE = (
    "See all of it with 'manage.py audit_verify', put it right with 'manage.py audit_reconcile', "
    "and sweep again."
)


def connect() -> None:
    """Listen to sweeps that start, once."""
    signals.sweep_starting.connect(
        on_sweep_starting, dispatch_uid="gallery_audit.drift", weak=False
    )


def on_sweep_starting(sender: Any, now: datetime, dry_run: bool, **kwargs: Any) -> None:  # noqa: FBT001 - the signal's own word
    """
    Do what GALLERY_AUDIT["DRIFT"] says: refuse the sweep, reconcile first, or leave it to report.

    A dry run foretells a refusal by being refused itself; it reconciles nothing.
    """
    mode = conf.current().DRIFT
    if mode == "refuse":
        _refuse(now, remember=not dry_run)
    elif mode == "reconcile" and not dry_run:
        left = reconcile_all(full=False, now=now, tell=_log).left
        if left:
            raise SweepRefused(_reason("Galleries could not be reconciled", left[:TOLD], len(left)))


def _log(outcome: Outcome) -> None:
    """Say what was done while nobody looked; what is lost, in each run until somebody has seen to it."""
    is_lost = outcome.done is not None and outcome.done.lost
    logger.log(
        logging.ERROR if is_lost else logging.WARNING, "Reconciled before a sweep: %s", outcome
    )


def _refuse(now: datetime, *, remember: bool) -> None:
    """Raise for what is not reconciled; an image that is lost is nothing to wait for."""
    told: list[str] = []
    count = 0

    def note(found: Finding) -> None:
        nonlocal count
        if found.kind is not Kind.LOST:
            count += 1
            if len(told) < TOLD:
                told.append(found.text)

    if remember:
        verify(now=now, tell=note)
    else:
        for each in find(now=now):
            note(each)
    if count:
        raise SweepRefused(_reason("Galleries and their history differ", told, count))


def _reason(what: str, told: list[str], count: int) -> str:
    named = "; ".join(told)
    if count > len(told):
        named += f"; and {count - len(told)} more"
    return f"{what} ({count}): {named}. {CURE}"
