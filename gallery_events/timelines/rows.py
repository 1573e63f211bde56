"""The rows of a timeline: each snapshot as who, when, why, pictures and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import models

from gallery_events.fields import gallery_fields
from gallery_events.timelines import changes
from gallery_events.timelines.changes import GalleryChange
from gallery_events.timelines.deltas import DELETED, deltas
from gallery_events.timelines.fields import FieldChange, Fields
from gallery_events.timelines.links import Links
from gallery_events.timelines.pictures import Pictures
from gallery_events.timelines.wording import WAS_DONE, event_words, source_words


@dataclass(frozen=True, slots=True)
class Row:
    """One snapshot on a page."""

    version: int
    at: datetime
    event: str
    words: str
    actor: str
    person: str
    source: str
    reason: str
    restored_from: int | None
    galleries: list[GalleryChange]
    fields: list[FieldChange]
    link: str
    record: Any


def rows(
    records: Sequence[Any],
    *,
    before: Any = None,
    history: models.QuerySet[Any],
    pictures: Pictures,
    links: Links | None = None,
) -> list[Row]:
    """
    Return *records*, snapshots of one owner in a row and newest first, as rows.

    *before* is the snapshot before the last of them, None where there is
    none; *history* are all snapshots of that owner. The gallery columns need
    not be loaded.
    """
    if not records:
        return []
    links = links or Links()
    galleries = gallery_fields(type(records[0]))
    parts = [
        [
            part
            for each in galleries
            if each.name in delta
            for part in changes.parts(each, delta[each.name])
        ]
        for delta in deltas(records, before=before, history=history)
    ]
    for each in parts:
        changes.note(each, pictures)
    pictures.read()
    fields = _fields(records, before, using=pictures.using)
    return [
        _row(
            record,
            changes.gallery_changes(parts[at], pictures, counted=WAS_DONE, galleries=galleries),
            fields[at],
            links,
        )
        for at, record in enumerate(records)
    ]


def _fields(records: Sequence[Any], before: Any, *, using: str) -> list[list[FieldChange]]:
    """Return how the other fields changed at each snapshot that has one before it."""
    fields = Fields(records[0].instance_type, using=using)
    pairs = list(pairwise([*records, before]))
    changed = [
        []
        if old is None or DELETED in (new.history_type, old.history_type)
        else fields.changed(old, new)
        for new, old in pairs
    ]
    fields.read(
        (record, found)
        for pair, found in zip(pairs, changed, strict=True)
        if found
        for record in pair
    )
    return [
        [fields.change(each, old, new) for each in found]
        for (new, old), found in zip(pairs, changed, strict=True)
    ]


def _row(
    record: Any, galleries: list[GalleryChange], fields: list[FieldChange], links: Links
) -> Row:
    return Row(
        version=record.gallery_version,
        at=record.history_date,
        event=record.gallery_event,
        words=event_words(record.gallery_event),
        actor=record.actor,
        person=links.person(record),
        source=source_words(record.source),
        reason=record.history_change_reason or "",
        restored_from=record.restored_from,
        galleries=galleries,
        fields=fields,
        link=links.version(record),
        record=record,
    )
