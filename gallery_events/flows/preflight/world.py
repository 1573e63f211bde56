"""What is installed, and what was at the last run: galleries, sources, image models, references."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from gallery_events import galleries
from gallery_events.conf import GallerySettings
from gallery_events.fields import gallery_fields
from gallery_events.flows.preflight.past import Past, expired_ever
from gallery_events.flows.steps.run import alias
from gallery_events.models import SweepRun
from gallery_events.references import reference_model

World = dict[str, list[str]]
References = dict[str, dict[str, int]]

ACCEPTED = "accepted by hand"


def current(settings: GallerySettings) -> World:
    """Return what can name images now, by name."""
    return {
        "galleries": sorted(
            f"{model._meta.label}.{field.name}"
            for model in galleries.owner_models()
            for field in gallery_fields(model)
        ),
        "sources": sorted(name for name, _ in settings.sources()),
        "images": sorted(model._meta.label for model in galleries.image_models()),
    }


def is_new(settings: GallerySettings, past: Past) -> str:
    """Return why a run should first only report: nobody has seen yet what it would do."""
    known = past.world
    if not known:
        return "this is the first run after installing"
    found = current(settings)
    added = [each for kind in found for each in found[kind] if each not in known.get(kind, ())]
    return f"{', '.join(added)} is new since the last run" if added else ""


def is_due(now: datetime) -> bool:
    """Tell whether any image is to be looked at."""
    return any(
        model._base_manager.using(using).filter(review_after__lte=now).exists()
        for model, using in _image_models()
    )


def count_references() -> References:
    """
    Return, by their model, how many references there are, and were ever deleted by sweeps.

    The latter is read first: what a sweep deletes in between then only makes
    less be expected.
    """
    expired = expired_ever()
    return {
        label: {"counted": counted, "expired": expired[label]}
        for label, counted in _count().items()
    }


def missing_references(then: References) -> Iterator[tuple[str, int, int]]:
    """
    Yield each model of references of which less than half is left, with both numbers.

    Sweeps that ran since, or run beside this one, have deleted some: they told.
    """
    there, expired = _count(), expired_ever()
    for label, before in then.items():
        expected = before["counted"] - (expired[label] - before["expired"])
        # A model that is gone altogether is told of by itself.
        if label in there and there[label] * 2 < expected:
            yield label, there[label], expected


def _count() -> dict[str, int]:
    found = {}
    for model, using in _image_models():
        rows: Any = reference_model(model)
        found[rows._meta.label] = rows._base_manager.using(using).count()
    return found


def accept(settings: GallerySettings, *, now: datetime, configured: dict[str, Any]) -> SweepRun:
    """Remember what is installed now as what is meant to be."""
    return SweepRun.objects.using(alias(SweepRun)).create(
        started_at=now,
        finished_at=now,
        judged_at=now,
        outcome=SweepRun.Outcome.REPORTED,
        report={"reported_only": ACCEPTED},
        world={
            **current(settings),
            "references": count_references(),
            "configured": configured,
        },
    )


def _image_models() -> Iterator[tuple[type[Any], str]]:
    for model in galleries.image_models():
        yield model, alias(model)
