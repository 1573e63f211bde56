"""Step 2: every image that is due is looked at: cleared, kept, trashed or purged."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings as django_settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from gallery_events import sql, uses
from gallery_events.domain.report import Outcome
from gallery_events.domain.retention import Facts, Step, Verdict, keep, review
from gallery_events.flows.steps import purge
from gallery_events.flows.steps.live import SUSPECT, Live
from gallery_events.flows.steps.run import Run, batch_size
from gallery_events.references import reference_model
from gallery_events.signals import image_rescued, image_trashed

logger = logging.getLogger("gallery_events.sweep")

Judged = list[tuple[Any, Verdict]]

DRIFT = "drift: "
LATE = "the database refused the deletion, because a row that only it knows names the image"


def review_due(run: Run, model: type[Any], using: str, *, live: Live) -> None:
    """Review everything that is due, oldest first, one short transaction a batch."""
    after: tuple[Any, Any] | None = None
    up_to = run.looked_to.get(model)
    while size := run.room(batch_size(using)):
        if run.out_of_time:
            break
        keys = _due_keys(run, model, using, after=after, up_to=up_to, size=size)
        if not keys and up_to is None:
            return
        if not keys:
            # Others have swept meanwhile: nobody looked yet at what has come within the limit.
            break
        after = keys[-1]
        run.reviewed += len(keys)
        _review_keys(run, model, [pk for _, pk in keys], using=using, live=live)
    run.report.left |= bool(_due_keys(run, model, using, after=after, size=1))


def due(run: Run, model: type[Any], using: str) -> models.QuerySet[Any]:
    """Return the images that are due, oldest first."""
    rows = model._base_manager.using(using).filter(review_after__lte=run.now)
    return rows.order_by("review_after", "pk")  # type: ignore[no-any-return]


def has_suspects(run: Run, model: type[Any], using: str) -> bool:
    """Tell whether anything is due for which it matters what galleries really hold."""
    return due(run, model, using).order_by().filter(SUSPECT).exists()


def _due_keys(
    run: Run,
    model: type[Any],
    using: str,
    *,
    after: tuple[Any, Any] | None,
    up_to: tuple[Any, Any] | None = None,
    size: int,
) -> list[tuple[Any, Any]]:
    rows = due(run, model, using)
    if up_to is not None:
        moment, pk = up_to
        rows = rows.filter(Q(review_after__lt=moment) | Q(review_after=moment, pk__lte=pk))
    if after is not None:
        moment, pk = after
        rows = rows.filter(Q(review_after__gt=moment) | Q(review_after=moment, pk__gt=pk))
    return list(rows.values_list("review_after", "pk")[:size])


def _review_keys(
    run: Run, model: type[Any], keys: Sequence[Any], *, using: str, live: Live
) -> None:
    """Review a batch; when the database refuses it, or anything fails, one image at a time."""
    judged: Judged = []
    try:
        with transaction.atomic(using=using):
            sql.begin_writing(model, using)
            judged = judge(run, _locked(run, model, keys, using), using=using, live=live)
            _carry_out(run, model, judged, using=using)
    except Exception as error:  # noqa: BLE001 - one image must not stop the others
        if len(keys) == 1:
            _keep_after_error(run, model, keys[0], error, judged=judged, using=using)
            return
        for key in keys:
            _review_keys(run, model, [key], using=using, live=live)
    else:
        report(run, judged)


def _locked(run: Run, model: type[Any], keys: Sequence[Any], using: str) -> list[Any]:
    """
    Lock what is still due; a row that a save holds is skipped, and stays due.

    What the images are named by is then read by new statements, which see
    everything that was committed before the locks were had.
    """
    rows = due(run, model, using).filter(pk__in=sql.among(model._meta.pk, keys, using))
    return list(rows.select_for_update(skip_locked=True))


def judge(
    run: Run,
    images: Sequence[Any],
    *,
    using: str,
    live: Live,
    expired: Collection[Any] = frozenset(),
    gone: Collection[Any] = (),
) -> Judged:
    """
    Decide on images by everything that names them now.

    *expired* are images whose last reference a dry run takes to be gone,
    *gone* images of the same model that it takes to be purged.
    """
    if not images:
        return []
    model = type(images[0])
    rows = reference_model(model)._base_manager.using(using)
    keys = [image.pk for image in images]
    named = rows.filter(image_id__in=sql.among(model._meta.pk, keys, using))
    referenced = set(named.values_list("image_id", flat=True)).difference(expired)
    asked = [image for image in images if image.pk not in referenced]
    found = uses.find(asked, settings=run.settings, now=run.now, using=using, gone=gone)
    for image in asked:
        if place := live.get(model, {}).get(image.pk):
            drift = f"{DRIFT}in {place}, written past the signals"
            found.named.setdefault(image.pk, []).insert(0, drift)
        if image.storage not in django_settings.STORAGES:
            gone = f"its storage {image.storage!r} is none of STORAGES: put it back"
            found.unknown.setdefault(image.pk, gone)
    return [(image, _verdict(run, image, referenced, found)) for image in images]


def _verdict(run: Run, image: Any, referenced: set[Any], found: uses.Uses) -> Verdict:
    facts = Facts(
        referenced=image.pk in referenced,
        uses=tuple(found.named.get(image.pk, ())),
        unknown=found.unknown.get(image.pk, ""),
        pinned_until=image.pinned_until,
        trashed_at=image.trashed_at,
        reviews=image.reviews,
    )
    verdict = review(facts, run.settings.retention, now=run.now)
    if verdict.step is Step.PURGE and run.spared:
        return Verdict(Step.KEEP, run.spared, image.review_after, image.reviews)
    return verdict


def _carry_out(run: Run, model: type[Any], judged: Judged, *, using: str) -> None:
    manager = model._base_manager.using(using)
    _reschedule(run, manager, judged, using=using)
    _rescue(run, manager, judged)
    trashed = [(image, verdict) for image, verdict in judged if verdict.step is Step.TRASH]
    for image, verdict in trashed:
        image_trashed.send(
            sender=model,
            image=_as_written(image, verdict, run.now),
            reason=verdict.reason,
            run=run.report.run,
        )
    purge.purge(run, [each for each in judged if each[1].step is Step.PURGE], using=using)


def _as_written(image: Any, verdict: Verdict, trashed_at: Any) -> Any:
    """Return the image as its row is now, for those who are told of it."""
    image.trashed_at = trashed_at
    image.review_after, image.reviews = verdict.review_after, verdict.reviews
    return image


def _reschedule(run: Run, manager: Any, judged: Judged, *, using: str) -> None:
    """Write when each image is looked at next: one statement for each distinct moment."""
    groups: dict[tuple[Any, int, bool], list[Any]] = {}
    for image, verdict in judged:
        if verdict.step is not Step.PURGE:
            group = (verdict.review_after, verdict.reviews, verdict.step is Step.TRASH)
            groups.setdefault(group, []).append(image.pk)
    for (moment, reviews, trashed), keys in groups.items():
        rows = manager.filter(pk__in=sql.among(manager.model._meta.pk, keys, using))
        values = {"trashed_at": run.now} if trashed else {}
        rows.update(review_after=moment, reviews=reviews, **values)


def _rescue(run: Run, manager: Any, judged: Judged) -> None:
    rescued = [(image, verdict) for image, verdict in judged if verdict.rescues]
    if rescued:
        manager.filter(pk__in=[image.pk for image, _ in rescued]).update(trashed_at=None)
    for image, verdict in rescued:
        image_rescued.send(
            sender=type(image),
            image=_as_written(image, verdict, None),
            user=None,
            by=verdict.reason,
            run=run.report.run,
        )


def report(run: Run, judged: Judged) -> None:
    """Add what was decided to the report; what was written past the signals is drift."""
    for image, verdict in judged:
        run.report.add(outcome(image, verdict))
        if verdict.reason.startswith(DRIFT):
            run.report.drift.append(f"image {image.pk} {verdict.reason.removeprefix(DRIFT)}")
        if verdict.unsure:
            run.report.complain(verdict.reason)


def _keep_after_error(
    run: Run, model: type[Any], key: Any, error: Exception, *, judged: Judged, using: str
) -> None:
    """Put an image off that could not be reviewed, in a transaction of its own."""
    rows = model._base_manager.using(using).filter(pk=key)
    image = rows.first()
    if image is None:
        return
    late = isinstance(error, IntegrityError) and any(
        verdict.step is Step.PURGE for _, verdict in judged
    )
    reason = LATE if late else f"the review failed: {error!r}"
    verdict = keep(image.reviews, reason, now=run.now)
    rows.update(review_after=verdict.review_after, reviews=verdict.reviews)
    if late:
        logger.warning("Image %s was kept: %s (%s).", key, LATE, error)
    else:
        run.report.failed += 1
        run.report.complain(f"image {key}: {error!r}")
        logger.error("Image %s could not be reviewed.", key, exc_info=error)
    run.report.add(outcome(image, verdict), counted=late)


def outcome(image: Any, verdict: Verdict) -> Outcome:
    """Return the line of a report for one image."""
    return Outcome(
        image=type(image)._meta.label,
        key=image.pk,
        name=image.name or str(image.__dict__["file"]),
        step=verdict.step.value,
        reason=verdict.reason,
        size=image.total_size(),
        rescued=verdict.rescues,
    )
