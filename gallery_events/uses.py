"""Who else names an image: foreign keys of every kind, history tables, declared sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery

from gallery_events import history, sql
from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import cutoff
from gallery_events.references import reference_model


@dataclass(slots=True)
class Uses:
    """
    What was found for a batch of images, by key.

    *named* holds a sentence for each kind of use, *unknown* why nobody can
    say whether an image is used: it must then be kept.
    """

    named: dict[Any, list[str]] = field(default_factory=dict)
    unknown: dict[Any, str] = field(default_factory=dict)


def find(
    images: Sequence[Any],
    *,
    settings: GallerySettings,
    now: datetime,
    using: str,
    gone: Collection[Any] = (),
) -> Uses:
    """
    Ask everything that may name these images; one query for each relation.

    *gone* are images of the same model that a forecast takes to be purged.
    """
    found = Uses()
    if not images:
        return found
    _relations_naming(images, found, settings=settings, now=now, using=using, gone=gone)
    ask_sources(images, found, settings=settings, using=using)
    return found


def _relations_naming(
    images: Sequence[Any],
    found: Uses,
    *,
    settings: GallerySettings,
    now: datetime,
    using: str,
    gone: Collection[Any],
) -> None:
    since = cutoff(settings.retention, now=now)
    for relation in relations(type(images[0])):
        attname, keys = targets(relation, images)
        rows = rows_naming(relation, keys, since=since, using=using)
        if gone and relation.related_model is relation.model:
            rows = rows.exclude(pk__in=sql.among(relation.model._meta.pk, gone, using))
        for value in rows.order_by().values_list(attname, flat=True).distinct():
            found.named.setdefault(keys[value], []).append(sentence(relation))


def ask_sources(
    images: Sequence[Any], found: Uses, *, settings: GallerySettings, using: str
) -> None:
    """Ask what is declared in SOURCES; an answer that is none makes every image unknown."""
    for name, source in settings.sources():
        _ask(name, source, images, found, using=using)


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


def targets(relation: Any, images: Sequence[Any]) -> tuple[str, dict[Any, Any]]:
    """Return the column that names images, and what it would hold of each with its key."""
    foreign_key = relation.field
    target = foreign_key.target_field.attname
    return foreign_key.attname, {getattr(image, target): image.pk for image in images}


def rows_naming(relation: Any, keys: Iterable[Any], *, since: datetime | None, using: str) -> Any:
    """Return the rows of a relation that name images, of a history those in effect since then."""
    model = relation.related_model
    among = sql.among(relation.field, keys, using)
    rows = model._base_manager.using(using).filter(**{f"{relation.field.attname}__in": among})
    return _in_effect(rows, since=since, using=using) if history.is_history(model) else rows


def sentence(relation: Any, title: str = "") -> str:
    """Say that a relation names an image, by the row that is called so or by any."""
    model = relation.related_model
    row = f" {title}" if title else ""
    if relation.field.name == "original" and relation.model is model:
        return f"{model._meta.verbose_name}{row or 's'} made from it"
    if history.is_history(model):
        return f"named by the recent history of {model.instance_type._meta.label}{row}"
    if (other := other_side(model)) is not None:
        return f"named by {_many_to_many(other.related_model, model)} of {other.related_model._meta.label}{row}"
    return f"named by {relation.field.name} of {model._meta.label}{row}"


def other_side(through: Any) -> Any:
    """Return the foreign key of a table that Django made for a many-to-many to its owner."""
    owner = through._meta.auto_created
    if not owner:
        return None
    return next(each for each in through._meta.concrete_fields if each.related_model is owner)


def _many_to_many(owner: Any, through: type[models.Model]) -> str:
    fields: Iterable[Any] = owner._meta.local_many_to_many
    return next(str(each.name) for each in fields if each.remote_field.through is through)


def _in_effect(rows: Any, *, since: datetime | None, using: str) -> Any:
    """
    Leave only historical rows that were in effect within the retention.

    A row is in effect until the next one of the same object; a deletion, at
    its own moment only.
    """
    if since is None:
        return rows
    model = rows.model
    if "history_date" not in {each.name for each in model._meta.fields}:
        # simple-history's rows of a many-to-many belong to a row of the main history.
        main = model._meta.get_field("history").related_model._base_manager.using(using)
        recent = _in_effect(main.filter(pk__in=rows.values("history")), since=since, using=using)
        return rows.filter(history__in=recent.values("pk"))
    key = model.instance_type._meta.pk.attname
    later = model._base_manager.using(using).filter(
        Q(history_date__gt=OuterRef("history_date"))
        | Q(history_date=OuterRef("history_date"), pk__gt=OuterRef("pk")),
        **{key: OuterRef(key)},
    )
    ended = Subquery(later.order_by("history_date", "pk").values("history_date")[:1])
    stood = Q(gallery_ended__gt=since) | Q(gallery_ended__isnull=True)
    return rows.annotate(gallery_ended=ended).filter(
        ~Q(history_type="-") & stood | Q(history_type="-", history_date__gt=since)
    )


def _ask(name: str, source: Any, images: Sequence[Any], found: Uses, *, using: str) -> None:
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

    Raises TypeError or ValidationError for an answer that is no collection of
    keys: it cannot be told from "nothing is in use".
    """
    given = source(list(images))
    if given is None or isinstance(given, (str, bytes, dict)) or not isinstance(given, Iterable):
        message = f"expected a set of keys, got {type(given).__name__}"
        raise TypeError(message)
    found = list(given)
    return {_key(each, type(images[0])) for each in found} if images else set()


def _key(value: Any, image_model: type[models.Model]) -> Any:
    if isinstance(value, image_model):
        return value.pk
    if value is None or isinstance(value, (bool, float, bytes, models.Model)):
        message = f"expected keys of {image_model._meta.label}, got {value!r}"
        raise TypeError(message)
    return image_model._meta.pk.to_python(value)
