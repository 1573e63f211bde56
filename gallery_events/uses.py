"""Who else names an image: foreign keys of every kind, history tables, declared sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery

from gallery_events import history
from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import cutoff
from gallery_events.references import reference_model


@dataclass(slots=True)
class Uses:
    """
    What was found for a batch of images, by key.

    *named* holds a sentence for each use, *unknown* why nobody can say
    whether an image is used: it must then be kept.
    """

    named: dict[Any, list[str]] = field(default_factory=dict)
    unknown: dict[Any, str] = field(default_factory=dict)


def find(
    images: Sequence[Any], *, settings: GallerySettings, now: datetime, using: str
) -> Uses:
    """Ask everything that may name these images; one query for each relation."""
    found = Uses()
    if not images:
        return found
    for relation in relations(type(images[0])):
        for image_key, sentence in _named_by(
            relation, images, settings=settings, now=now, using=using
        ):
            found.named.setdefault(image_key, []).append(sentence)
    for name, source in settings.sources():
        _ask(name, source, images, found, using=using)
    return found


def relations(image_model: type[models.Model]) -> Iterator[Any]:
    """
    Yield every foreign key and one-to-one to an image model, hidden ones too.

    Many-to-many relations are among them by the foreign key of their through
    table. Only the references themselves are left out.
    """
    own = reference_model(image_model)
    for relation in image_model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        if (relation.one_to_many or relation.one_to_one) and relation.related_model is not own:
            yield relation


def has_database_cascade(relation: Any) -> bool:
    """Tell whether the database itself would delete or clear the row that names the image."""
    return hasattr(relation.on_delete, "on_delete_sql") or (
        type(relation.on_delete).__name__ == "DatabaseOnDelete"
    )


def _named_by(
    relation: Any, images: Sequence[Any], *, settings: GallerySettings, now: datetime, using: str
) -> Iterator[tuple[Any, str]]:
    foreign_key = relation.field
    target = foreign_key.target_field.attname
    keys = {getattr(image, target): image.pk for image in images}
    rows = relation.related_model._base_manager.using(using).filter(
        **{f"{foreign_key.attname}__in": list(keys)}
    )
    past = history.is_history(relation.related_model)
    if past:
        rows = _in_effect(rows, since=cutoff(settings.retention, now=now), using=using)
    for value, pk in rows.order_by().values_list(foreign_key.attname, "pk"):
        yield keys[value], _sentence(relation, pk, past=past)


def _sentence(relation: Any, pk: Any, *, past: bool) -> str:
    model = relation.related_model
    if relation.field.name == "original" and relation.model is model:
        return f"{model._meta.verbose_name} {pk} was made from it"
    kind = "the recent history" if past else f"{relation.field.name}"
    return f"named by {kind} of {model._meta.label} {pk}"


def _in_effect(rows: Any, *, since: datetime | None, using: str) -> Any:
    """
    Leave only historical rows that were in effect within the retention.

    A row is in effect until the next one of the same object; a deletion, at
    its own moment only.
    """
    if since is None:
        return rows
    model = rows.model
    names = {each.name for each in model._meta.fields}
    if "history_date" not in names:
        main = model._meta.get_field("history").related_model
        recent = _in_effect(
            main._base_manager.using(using).filter(pk__in=rows.values("history")),
            since=since,
            using=using,
        )
        return rows.filter(history__in=recent.values("pk"))
    key = model.instance_type._meta.pk.attname
    later = model._base_manager.using(using).filter(**{key: OuterRef(key)})
    later = later.filter(
        Q(history_date__gt=OuterRef("history_date"))
        | Q(history_date=OuterRef("history_date"), pk__gt=OuterRef("pk"))
    )
    ended = Subquery(later.order_by("history_date", "pk").values("history_date")[:1])
    return rows.annotate(gallery_ended=ended).filter(
        Q(gallery_ended__gt=since)
        | Q(gallery_ended__isnull=True) & (~Q(history_type="-") | Q(history_date__gt=since))
    )


def _ask(
    name: str, source: Any, images: Sequence[Any], found: Uses, *, using: str
) -> None:
    try:
        with transaction.atomic(using=using):
            keys = answer(source, images)
    except Exception as error:  # noqa: BLE001 - a stranger's code; whatever it is, keep the image
        for image in images:
            found.unknown[image.pk] = f"the source {name} failed: {error!r}"
        return
    for image in images:
        if image.pk in keys:
            found.named.setdefault(image.pk, []).append(f"still in use, says the source {name}")


def answer(source: Any, images: Sequence[Any]) -> set[Any]:
    """
    Return the keys that a source says are in use.

    Raises TypeError for an answer that is no collection of keys: it cannot
    be told from "nothing is in use".
    """
    given = source(list(images))
    if given is None or isinstance(given, (str, bytes, dict)) or not isinstance(given, Iterable):
        message = f"expected a set of keys, got {type(given).__name__}"
        raise TypeError(message)
    given = list(given)
    if not images:
        return set()
    pk = type(images[0])._meta.pk
    return {
        each.pk if isinstance(each, models.Model) else pk.to_python(each) for each in given
    }
