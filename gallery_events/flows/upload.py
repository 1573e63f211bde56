"""Upload: a file comes in, and is an image when everything about it is right."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from gallery_events import arguments, conf
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import UploadRefused
from gallery_events.fields import GalleryField
from gallery_events.fields.acceptance import Acceptance
from gallery_events.flows import making
from gallery_events.imaging.content import taken
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.names import cleaned
from gallery_events.imaging.probe import probe
from gallery_events.models import Image, PartialUpload
from gallery_events.signals import image_uploaded

logger = logging.getLogger("gallery_events.upload")

#: So many images of the same bytes are named.
MOST_TWINS = 10


def receive(file: Any, *, user: Any = None, field: Any = None, now: datetime | None = None) -> Any:
    """
    Make an image of *file*, with its first thumbnail, and return it.

    *field* is the gallery it is meant for, decides on the image model and may
    narrow what is accepted; nothing names the image yet, so its upload grace
    begins. *file* is read from its start and left open.

    Raises :exc:`~gallery_events.exceptions.UploadRefused`, whose code is
    ``not_a_file``, ``empty``, ``bytes``, ``format``, ``pixels``, ``frames``,
    ``too_small``, ``aspect``, ``broken`` or ``quota``, and of an SVG also
    ``dtd``, ``complex`` or ``unsized``. Whatever is raised, by a receiver of
    ``image_uploaded`` too, no row and no file is left behind; when the caller
    has a transaction open and undoes it later, the files stay.
    """
    arguments.refuse_wrong_moment("now", now)
    now = timezone.now() if now is None else now
    return make(file, user=user, field=field, now=now)


def make(
    file: Any,
    *,
    user: Any,
    field: Any,
    now: datetime,
    origin: PartialUpload | None = None,
    prepare: Callable[[str], object] | None = None,
    settle: Callable[[Any], object] | None = None,
) -> Any:
    """
    Make an image as :func:`receive` does, of a file that may have an *origin* of its own.

    That one does not count for the quota any more. *prepare* is called with
    the database at the start of the transaction that writes the row, *settle*
    with the image at its end; what either raises undoes everything.
    """
    settings = conf.current()
    name = cleaned(getattr(file, "name", None))
    user = arguments.authenticated(user)
    model = image_model(field)
    accepted = Acceptance() if field is None else field.acceptance
    try:
        with taken(file, max_bytes=accepted.most_bytes(settings)) as content:
            found = probe(content, limits=accepted.limits(settings))
            quota = settings.MAX_UNCLAIMED
            making.refuse_over_quota(model, user, size=content.size, quota=quota, origin=origin)
            ingested = ingest(
                content,
                found=found,
                thumbnail_size=settings.THUMBNAIL_SIZE,
                strip=settings.STRIP_METADATA,
                renditions=settings.RENDITIONS,
            )
            image = model(
                storage=settings.STORAGE,
                name=name,
                uploaded_by=user,
                uploaded_at=now,
                taken_at=making.moment(ingested.taken_at) if settings.KEEP_DATE_TAKEN else None,
                review_after=end_of_grace(settings.retention, now=now),
                **making.columns(found, ingested),
            )
            making.store(
                image,
                found,
                ingested,
                prepare=prepare,
                announce=lambda: _announce(image, settle),
            )
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


def twins(image: Any) -> list[Any]:
    """
    Return the user's other images that came in as the same bytes, the newest first.

    Of the same image model, and not in the trash; none for an image that no
    user uploaded. At most ten: who has more knows.
    """
    if image.uploaded_by_id is None or not image.upload_sha256:
        return []
    rows = type(image)._default_manager.filter(
        uploaded_by=image.uploaded_by_id,
        upload_sha256=image.upload_sha256,
        trashed_at__isnull=True,
    )
    return list(rows.exclude(pk=image.pk).order_by("-uploaded_at", "-pk")[:MOST_TWINS])


def image_model(field: Any) -> Any:
    """Return the model of a gallery's images; without one the built-in one."""
    if field is None:
        return Image
    if not isinstance(field, GalleryField):
        message = (
            f"field is {field!r}, not a gallery: give "
            "Model._meta.get_field(name) of a GalleryField, or leave it out."
        )
        raise TypeError(message)
    return field.image_model


def _announce(image: Any, settle: Callable[[Any], object] | None) -> None:
    if settle is not None:
        settle(image)
    image_uploaded.send(sender=type(image), image=image, user=image.uploaded_by)
