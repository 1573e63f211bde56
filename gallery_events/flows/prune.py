"""Prune: snapshots that are past all use are deleted, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models, router

from gallery_events import conf, galleries, history
from gallery_events.domain.intervals import oldest_needed
from gallery_events.domain.retention import cutoff
from gallery_events.flows.save import writing

#: So many owners are looked at in one transaction.
BATCH = 100


def prune(
    *,
    now: datetime,
    days: float | None = None,
    keep: int | None = None,
    dry_run: bool = False,
) -> dict[str, int]:
    """
    Delete old snapshots; return how many of each owner model.

    Never the newest of an owner, never one of its newest *keep* (at least
    KEEP_SNAPSHOTS), never one that was in effect within *days* (at least the
    retention), and never one behind such a one: what is left has no holes.
    With a retention of None nothing is ever old enough.
    """
    policy = conf.current().retention
    limit = cutoff(policy, now=now)
    if limit is not None and days is not None:
        limit = min(limit, now - timedelta(days=days))
    newest = max(policy.keep_snapshots, keep or 1)
    return {
        model._meta.label: _prune(model, limit=limit, newest=newest, dry_run=dry_run)
        for model in galleries.owner_models()
    }


def _prune(model: type[models.Model], *, limit: datetime | None, newest: int, dry_run: bool) -> int:
    if limit is None:
        return 0
    using = router.db_for_write(model)
    past = history.history_model(model)._base_manager.using(using)
    key = model._meta.pk.attname
    total = 0
    for keys in _pages(past.order_by(key), key):
        with writing(past.model, using):
            for pk, oldest in _oldest(past, key, keys, limit=limit, newest=newest):
                rows = past.filter(**{key: pk}, gallery_version__lt=oldest)
                total += rows.count() if dry_run else _delete(rows, using)
    return total


def _delete(rows: models.QuerySet[Any], using: str) -> int:
    deleted: int = rows._raw_delete(using)  # noqa: SLF001 - delete() refuses, and rightly so
    return deleted


def _pages(past: models.QuerySet[Any], key: str) -> Iterator[list[Any]]:
    """Yield the keys of owners with more than one snapshot, page by page."""
    rows = past.values_list(key).annotate(count=models.Count("pk")).filter(count__gt=1)
    last: Any = None
    while True:
        page = rows if last is None else rows.filter(**{f"{key}__gt": last})
        found = [pk for pk, _ in page[:BATCH]]
        if not found:
            return
        last = found[-1]
        yield found


def _oldest(
    past: models.QuerySet[Any], key: str, keys: list[Any], *, limit: datetime, newest: int
) -> list[tuple[Any, int]]:
    """Return for each owner the oldest snapshot that must stay; all is read before the first goes."""
    rows = (
        past.filter(**{f"{key}__in": keys})
        .order_by(key, "gallery_version")
        .values_list(key, "gallery_version", "history_date")
        .iterator()
    )
    return [
        (pk, oldest_needed((each[1:] for each in log), limit=limit, newest=newest))
        for pk, log in groupby(rows, key=itemgetter(0))
    ]
