"""Why an image is still here, or why it went, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from gallery_events import arguments, conf
from gallery_events.flows.steps import changes
from gallery_events.flows.steps.run import alias
from gallery_events.flows.why import graves
from gallery_events.flows.why.finding import find
from gallery_events.flows.why.reasons import reasons
from gallery_events.models import Tombstone


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    The answer to "why?".

    *state* is one of ``in use``, ``waiting``, ``in the trash``, ``purged`` or
    ``unknown``; *lines* say the rest. *earliest* is the first moment at which
    a sweep may delete it, where one may; *image* and *key* tell which it is.
    """

    subject: str
    state: str
    lines: tuple[str, ...]
    image: str = ""
    key: Any = None
    earliest: datetime | None = None
    can_be_rescued: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        plain = self.key is None or isinstance(self.key, int)
        return {
            "subject": self.subject,
            "state": self.state,
            "lines": list(self.lines),
            "image": self.image,
            "key": self.key if plain else str(self.key),
            "earliest": None if self.earliest is None else self.earliest.isoformat(),
            "can_be_rescued": self.can_be_rescued,
        }

    def __str__(self) -> str:
        return "\n".join([f"{self.subject}: {self.state}", *(f"  {line}" for line in self.lines)])


def explain(
    image: Any, *, model: type[Any] | str | None = None, now: datetime | None = None
) -> Explanation:
    """
    Say what keeps an image and until when, or when and why it was purged.

    *image* is an image, a key, the name it came with, the name of one of its
    files, or an address that ends in one; *model*, or its label, says of which
    image model when there are several. Raises GalleryError naming the choices
    when it may be several.
    """
    arguments.refuse_wrong_moment("now", now)
    now = now or timezone.now()
    found = find(image, model=model)
    if found is None:
        nothing = ("No image and no tombstone has this key or name.",)
        return Explanation(str(image), "unknown", nothing)
    if isinstance(found, Tombstone):
        return _purged(found, now=now)
    return _living(found, now=now)


def _living(image: Any, *, now: datetime) -> Explanation:
    settings, _ = changes.in_effect(conf.current(), now=now)
    told = reasons([image], settings=settings, now=now, using=alias(type(image)))[image.pk]
    return Explanation(
        subject=f"{type(image)._meta.label} {image.pk} '{image}'",
        state=told.state,
        lines=(*told.lines, *_file_line(image)),
        image=type(image)._meta.label,
        key=image.pk,
        earliest=told.earliest,
        can_be_rescued=image.trashed_at is not None,
    )


def _file_line(image: Any) -> tuple[str, ...]:
    """Say that the file is missing, or that nobody can tell; nothing when it is there."""
    name = image.__dict__["file"]
    try:
        # An unknown storage raises too.
        there = image.file.storage.exists(str(name))
    except Exception as error:  # noqa: BLE001 - any storage's errors
        doubt = f"nobody knows whether its file {name} is there: the storage {image.storage!r}"
        return (f"{doubt} answered {error!r}",)
    return () if there else (f"its file {name} is missing in the storage {image.storage!r}",)


def _purged(grave: Tombstone, *, now: datetime) -> Explanation:
    return Explanation(
        subject=f"{grave.image_model} {grave.key} '{grave.name}'",
        state="purged",
        lines=tuple(graves.lines(grave, now=now)),
        image=grave.image_model,
        key=grave.key,
        can_be_rescued=graves.can_come_back(grave),
    )
