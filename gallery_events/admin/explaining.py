"""What names an image, now and before, with the ways there; and why it is still here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from gallery_events import conf, galleries, history, uses
from gallery_events.admin.eyes import Eyes
from gallery_events.admin.places import Place, in_galleries
from gallery_events.admin.states import day
from gallery_events.domain.retention import cutoff
from gallery_events.fields import gallery_fields
from gallery_events.flows import sweep
from gallery_events.flows.steps import changes
from gallery_events.flows.why.naming import titled

#: So many rows of each other relation are listed.
LONGEST_OF_RELATION = 5


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
    #: Until which day a pin keeps it, if one does.
    pinned: str = ""
    #: Whether nothing but histories keeps it, so that it goes by itself.
    only_history: bool = False

    @property
    def is_used(self) -> bool:
        """Whether something keeps it."""
        return self.state == "in use"

    @property
    def present(self) -> list[Place]:
        """What names it now: out of these somebody has to take it."""
        return [place for place in self.now if not place.is_past]

    @property
    def past(self) -> list[Place]:
        """What only a history still names: it ends by itself."""
        return [place for place in self.now if place.is_past] + self.before


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
    settings, _notes = changes.in_effect(conf.current(), now=now)
    policy = settings.retention
    current, found.more_now = in_galleries(image, eyes=eyes, policy=policy)
    found.now = current + list(_others(image, eyes=eyes, since=cutoff(policy, now=now)))
    found.before, found.more_before = in_galleries(image, eyes=eyes, policy=policy, ended_by=now)
    if image.pinned_until is not None and image.pinned_until > now:
        found.pinned = day(image.pinned_until)
    found.only_history = _only_history(image, found, settings=settings)
    return found


def _only_history(image: Any, found: Told, *, settings: conf.GallerySettings) -> bool:
    if found.pinned or not found.is_used or found.present or not found.past:
        return False
    asked = uses.Uses()
    uses.ask_sources([image], asked, settings=settings, using=image._state.db)
    return not (asked.named or asked.unknown)


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


def _others(image: Any, *, eyes: Eyes, since: datetime | None) -> Iterator[Place]:
    """Yield the other rows that name an image: foreign keys of every kind."""
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
    return Place(
        uses.sentence(relation, title),
        url=eyes.url(model, page, key) if seen else "",
        is_past=page == "history",
    )
