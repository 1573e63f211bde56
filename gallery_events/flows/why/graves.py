"""What is said of an image that was purged: when, by which run, for which evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gallery_events import galleries
from gallery_events.domain.wording import day, number
from gallery_events.flows.steps.run import alias
from gallery_events.flows.why import sentences
from gallery_events.flows.why.last_places import LastPlace, last_places
from gallery_events.models import Tombstone


def lines(
    grave: Tombstone, *, now: datetime, last: Sequence[LastPlace] | None = None
) -> Iterator[str]:
    """
    Yield why an image went, where it was last, and what became of its files.

    *last* is where it was, for who has looked at that already.
    """
    now = timezone.localtime(now) if timezone.is_aware(now) else now
    evidence = grave.evidence
    run = f" by run {evidence['run']}" if evidence.get("run") else ""
    yield f"purged on {day(grave.purged_at, now=now)}{run}: {grave.reason}"
    if (since := trashed_at(grave)) is not None:
        yield f"in the trash since {day(since, now=now)}"
    if "retention_days" in evidence:
        yield _judged_by(evidence)
    places = last_places_of([grave]).get(grave.pk, []) if last is None else last
    yield from sentences.last(places, now=now)
    if (uploaded := _moment(grave.columns.get("uploaded_at"))) is not None:
        yield f"uploaded on {day(uploaded, now=now)}"
    yield files_line(grave, now=now)
    if can_come_back(grave):
        yield f"until then '{cure(grave)}' brings it back"


def trashed_at(grave: Tombstone) -> datetime | None:
    """Return since when the image was in the trash."""
    return _moment(grave.evidence.get("trashed_at"))


def can_come_back(grave: Tombstone) -> bool:
    """Tell whether nobody has tried to remove its files yet."""
    return grave.done_at is None and grave.attempts == 0


def cure(grave: Tombstone) -> str:
    """Return the command that brings an image back."""
    several = len(galleries.image_models()) > 1
    model = f" --model {grave.image_model}" if several else ""
    return f"manage.py gallery_trash rescue {grave.key}{model}"


def files_line(grave: Tombstone, *, now: datetime) -> str:
    """Say what became of the files."""
    if grave.done_at is not None:
        return f"its files were removed on {day(grave.done_at, now=now)}"
    error = f" ({grave.last_error})" if grave.last_error else ""
    if grave.is_dead:
        return f"its files could not be removed: {grave.last_error}; nobody tries any more"
    due = "by the next sweep" if grave.due <= now else f"from {day(grave.due, now=now)} on"
    if grave.attempts:
        return (
            f"its files are to be removed {due}, after {number(grave.attempts, 'attempt')}{error}; "
            "it cannot be had back, because nobody knows which of them are left"
        )
    return f"its files are to be removed {due}"


def last_places_of(graves: list[Tombstone]) -> dict[Any, list[LastPlace]]:
    """Return where purged images were last, by tombstone."""
    found: dict[Any, list[LastPlace]] = {}
    by_model: dict[str, list[Tombstone]] = {}
    for grave in graves:
        by_model.setdefault(grave.image_model, []).append(grave)
    for label, mine in by_model.items():
        try:
            model = apps.get_model(label)
            keys = {grave.pk: grave.image_pk for grave in mine}
        except (LookupError, ValueError, ValidationError):
            continue  # its app is gone, and its galleries with it
        places = last_places(model, set(keys.values()), using=alias(model))
        found |= {pk: places[key] for pk, key in keys.items() if key in places}
    return found


def _judged_by(evidence: dict[str, Any]) -> str:
    retention, trash = (
        "no end"
        if days is None
        else number(int(days), "day")
        if days == int(days)
        else f"{days} days"
        for days in (evidence.get("retention_days"), evidence.get("trash_days"))
    )
    sources = ", ".join(evidence.get("sources") or ())
    asked = f"; asked: {sources}" if sources else ""
    return f"judged by a retention of {retention} and a trash of {trash}{asked}"


def _moment(text: Any) -> datetime | None:
    return parse_datetime(text) if isinstance(text, str) else None
