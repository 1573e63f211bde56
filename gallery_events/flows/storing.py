"""The files of an image that is being made: all of them with its row, or none."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from django.core.files.storage import Storage, storages
from django.db import models, router

from gallery_events.imaging.names import new_folder

logger = logging.getLogger("gallery_events.upload")


class Files:
    """The files written for one image, from before the first is written until its row stands."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.storage: Storage = storages[alias]
        self.folder = new_folder()
        self.names: list[str] = []
        #: The row is written, and only the end of the transaction was missing.
        self.named = False

    def write(self, base: str, content: Any) -> str:
        """Write a file and return its name as the storage gave it."""
        # Noted before it is written: a storage can fail after it has.
        self.names.append(f"{self.folder}/{base}")
        self.names[-1] = self.storage.save(self.names[-1], content, max_length=255)
        return self.names[-1].replace("\\", "/")

    def remove(self, error: BaseException) -> None:
        """Remove what was written; what cannot be removed is logged and noted on *error*."""
        left = [name for name in self.names if not self._removed(name)]
        if left:
            error.add_note(
                f"These files were left behind in the storage {self.alias!r}: {', '.join(left)}"
            )
            return
        try:
            # On disk a folder is left; where names are all there is, this removes nothing.
            self.storage.delete(self.folder)
        except Exception:
            # An empty folder is no harm.
            logger.debug("The folder %s stays in %r", self.folder, self.alias, exc_info=True)

    def _removed(self, name: str) -> bool:
        try:
            self.storage.delete(name)
        except Exception:
            logger.exception("An upload failed and left %s behind in %r", name, self.alias)
            return False
        return True


@contextmanager
def all_or_nothing(image: models.Model, using: str) -> Iterator[Files]:
    """Write files within: when it raises, and no row can be there, they are removed again."""
    files = Files(cast("Any", image).storage)
    try:
        yield files
    except BaseException as error:
        if not (files.named and _may_be_there(image, using)):
            files.remove(error)
        raise


def _may_be_there(image: models.Model, using: str) -> bool:
    """
    Tell whether the row may have been committed although something raised.

    A receiver's ``on_commit`` raises after the commit, and a connection that
    breaks leaves it open. Files of an image that is there would be missed for
    ever, files of none cost a little room: doubt keeps them, and says so.
    """
    try:
        return type(image)._base_manager.using(using).filter(pk=image.pk).exists()
    except Exception:
        logger.exception("Image %s may not be there; its files were kept", image.pk)
        return True


def withdraw(images: Iterable[Any]) -> None:
    """
    Remove the files of images just received whose rows the caller's transaction has undone.

    An image that is there, or may be, keeps them.
    """
    for image in images:
        if _may_be_there(image, router.db_for_write(type(image), instance=image)):
            continue
        files = Files(image.storage)
        files.names = image.file_names()
        files.folder = image.file.name.rpartition("/")[0]
        with suppress(Exception):
            files.remove(Exception())
