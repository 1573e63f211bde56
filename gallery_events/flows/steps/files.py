"""Step 3: the files of purged images, removed last and outside of any transaction."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings as django_settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.db.models import Count, Q, QuerySet

from gallery_events.domain.attempts import DOWN_AFTER, Health, next_attempt
from gallery_events.domain.renditions import unwritten
from gallery_events.flows.steps import claims, removal
from gallery_events.flows.steps.run import Run, alias
from gallery_events.models import Tombstone
from gallery_events.signals import files_removed

logger = logging.getLogger("gallery_events.sweep")

Removed = list[tuple[Tombstone, list[str]]]


@dataclass(slots=True)
class Step:
    """What this step of one run knows."""

    run: Run
    health: Health = field(default_factory=Health)


def remove_files(run: Run) -> None:
    """
    Remove what is due; whoever fails is tried again later, the others go on.

    The files in a storage that is down wait for the next run, and no attempt
    is counted for them.
    """
    step, using = Step(run), alias(Tombstone)
    while (waiting := due(run, using).exclude(storage__in=step.health.down)).exists():
        if run.out_of_time:
            run.report.left = True
            break
        until = run.clock() + claims.CLAIMED_FOR
        claimed = claims.claim(waiting, until=until)
        if not claimed:
            break
        _work_through(step, claimed, until=until)
    report_stuck(run, using)


def due(run: Run, using: str) -> QuerySet[Tombstone]:
    """Return the tombstones whose files are to be removed now, and that nobody has claimed."""
    return Tombstone.objects.using(using).filter(
        claims.unclaimed(run.clock()),
        done_at__isnull=True,
        due__lte=run.now,
        attempts__lt=Tombstone.MAX_ATTEMPTS,
        storage__in=list(django_settings.STORAGES),
    )


def retry_dead(*, now: datetime, storage: str | None = None) -> int:
    """
    Let the next runs try dead letters again, nine times each; return how many these are.

    *storage* takes only those of one. They stay out of reach of a rescue, as
    whatever anybody has tried to remove: the files may be gone.
    """
    dead = claims.tombstones().filter(
        claims.unclaimed(now), done_at__isnull=True, attempts__gte=Tombstone.MAX_ATTEMPTS
    )
    if storage is not None:
        dead = dead.filter(storage=storage)
    return dead.update(attempts=1, due=now, **claims.UNCLAIMED)


def _work_through(step: Step, claimed: Sequence[Tombstone], *, until: datetime) -> None:
    """Remove what was claimed, and give back what there is no more time or no storage for."""
    living = removal.living(claimed)
    removed: Removed = []
    untouched: list[Tombstone] = []
    for at, tombstone in enumerate(claimed):
        if at and (step.run.out_of_time or step.run.clock() >= until):
            untouched += claimed[at:]
            break
        if tombstone.storage in step.health.down:
            untouched.append(tombstone)
            continue
        missing = _remove(step, tombstone, living=living)
        if missing is not None:
            removed.append((tombstone, missing))
    claims.give_back(untouched)
    _finish(step, removed)


def _remove(step: Step, tombstone: Tombstone, *, living: set[tuple[str, str]]) -> list[str] | None:
    """Remove the files of one image; return those that were gone before, None when it failed."""
    try:
        storage = storages[tombstone.storage]
        removal.refuse_outside(storage, tombstone.files)
        removal.refuse_living(tombstone, living)
        # Later attempts may find gone what an earlier one removed.
        missing = removal.remove(storage, tombstone.files, asking=tombstone.attempts == 1)
    except SuspiciousFileOperation as error:
        _retry_later(step, tombstone, error)
    except Exception as error:  # noqa: BLE001 - one storage error must not stop the others
        _retry_later(step, tombstone, error)
        if step.health.failed(tombstone.storage):
            _say_it_is_down(step, tombstone.storage, error=error)
    else:
        step.health.worked(tombstone.storage)
        return missing
    return None


def _finish(step: Step, removed: Removed) -> None:
    """Write, count and announce what is removed; what others have claimed since is theirs."""
    held = claims.finish([each for each, _ in removed], now=step.run.now)
    for tombstone, missing in removed:
        if tombstone.pk in held:
            step.run.report.files_removed += len(tombstone.files) - len(missing)
            never = unwritten(tombstone.columns.get("renditions") or {})
            step.run.report.files_missing += len(set(missing) - never)
            step.run.report.bytes_removed += tombstone.total_size - _size(tombstone, missing)
            _announce(tombstone)


def _size(tombstone: Tombstone, names: Sequence[str]) -> int:
    """Return the bytes that some of its files had."""
    renditions = (tombstone.columns.get("renditions") or {}).values()
    sizes = {each["name"]: int(each.get("size", 0)) for each in renditions}
    sizes[str(tombstone.columns.get("file"))] = tombstone.size
    return sum(sizes.get(name, 0) for name in names)


def _announce(tombstone: Tombstone) -> None:
    told = files_removed.send_robust(sender=Tombstone, tombstone=tombstone, names=tombstone.files)
    for receiver, answer in told:
        if isinstance(answer, Exception):
            logger.error("A receiver of files_removed failed: %r.", receiver, exc_info=answer)


def _retry_later(step: Step, tombstone: Tombstone, error: Exception) -> None:
    jitter = random.random()  # noqa: S311 - no secret
    moment = next_attempt(step.run.now, tombstone.attempts, jitter=jitter)
    if not claims.put_off(tombstone, error, due=moment):
        logger.info("The files of %s are somebody else's by now: %r", tombstone, error)
        return
    step.run.report.failed += 1
    step.run.report.complain(f"files of {tombstone}: {error!r}")
    logger.error(
        "The files of %s could not be removed (attempt %d of %d): %r",
        tombstone,
        tombstone.attempts,
        Tombstone.MAX_ATTEMPTS,
        error,
    )


def _say_it_is_down(step: Step, storage: str, *, error: Exception) -> None:
    message = (
        f"the storage {storage!r} failed {DOWN_AFTER} times in a row, at last with {error!r}, so "
        "it is taken to be down: the other files in it wait for the next run. Look at its server, "
        "its credentials and its room."
    )
    step.run.report.left = True
    step.run.report.complain(message)
    logger.error("Files wait: %s", message)


def report_stuck(run: Run, using: str) -> None:
    """Say, in each run, which files nobody can remove or tries to remove any more."""
    waiting = Tombstone.objects.using(using).filter(done_at__isnull=True)
    gone = Q(due__lte=run.now) & ~Q(storage__in=list(django_settings.STORAGES))
    dead = Q(attempts__gte=Tombstone.MAX_ATTEMPTS) & claims.unclaimed(run.clock())
    found = waiting.filter(gone | dead).order_by().values("storage")
    for each in found.annotate(dead=Count("pk", filter=dead), gone=Count("pk", filter=gone)):
        if each["gone"]:
            run.report.failed += 1
            run.report.complain(
                f"files wait in the storage {each['storage']!r}, which STORAGES does not have: "
                "put it back"
            )
        if each["dead"]:
            run.report.failed += each["dead"]
            message = (
                f"the files of {each['dead']} purged images in the storage {each['storage']!r} "
                f"could not be removed in {Tombstone.MAX_ATTEMPTS} attempts, and nobody tries any "
                "more: their tombstones say why (last_error); mend it, then "
                "'manage.py gallery_trash retry'."
            )
            run.report.complain(message)
            logger.error("Dead letters: %s", message)
