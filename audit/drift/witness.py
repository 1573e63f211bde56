"""The history beside the trail: snapshots of which no entry tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connections, models, router
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from audit.drift import marks
from audit.drift.findings import Finding, Kind
from audit.labels import label_and_key, label_of
from audit.models import Entry, Verification
from audit.pruning import PRUNED
from gallery_events.flows.repair.comparing import Scope

#: What tells of a snapshot: the signal's own entry, or one that was made up for.
LATE = "witnessed_late"
TELLING = ("snapshot_recorded", LATE)
#: So many snapshots are looked up together.
ROWS = 500


def unwitnessed(scope: Scope, mark: marks.Mark, *, full: bool) -> Iterator[Finding]:
    """
    Yield the snapshots that the trail does not know, among those after the mark, or all.

    Only those that were recorded after the trail began, and that it has not
    pruned since.
    """
    rows = scope.past.filter(_since_installed(scope, mark), _since_pruned())
    if not full:
        again = Q(**{f"{scope.key}__in": list(mark.again)})
        rows = rows.filter(Q(pk__gt=mark.after) | again)
    elif _is_plain(scope):
        rows = _suspected(scope, rows)
    for page in _pages(rows, scope.key):
        told = _told(scope, page)
        for pk, version, event, actor in page:
            if (label_and_key(scope.model, pk)[1], version) not in told:
                by = f", by {actor}" if actor else ""
                text = (
                    f"the trail does not tell of snapshot {version} of {scope.model._meta.label} "
                )
                text += f"{pk} ({event}{by}): was the witness muted?"
                yield Finding(Kind.UNWITNESSED, scope.model, pk, "", text, version)


def is_told(model: type[models.Model], pk: Any, version: int, *, using: str) -> bool:
    """Tell whether the trail knows one snapshot."""
    label, key = label_and_key(model, pk)
    return _telling(using).filter(owner_model=label, owner_key=key, version=version).exists()


def _since_installed(scope: Scope, mark: marks.Mark) -> Q:
    if marks.is_ordered(scope.model):
        return Q(pk__gte=mark.witnessed)
    first = Verification.objects.using(router.db_for_write(Verification)).order_by("pk").first()
    return Q(pk__in=[]) if first is None else Q(history_date__gte=first.at)


def _since_pruned() -> Q:
    entries = Entry.objects.using(router.db_for_write(Entry))
    pruned = entries.filter(kind=PRUNED).order_by("pk").last()
    if pruned is None:
        return Q()
    oldest = entries.exclude(kind=PRUNED).order_by("pk").first()
    since: datetime = pruned.at if oldest is None else oldest.at
    return Q(history_date__gte=since)


def _is_plain(scope: Scope) -> bool:
    """Tell whether the database writes an owner's key as text as the trail does."""
    key: Any = scope.model._meta.pk
    while key.remote_field:
        key = key.target_field
    features = connections[scope.using].features
    return (
        router.db_for_write(Entry) == scope.using
        # One that reads its values in a way of its own is told by what it makes of them.
        and not hasattr(key, "from_db_value")
        and (
            isinstance(key, models.IntegerField)
            or (isinstance(key, models.UUIDField) and features.has_native_uuid_field)
        )
    )


def _suspected(scope: Scope, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """
    Return what is left to look at when the database has taken away all that the trail tells of.

    That is nothing, as a rule. It takes one statement, whose time grows with
    the snapshots and not with how many of them one owner has.
    """
    recorded = rows.annotate(as_text=Cast(scope.key, TextField())).order_by()
    told = _telling(scope.using).filter(owner_model=label_of(scope.model)).order_by()
    left = list(
        recorded.values_list("as_text", "gallery_version")
        .difference(told.values_list("owner_key", "version"))
        # The model's own order would ask for columns that are not compared.
        .order_by()[: ROWS + 1]
    )
    if len(left) > ROWS:
        return rows
    keys = {scope.model._meta.pk.to_python(key) for key, _ in left}
    return rows.filter(**{f"{scope.key}__in": keys})


def _pages(rows: models.QuerySet[Any], key: str) -> Iterator[list[tuple[Any, ...]]]:
    last: Any = None
    columns = (key, "gallery_version", "gallery_event", "actor")
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        found = list(page.order_by("pk").values_list("pk", *columns)[:ROWS])
        if not found:
            return
        last = found[-1][0]
        yield [tuple(told) for _, *told in found]


def _told(scope: Scope, page: list[tuple[Any, ...]]) -> set[tuple[str, int]]:
    keys = {label_and_key(scope.model, pk)[1] for pk, *_ in page}
    entries = _telling(router.db_for_write(Entry)).filter(
        owner_model=label_of(scope.model),
        owner_key__in=keys,
        version__in={version for _, version, *_ in page},
    )
    return {(key, version or 0) for key, version in entries.values_list("owner_key", "version")}


def _telling(using: str) -> models.QuerySet[Entry]:
    return Entry.objects.using(using).filter(kind__in=TELLING)
