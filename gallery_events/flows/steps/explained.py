"""The outcomes of a dry run, each with what an explanation says of its image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.apps import apps

from gallery_events.domain.report import Outcome
from gallery_events.flows.steps.live import Live, look
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.flows.why.last_places import last_places
from gallery_events.flows.why.reasons import reasons


def explained(run: Run, *, live: Live) -> Iterator[Outcome]:
    """
    Yield what would happen to images, with the reasons in full.

    The history is searched once for each model, and the rest asked a batch at
    a time.
    """
    seen = live or (look() if run.report.outcomes else {})
    for label, outcomes in groupby(run.report.outcomes, key=lambda each: each.image):
        yield from _of_model(run, apps.get_model(label), list(outcomes), seen=seen)


def _of_model(
    run: Run, model: type[Any], outcomes: list[Outcome], *, seen: Live
) -> Iterator[Outcome]:
    using = alias(model)
    searched = [each.key for each in outcomes if each.step != "clear"]
    last = last_places(model, searched, using=using)
    for start in range(0, len(outcomes), batch_size(using)):
        batch = outcomes[start : start + batch_size(using)]
        rows = model._base_manager.using(using).in_bulk([each.key for each in batch])
        images = [rows[each.key] for each in batch if each.key in rows]
        told = reasons(
            images, settings=run.settings, now=run.now, using=using, seen=seen, last=last
        )
        for each in batch:
            why = told[each.key].lines if each.key in told else ()
            yield replace(each, why=why)
