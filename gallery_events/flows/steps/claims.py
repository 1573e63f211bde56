"""Who works at which tombstones: claims that lapse, and what whoever lost one may not write."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from gallery_events import sql
from gallery_events.flows.steps.run import alias
from gallery_events.models import Tombstone

CLAIMED_FOR = timedelta(minutes=10)
CLAIMED_AT_ONCE = 50

#: What a tombstone says that nobody works at.
UNCLAIMED: dict[str, Any] = {"claimed_by": "", "claimed_until": None}


def tombstones() -> QuerySet[Tombstone]:
    """Return all tombstones, where they are written."""
    return Tombstone.objects.using(alias(Tombstone))


def unclaimed(now: datetime) -> Q:
    """Return the condition that nobody has a claim, or that it has lapsed."""
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)


def claim(waiting: QuerySet[Tombstone], *, until: datetime) -> list[Tombstone]:
    """
    Take some tombstones for this process, in a short transaction.

    From here on a file may be gone, whatever the storage answers: the image
    cannot be had back. Who dies loses the claim after a while, and acting
    twice is harmless because names are never used again.
    """
    token = secrets.token_hex(16)
    with transaction.atomic(using=waiting.db):
        sql.begin_writing(Tombstone, waiting.db)
        rows = waiting.order_by("due", "pk").select_for_update(skip_locked=True)
        claimed = list(rows[:CLAIMED_AT_ONCE])
        tombstones().filter(pk__in=[each.pk for each in claimed]).update(
            attempts=F("attempts") + 1, claimed_by=token, claimed_until=until
        )
    for each in claimed:
        each.attempts += 1
        each.claimed_by, each.claimed_until = token, until
    return claimed


def give_back(untouched: Iterable[Tombstone]) -> None:
    """Let others have what was claimed and not begun; it was no attempt."""
    _still_held(untouched).update(attempts=F("attempts") - 1, **UNCLAIMED)


def put_off(tombstone: Tombstone, error: Exception, *, due: datetime) -> bool:
    """Write when to try again and why; tell whether it was still ours to say."""
    words = f"{type(error).__name__}: {error}"
    return bool(_still_held([tombstone]).update(last_error=words, due=due, **UNCLAIMED))


def finish(removed: Sequence[Tombstone], *, now: datetime) -> set[Any]:
    """Mark as done what is still held; return the keys of these."""
    if not removed:
        return set()
    written = {"done_at": now, "last_error": "", **UNCLAIMED}
    held = _still_held(removed).order_by("pk").select_for_update()
    with transaction.atomic(using=held.db):
        sql.begin_writing(Tombstone, held.db)
        keys = set(held.values_list("pk", flat=True))
        tombstones().filter(pk__in=keys).update(**written)
    for each in removed:
        if each.pk in keys:
            for name, value in written.items():
                setattr(each, name, value)
    return keys


def _still_held(claimed: Iterable[Tombstone]) -> QuerySet[Tombstone]:
    """Return the rows whose claim is still the one that this process had."""
    tokens = {each.pk: each.claimed_by for each in claimed}
    return tombstones().filter(
        pk__in=list(tokens), claimed_by__in=set(tokens.values()), done_at__isnull=True
    )
