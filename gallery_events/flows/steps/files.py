"""Step 3: the files of purged images, removed last and outside of any transaction."""

from __future__ import annotations

import logging
import posixpath
import random
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from gallery_events import galleries, sql
from gallery_events.flows.steps.run import Run, alias
from gallery_events.models import Tombstone
from gallery_events.signals import files_removed

logger = logging.getLogger("gallery_events.sweep")

CLAIMED_FOR = timedelta(minutes=10)
CLAIMED_AT_ONCE = 50


def remove_files(run: Run) -> None:
    """Remove what is due; whoever fails is tried again later, the others go on."""
    using = alias(Tombstone)
    while due(run, using).exists():
        if run.out_of_time:
            run.report.left = True
            break
        claimed = _claim(run, using)
        if not claimed:
            break
        for tombstone in claimed:
            _remove(run, tombstone, using)
    report_stuck(run, using)


def due(run: Run, using: str) -> QuerySet[Tombstone]:
    """Return the tombstones whose files are to be removed now, and that nobody has claimed."""
    return Tombstone.objects.using(using).filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=run.clock()),
        done_at__isnull=True,
        due__lte=run.now,
        attempts__lt=Tombstone.MAX_ATTEMPTS,
        storage__in=list(django_settings.STORAGES),
    )


def _claim(run: Run, using: str) -> list[Tombstone]:
    """
    Take some tombstones for this process, in a short transaction.

    From here on a file may be gone, whatever the storage answers: the image
    cannot be had back. Who dies loses the claim after ten minutes, and acting
    twice is harmless because names are never used again.
    """
    token = secrets.token_hex(16)
    with transaction.atomic(using=using):
        sql.begin_writing(Tombstone, using)
        rows = due(run, using).order_by("due", "pk").select_for_update(skip_locked=True)
        keys = list(rows.values_list("pk", flat=True)[:CLAIMED_AT_ONCE])
        Tombstone.objects.using(using).filter(pk__in=keys).update(
            attempts=F("attempts") + 1,
            claimed_by=token,
            claimed_until=run.clock() + CLAIMED_FOR,
        )
    mine = Tombstone.objects.using(using).filter(pk__in=keys, claimed_by=token)
    return list(mine.order_by("due", "pk"))


def _remove(run: Run, tombstone: Tombstone, using: str) -> None:
    mine = Tombstone.objects.using(using).filter(
        pk=tombstone.pk, claimed_by=tombstone.claimed_by, done_at__isnull=True
    )
    try:
        storage = storages[tombstone.storage]
        _refuse_outside(storage, tombstone.files)
        _refuse_living(tombstone)
        for name in tombstone.files:
            delete_file(storage, name)
        _remove_folder(storage, tombstone.files)
    except Exception as error:  # noqa: BLE001 - one storage error must not stop the others
        _retry_later(run, tombstone, mine, error)
        return
    if mine.update(done_at=run.now, last_error="", claimed_by="", claimed_until=None):
        run.report.files_removed += len(tombstone.files)
        run.report.bytes_removed += tombstone.total_size
        _announce(tombstone)


def _announce(tombstone: Tombstone) -> None:
    told = files_removed.send_robust(sender=Tombstone, tombstone=tombstone, names=tombstone.files)
    for receiver, answer in told:
        if isinstance(answer, Exception):
            logger.error("A receiver of files_removed failed: %r.", receiver, exc_info=answer)


def _refuse_outside(storage: Storage, names: Iterable[str]) -> None:
    """Raise for what is not the name of a file inside the storage, a link out of it included."""
    for name in names:
        parts = name.split("/")
        inside = all(parts) and not posixpath.isabs(name) and "\\" not in name
        if inside and not {".", ".."} & set(parts) and _is_below(storage, name):
            continue
        message = f"{name!r} is not the name of a file inside the storage."
        raise SuspiciousFileOperation(message)


def _is_below(storage: Storage, name: str) -> bool:
    if not isinstance(storage, FileSystemStorage):
        return True
    return (
        Path(storage.path(name)).parent.resolve().is_relative_to(Path(storage.location).resolve())
    )


def _refuse_living(tombstone: Tombstone) -> None:
    """Raise when a row of any image model has one of the files: a person must look at it."""
    for model in galleries.image_models():
        rows: Any = model._base_manager.using(alias(model)).filter(storage=tombstone.storage)
        living = rows.filter(file__in=tombstone.files).values_list("file", flat=True).first()
        if living is not None:
            message = f"{living!r} belongs to an image that exists: its file was not removed."
            raise SuspiciousFileOperation(message)


def delete_file(storage: Storage, name: str) -> None:
    """Delete one file; one that is gone already is as good."""
    try:
        storage.delete(name)
    except FileNotFoundError:
        logger.info("The file %s was gone already.", name)


def _remove_folder(storage: Storage, names: list[str]) -> None:
    """Remove the folder an image had to itself, on storages that have folders, when empty."""
    folder = posixpath.dirname(names[0]) if names else ""
    if folder and isinstance(storage, FileSystemStorage):
        try:
            storage.delete(folder)
        except OSError:
            logger.info("The folder %s is not empty and stays.", folder)


def _retry_later(
    run: Run, tombstone: Tombstone, mine: QuerySet[Tombstone], error: Exception
) -> None:
    mine.update(
        last_error=f"{type(error).__name__}: {error}",
        due=next_attempt(run.now, tombstone.attempts),
        claimed_by="",
        claimed_until=None,
    )
    run.report.failed += 1
    run.report.complain(f"files of {tombstone}: {error!r}")
    logger.error(
        "The files of %s could not be removed (attempt %d of %d): %r",
        tombstone,
        tombstone.attempts,
        Tombstone.MAX_ATTEMPTS,
        error,
    )


def next_attempt(now: datetime, attempts: int) -> datetime:
    """Return when to try again: twice as late each time, and not all at the same moment."""
    minutes: float = 2**attempts
    return now + timedelta(minutes=minutes * random.uniform(1.0, 1.5))  # noqa: S311 - no secret


def report_stuck(run: Run, using: str) -> None:
    """Say, in each run, which files nobody can remove or tries to remove any more."""
    waiting = Tombstone.objects.using(using).filter(done_at__isnull=True)
    gone = Q(due__lte=run.now) & ~Q(storage__in=list(django_settings.STORAGES))
    dead = Q(attempts__gte=Tombstone.MAX_ATTEMPTS)
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
            run.report.complain(
                f"the files of {each['dead']} purged images in the storage {each['storage']!r} "
                f"could not be removed in {Tombstone.MAX_ATTEMPTS} attempts, and nobody tries any "
                "more: their tombstones say why (last_error); mend it and set attempts to 0."
            )
            logger.error("Dead letters: %s", run.report.errors[-1])
