"""Which snapshots there are, by owner and number."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import models
from simple_history.models import HistoricalChanges

from gallery_events.exceptions import SnapshotDoesNotExist


@cache  # simple-history makes a manager class each time its attribute is read
def history_model(owner_model: type[models.Model]) -> type[models.Model]:
    """Return the model of an owner model's snapshots."""
    concrete = owner_model._meta.concrete_model
    name = concrete._meta.simple_history_manager_attribute  # type: ignore[union-attr]
    return getattr(concrete, name).model  # type: ignore[no-any-return]


def is_history(model: type[models.Model]) -> bool:
    """Tell whether a model is a history table of simple-history."""
    return issubclass(model, HistoricalChanges)


def records(owner_model: type[models.Model], pk: Any, *, using: str | None) -> models.QuerySet[Any]:
    """Return the historical rows of one owner, newest version first."""
    key = owner_model._meta.pk.attname
    return (
        history_model(owner_model)
        ._base_manager.using(using)
        .filter(**{key: pk})
        .order_by("-gallery_version")
    )


def record_at(owner_model: type[models.Model], pk: Any, version: int, *, using: str | None) -> Any:
    """Return the historical row of one version; raises SnapshotDoesNotExist naming it."""
    found = records(owner_model, pk, using=using).filter(gallery_version=version).first()
    if found is None:
        message = f"{owner_model._meta.label} {pk} has no snapshot {version}."
        raise SnapshotDoesNotExist(message)
    return found


def last_version(owner_model: type[models.Model], pk: Any, *, using: str | None) -> int:
    """Return the number of the newest snapshot, 0 when there is none."""
    newest = records(owner_model, pk, using=using).values_list("gallery_version", flat=True)
    return newest.first() or 0


def last_versions(
    owner_model: type[models.Model], pks: Iterable[Any], *, using: str | None
) -> dict[Any, int]:
    """Return the numbers of the newest snapshots of many owners, in one query."""
    key = owner_model._meta.pk.attname
    found = (
        history_model(owner_model)
        ._base_manager.using(using)
        .filter(**{f"{key}__in": list(pks)})
        .values_list(key)
        .annotate(last=models.Max("gallery_version"))
        .order_by()
    )
    return dict(found)


def tracked_fields(owner_model: type[models.Model]) -> list[Any]:
    """Return the fields of an owner model that its snapshots hold and a save can write."""
    tracked = history_model(owner_model).tracked_fields  # type: ignore[attr-defined]
    return [each for each in tracked if not getattr(each, "generated", False)]
