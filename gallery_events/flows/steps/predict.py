"""The dry run: the same decisions as the real one, with nothing written and nothing announced."""

from __future__ import annotations

from typing import Any

from gallery_events.domain.retention import Step
from gallery_events.flows.steps import abandoned, expire, files, review
from gallery_events.flows.steps.explained import explained
from gallery_events.flows.steps.forecast import forecast
from gallery_events.flows.steps.live import Live
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.models import Tombstone

Due = list[tuple[Any, Any]]


def predict(run: Run, *, live: Live, expired: dict[type[Any], set[Any]]) -> None:
    """Report what a run at this moment would do, as long as nothing else writes."""
    for model, using in run.image_models():
        _predict_reviews(run, model, using, live=live, expired=expired.get(model, set()))
    if not run.report.breaker:
        _predict_files(run)
    abandoned.predict(run)
    report = run.report
    report.outcomes = list(explained(run, live=live))
    report.forecast = forecast(run)


def expired(run: Run) -> dict[type[Any], set[Any]]:
    """Return the images whose last references would expire, by model."""
    return {model: expire.predict(run, model, using) for model, using in run.image_models()}


def _predict_reviews(
    run: Run, model: type[Any], using: str, *, live: Live, expired: set[Any]
) -> None:
    order = _order(run, model, using, expired)
    if order:
        run.report.oldest_due = min(run.report.oldest_due or order[0][0], order[0][0])
    while order and (room := run.room(batch_size(using))):
        batch, order = order[:room], order[room:]
        run.reviewed += len(batch)
        rows = model._base_manager.using(using).in_bulk([pk for _, pk in batch])
        images = [rows[pk] for _, pk in batch if pk in rows]
        judged = review.judge(run, images, using=using, live=live, expired=expired)
        review.report(run, judged)
        purged = [image for image, verdict in judged if verdict.step is Step.PURGE]
        _count_files_at_once(run, purged)
        # A purged derivative puts its original off to the next run.
        woken = {image.original_id for image in purged} - {None}
        if woken:
            order = [each for each in order if each[1] not in woken]
    run.report.left |= bool(order)


def _order(run: Run, model: type[Any], using: str, expired: set[Any]) -> Due:
    """Return what would be due, in the order in which the real run takes it."""
    due: Due = list(review.due(run, model, using).values_list("review_after", "pk"))
    later = sorted(expired - {pk for _, pk in due})
    for start in range(0, len(later), batch_size(using)):
        rows = model._base_manager.using(using).filter(
            pk__in=later[start : start + batch_size(using)]
        )
        due += [(run.now, pk) for pk in rows.values_list("pk", flat=True)]
    return sorted(due)


def _predict_files(run: Run) -> None:
    using = alias(Tombstone)
    for tombstone in files.due(run, using).iterator():
        run.report.files_removed += len(tombstone.files)
        run.report.bytes_removed += tombstone.total_size
    files.report_stuck(run, using)


def _count_files_at_once(run: Run, purged: list[Any]) -> None:
    """Without a delay, files go in the same run."""
    for image in purged if not run.settings.retention.file_delay else ():
        run.report.files_removed += len(image.file_names())
        run.report.bytes_removed += image.total_size()
