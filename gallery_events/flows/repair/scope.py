"""What a comparison is about: whose references, as of when, by which policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max, Min, Q

from gallery_events import history
from gallery_events.domain.intervals import Told
from gallery_events.domain.retention import RetentionPolicy


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose references are compared, and by which moment and policy."""

    model: type[models.Model]
    using: str
    now: datetime
    policy: RetentionPolicy

    @property
    def key(self) -> str:
        """The owner's key, as its historical rows hold it too."""
        return str(self.model._meta.pk.attname)

    @property
    def past(self) -> models.QuerySet[Any]:
        """The historical rows."""
        return history.history_model(self.model)._base_manager.using(self.using)

    def existing(self, keys: Sequence[Any]) -> set[Any]:
        """Return those of the owners that are there now."""
        rows = self.model._base_manager.using(self.using).filter(pk__in=list(keys))
        return set(rows.values_list("pk", flat=True))

    def told(self, keys: Sequence[Any]) -> dict[Any, Told]:
        """Return what the histories of these owners can tell, of those that have one."""
        existing = self.existing(keys)
        found = (
            self.past.filter(**{f"{self.key}__in": list(keys)})
            .order_by()
            .values_list(self.key)
            .annotate(
                first=Min("gallery_version"),
                last=Max("gallery_version"),
                deleted=Max("gallery_version", filter=Q(history_type="-"), default=0),
            )
        )
        return {
            pk: Told(first, last, deleted, exists=pk in existing)
            for pk, first, last, deleted in found
        }
