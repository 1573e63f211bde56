"""How the trail is asked; whatever would change it is refused here, and by the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import F, Q

from audit.details import PLACES
from audit.exceptions import AppendOnly
from audit.expressions import Holds
from audit.labels import label_and_key, label_of
from gallery_events import galleries
from gallery_events.fields import gallery_fields

REFUSED = (
    "The trail is only added to: an entry is never changed or deleted by hand. Old ones go with "
    "'manage.py audit_prune --days D', which says so in the trail."
)


class EntryQuerySet(models.QuerySet[Any]):
    """Entries, oldest first where a question is asked of them."""

    def about_owner(self, owner: Any, pk: Any = None) -> Self:
        """Return what happened to an owner; one that is gone is given by model and key."""
        label, key = label_and_key(owner, pk)
        if not key:
            return self.none()
        return self.filter(owner_model=label, owner_key=key).order_by("pk")

    def about_image(self, image: Any, pk: Any = None) -> Self:
        """
        Return what happened to an image, also the saves in which it came, went or moved.

        *image* is the image, its tombstone, or the image model with *pk*. No
        index of ours knows the images of a save, each of which it would cost:
        the whole trail is read, in 0.15 s for 200,000 entries on PostgreSQL
        and 0.7 s on SQLite. ``docs/audit.md`` has the index for 5 ms.
        """
        label, key = label_and_key(image, pk)
        if not key:
            return self.none()
        named = Q(image_model=label, image_key=key)
        for condition in _saves_with(label, key):
            named |= condition
        return self.filter(named).order_by("pk")

    def of_request(self, request_id: str) -> Self:
        """Return everything that one request did."""
        # SQLite reads an index of some rows only for a question that has its condition.
        return self.filter(~Q(request_id=""), request_id=request_id).order_by("pk")

    def of_person(self, key: str) -> Self:
        """Return everything that one person did."""
        return self.filter(~Q(actor_key=""), actor_key=key).order_by("pk")

    def bulk_create(  # noqa: PLR0917 - Django's own signature
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Any]:
        """Add entries; conflicts are neither ignored nor updated."""
        if ignore_conflicts or update_conflicts:
            raise AppendOnly(REFUSED)
        return super().bulk_create(objs, batch_size)

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(REFUSED)

    update = _refuse
    delete = _refuse
    bulk_update = _refuse
    update_or_create = _refuse


def _saves_with(label: str, key: str) -> Iterator[Q]:
    """Yield, for each gallery that can hold an image, the saves that tell of it."""
    for owner_model in galleries.owner_models():
        for field in gallery_fields(owner_model):
            if label_of(field.image_model) != label:
                continue
            try:
                told = field.to_json(field.to_key(key))
            except ValueError:
                continue  # no gallery has ever held what cannot be a key
            for kind in PLACES:
                holds = Holds(F("detail"), path=(field.name, kind), value=told)
                yield Q(owner_model=owner_model._meta.label) & Q(holds)
