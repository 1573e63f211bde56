"""
The storage's half of the bond: two small files, written in turn, so that one is always whole.

Nothing but open, save and delete is asked of a storage, and a forbidden file
counts only when the other one cannot be read either: many a bucket says
"forbidden" for what is missing.
"""

from __future__ import annotations

import json
from time import sleep
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from gallery_events.domain.bond import Half

#: Where a storage keeps its half; nobody's images are ever put there.
MARKERS = ("gallery-events/bond-0.json", "gallery-events/bond-1.json")
#: So often, and with such pauses in seconds, is a name asked for.
ATTEMPTS, PAUSE = 5, 0.02


class NamesChange(OSError):
    """A storage saves under another name than it was asked for, also where that is free."""


def read(storage: Storage) -> Half | None:
    """
    Return what the later one of the two files says; None when there is none.

    Raises what the storage raises when neither can be read.
    """
    found, errors = [], []
    for name in MARKERS:
        try:
            with storage.open(name) as file:
                text = file.read()
        except FileNotFoundError:
            continue
        except Exception as error:  # noqa: BLE001 - any storage's errors
            errors.append(error)
            continue
        if (half := _parsed(text)) is not None:
            found.append(half)
    if errors and not found:
        raise errors[0]
    return max(found, key=lambda half: half.epoch, default=None)


def write(storage: Storage, half: Half) -> None:
    """Write a half into the file whose turn it is; raise NamesChange when it lands elsewhere."""
    target = MARKERS[half.epoch % 2]
    content = {
        "of": "django-gallery-events; see the command gallery_doctor",
        "identity": half.identity,
        "database": half.place,
        "epoch": half.epoch,
    }
    written = ""
    for attempt in range(ATTEMPTS):
        _delete(storage, target)
        try:
            written = storage.save(target, ContentFile(json.dumps(content).encode()))
        except FileNotFoundError:
            # Taken away again by somebody who writes it at the same moment.
            written = target if _is_there(storage, target) else ""
        if written == target:
            return
        # Somebody has taken the name, or it is never given.
        if written:
            _delete(storage, written)
        if _is_there(storage, target):
            return
        sleep(PAUSE * attempt)
    message = (
        f"asked to save {target!r} the storage chose {written!r}, so nobody would find it again: "
        "let it keep the names of that folder"
    )
    raise NamesChange(message)


def _is_there(storage: Storage, name: str) -> bool:
    try:
        storage.open(name).close()
    except Exception:  # noqa: BLE001 - any storage's errors
        return False
    return True


def _delete(storage: Storage, name: str) -> None:
    try:
        storage.delete(name)
    except FileNotFoundError:
        return


def _parsed(text: bytes | str) -> Half | None:
    try:
        content: Any = json.loads(text)
        return Half(str(content["identity"]), str(content["database"]), int(content["epoch"]))
    except (ValueError, KeyError, TypeError):
        return None
