"""The galleries that name an image, now and before, with the ways there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from gallery_events.admin.eyes import Eyes
from gallery_events.admin.states import day
from gallery_events.domain.retention import RetentionPolicy, protects_latest
from gallery_events.flows.why.owner_names import names_of
from gallery_events.references import reference_model

#: So many places of each kind are listed.
LONGEST_LIST = 20


@dataclass(frozen=True, slots=True)
class Place:
    """
    One thing that names an image, or did; *until* is when it ceased.

    *is_past* tells that only a history names it, *kept* how long that keeps it.
    """

    text: str
    url: str = ""
    history_url: str = ""
    since: datetime | None = None
    until: datetime | None = None
    is_past: bool = False
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How long histories keep what galleries named once, as of a moment."""

    policy: RetentionPolicy
    now: datetime | None

    def words(self, reference: Any, *, last_version: int | None) -> str:
        """Say until when one does; *last_version* is the owner's newest, where it exists."""
        retention = self.policy.retention
        if retention is None:
            return _("kept for ever")
        if reference.held or (
            last_version is not None
            and protects_latest(
                reference.until_version, last_version=last_version, policy=self.policy
            )
        ):
            return _("kept as one of the last versions, whatever its age")
        end = reference.until + retention
        if self.now is not None and end <= self.now:
            return _("kept until the next sweep")
        return _("kept until %(day)s") % {"day": day(end)}


def in_galleries(
    image: Any, *, eyes: Eyes, policy: RetentionPolicy, ended_by: datetime | None = None
) -> tuple[list[Place], bool]:
    """
    Return the galleries that name an image, and whether there are more than those.

    With *ended_by* those that do not any more by that moment, but did within what is kept.
    """
    rows = reference_model(type(image)._meta.concrete_model)._base_manager.using(image._state.db)
    rows = rows.filter(image=image.pk, until__isnull=ended_by is None)
    order = ("-until", "-pk") if ended_by else ("-since", "-pk")
    references: list[Any] = list(rows.order_by(*order)[: LONGEST_LIST + 1])
    places: dict[Any, Place] = {}
    listed = references[:LONGEST_LIST]
    for owner_type in dict.fromkeys(each.content_type_id for each in listed):
        mine = [each for each in listed if each.content_type_id == owner_type]
        places |= _of_type(
            owner_type, mine, eyes=eyes, ending=Ending(policy, ended_by), using=image._state.db
        )
    return [places[each.pk] for each in listed], len(references) > LONGEST_LIST


def _of_type(
    owner_type: int, references: list[Any], *, eyes: Eyes, ending: Ending, using: str
) -> dict[Any, Place]:
    found = ContentType.objects.db_manager(using).get_for_id(owner_type)
    model = found.model_class()
    if model is None:
        return {
            each.pk: Place(f"{found.name} {each.object_id}", **_span(each, ending))
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
            **_span(each, ending, last_version=names.versions.get(key)),
        )
    return places


def _span(reference: Any, ending: Ending, *, last_version: int | None = None) -> dict[str, Any]:
    since, until = reference.since, reference.until
    if until is None:
        return {"since": since}
    kept = ending.words(reference, last_version=last_version)
    return {"since": since, "until": until, "is_past": True, "kept": kept}
