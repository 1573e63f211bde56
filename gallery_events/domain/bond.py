"""Whether a database and a storage belong together, by what each of them says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

#: The number of a bond whose storage has not been marked yet, in the database's half.
UNFINISHED = 0


@dataclass(frozen=True, slots=True)
class Half:
    """
    One half of the bond: what the database's row or the storage's marker says.

    *place* is the digest of the database that made the bond, *epoch* how many
    runs have acted; the database also says for which *storage*.
    """

    identity: str
    place: str
    epoch: int
    storage: str = ""


class Bond(StrEnum):
    """What two halves make."""

    WHOLE = "whole"
    NEW = "new"  #: neither exists, or it is being made
    FORGOTTEN = "forgotten"  #: only the storage's, made by a database of this very name
    FOREIGN = "foreign"  #: only the storage's, or one of another identity
    UNMARKED = "unmarked"  #: only the database's
    COPIED = "copied"  #: the database is a copy: it was made under another name
    OLDER_DATABASE = "older database"  #: the storage has seen more runs
    OLDER_STORAGE = "older storage"  #: the database has seen more runs


def judge(row: Half | None, marker: Half | None, *, here: str) -> Bond:
    """Decide by both halves and the digest of the database that asks."""
    if row is None and marker is None:
        return Bond.NEW
    if row is None:
        return Bond.FORGOTTEN if marker is not None and marker.place == here else Bond.FOREIGN
    if marker is not None and row.identity != marker.identity:
        return Bond.FOREIGN
    if here != row.place or (marker is not None and here != marker.place):
        return Bond.COPIED
    if row.epoch == UNFINISHED:
        return Bond.NEW
    if marker is None:
        return Bond.UNMARKED
    if marker.epoch > row.epoch:
        return Bond.OLDER_DATABASE
    # One more than the storage is a run that died between its two halves.
    return Bond.OLDER_STORAGE if row.epoch > marker.epoch + 1 else Bond.WHOLE


def digest(identity: str, *place: str) -> str:
    """Return what stands for a database where strangers may read: media are often public."""
    return hashlib.sha256("\x00".join((identity, *place)).encode()).hexdigest()
