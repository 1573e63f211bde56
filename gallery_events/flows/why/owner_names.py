"""Owners of galleries as people know them, also those that are deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from gallery_events import history, sql
from gallery_events.fields import gallery_fields
from gallery_events.flows.why.naming import title_of
from gallery_events.owners import DELETED


@dataclass(frozen=True, slots=True)
class OwnerNames:
    """
    What some owners of one model are called.

    *versions* holds the number of the newest snapshot of each that exists.
    """

    model: type[models.Model]
    titles: dict[Any, str]
    versions: dict[Any, int] = field(default_factory=dict)

    def owner(self, pk: Any) -> str:
        """Return one owner's name: "Album 7 'Summer'"."""
        name = f"{str(self.model._meta.verbose_name).capitalize()} {pk}"
        if title := self.titles.get(pk):
            name += f" '{title}'"
        return name if pk in self.versions else f"{name} (deleted)"

    def place(self, gallery: str, pk: Any) -> str:
        """Return one gallery's name; it is the owner's own where that has no other."""
        alone = len(gallery_fields(self.model)) == 1
        return self.owner(pk) if alone else f"{gallery} of {self.owner(pk)}"


def names_of(model: type[models.Model], owners: Collection[Any], *, using: str) -> OwnerNames:
    """Read the names of owners; those that are deleted are called as their last snapshot says."""
    rows: Any = model._base_manager.using(using)
    # Whole rows: a name may be made of anything.
    found = list(rows.filter(pk__in=sql.among(model._meta.pk, owners, using)))
    titles = {each.pk: title_of(each) for each in found}
    versions = {each.pk: each.gallery_version for each in found}
    if missing := set(owners) - titles.keys():
        titles.update(_titles_of_deleted(model, missing, using=using))
    return OwnerNames(model, titles, versions)


def _titles_of_deleted(
    model: type[models.Model], owners: Collection[Any], *, using: str
) -> dict[Any, str]:
    key = model._meta.pk
    rows: Any = history.history_model(model)._base_manager.using(using)
    records = rows.filter(
        history_type=DELETED, **{f"{key.attname}__in": sql.among(key, owners, using)}
    ).order_by("gallery_version")
    return {getattr(each, key.attname): title_of(each.instance) for each in records}
