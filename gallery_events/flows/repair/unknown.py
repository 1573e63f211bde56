"""Owners that only references name, found by the names instead of by each reference."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections, models

from gallery_events import galleries, references, sql
from gallery_events.flows.repair.comparing import Difference, stored_of
from gallery_events.flows.repair.mending import Rebuild, apply
from gallery_events.flows.repair.scope import Scope

#: So many owners are looked up together.
PAGE = 1_000


def unknown_owners(scope: Scope) -> Iterator[str]:
    """
    Yield the owners, as references name them, of which there is neither a row nor a snapshot.

    One that references to images of two models name is yielded for each.
    Nothing is open between two of them, so that they may be removed.
    """
    for image_model in galleries.image_models():
        last = ""
        while names := _names(scope, references.reference_model(image_model), last):
            last = names[-1]
            known = _known(scope, names)
            yield from (name for name in names if name not in known)


def remove(run: Rebuild, owner_id: str) -> None:
    """Remove all references of one such owner, in the transaction that is open."""
    stays = [stay for _, stay in stored_of(run.scope, [owner_id])]
    if stays and not _known(run.scope, [owner_id]):
        apply(run, owner_id, Difference(None, surplus=stays))


def _names(scope: Scope, model: type[models.Model], last: str) -> list[str]:
    """Return a page of the owners that references name, each once, behind the *last* one."""
    owner_type = references.content_type(scope.model, scope.using).pk
    with connections[scope.using].cursor() as cursor:
        half = (owner_type, last, PAGE)
        cursor.execute(_statement(model, scope.using), (*half, *half, PAGE))
        return [name for (name,) in cursor.fetchall()]


@cache
def _statement(model: type[models.Model], using: str) -> str:
    table, owner_type, owner, until = sql.quoted(
        using, model._meta.db_table, "content_type_id", "object_id", "until"
    )
    # Names are quoted by the backend, and there are no values. Each half has an index of its own.
    halves = " UNION ".join(
        f"SELECT * FROM (SELECT DISTINCT {owner} FROM {table} WHERE {owner_type} = %s "  # noqa: S608
        f"AND {owner} > %s AND {until} {ends} ORDER BY {owner} LIMIT %s) h{at}"
        for at, ends in enumerate(("IS NULL", "IS NOT NULL"))
    )
    return f"SELECT {owner} FROM ({halves}) n ORDER BY {owner} LIMIT %s"  # noqa: S608


def _known(scope: Scope, names: list[str]) -> set[str]:
    """Return the names that are those of owners with a row or a snapshot."""
    keys = [key for key in (_key(scope.model, name) for name in names) if key is not None]
    found = set(
        scope.past.filter(**{f"{scope.key}__in": keys})
        .order_by()
        .values_list(scope.key, flat=True)
        .distinct()
    )
    left = [key for key in keys if key not in found]
    if left:
        rows = scope.model._base_manager.using(scope.using).filter(pk__in=left)
        found.update(rows.values_list("pk", flat=True))
    return {references.object_id(scope.model, pk) for pk in found}


def _key(model: type[models.Model], name: str) -> Any:
    """Return an owner's key, None for text that no row can have."""
    try:
        key = model._meta.pk.to_python(name)
    except ValidationError:
        return None
    return None if isinstance(key, int) and abs(key) >= 2**63 else key
