"""References of owners that neither exist nor have a history: nothing can explain them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gallery_events import galleries, references
from gallery_events.flows.repair.comparing import Difference, Scope, stored_of
from gallery_events.flows.repair.mending import Rebuild, apply

#: So many references are looked at together.
ROWS = 1000


def found(scope: Scope) -> Iterator[str]:
    """Yield the owners, as references name them, of which there is nothing else."""
    owner_type = references.content_type(scope.model, scope.using).pk
    for image_model in galleries.image_models():
        model = references.reference_model(image_model)
        rows = model._base_manager.using(scope.using).filter(content_type_id=owner_type)
        for owner_ids in _owners_of(rows.order_by("pk")):
            yield from sorted(owner_ids - _known(scope, owner_ids))


def remove(run: Rebuild, owner_id: str) -> None:
    """Remove all references of one such owner, in the transaction that is open."""
    stays = [stay for _, stay in stored_of(run.scope, [owner_id])]
    if stays and not _known(run.scope, [owner_id]):
        apply(run, owner_id, Difference(None, surplus=stays))


def _owners_of(rows: models.QuerySet[Any]) -> Iterator[set[str]]:
    """Yield the owners of references, read in the order they were written: each row once."""
    last: Any = None
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        read = list(page.values_list("pk", "object_id")[:ROWS])
        if not read:
            return
        last = read[-1][0]
        yield {owner_id for _, owner_id in read}


def _known(scope: Scope, owner_ids: Iterable[str]) -> set[str]:
    keys = [key for key in (_key(scope.model, each) for each in owner_ids) if key is not None]
    rows = scope.model._base_manager.using(scope.using).filter(pk__in=keys)
    known = [
        *rows.values_list("pk", flat=True),
        *scope.past.filter(**{f"{scope.key}__in": keys})
        .order_by()
        .values_list(scope.key, flat=True)
        .distinct(),
    ]
    return {references.object_id(scope.model, pk) for pk in known}


def _key(model: type[models.Model], owner_id: str) -> Any:
    """Return an owner's key, None for text that no row can have."""
    try:
        key = model._meta.pk.to_python(owner_id)
    except ValidationError:
        return None
    return None if isinstance(key, int) and abs(key) >= 2**63 else key
