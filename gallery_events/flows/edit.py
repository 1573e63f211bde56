"""Edit: a picture turned, mirrored or cut out is a new image, made of the original's pixels."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import router
from django.utils import timezone

from gallery_events import arguments, conf, sql
from gallery_events.domain.edits import (
    Edit,
    WrongEdit,
    as_json,
    changes_nothing,
    compose,
    fitted,
    from_json,
    result_size,
)
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import EditRefused, ImagesLost, UploadRefused
from gallery_events.flows import making, trash
from gallery_events.flows.images import take_out
from gallery_events.imaging.content import Content, taken
from gallery_events.imaging.crop import write_edited
from gallery_events.imaging.formats import KNOWN
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.probe import Limits, probe, refuse_shape
from gallery_events.imaging.reading import LONGEST
from gallery_events.models.images import Treatment
from gallery_events.signals import image_edited

__all__ = ["Edit", "derive", "original_of"]

logger = logging.getLogger("gallery_events.edit")

#: Why an original left the trash.
NEEDED = "an edited image was made from it"
#: What an edited image has of the one that was edited.
COPIED = ("name", "alt", "decorative", "caption", "taken_at")


def derive(
    image: Any, edit: Edit, *, user: Any = None, field: Any = None, now: datetime | None = None
) -> Any:
    """
    Make a new image that shows what *edit* makes of *image*, and return it.

    An edit of an edited image is made from the original's pixels, by both
    edits as one: ``original`` and ``edit`` of the new image say so. Name,
    texts and the date taken are copied; nothing names the image yet, so
    its upload grace begins. The original stays as long as there is an image
    made from it; one in the trash comes out of it. Where nothing would be
    changed, or an edit undoes the earlier ones, the original itself is
    returned. *field* is the gallery that it is meant for: what would be too
    small for it, or of another shape, is not made.

    Raises :exc:`~gallery_events.exceptions.EditRefused`, whose code is
    ``size``, ``crop``, ``nothing``, ``format``, ``quota`` or one of an upload's;
    ImagesLost when the image, or its original, is purged. Whatever is raised,
    by a receiver of ``image_edited`` too, no row and no file is left behind;
    when the caller has a transaction open and undoes it later, the files stay.
    """
    if not isinstance(edit, Edit):
        message = f"edit is {edit!r}: give an Edit of gallery_events.domain.edits."
        raise TypeError(message)
    arguments.refuse_wrong_moment("now", now)
    now = timezone.now() if now is None else now
    user = arguments.authenticated(user)
    row = _row_of(image)
    with _refusals(row, user):
        root, whole = _traced(row, edit)
        if whole is not None:
            _refuse_unfit(root, whole, field)
            return _made(row, root, whole, user=user, now=now)
    if root.pk == row.pk:
        message = "This changes nothing: turn the picture, mirror it, or cut something off."
        raise EditRefused(message, code="nothing")
    return original_of(row, user=user, now=now)


def original_of(image: Any, *, user: Any = None, now: datetime | None = None) -> Any:
    """
    Return the image that an edited one was made from, to be put in its place; else itself.

    One in the trash comes out of it, and has an upload grace to be used in.
    Raises ImagesLost when the image is purged.
    """
    return trash.rescue(_chain(_row_of(image))[0], user=user, now=now)


def _refuse_unfit(root: Any, whole: Edit, field: Any) -> None:
    """Refuse what the gallery would not take: before the work, as the size is known by then."""
    if field is not None:
        width, height = result_size(whole, size=(root.width, root.height))
        refuse_shape(width, height, field.acceptance.limits(conf.current()))


def _made(row: Any, root: Any, whole: Edit, *, user: Any, now: datetime) -> Any:
    settings = conf.current()
    model, quota = type(root), settings.MAX_UNCLAIMED
    limits = Limits(settings.MAX_PIXELS, settings.MAX_FRAMES, tuple(KNOWN))
    # Before the work, and again when it is known how large the file is.
    making.refuse_over_quota(model, user, size=0, quota=quota)
    with _edited(root, whole, limits=limits) as content:
        making.refuse_over_quota(model, user, size=content.size, quota=quota)
        found = probe(content, limits=limits)
        ingested = ingest(content, found=found, thumbnail_size=settings.THUMBNAIL_SIZE)
        made = model(
            **making.columns(found, ingested) | {"treatment": Treatment.ENCODED},
            **{name: getattr(row, name) for name in COPIED},
            storage=settings.STORAGE,
            uploaded_by=user,
            uploaded_at=now,
            review_after=end_of_grace(settings.retention, now=now),
            original=root,
            edit=as_json(whole),
        )
        making.store(
            made,
            found,
            ingested,
            prepare=lambda using: _hold(root, user=user, using=using),
            announce=lambda: image_edited.send(
                sender=model, image=made, original=root, edit=whole, user=user
            ),
        )
    logger.info("Made image %s of image %s for %s: %s", made.pk, root.pk, user, made.edit)
    return made


def _row_of(image: Any) -> Any:
    """Return an image as it is now."""
    using = router.db_for_write(type(image), instance=image)
    return _row(type(image), image.pk, using=using)


def _row(model: Any, key: Any, *, using: str) -> Any:
    row = model._base_manager.using(using).filter(pk=key).first()
    if row is None:
        raise ImagesLost([key])
    return row


def _chain(row: Any) -> list[Any]:
    """
    Return the images that one was made from, the first one first, and itself.

    An edited image without its edit is a first one: nobody knows how it was made.
    """
    chain = [row]
    while chain[0].original_id is not None and chain[0].edit is not None:
        # Asked for, not followed: both may be purged since the first look.
        chain.insert(0, _row(type(row), chain[0].original_id, using=row._state.db))
    return chain


def _traced(row: Any, edit: Edit) -> tuple[Any, Edit | None]:
    """Return the original and the one edit of it that shows what is wanted; None for itself."""
    root, *steps = _chain(row)
    if not (root.width and row.width):
        message = "Nobody has measured this picture, so it cannot be edited: upload it again."
        raise EditRefused(message, code="size")
    size = (root.width, root.height)
    if changes_nothing(fitted(edit, size=(row.width, row.height))):
        return root, None
    whole = Edit()
    for each in [*(from_json(step.edit) for step in steps), edit]:
        whole = compose(whole, each, size=size)
    return root, None if changes_nothing(whole) else whole


@contextmanager
def _edited(root: Any, whole: Edit, *, limits: Limits) -> Iterator[Content]:
    """Give the bytes that an edit makes of an original's file."""
    with tempfile.TemporaryFile() as into:
        try:
            with root.file.open("rb") as file:
                write_edited(file, whole, limits=limits, into=into)
        except Exception as error:
            # A purge may have been faster: then the file is gone with its row.
            if not isinstance(error, UploadRefused):
                _row_of(root)
            raise
        with taken(into, max_bytes=LONGEST) as content:
            yield content


def _hold(root: Any, *, user: Any, using: str) -> None:
    """
    Lock the original: from here to the end of the transaction no sweep can purge it.

    Raises ImagesLost when one has.
    """
    model = type(root)
    sql.begin_writing(model, using)
    rows = sql.lock_rows(model, [root.pk], ["trashed_at"], using=using, strength="KEY SHARE")
    if not rows:
        raise ImagesLost([root.pk])
    [(_, trashed_at)] = rows
    if trashed_at is not None:
        take_out(model, [root.pk], using=using, by=NEEDED, user=user)
        root.trashed_at, root.reviews = None, 0


@contextmanager
def _refusals(row: Any, user: Any) -> Iterator[None]:
    """Refuse in one way whatever is wrong with an edit."""
    try:
        try:
            yield
        except WrongEdit as error:
            raise EditRefused(str(error), code=error.code) from error
        except ImportError as error:
            message = (
                "This kind of picture cannot be opened here any more: install what its format "
                f"needs ({error})."
            )
            raise EditRefused(message, code="format") from error
        except UploadRefused as error:
            raise EditRefused(str(error), code=error.code, limit=error.limit) from error
    except EditRefused as refusal:
        # A wrong edit is its maker's trouble, not the operator's: no warning.
        logger.info("Refused to edit image %s for %s (%s): %s", row.pk, user, refusal.code, refusal)
        raise
