"""Upload: a file comes in, and is an image when everything about it is right."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import router, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from gallery_events import arguments, conf
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import UploadRefused
from gallery_events.fields import GalleryField
from gallery_events.flows.storing import all_or_nothing
from gallery_events.imaging.content import taken
from gallery_events.imaging.ingest import Ingested, ingest
from gallery_events.imaging.names import cleaned
from gallery_events.imaging.probe import Limits, Probe, probe
from gallery_events.models import Image
from gallery_events.signals import image_uploaded

logger = logging.getLogger("gallery_events.upload")


def receive(file: Any, *, user: Any = None, field: Any = None, now: datetime | None = None) -> Any:
    """
    Make an image of *file*, with its first thumbnail, and return it.

    *field* is the gallery it is meant for and decides on the image model;
    nothing names the image yet, so its upload grace begins. *file* is read
    from its start and left open.

    Raises :exc:`~gallery_events.exceptions.UploadRefused`, whose code is
    ``not_a_file``, ``empty``, ``bytes``, ``format``, ``pixels``, ``frames``,
    ``broken`` or ``quota``. Whatever is raised, by a receiver of
    ``image_uploaded`` too, no row and no file is left behind; when the caller
    has a transaction open and undoes it later, the files stay.
    """
    settings = conf.current()
    arguments.refuse_wrong_moment("now", now)
    now = timezone.now() if now is None else now
    name = cleaned(getattr(file, "name", None))
    user = arguments.authenticated(user)
    model = _image_model(field)
    limits = Limits(settings.MAX_PIXELS, settings.MAX_FRAMES, settings.FORMATS)
    try:
        with taken(file, max_bytes=settings.MAX_BYTES) as content:
            found = probe(content, limits=limits)
            _check_quota(model, user, size=content.size, quota=settings.MAX_UNCLAIMED)
            ingested = ingest(content, found=found, thumbnail_size=settings.THUMBNAIL_SIZE)
            image = model(
                storage=settings.STORAGE,
                name=name,
                uploaded_by=user,
                uploaded_at=now,
                review_after=end_of_grace(settings.retention, now=now),
                **_columns(found, ingested),
            )
            _store(image, found, ingested)
    except UploadRefused as refusal:
        # A wrong file is its sender's trouble, not the operator's: no warning.
        logger.info("Refused %r from %s (%s): %s", name, user, refusal.code, refusal)
        raise
    logger.info(
        "Received %r from %s as image %s: %s, %dx%d pixels, %d bytes",
        name,
        user,
        image.pk,
        image.content_type,
        image.width,
        image.height,
        image.size,
    )
    return image


def _image_model(field: Any) -> Any:
    if field is None:
        return Image
    if not isinstance(field, GalleryField):
        message = (
            f"field is {field!r}, not a gallery: give "
            "Model._meta.get_field(name) of a GalleryField, or leave it out."
        )
        raise TypeError(message)
    return field.image_model


def _check_quota(model: Any, user: Any, *, size: int, quota: tuple[int, int] | None) -> None:
    """Refuse when the user's images that no gallery names would be too many or too large."""
    if user is None or quota is None:
        return
    # Law 1: what no reference names has a review_after. It keeps the query off all the others.
    unclaimed = model._default_manager.filter(
        uploaded_by=user,
        trashed_at__isnull=True,
        review_after__isnull=False,
        references__isnull=True,
    ).aggregate(count=Count("pk"), size=Sum("size", default=0))
    count, total = quota
    if unclaimed["count"] + 1 > count or unclaimed["size"] + size > total:
        message = (
            f"You have uploaded {unclaimed['count']} images ({unclaimed['size']:,} bytes) that are "
            f"in no gallery; at most {count:,} ({total:,} bytes) are kept for you. Put them into "
            "galleries and save, or wait until they are cleared away."
        )
        raise UploadRefused(message, code="quota", limit=quota)


def _columns(found: Probe, ingested: Ingested) -> dict[str, Any]:
    return {
        "sha256": ingested.stored.sha256,
        "upload_sha256": ingested.upload_sha256,
        "size": ingested.stored.size,
        "width": ingested.width,
        "height": ingested.height,
        "content_type": found.format.content_type,
        "frames": found.frames,
    }


def _store(image: Any, found: Probe, ingested: Ingested) -> None:
    """Write the files, then the row that makes them an image; or neither."""
    using = router.db_for_write(type(image), instance=image)
    with all_or_nothing(image, using) as files:
        original = File(ingested.stored.file)
        image.file = files.write(f"original.{found.format.extension}", original)
        thumbnail = ingested.thumbnail
        image.renditions["thumbnail"] = {
            "name": files.write(f"thumbnail.{thumbnail.extension}", ContentFile(thumbnail.data)),
            "width": thumbnail.width,
            "height": thumbnail.height,
            "content_type": thumbnail.content_type,
            "size": len(thumbnail.data),
        }
        with transaction.atomic(using=using):
            image.save(force_insert=True, using=using)
            image_uploaded.send(sender=type(image), image=image, user=image.uploaded_by)
            files.named = True
