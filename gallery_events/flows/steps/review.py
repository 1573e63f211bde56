"""Step 2: every image that is due is looked at: cleared, kept, trashed or purged."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, models, transaction
from django.db.models import Q

from gallery_events import sql, uses
from gallery_events.domain.report import Outcome
from gallery_events.domain.retention import Facts, Step, Verdict, put_off, review
from gallery_events.flows.steps import purge
from gallery_events.flows.steps.live import Live
from gallery_events.flows.steps.run import Run, batch_size
from gallery_events.references import reference_model
from gallery_events.signals import image_rescued, image_trashed

logger = logging.getLogger("gallery_events.sweep")

Judged = list[tuple[Any, Verdict]]

DRIFT = "drift: "
LATE = "named by a row that only the database knows; it refused the deletion"


def review_due(run: Run, model: type[Any], using: str, *, live: Live) -> None:
    """Review everything that is due, oldest first, one short transaction a batch."""
    after: tuple[Any, Any] | None = None
    while size := run.room(batch_size(using)):
        if run.out_of_time:
            break
        keys = _due_keys(run, model, using, after=after, size=size)
        if not keys:
            return
        after = keys[-1]
        run.reviewed += len(keys)
        _review_keys(run, model, [pk for _, pk in keys], using=using, live=live)
    run.report.left |= bool(_due_keys(run, model, using, after=after, size=1))


def due(run: Run, model: type[Any], using: str) -> models.QuerySet[Any]:
    """Return the images that are due, oldest first."""
    rows = model._base_manager.using(using).filter(review_after__lte=run.now)
    return rows.order_by("review_after", "pk")  # type: ignore[no-any-return]


def _due_keys(
    run: Run, model: type[Any], using: str, *, after: tuple[Any, Any] | None, size: int
) -> list[tuple[Any, Any]]:
    rows = due(run, model, using)
    if after is not None:
        moment, pk = after
        rows = rows.filter(Q(review_after__gt=moment) | Q(review_after=moment, pk__gt=pk))
    return list(rows.values_list("review_after", "pk")[:size])


def _review_keys(
    run: Run, model: type[Any], keys: Sequence[Any], *, using: str, live: Live
) -> None:
    """Review a batch; when the database refuses it, or anything fails, one image at a time."""
    before = run.report.counts()
    judged: Judged = []
    try:
        with transaction.atomic(using=using):
            sql.begin_writing(model, using)
            judged = _judge(run, _locked(run, model, keys, using), using=using, live=live)
            _carry_out(run, model, judged, using=using)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - one image must not stop the others
        _roll_back_counts(run, before)
        if len(keys) > 1:
            for key in keys:
                _review_keys(run, model, [key], using=using, live=live)
            return
        _keep_after_error(run, model, keys[0], error, using=using)
        return
    note(run, judged)


def note(run: Run, judged: Judged) -> None:
    """List images in the report; what was written past the signals is also named as drift."""
    for image, verdict in judged:
        run.report.note(outcome(image, verdict))
        if verdict.reason.startswith(DRIFT):
            run.report.drift.append(f"image {image.pk}: {verdict.reason}")


def _locked(run: Run, model: type[Any], keys: Sequence[Any], using: str) -> list[Any]:
    """
    Lock what is still due; a row that a save holds is skipped, and stays due.

    What the images are named by is then read by new statements, which see
    everything that was committed before the locks were had.
    """
    rows = due(run, model, using).filter(pk__in=list(keys))
    return list(rows.select_for_update(skip_locked=True, of=("self",)))


def _judge(run: Run, images: Sequence[Any], *, using: str, live: Live) -> Judged:
    return list(judge(run, images, using=using, live=live, gone=set()))


def judge(
    run: Run, images: Sequence[Any], *, using: str, live: Live, gone: set[Any]
) -> Iterator[tuple[Any, Verdict]]:
    """
    Decide on images by everything that names them now.

    *gone* are images whose last reference a dry run has taken to be expired.
    """
    if not images:
        return
    model = type(images[0])
    keys = [image.pk for image in images]
    rows = reference_model(model)._base_manager.using(using).filter(image_id__in=keys)
    referenced = set(rows.values_list("image_id", flat=True)) - gone
    asked = [image for image in images if image.pk not in referenced]
    found = uses.find(asked, settings=run.settings, now=run.now, using=using)
    for image in images:
        named = found.named.get(image.pk, [])
        if (place := live.get(model, {}).get(image.pk)) and image.pk not in referenced:
            named = [f"{DRIFT}in {place}, written past the signals", *named]
        facts = Facts(
            referenced=image.pk in referenced,
            uses=tuple(named),
            unknown=found.unknown.get(image.pk, ""),
            pinned_until=image.pinned_until,
            trashed_at=image.trashed_at,
            reviews=image.reviews,
        )
        verdict = review(facts, run.settings.retention, now=run.now)
        if verdict.step is Step.PURGE and not run.may_purge:
            verdict = Verdict(
                Step.KEEP, "the breaker is open", image.review_after, image.reviews
            )
        yield image, verdict


def _carry_out(run: Run, model: type[Any], judged: Judged, *, using: str) -> None:
    manager = model._base_manager.using(using)
    _reschedule(manager, judged)
    _rescue(manager, judged)
    trashed = [(image, verdict) for image, verdict in judged if verdict.step is Step.TRASH]
    manager.filter(pk__in=[image.pk for image, _ in trashed]).update(trashed_at=run.now)
    for image, verdict in trashed:
        image.trashed_at = run.now
        image_trashed.send(sender=model, image=image, reason=verdict.reason)
    purge.purge(run, [each for each in judged if each[1].step is Step.PURGE], using=using)
    count(run, judged)


def count(run: Run, judged: Judged) -> None:
    """Add verdicts to the report."""
    for image, verdict in judged:
        match verdict.step:
            case Step.CLEAR:
                run.report.cleared += 1
            case Step.KEEP:
                run.report.kept += 1
            case Step.TRASH:
                run.report.trashed += 1
            case Step.PURGE:
                run.report.purged += 1
        run.report.rescued += _is_rescued(image, verdict)


def _reschedule(manager: Any, judged: Judged) -> None:
    """Write when each image is looked at next: one statement for each distinct moment."""
    groups: dict[tuple[Any, int], list[Any]] = {}
    for image, verdict in judged:
        if verdict.step is not Step.PURGE:
            groups.setdefault((verdict.review_after, verdict.reviews), []).append(image.pk)
    for (moment, reviews), keys in groups.items():
        manager.filter(pk__in=keys).update(review_after=moment, reviews=reviews)


def _is_rescued(image: Any, verdict: Verdict) -> bool:
    """Tell whether a use was found for an image in the trash, which is then no orphan."""
    return image.trashed_at is not None and (
        verdict.step is Step.CLEAR or (verdict.step is Step.KEEP and verdict.in_use)
    )


def _rescue(manager: Any, judged: Judged) -> None:
    rescued = [(image, verdict) for image, verdict in judged if _is_rescued(image, verdict)]
    if not rescued:
        return
    manager.filter(pk__in=[image.pk for image, _ in rescued]).update(trashed_at=None)
    for image, verdict in rescued:
        image_rescued.send(sender=type(image), image=image, user=None, by=verdict.reason)


def _keep_after_error(
    run: Run, model: type[Any], key: Any, error: Exception, *, using: str
) -> None:
    """Put an image off that could not be reviewed, in a transaction of its own."""
    late = isinstance(error, IntegrityError)
    reason = LATE if late else f"the review failed: {error!r}"
    rows = model._base_manager.using(using).filter(pk=key)
    image = rows.first()
    if image is None:
        return
    reviews = image.reviews
    rows.update(review_after=run.now + put_off(reviews), reviews=min(reviews + 1, 30))
    if late:
        run.report.kept += 1
        logger.warning("Image %s was kept: %s.", key, LATE)
    else:
        run.report.failed += 1
        run.report.errors.append(f"image {key}: {error!r}")
        logger.error("Image %s could not be reviewed.", key, exc_info=error)
    run.report.note(outcome(image, Verdict(Step.KEEP, reason, None)))


def outcome(image: Any, verdict: Verdict) -> Outcome:
    """Return the line of a report for one image."""
    return Outcome(
        type(image)._meta.label,
        image.pk,
        image.name or image.file.name,
        verdict.step.value,
        verdict.reason,
        image.size,
    )


def _roll_back_counts(run: Run, before: dict[str, int]) -> None:
    for name, value in before.items():
        setattr(run.report, name, value)
