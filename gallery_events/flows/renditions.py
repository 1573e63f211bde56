"""Renditions: planned on the row, made outside of any transaction, written under the row's lock."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, router, transaction
from django.utils import timezone

from gallery_events import arguments, columns, conf, sql
from gallery_events.domain.ladder import Rung
from gallery_events.domain.renditions import Entries, is_planned, is_wanted, plan, record, was_begun
from gallery_events.exceptions import RenditionFailed, UploadRefused
from gallery_events.imaging.encoding import Rendition
from gallery_events.imaging.names import rendition_name
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.renditions import renditions

logger = logging.getLogger("gallery_events.renditions")

#: Whoever began so long ago is taken to be dead.
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Planned:
    """One rendition whose file may be written under this name."""

    rung: Rung
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Which renditions are asked for."""

    keys: Collection[str] | None
    now: datetime
    remake: bool
    alone: bool

    def takes(self, each: Planned, entries: Entries) -> bool:
        """Tell whether one is to be made now, by what the row says."""
        key = each.rung.key
        if self.keys is not None and key not in self.keys:
            return False
        if self.alone and was_begun(entries, key, now=self.now, patience=PATIENCE):
            return False
        return is_wanted(entries, key, each.name, remake=self.remake)


def make(
    image: Any,
    *,
    keys: Collection[str] | None = None,
    now: datetime | None = None,
    remake: bool = False,
    alone: bool = False,
) -> list[str]:
    """
    Make the renditions that an image should have and has not; return the keys of those made now.

    *keys* takes only these, as far as they are on the image's ladder; *remake*
    also those that another recipe made, whose old files stay until the image
    goes; *alone* leaves to others what they began within the last minute.

    Nothing is locked while the file is read and encoded. An image that is
    purged meanwhile gets nothing, and of two makers the second finds them
    made. Not to be called inside a transaction: raises RuntimeError there.
    Raises :exc:`~gallery_events.exceptions.RenditionFailed` when the file is
    missing or broken, and whatever a storage raises that cannot be written to.
    """
    arguments.refuse_wrong_moment("now", now)
    using = router.db_for_write(type(image), instance=image)
    choice = Choice(keys, now or timezone.now(), remake=remake, alone=alone)
    row, planned = _plan(image, choice, using=using)
    if not planned:
        return []
    try:
        made = _encoded(row, planned)
    except RenditionFailed:
        if type(image)._base_manager.using(using).filter(pk=image.pk).exists():
            raise
        return []  # it was purged meanwhile: no wonder
    return _record(image, planned, made, using=using)


def make_on_commit(image: Any, *, using: str) -> None:
    """Have what is missing made once a new image is committed, where RENDITIONS["WHEN"] says so."""
    if conf.current().RENDITIONS.WHEN == "commit":
        transaction.on_commit(partial(_make_quietly, image), using=using, robust=True)


def _make_quietly(image: Any) -> None:
    """Make what is missing; what fails is logged, and the image stands."""
    try:
        make(image)
    except RenditionFailed as error:
        logger.warning("%s", error)
    except Exception:
        logger.exception("The renditions of image %s could not be made", image.pk)


def _plan(image: Any, choice: Choice, *, using: str) -> tuple[Any, list[Planned]]:
    """Write the names onto the row before any file, so that no crash leaves an unknown one."""
    with _short_transaction(type(image), using):
        rows = type(image)._base_manager.using(using).filter(pk=image.pk)
        row = _locked(rows)
        if row is None:
            return None, []
        all_ = [Planned(rung, rendition_name(row.file.name, rung.name)) for rung in row.ladder()]
        planned = [each for each in all_ if choice.takes(each, row.renditions)]
        entries = row.renditions
        for each in planned:
            entries = plan(entries, each.rung.key, each.name, since=choice.now)
        if planned:
            rows.update(renditions=entries)
        return row, planned


def _encoded(row: Any, planned: list[Planned]) -> dict[str, Rendition]:
    settings = conf.current()
    limits = Limits(settings.MAX_PIXELS, settings.MAX_FRAMES, settings.FORMATS)
    rungs = [each.rung for each in planned]
    try:
        with row.file.storage.open(row.file.name, "rb") as file:
            return renditions(file, rungs, limits=limits, engine=settings.RENDITIONS.ENGINE)
    except UploadRefused as error:
        raise RenditionFailed(row, str(error)) from error
    except OSError as error:
        raise RenditionFailed(row, f"its file {row.file.name} cannot be read: {error}") from error


def _record(
    image: Any, planned: list[Planned], made: dict[str, Rendition], *, using: str
) -> list[str]:
    """Write the files while no purge can pass, and what they are; nothing for an image that is gone."""
    done = []
    with _short_transaction(type(image), using):
        rows = type(image)._base_manager.using(using).filter(pk=image.pk)
        row = _locked(rows)
        if row is None:
            logger.info("Image %s is gone: its renditions are not written", image.pk)
            return []
        entries = row.renditions
        for each in planned:
            if is_planned(entries, each.rung.key, each.name):
                found = _written(row.file.storage, each, made[each.rung.key])
                entries = record(entries, each.rung.key, each.name, found)
                done.append(each.rung.key)
        if done:
            rows.update(renditions=entries)
    image.renditions = entries
    columns.remember_made(image)
    return done


def _written(storage: Any, planned: Planned, rendition: Rendition) -> dict[str, Any]:
    """Write one file; one of that name is left of a maker who died, or of this recipe before."""
    if storage.exists(planned.name):
        storage.delete(planned.name)
    name = storage.save(planned.name, ContentFile(rendition.data), max_length=255)
    return entry(name.replace("\\", "/"), rendition)


def entry(name: str, rendition: Rendition) -> dict[str, Any]:
    """Return what a row says of a rendition that is written."""
    return {
        "name": name,
        "width": rendition.width,
        "height": rendition.height,
        "content_type": rendition.content_type,
        "size": len(rendition.data),
    }


def _locked(rows: Any) -> Any:
    """Return a row that no purge and no other maker can pass, as it is now; None when it is gone."""
    return rows.select_for_update(no_key=True).first()


@contextmanager
def _short_transaction(model: type[models.Model], using: str) -> Iterator[None]:
    # Inside another one nothing would be on the row yet when the files are written.
    with transaction.atomic(using=using, durable=True):
        sql.begin_writing(model, using)
        yield
