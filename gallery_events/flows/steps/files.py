"""Step 3: the files of purged images, removed last and outside of any transaction."""

from __future__ import annotations

import logging
import posixpath
import random
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import transaction
from django.db.models import F, Q, QuerySet

from gallery_events import sql
from gallery_events.flows.steps.run import Run, alias
from gallery_events.models import Tombstone
from gallery_events.signals import files_removed

logger = logging.getLogger("gallery_events.sweep")

CLAIMED_FOR = timedelta(minutes=10)
CLAIMED_AT_ONCE = 50


def remove_files(run: Run) -> None:
    """Remove what is due; whoever fails is tried again later, the others go on."""
    using = alias(Tombstone)
    while not run.out_of_time:
        claimed = _claim(run, using)
        if not claimed:
            break
        for tombstone in claimed:
            _remove(run, tombstone, using)
    else:
        run.report.left |= due(run, using).exists()
    _report_unreachable(run, using)


def due(run: Run, using: str) -> QuerySet[Tombstone]:
    """Return the tombstones whose files are to be removed now."""
    return Tombstone.objects.using(using).filter(
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
    clock = run.clock()
    token = secrets.token_hex(16)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=clock)
    with transaction.atomic(using=using):
        sql.begin_writing(Tombstone, using)
        rows = due(run, using).filter(free).order_by("due", "pk")
        keys = list(
            rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:CLAIMED_AT_ONCE]
        )
        Tombstone.objects.using(using).filter(pk__in=keys).update(
            attempts=F("attempts") + 1, claimed_by=token, claimed_until=clock + CLAIMED_FOR
        )
    mine = Tombstone.objects.using(using).filter(pk__in=keys, claimed_by=token)
    return list(mine.order_by("due", "pk"))


def _remove(run: Run, tombstone: Tombstone, using: str) -> None:
    mine = Tombstone.objects.using(using).filter(
        pk=tombstone.pk, claimed_by=tombstone.claimed_by, done_at__isnull=True
    )
    try:
        storage = storages[tombstone.storage]
        for name in tombstone.files:
            delete_file(storage, name, tombstone, using=using)
        _remove_folder(storage, tombstone.files)
    except Exception as error:  # noqa: BLE001 - one storage error must not stop the others
        _retry_later(run, tombstone, mine, error)
        return
    if mine.update(done_at=run.now, last_error="", claimed_by="", claimed_until=None):
        run.report.files_removed += len(tombstone.files)
        run.report.bytes_removed += tombstone.size
        files_removed.send_robust(sender=Tombstone, tombstone=tombstone, names=tombstone.files)


def delete_file(storage: Storage, name: str, tombstone: Tombstone, *, using: str) -> None:
    """
    Delete one file; one that is gone already is as good.

    Refuses a name that is not the name of a file inside the storage, and one
    that a row has: then something is wrong that a person must look at.
    """
    parts = name.split("/")
    if posixpath.isabs(name) or "\\" in name or not all(parts) or {".", ".."} & set(parts):
        message = f"{name!r} is not the name of a file inside the storage."
        raise SuspiciousFileOperation(message)
    images: Any = apps.get_model(tombstone.image_model)._base_manager.using(using)
    if images.filter(storage=tombstone.storage, file=name).exists():
        message = f"{name!r} belongs to an image that exists: its file was not removed."
        raise SuspiciousFileOperation(message)
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
    run.report.errors.append(f"files of {tombstone}: {error!r}")
    dead = tombstone.attempts >= Tombstone.MAX_ATTEMPTS
    logger.error(
        "The files of %s could not be removed (attempt %d of %d)%s: %r",
        tombstone,
        tombstone.attempts,
        Tombstone.MAX_ATTEMPTS,
        ", and nobody will try again; remove them by hand" if dead else "",
        error,
    )


def next_attempt(now: datetime, attempts: int) -> datetime:
    """Return when to try again: twice as late each time, and not all at the same moment."""
    minutes: float = 2**attempts
    return now + timedelta(minutes=minutes * random.uniform(1.0, 1.5))  # noqa: S311 - no secret


def _report_unreachable(run: Run, using: str) -> None:
    """Say when files wait in a storage that the settings no longer have."""
    waiting = (
        Tombstone.objects.using(using)
        .filter(done_at__isnull=True, due__lte=run.now)
        .exclude(storage__in=list(django_settings.STORAGES))
    )
    for name in waiting.order_by().values_list("storage", flat=True).distinct():
        run.report.failed += 1
        run.report.errors.append(
            f"files wait in the storage {name!r}, which STORAGES does not have: put it back"
        )
