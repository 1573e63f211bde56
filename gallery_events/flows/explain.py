"""Why an image is still here, or why it went, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from gallery_events import conf, galleries, uses
from gallery_events.conf import GallerySettings
from gallery_events.exceptions import GalleryError
from gallery_events.flows.steps.run import alias
from gallery_events.models import AbstractImage, Tombstone
from gallery_events.references import reference_model


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    The answer to "why?". *state* is one of ``in use``, ``waiting``, ``in the trash``,
    ``purged`` or ``unknown``; *lines* say the rest.
    """

    subject: str
    state: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.subject}: {self.state}", *(f"  {line}" for line in self.lines)])


def explain(
    image: Any, *, model: type[Any] | None = None, now: datetime | None = None
) -> Explanation:
    """
    Say what keeps an image, or why it was purged.

    *image* is an image, a key, or the name of a file; *model* says of which
    image model a key is when there are several. Raises GalleryError when it
    is ambiguous.
    """
    now = now or timezone.now()
    if isinstance(image, AbstractImage) and image.pk is not None:
        model, image = type(image), image.pk
    found = list(_rows(image, model))
    if len(found) > 1:
        names = ", ".join(f"{type(each)._meta.label} {each.pk}" for each in found)
        message = f"{image!r} may be {names}: say which by model=."
        raise GalleryError(message)
    if found:
        return _living(found[0], conf.current(), now=now)
    grave = _tombstone(image, model)
    if grave is not None:
        return _purged(grave)
    return Explanation(str(image), "unknown", ("No image and no tombstone has this key or name.",))


def _rows(image: Any, model: type[Any] | None) -> Iterator[Any]:
    for each in [model] if model is not None else galleries.image_models():
        rows = each._base_manager.using(alias(each))
        match = models.Q(file=str(image)) | models.Q(name=str(image))
        try:
            match |= models.Q(pk=each._meta.pk.to_python(image))
        except Exception:  # noqa: BLE001, S110 - a file's name is no key
            pass
        yield from rows.filter(match)[:2]


def _tombstone(image: Any, model: type[Any] | None) -> Tombstone | None:
    rows = Tombstone.objects.using(alias(Tombstone))
    if model is not None:
        rows = rows.filter(image_model=model._meta.label)
    return (
        rows.filter(models.Q(key=str(image)) | models.Q(name=str(image)) |
                    models.Q(columns__file=str(image)))
        .order_by("pk")
        .last()
    )


def _living(image: Any, settings: GallerySettings, *, now: datetime) -> Explanation:
    using = alias(type(image))
    lines = list(_references(image, settings, using=using))
    found = uses.find([image], settings=settings, now=now, using=using)
    lines += found.named.get(image.pk, [])
    if image.pinned_until is not None and image.pinned_until > now:
        lines.append(f"pinned until {_day(image.pinned_until)}: {image.pin_reason}")
    if why := found.unknown.get(image.pk):
        lines.append(why)
    subject = f"{type(image)._meta.label} {image.pk} '{image}'"
    if image.trashed_at is not None:
        lines.append(_trash_line(image, settings))
        return Explanation(subject, "in the trash", tuple(lines))
    if lines:
        return Explanation(subject, "in use", tuple(lines))
    line = f"nothing names it; it is looked at on {_day(image.review_after)}"
    return Explanation(subject, "waiting", (line,))


def _references(image: Any, settings: GallerySettings, *, using: str) -> Iterator[str]:
    rows = reference_model(type(image))._base_manager.using(using).filter(image=image)
    for each in rows.select_related("content_type").order_by("until", "pk"):
        owner = f"{each.content_type.name.capitalize()} {each.object_id}"
        if each.until is None:
            yield f"in {each.field} of {owner} now, since {_day(each.since)}"
            continue
        line = f"kept by snapshot {each.until_version - 1} of {owner}"
        line += f" (taken out on {_day(each.until)})"
        retention = settings.retention.retention
        yield line + (f" until {_day(each.until + retention)}" if retention else " for ever")


def _trash_line(image: Any, settings: GallerySettings) -> str:
    trash = settings.retention.trash
    if trash is None:
        return f"in the trash since {_day(image.trashed_at)}; the trash is never emptied"
    return (
        f"in the trash since {_day(image.trashed_at)}; "
        f"earliest deletion {_day(image.trashed_at + trash)}"
    )


def _purged(grave: Tombstone) -> Explanation:
    lines = [
        f"purged on {_day(grave.purged_at)} by run {grave.evidence.get('run')}: {grave.reason}",
        f"in the trash since {str(grave.evidence.get('trashed_at'))[:10]}",
    ]
    if grave.done_at is not None:
        lines.append(f"its files were removed on {_day(grave.done_at)}")
    else:
        lines.append(f"its files are to be removed from {_day(grave.due)} on")
    return Explanation(f"{grave.image_model} {grave.key} '{grave.name}'", "purged", tuple(lines))


def _day(moment: datetime | None) -> str:
    return "no day" if moment is None else f"{moment:%Y-%m-%d}"
