"""Purged images that a gallery needs again: brought back as long as nobody has touched their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from gallery_events import conf, sql
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import GalleryError
from gallery_events.fields import gallery_fields
from gallery_events.flows.available import tombstones
from gallery_events.flows.repair.comparing import Scope, differences
from gallery_events.flows.revival import refuse_without_files, write_again
from gallery_events.models import Tombstone

#: What the storages said of purged images, by tombstone: why one does not come back, or None.
Answers = dict[Any, GalleryError | None]


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


class Unasked(Exception):
    """An image is needed that was purged after the storages were asked: ask for it too."""

    def __init__(self, image_model: type[models.Model], key: Any) -> None:
        self.image = image_model, key
        super().__init__(f"No storage was asked for the files of image {key}.")


@dataclass(frozen=True, slots=True)
class Recovery:
    """
    Who brings images back, for whom (*by*: the owner, or a word), when, and which came back.

    The storages are asked outside of any transaction, by :meth:`ask`; what
    they said is in *answers*.
    """

    using: str
    moment: datetime
    user: Any = None
    by: Any = "reconcile"
    answers: Answers = field(default_factory=dict)
    brought_back: list[Any] = field(default_factory=list)

    @property
    def review_after(self) -> datetime:
        """When an image that came back is looked at: after an upload grace."""
        return end_of_grace(conf.current().retention, now=self.moment)

    def ask(self, images: Iterable[tuple[type[models.Model], Any]]) -> None:
        """Ask the storages for the files of purged images, and of what these were made from."""
        for image_model, key in images:
            stone = self.tombstone(image_model, key)
            if stone is None or stone.pk in self.answers or not _is_untouched(stone):
                continue
            try:
                refuse_without_files(stone)
            except GalleryError as error:
                self.answers[stone.pk] = error
            else:
                self.answers[stone.pk] = None
                self.ask(self._originals(image_model, stone))

    def bring_back(self, image_model: type[models.Model], key: Any) -> str | None:
        """
        Bring one image back, and what it was made from; return why it cannot be had.

        Raises Unasked, with nothing written, for one that no storage was asked for.
        """
        stone = self.tombstone(image_model, key)
        if stone is None:
            return "no image has this key, and no tombstone tells of one"
        if not _is_untouched(stone):
            return f"{stone}, and its files are gone; {stone.reason or 'nobody wrote down why'}"
        if stone.pk not in self.answers:
            raise Unasked(image_model, key)
        error = self.answers[stone.pk]
        if error is None:
            for original in self._originals(image_model, stone):
                self.bring_back(*original)
            error = self._write_again(stone)
        rows = image_model._base_manager.using(self.using)
        if error is not None and not rows.filter(pk=key).exists():  # else somebody was faster
            return f"{stone}, and does not come back: {error}"
        self.brought_back.append(key)
        return None

    def _write_again(self, stone: Tombstone) -> GalleryError | None:
        try:
            write_again(stone, user=self.user, by=self.by, review_after=self.review_after)
        except GalleryError as error:
            return error
        return None

    def _originals(
        self, image_model: type[models.Model], stone: Tombstone
    ) -> list[tuple[type[models.Model], Any]]:
        """Return what a purged image was made from, where that is gone as well."""
        key = image_model._meta.pk.to_python(stone.columns.get("original_id"))
        rows = image_model._base_manager.using(self.using)
        return [] if key is None or rows.filter(pk=key).exists() else [(image_model, key)]

    def tombstone(self, image_model: type[models.Model], key: Any) -> Tombstone | None:
        """Return the last tombstone of an image."""
        found = tombstones(image_model, [key], using=self.using)
        return found[0] if found else None


def perhaps_needed(scope: Scope, pk: Any) -> Iterator[tuple[type[models.Model], Any]]:
    """
    Yield the images that an owner's row shows, or its history needs, and that are gone.

    As far as anybody knows before the owner is locked; where nothing purged
    can come back at all, there are none.
    """
    purged = Tombstone.objects.using(scope.using).filter(attempts=0, done_at__isnull=True)
    if not purged.exists():
        return
    fields = {each.name: each for each in gallery_fields(scope.model)}
    needed = {
        (each.field, each.key) for found in differences(scope, [pk]) for each in found.missing
    }
    for owner in scope.model._base_manager.using(scope.using).filter(pk=pk):
        for name, each in fields.items():
            needed.update((name, key) for key in each.usable_keys(getattr(owner, each.attname)))
    wanted: dict[type[models.Model], set[Any]] = {}
    for name, key in needed:
        wanted.setdefault(fields[name].image_model, set()).add(key)
    for image_model, keys in wanted.items():
        rows = image_model._base_manager.using(scope.using)
        there = rows.filter(pk__in=sql.among(image_model._meta.pk, keys, scope.using))
        gone = keys.difference(there.values_list("pk", flat=True))
        yield from ((image_model, key) for key in sorted(gone))


def _is_untouched(stone: Tombstone) -> bool:
    """Tell whether nobody has tried to remove its files."""
    return not stone.attempts and stone.done_at is None
