"""The dry run: the same decisions as the real one, with nothing written and nothing announced."""

from __future__ import annotations

from typing import Any

from gallery_events.domain.retention import Step
from gallery_events.flows.steps import expire, files, review
from gallery_events.flows.steps.live import Live
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.models import Tombstone


def predict(run: Run, *, live: Live, gone: dict[type[Any], set[Any]]) -> None:
    """Report what a run at this moment would do, as long as nothing else writes."""
    for model, using in run.image_models():
        _predict_reviews(run, model, using, live=live, gone=gone.get(model, set()))
    _predict_files(run)


def expired(run: Run) -> dict[type[Any], set[Any]]:
    """Return the images whose last references would expire, by model."""
    return {model: expire.predict(run, model, using) for model, using in run.image_models()}


def _predict_reviews(run: Run, model: type[Any], using: str, *, live: Live, gone: set[Any]) -> None:
    woken: set[Any] = set()
    order = _order(run, model, using, gone)
    size = batch_size(using)
    while room := run.room(size):
        batch, order = order[:room], order[room:]
        if not batch:
            return
        run.reviewed += len(batch)
        keys = [pk for _, pk in batch if pk not in woken]
        rows = model._base_manager.using(using).in_bulk(keys)
        images = [rows[key] for key in keys if key in rows]
        judged = list(review.judge(run, images, using=using, live=live, gone=gone))
        review.count(run, judged)
        review.note(run, judged)
        purged = [image for image, verdict in judged if verdict.step is Step.PURGE]
        # A purged derivative puts its original off to the next run.
        woken.update(image.original_id for image in purged)
        _count_files_at_once(run, purged)
    run.report.left |= bool(order)


def _order(run: Run, model: type[Any], using: str, gone: set[Any]) -> list[tuple[Any, Any]]:
    """Return what would be due, in the order in which the real run takes it."""
    due = list(review.due(run, model, using).values_list("review_after", "pk"))
    known = {pk for _, pk in due}
    later = model._base_manager.using(using).filter(pk__in=gone - known)
    return sorted([*due, *((run.now, pk) for pk in later.values_list("pk", flat=True))])


def _predict_files(run: Run) -> None:
    for tombstone in files.due(run, alias(Tombstone)).iterator():
        run.report.files_removed += len(tombstone.files)
        run.report.bytes_removed += tombstone.size


def _count_files_at_once(run: Run, purged: list[Any]) -> None:
    """Without a delay, files go in the same run."""
    if not run.settings.FILE_DELAY_HOURS:
        run.report.files_removed += sum(len(image.file_names()) for image in purged)
        run.report.bytes_removed += sum(image.size for image in purged)
