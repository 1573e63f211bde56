"""What names an image, now and before, with the ways there; and why it is still here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from gallery_events import conf, galleries, history, uses
from gallery_events.admin.eyes import Eyes
from gallery_events.domain.retention import cutoff
from gallery_events.fields import gallery_fields
from gallery_events.flows import sweep
from gallery_events.flows.steps import changes
from gallery_events.flows.why.naming import titled
from gallery_events.flows.why.owner_names import names_of
from gallery_events.references import reference_model

#: So many places of each kind are listed.
LONGEST_LIST = 20
#: And so many rows of each other relation.
LONGEST_OF_RELATION = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that names an image, or did; *until* is when it ceased."""

    text: str
    url: str = ""
    history_url: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Told:
    """
    What is said of one image to one person.

    *lines* is the explanation, only for who may see everything that could be
    named in it; *now* and *before* name by its key alone what may not be seen.
    """

    state: str
    earliest: datetime | None
    lines: tuple[str, ...] = ()
    is_whole: bool = True
    now: list[Place] = field(default_factory=list)
    before: list[Place] = field(default_factory=list)
    more_now: bool = False
    more_before: bool = False

    @property
    def is_used(self) -> bool:
        """Whether something keeps it."""
        return self.state == "in use"


def told(image: Any, *, eyes: Eyes, now: datetime | None = None) -> Told:
    """Return what is said of an image to somebody."""
    now = now or timezone.now()
    explanation = sweep.explain(image, now=now)
    whole = sees_all(type(image), eyes=eyes)
    found = Told(
        state=explanation.state,
        earliest=explanation.earliest,
        lines=explanation.lines if whole else (),
        is_whole=whole,
    )
    current, found.more_now = _galleries(image, eyes=eyes, ended=False)
    others = list(_others(image, eyes=eyes, now=now))
    found.now = current + others
    found.before, found.more_before = _galleries(image, eyes=eyes, ended=True)
    return found


def sees_all(model: type[Any], *, eyes: Eyes) -> bool:
    """Tell whether somebody may see every row that can name images of a model."""
    return all(map(eyes.allows_all, _naming(model._meta.concrete_model)))


def _naming(model: type[Any]) -> set[type[Any]]:
    owners = {
        owner
        for owner in galleries.owner_models()
        if any(each.image_model is model for each in gallery_fields(owner))
    }
    return owners | {_named_model(each) for each in uses.relations(model)}


def _named_model(relation: Any) -> type[Any]:
    """Return the model that people know, of a row that names an image."""
    model: type[Any] = relation.related_model
    if history.is_history(model):
        return getattr(model, "instance_type", None) or _named_history(model)
    other = uses.other_side(model)
    return model if other is None else other.related_model


def _named_history(model: type[Any]) -> type[Any]:
    # simple-history's rows of a many-to-many belong to a row of the main history.
    return model._meta.get_field("history").related_model.instance_type  # type: ignore[no-any-return]


def _galleries(image: Any, *, eyes: Eyes, ended: bool) -> tuple[list[Place], bool]:
    """Return the galleries that name an image, or did within what is kept; and whether there are more."""
    rows = reference_model(type(image)._meta.concrete_model)._base_manager.using(image._state.db)
    rows = rows.filter(image=image.pk, until__isnull=not ended)
    order = ("-until", "-pk") if ended else ("-since", "-pk")
    references: list[Any] = list(rows.order_by(*order)[: LONGEST_LIST + 1])
    places: dict[Any, Place] = {}
    listed = references[:LONGEST_LIST]
    for owner_type in dict.fromkeys(each.content_type_id for each in listed):
        mine = [each for each in listed if each.content_type_id == owner_type]
        places |= _of_type(owner_type, mine, eyes=eyes, using=image._state.db)
    return [places[each.pk] for each in listed], len(references) > LONGEST_LIST


def _of_type(owner_type: int, references: list[Any], *, eyes: Eyes, using: str) -> dict[Any, Place]:
    found = ContentType.objects.db_manager(using).get_for_id(owner_type)
    model = found.model_class()
    if model is None:
        return {
            each.pk: Place(f"{found.name} {each.object_id}", since=each.since, until=each.until)
            for each in references
        }
    keys = {each.object_id: model._meta.pk.to_python(each.object_id) for each in references}
    rows = model._base_manager.using(using).in_bulk(list(keys.values()))
    names = names_of(model, set(keys.values()), using=using)
    places = {}
    for each in references:
        key = keys[each.object_id]
        row, seen = rows.get(key), eyes.allows(model, rows.get(key))
        places[each.pk] = Place(
            names.place(each.field, key) if seen else f"{model._meta.verbose_name} {key}",
            url=eyes.url(model, "change", key) if seen and row is not None else "",
            history_url=eyes.url(model, "history", key) if seen and row is not None else "",
            since=each.since,
            until=each.until,
        )
    return places


def _others(image: Any, *, eyes: Eyes, now: datetime) -> Iterator[Place]:
    """Yield the other rows that name an image: foreign keys of every kind."""
    settings, _notes = changes.in_effect(conf.current(), now=now)
    since = cutoff(settings.retention, now=now)
    for relation in uses.relations(type(image)._meta.concrete_model):
        _attname, keys = uses.targets(relation, [image])
        rows = uses.rows_naming(relation, keys, since=since, using=image._state.db)
        for row in rows.order_by("-pk")[:LONGEST_OF_RELATION]:
            yield _row(relation, row, eyes=eyes)


def _row(relation: Any, row: Any, *, eyes: Eyes) -> Place:
    model = _named_model(relation)
    other = uses.other_side(type(row))
    page, subject = "change", row
    if history.is_history(type(row)):
        page, subject = "history", None
        main = row if hasattr(row, "history_date") else row.history
        key = getattr(main, model._meta.pk.attname)
    elif other is not None:
        subject, key = None, getattr(row, other.attname)
    else:
        key = row.pk
    seen = eyes.allows(model, subject)
    title = titled(row) if seen and subject is not None else str(key)
    return Place(uses.sentence(relation, title), url=eyes.url(model, page, key) if seen else "")
