"""Making an image of a file that is whole: its quota, its columns, its files and its row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import router, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from gallery_events.domain.ladder import FALLBACK
from gallery_events.exceptions import UploadRefused
from gallery_events.flows import renditions
from gallery_events.flows.renditions import entry
from gallery_events.flows.storing import all_or_nothing
from gallery_events.imaging.ingest import Ingested
from gallery_events.imaging.probe import Probe
from gallery_events.models import PartialUpload


def refuse_over_quota(
    model: Any,
    user: Any,
    *,
    size: int,
    quota: tuple[int, int] | None,
    origin: PartialUpload | None = None,
) -> None:
    """
    Refuse when the user's images that no gallery names would be too many or too large.

    What is being uploaded in parts counts as whole, all but *origin*: it is what becomes of it
    that is asked for.
    """
    if user is None or quota is None:
        return
    # Law 1: what no reference names has a review_after. It keeps the query off all the others.
    unclaimed = model._default_manager.filter(
        uploaded_by=user,
        trashed_at__isnull=True,
        review_after__isnull=False,
        references__isnull=True,
    ).aggregate(count=Count("pk"), size=Sum("size", default=0))
    under_way = (
        PartialUpload.objects.filter(
            user=user, image_model=model._meta.label, ended_at__isnull=True
        )
        .exclude(pk=0 if origin is None else origin.pk)
        .aggregate(count=Count("pk"), size=Sum("length", default=0))
    )
    there, taken = (unclaimed[name] + under_way[name] for name in ("count", "size"))
    count, total = quota
    if there + 1 > count or taken + size > total:
        message = (
            f"You have uploaded {there} images ({taken:,} bytes) that are "
            f"in no gallery; at most {count:,} ({total:,} bytes) are kept for you. Put them into "
            "galleries and save, or wait until they are cleared away."
        )
        raise UploadRefused(message, code="quota", limit=quota)


def columns(found: Probe, ingested: Ingested) -> dict[str, Any]:
    """Return what the row of an image says of its file."""
    return {
        "sha256": ingested.stored.sha256,
        "upload_sha256": ingested.upload_sha256,
        "size": ingested.stored.size,
        "width": ingested.width,
        "height": ingested.height,
        "content_type": ingested.format.content_type,
        "frames": found.frames,
        "treatment": ingested.treatment,
        "placeholder": ingested.placeholder,
    }


def moment(told: datetime | None) -> datetime | None:
    """
    Return when a picture was taken, as a column holds it.

    A camera that does not say where it was is taken to have been in the
    project's time zone: so pages show what its clock showed.
    """
    if told is None:
        return None
    here = timezone.get_default_timezone()
    if settings.USE_TZ:
        return timezone.make_aware(told, here) if timezone.is_naive(told) else told
    return timezone.make_naive(told, here) if timezone.is_aware(told) else told


def store(
    image: Any,
    found: Probe,
    ingested: Ingested,
    *,
    announce: Callable[[], object],
    prepare: Callable[[str], object] | None = None,
) -> None:
    """
    Write the files, then the row that makes them an image; or neither.

    *prepare* is called with the database, at the start of the transaction
    that writes the row: to lock what the row will name. *announce* is called
    at its end. What either raises undoes everything.
    """
    using = router.db_for_write(type(image), instance=image)
    with all_or_nothing(image, using) as files:
        original = File(ingested.stored.file)
        image.file = files.write(f"original.{ingested.format.extension}", original)
        first = ingested.thumbnail
        name = files.write(f"thumbnail.{first.extension}", ContentFile(first.data))
        image.renditions["thumbnail"] = entry(name, first)
        if ingested.fallback is not None:
            # No page is ever broken: what browsers do not show has it from the first moment on.
            rung = next(each for each in image.ladder() if each.key == FALLBACK)
            name = files.write(rung.name, ContentFile(ingested.fallback.data))
            image.renditions[FALLBACK] = entry(name, ingested.fallback)
        with transaction.atomic(using=using):
            if prepare is not None:
                prepare(using)
            image.save(force_insert=True, using=using)
            announce()
            renditions.make_on_commit(image, using=using)
            files.named = True
