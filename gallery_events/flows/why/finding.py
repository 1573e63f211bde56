"""Which image somebody means: by its key, by any name of its files, by an address, dead or alive."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from gallery_events import galleries
from gallery_events.exceptions import GalleryError
from gallery_events.flows.steps.run import alias
from gallery_events.models import AbstractImage, Tombstone

Models = Sequence[type[Any]]

#: So many images are named to somebody who has to choose.
MOST_CHOICES = 8


def image_model(given: Any) -> type[Any]:
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


def find(subject: Any, *, model: type[Any] | str | None = None) -> Any:
    """
    Return the image that *subject* means, or the tombstone of one that was purged.

    It may be an image, a key, the name that its file came with, the name of
    one of its files, with or without folder, or an address that ends in it.
    What is exact goes before what is not, and the living before the dead.
    None when there is none; raises GalleryError naming the choices when there
    are several.
    """
    chosen = [image_model(model)] if model is not None else galleries.image_models()
    if isinstance(subject, Tombstone):
        return subject
    if isinstance(subject, AbstractImage) and subject.pk is not None:
        chosen, subject = [image_model(type(subject))], subject.pk
    text = str(subject)
    if not text or "\x00" in text:
        return None
    for step in (_by_key, _by_name, _graves_by_key, _graves_by_name, _by_file, _graves_by_file):
        found = step(subject, chosen)
        if len(found) > 1:
            raise _ambiguous(subject, found)
        if found:
            return found[0]
    return None


def _ambiguous(subject: Any, found: Sequence[Any]) -> GalleryError:
    names = ", ".join(_choice(each) for each in found[:MOST_CHOICES])
    others = " and others" if len(found) > MOST_CHOICES else ""
    return GalleryError(
        f"{subject!r} may be {names}{others}"
        ": give the key, and say of which model (model=; on the command line, --model)."
    )


def _choice(found: Any) -> str:
    if isinstance(found, Tombstone):
        return f"{found.image_model} {found.key} (purged)"
    return f"{type(found)._meta.label} {found.pk}"


def _by_key(subject: Any, chosen: Models) -> list[Any]:
    keys = [(model, _key(model, subject)) for model in chosen]
    return [row for model, key in keys if key is not None for row in _living(model).filter(pk=key)]


def _by_name(subject: Any, chosen: Models) -> list[Any]:
    match = Q(file=str(subject)) | Q(name=str(subject))
    return [row for model in chosen for row in _some(_living(model).filter(match))]


def _graves_by_key(subject: Any, chosen: Models) -> list[Any]:
    return _some(_graves(chosen).filter(key=str(subject)))


def _graves_by_name(subject: Any, chosen: Models) -> list[Any]:
    match = Q(name=str(subject)) | Q(columns__file=str(subject))
    return _some(_graves(chosen).filter(match))


def _by_file(subject: Any, chosen: Models) -> list[Any]:
    if not (names := _names(subject)):
        return []
    rows = [
        _living(model)
        .annotate(gallery_files=Cast("renditions", TextField()))
        .filter(
            Q(file__in=names)
            | Q(file__endswith=f"/{names[0]}")
            | Q(gallery_files__contains=_text(names))
        )
        for model in chosen
    ]
    return _nearest(names, [(row, row.file_names()) for each in rows for row in _some(each)])


def _graves_by_file(subject: Any, chosen: Models) -> list[Any]:
    if not (names := _names(subject)):
        return []
    rows = _graves(chosen).annotate(gallery_files=Cast("files", TextField()))
    found = _some(rows.filter(gallery_files__contains=_text(names)))
    return _nearest(names, [(each, each.files) for each in found])


def _some(rows: Any) -> list[Any]:
    """Return some: with more than that somebody has to choose anyway."""
    return list(rows.order_by("pk")[: MOST_CHOICES + 1])


def _text(names: Sequence[str]) -> str:
    """Return what the JSON text of a list of files holds: the name, with its folder if given."""
    return json.dumps(names[-2:][0])[1:]


def _nearest(names: Sequence[str], files: Sequence[tuple[Any, list[str]]]) -> list[Any]:
    """Return those whose files are meant by the longest part of what was asked."""
    for name in names:
        if same := [each for each, own in files if name in own]:
            return same
    # A name may be given without its first folders; an address has others in front.
    return [each for each, own in files if any(one.endswith(f"/{names[0]}") for one in own)]


def _names(subject: Any) -> list[str]:
    """Return what a path or an address may name, the longest first; nothing for a bare key."""
    text = str(subject)
    path = text
    if "://" in text or text.startswith("/"):
        try:
            path = unquote(urlsplit(text).path)
        except ValueError:
            return []
    parts = [each for each in path.replace("\\", "/").split("/") if each]
    # A file is told by its suffix: a number is a key, and no part of a name.
    if not parts or "." not in parts[-1]:
        return []
    return ["/".join(parts[at:]) for at in range(len(parts))]


def _key(model: type[Any], value: Any) -> Any:
    """Return the key that *value* may be; None for what is only a name."""
    try:
        return model._meta.pk.to_python(value)
    except ValidationError:
        return None


def _living(model: type[Any]) -> QuerySet[Any]:
    return model._base_manager.using(alias(model))  # type: ignore[no-any-return]


def _graves(chosen: Models) -> QuerySet[Tombstone]:
    rows = Tombstone.objects.using(alias(Tombstone))
    if len(chosen) == len(galleries.image_models()):
        return rows  # of models that are not installed any more too
    return rows.filter(image_model__in=[model._meta.label for model in chosen])
