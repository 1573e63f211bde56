"""Prune: snapshots that are past all use are deleted, oldest first, and nothing else is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, router, transaction
from django.db.models import Exists, OuterRef, Subquery

from gallery_events import conf, galleries, history, sql
from gallery_events.domain.retention import cutoff

BATCH = 500


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
    retention). With a retention of None nothing is ever old enough.
    """
    settings = conf.current()
    limit = cutoff(settings.retention, now=now)
    if limit is None:
        return {model._meta.label: 0 for model in galleries.owner_models()}
    if days is not None:
        limit = min(limit, now - timedelta(days=days))
    newest = max(settings.KEEP_SNAPSHOTS, keep or 1)
    return {
        model._meta.label: _prune(model, limit=limit, newest=newest, dry_run=dry_run)
        for model in galleries.owner_models()
    }


def _prune(model: type[Any], *, limit: datetime, newest: int, dry_run: bool) -> int:
    using = router.db_for_write(model)
    past = history.history_model(model)
    rows = _past_all_use(past, model._meta.pk.attname, using, limit=limit, newest=newest)
    if dry_run:
        return rows.count()
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic(using=using):
            sql.begin_writing(past, using)
            past._base_manager.using(using).filter(pk__in=keys).delete()
        total += len(keys)
    return total


def _past_all_use(
    past: type[models.Model], key: str, using: str, *, limit: datetime, newest: int
) -> models.QuerySet[Any]:
    manager = past._base_manager.using(using)
    later = manager.filter(**{key: OuterRef(key)}, gallery_version__gt=OuterRef("gallery_version"))
    superseded = Subquery(later.order_by("gallery_version").values("history_date")[:1])
    enough = manager.filter(
        **{key: OuterRef(key)}, gallery_version__gte=OuterRef("gallery_version") + newest
    )
    return (
        manager.annotate(superseded_at=superseded)
        .filter(Exists(enough), superseded_at__lte=limit)
        .order_by("history_date", "pk")
    )
