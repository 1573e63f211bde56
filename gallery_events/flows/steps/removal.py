"""The files of one image taken out of their storage: exactly those, and nothing that is in use."""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, Storage, storages

from gallery_events import galleries
from gallery_events.flows.steps.run import alias
from gallery_events.models import PartialUpload, Tombstone

logger = logging.getLogger("gallery_events.sweep")


def refuse_outside(storage: Storage, names: Iterable[str]) -> None:
    """
    Raise SuspiciousFileOperation for what is not the name of a file inside the storage.

    A folder is none, nor is anything behind a link: that may be another image's folder. The
    storage's own may be one, or lie behind one.
    """
    for name in names:
        parts = name.split("/")
        inside = all(parts) and not posixpath.isabs(name) and "\\" not in name
        if inside and not {".", ".."} & set(parts) and _is_file_below(storage, name):
            continue
        message = f"{name!r} is not the name of a file inside the storage."
        raise SuspiciousFileOperation(message)


def _is_file_below(storage: Storage, name: str) -> bool:
    """Tell whether a file may lie there, as far as the storage has folders and links at all."""
    if not isinstance(storage, FileSystemStorage):
        return True
    path, root = Path(storage.path(name)), Path(storage.location)
    # FileSystemStorage.delete() would remove an empty folder as if it were a file.
    if not path.is_relative_to(root) or path.is_dir():
        return False
    return path.parent.resolve() == root.resolve() / path.parent.relative_to(root)


def living(tombstones: Iterable[Tombstone]) -> set[tuple[str, str]]:
    """
    Return (storage, name) of the files among theirs that a row of any image model has.

    Asked once for a claim: what is claimed cannot be rescued any more, and no
    upload is ever given a name that was used before.
    """
    names = [name for each in tombstones for name in each.files]
    found: set[tuple[str, str]] = set()
    for model in galleries.image_models():
        rows: Any = model._base_manager.using(alias(model)).filter(file__in=names)
        found.update(rows.values_list("storage", "file"))
    return found


def refuse_living(tombstone: Tombstone, living: set[tuple[str, str]]) -> None:
    """Raise SuspiciousFileOperation when an image that exists has one of the files."""
    for name in tombstone.files:
        if (tombstone.storage, name) in living:
            message = f"{name!r} belongs to an image that exists: its file was not removed."
            raise SuspiciousFileOperation(message)


def remove(storage: Storage, names: Sequence[str], *, asking: bool) -> list[str]:
    """
    Remove files and their folder; return those that were gone before, when *asking* for them.

    A storage that cannot say whether a file is there is asked to delete it
    all the same. Raises what the storage raises.
    """
    missing = [name for name in dict.fromkeys(names) if _was_missing(storage, name, asking=asking)]
    _remove_folders(storage, names)
    return missing


def remove_parts(upload: PartialUpload, names: Sequence[str]) -> None:
    """Remove parts of an upload, and the folder they had to themselves; raise what the storage raises."""
    storage = storages[upload.storage]
    refuse_outside(storage, names)
    remove(storage, names, asking=False)


def _was_missing(storage: Storage, name: str, *, asking: bool) -> bool:
    there = _is_there(storage, name) if asking else None
    try:
        # Also when it seems to be gone: a storage may be late to know of its own files.
        storage.delete(name)
    except FileNotFoundError:
        there = False
    if there is False:
        logger.info("The file %s was gone already.", name)
    return asking and there is False


def _is_there(storage: Storage, name: str) -> bool | None:
    """Return None when the storage does not say: S3 answers 403 to those who may not list."""
    try:
        return storage.exists(name)
    except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing about the file
        logger.debug("Nobody knows whether %s is there: %r", name, error)
        return None


def _remove_folders(storage: Storage, names: Sequence[str]) -> None:
    """
    Remove the folder an image had to itself, and those in it, where the storage has folders.

    Only empty ones, by their exact names: what else lies there, nobody told us to remove.
    """
    own = posixpath.dirname(names[0]) if names else ""
    if not own or not isinstance(storage, FileSystemStorage):
        return
    for folder in sorted(_folders(own, names), key=len, reverse=True):
        try:
            Path(storage.path(folder)).rmdir()
        except FileNotFoundError:
            continue
        except OSError as error:
            logger.info("The folder %s stays: %s", folder, error)


def _folders(own: str, names: Iterable[str]) -> set[str]:
    """Return *own* and every folder below it that leads to one of the files."""
    found = {own}
    for name in names:
        folder = posixpath.dirname(name)
        while folder.startswith(f"{own}/"):
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found
