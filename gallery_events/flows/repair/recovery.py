"""Purged images that a gallery needs again: brought back as long as nobody has touched their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from gallery_events import conf
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import GalleryError
from gallery_events.flows.available import tombstones
from gallery_events.flows.revival import bring_back
from gallery_events.models import Tombstone


@dataclass(frozen=True, slots=True)
class Lost:
    """An image that the history needs and that is gone; *tombstone* is None where it left none."""

    field: str
    key: Any
    tombstone: Tombstone | None
    why: str

    def __str__(self) -> str:
        """Return the whole story of one image."""
        return f"image {self.key} in {self.field} is lost: {self.why}"


@dataclass(frozen=True, slots=True)
class Recovery:
    """Who brings images back, for whom (*by*: the owner, or a word), when, and which came back."""

    using: str
    moment: datetime
    user: Any = None
    by: Any = "reconcile"
    brought_back: list[Any] = field(default_factory=list)

    @property
    def review_after(self) -> datetime:
        """When an image that came back is looked at: after an upload grace."""
        return end_of_grace(conf.current().retention, now=self.moment)

    def bring_back(self, image_model: type[models.Model], key: Any) -> str | None:
        """Bring one image back, and what it was made from; return why it cannot be had."""
        stone = self.tombstone(image_model, key)
        if stone is None:
            return "no image has this key, and no tombstone tells of one"
        if stone.attempts or stone.done_at is not None:
            return f"{stone}, and its files are gone; {stone.reason or 'nobody wrote down why'}"
        rows = image_model._base_manager.using(self.using)
        original = image_model._meta.pk.to_python(stone.columns.get("original_id"))
        if original is not None and not rows.filter(pk=original).exists():
            self.bring_back(image_model, original)
        try:
            bring_back(stone, user=self.user, by=self.by, review_after=self.review_after)
        except GalleryError as error:
            if not rows.filter(pk=key).exists():  # else somebody was faster
                return f"{stone}, and does not come back: {error}"
        self.brought_back.append(key)
        return None

    def tombstone(self, image_model: type[models.Model], key: Any) -> Tombstone | None:
        """Return the last tombstone of an image."""
        found = tombstones(image_model, [key], using=self.using)
        return found[0] if found else None
