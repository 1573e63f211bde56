"""Step 4: uploads in parts that nobody went on with, and what is left of those that are done."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Q, QuerySet

from gallery_events import sql
from gallery_events.domain.attempts import Health
from gallery_events.flows.steps import removal
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.models import PartialUpload

logger = logging.getLogger("gallery_events.sweep")


def remove_abandoned(run: Run) -> None:
    """
    Remove what has expired, files first: until they are gone, their row names them.

    Who dies in between, or fails, leaves it to the next run. Two runs may do
    the same: to act twice is harmless, and only who deletes the row counts it.
    """
    using, health, after = alias(PartialUpload), Health(), 0
    while uploads := _ended(run, using, after=after):
        after = uploads[-1].pk
        for upload in uploads:
            if run.out_of_time:
                run.report.left = True
                return
            if upload.storage not in health.down:
                _remove(run, upload, health=health)
    if health.down:
        run.report.left = True


def predict(run: Run) -> None:
    """Count what a run would remove."""
    for upload in due(run, alias(PartialUpload)).iterator():
        _count(run, upload)


def due(run: Run, using: str) -> QuerySet[PartialUpload]:
    """
    Return the uploads that have expired, and that nobody is writing to.

    Whether somebody is, is a matter of real time, whatever moment the run judges by.
    """
    idle = Q(busy_until__isnull=True) | Q(busy_until__lte=run.clock())
    rows = PartialUpload.objects.using(using)
    return rows.filter(idle, expires_at__lte=run.now, storage__in=list(django_settings.STORAGES))


def _ended(run: Run, using: str, *, after: int) -> list[PartialUpload]:
    """
    End some of them, in a short transaction, so that no part comes in any more.

    A row that somebody holds is skipped: a part has just come in, and it waits
    anew. What was read before the locks were had is not believed.
    """
    with transaction.atomic(using=using):
        sql.begin_writing(PartialUpload, using)
        rows = due(run, using).filter(pk__gt=after).order_by("pk")
        uploads = list(rows.select_for_update(skip_locked=True)[: batch_size(using)])
        open_ = [each.pk for each in uploads if each.ended_at is None]
        PartialUpload.objects.using(using).filter(pk__in=open_).update(ended_at=run.now)
    return uploads


def _remove(run: Run, upload: PartialUpload, *, health: Health) -> None:
    try:
        removal.remove_parts(upload, upload.names())
        gone, _ = PartialUpload.objects.using(alias(PartialUpload)).filter(pk=upload.pk).delete()
    except Exception as error:  # noqa: BLE001 - one upload must not stop the others
        run.report.failed += 1
        run.report.complain(f"upload {upload}: {error!r}")
        logger.error("The upload %s could not be removed: %r", upload, error)  # noqa: TRY400
        health.failed(upload.storage)
        return
    health.worked(upload.storage)
    if gone:
        _count(run, upload)


def _count(run: Run, upload: Any) -> None:
    run.report.uploads_removed += 1
    run.report.upload_bytes_removed += sum(size for _name, size in upload.chunks)
