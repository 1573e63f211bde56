"""The one way by which entries leave the trail: the oldest first, and not without an entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, router

from audit import guard
from audit.models import PRUNED, Entry
from audit.writing import enter

__all__ = ["PRUNED", "prune"]

#: SQLite lets nobody else write while a batch is deleted.
BATCH = 5_000


def prune(*, now: datetime, days: float, dry_run: bool = False, batch: int = BATCH) -> int:
    """
    Delete the entries that are more than *days* older than *now*; return how many these are.

    Each batch is a transaction of its own and says in the trail what it took:
    *first* and *last* are keys, and none up to the last but what was too
    young. Such entries stay for ever.
    A dry run counts.
    """
    using = router.db_for_write(Entry)
    before = now - timedelta(days=days)
    if dry_run:
        return _older(before, using).count()
    count, after = 0, 0
    while keys := _next_keys(before, after=after, size=batch, using=using):
        count += _delete(before, days=days, first=keys[0], last=keys[-1], using=using)
        after = keys[-1]
    return count


def _older(before: datetime, using: str) -> models.QuerySet[Entry]:
    return Entry.objects.using(using).filter(at__lt=before).exclude(kind=PRUNED)


def _next_keys(before: datetime, *, after: int, size: int, using: str) -> list[int]:
    rows = _older(before, using).filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:size])


def _delete(before: datetime, *, days: float, first: int, last: int, using: str) -> int:
    """Delete what is too old between two keys; who prunes at the same time has taken its part."""
    with guard.lifted(using, upto=last):
        gone = _older(before, using).filter(pk__range=(first, last))
        count: int = gone._raw_delete(using)  # noqa: SLF001 - delete() refuses
        if count:
            detail = {"count": count, "first": first, "last": last, "days": days}
            enter(PRUNED, using=using, source="command", detail=detail)
    return count
