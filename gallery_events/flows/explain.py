"""Why an image is still here, or why it went, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from gallery_events import arguments, conf, galleries, history, uses
from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import NEVER
from gallery_events.exceptions import GalleryError
from gallery_events.flows.steps import live
from gallery_events.flows.steps.run import alias
from gallery_events.models import AbstractImage, Tombstone
from gallery_events.references import reference_model

#: So many galleries are named one by one.
LONGEST_LIST = 20


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    The answer to "why?".

    *state* is one of ``in use``, ``waiting``, ``in the trash``, ``purged`` or
    ``unknown``; *lines* say the rest.
    """

    subject: str
    state: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.subject}: {self.state}", *(f"  {line}" for line in self.lines)])


def explain(
    image: Any, *, model: type[Any] | str | None = None, now: datetime | None = None
) -> Explanation:
    """
    Say what keeps an image, or why it was purged.

    *image* is an image, a key, the name of a file or the name it came with;
    *model*, or its label, says of which image model when there are several.
    Raises GalleryError when it is ambiguous.
    """
    arguments.refuse_wrong_moment("now", now)
    now = now or timezone.now()
    if model is not None:
        model = _image_model(model)
    if isinstance(image, AbstractImage) and image.pk is not None:
        model, image = type(image), image.pk
    found = list(_rows(image, model)) if str(image) else []
    _refuse_many(image, [f"{type(each)._meta.label} {each.pk}" for each in found])
    if found:
        return _living(found[0], conf.current(), now=now)
    graves = list(_tombstones(image, model)[:2])
    _refuse_many(image, [f"{each.image_model} {each.key}" for each in graves])
    if graves:
        return _purged(graves[0])
    return Explanation(str(image), "unknown", ("No image and no tombstone has this key or name.",))


def _refuse_many(subject: Any, names: list[str]) -> None:
    if len(names) > 1:
        message = (
            f"{subject!r} may be {', '.join(names)}"
            ": give the key, and say of which model (model=; on the command line, --model)."
        )
        raise GalleryError(message)


def _image_model(given: Any) -> type[Any]:
    """Return an image model, given as such or by its label; raise TypeError for anything else."""
    try:
        model = apps.get_model(given) if isinstance(given, str) else given
    except (LookupError, ValueError):
        model = None
    if isinstance(model, type) and issubclass(model, AbstractImage) and not model._meta.abstract:
        return cast("type[Any]", model._meta.concrete_model)
    names = ", ".join(each._meta.label for each in galleries.image_models())
    message = f"model={given!r} is no image model: give one of {names}, or its label."
    raise TypeError(message)


def _rows(image: Any, model: type[Any] | None) -> Iterator[Any]:
    for each in [model] if model is not None else galleries.image_models():
        match = models.Q(file=str(image)) | models.Q(name=str(image))
        if (key := _key(each, image)) is not None:
            match |= models.Q(pk=key)
        yield from each._base_manager.using(alias(each)).filter(match).order_by("pk")[:2]


def _key(model: type[Any], value: Any) -> Any:
    """Return the key that *value* may be; None for what is only a name."""
    try:
        return model._meta.pk.to_python(value)
    except ValidationError:
        return None


def _tombstones(image: Any, model: type[Any] | None) -> Any:
    rows = Tombstone.objects.using(alias(Tombstone))
    if model is not None:
        rows = rows.filter(image_model=model._meta.label)
    subject = str(image)
    if not subject:
        return rows.none()
    return rows.filter(
        models.Q(key=subject) | models.Q(name=subject) | models.Q(columns__file=subject)
    ).order_by("-pk")


def _living(image: Any, settings: GallerySettings, *, now: datetime) -> Explanation:
    using = alias(type(image))
    lines = list(_references(image, settings, using=using))
    if not lines and (place := live.place_of(image)):
        lines.append(f"in {place}, written past the signals")
    lines += uses.rows_naming(image, settings=settings, now=now, using=using)
    found = uses.Uses()
    uses.ask_sources([image], found, settings=settings, using=using)
    lines += found.named.get(image.pk, [])
    if image.pinned_until is not None and image.pinned_until > now:
        lines.append(f"pinned until {_day(image.pinned_until)}: {image.pin_reason}")
    state = "in use" if lines else "waiting"
    if why := found.unknown.get(image.pk):
        lines.append(why)
    if image.trashed_at is not None:
        state = "in the trash"
        lines.append(_trash_line(image, settings))
    elif state == "waiting":
        lines.append(f"nothing names it; it is looked at on {_day(image.review_after)}")
    return Explanation(f"{type(image)._meta.label} {image.pk} '{image}'", state, tuple(lines))


def _references(image: Any, settings: GallerySettings, *, using: str) -> Iterator[str]:
    rows: Any = reference_model(type(image))._base_manager.using(using).filter(image=image)
    found = rows.select_related("content_type").order_by("until", "pk")
    # PostgreSQL sorts NULL last, SQLite first.
    found = sorted(found[: LONGEST_LIST + 1], key=lambda each: each.until is not None)
    for each in found[:LONGEST_LIST]:
        owner = _owner(each, using=using)
        if each.until is None:
            yield f"in {each.field} of {owner} now, since {_day(each.since)}"
        else:
            yield _recent(each, owner, settings, using=using)
    if len(found) > LONGEST_LIST:
        yield f"and in {rows.count() - LONGEST_LIST} more places"


def _owner(reference: Any, *, using: str) -> str:
    """Name an owner as people know it, also one that is deleted."""
    name = reference.content_type.name.capitalize()
    model = reference.content_type.model_class()
    row = None
    if model is not None:
        row = model._base_manager.using(using).filter(pk=reference.object_id).first()
        name = model._meta.verbose_name.capitalize()
    if row is None:
        return f"{name} {reference.object_id} (deleted)"
    return f"{name} {reference.object_id} '{row}'"


def _recent(reference: Any, owner: str, settings: GallerySettings, *, using: str) -> str:
    by = _remover(reference, using=using)
    line = f"kept by snapshot {reference.until_version - 1} of {owner} "
    line += (
        f"(taken out of {reference.field} on {_day(reference.until)}{f' by {by}' if by else ''})"
    )
    if reference.held:
        return f"{line} as one of its last {settings.KEEP_SNAPSHOTS} snapshots"
    retention = settings.retention.retention
    return line + (f" until {_day(reference.until + retention)}" if retention else " for ever")


def _remover(reference: Any, *, using: str) -> str:
    """Return who saved the first snapshot without the image, where the history knows."""
    model = reference.content_type.model_class()
    if model is None:
        return ""
    record = (
        history.records(model, reference.object_id, using=using)
        .filter(gallery_version=reference.until_version)
        .first()
    )
    return record.actor if record is not None else ""


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
    elif grave.is_dead:
        lines.append(f"its files could not be removed: {grave.last_error}")
    else:
        lines.append(f"its files are to be removed from {_day(grave.due)} on")
    return Explanation(f"{grave.image_model} {grave.key} '{grave.name}'", "purged", tuple(lines))


def _day(moment: datetime | None) -> str:
    return "no day" if moment is None or moment >= NEVER else f"{moment:%Y-%m-%d}"
