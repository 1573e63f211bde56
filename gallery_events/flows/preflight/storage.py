"""The storages: that they are those which belong to this database, as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import DatabaseError

from gallery_events import conf
from gallery_events.domain.bond import Bond
from gallery_events.flows.preflight import bond
from gallery_events.flows.preflight.missing import missing_files
from gallery_events.flows.preflight.situation import Situation

CLAIM = (
    "When this database and this storage do belong together from now on, "
    "'manage.py gallery_doctor --claim-storage' says so."
)
#: So many lost files are named one by one.
EXAMPLES = 3

REASONS = {
    Bond.FOREIGN: "belongs to another database: its marker was made by one that is not {place}. "
    "Correct DATABASES, STORAGES or the settings module, or give each project a folder of its own.",
    Bond.UNMARKED: "has no marker any more, but this database has one for it: it is another "
    "storage, or was emptied. Correct STORAGES, or put its files back.",
    Bond.COPIED: "belongs to the database of which this one ({place}) is a copy. Give the copy a "
    "storage of its own.",
    Bond.OLDER_DATABASE: "has seen runs that this database does not know: the database was "
    "restored from an older backup. The command below lists the files that are gone, and lets "
    "everything in the trash wait anew.",
    Bond.OLDER_STORAGE: "knows less runs than this database: it was restored from an older "
    "backup, or takes no writes. Put the newer files back.",
    Bond.FORGOTTEN: "knows this database, but the database does not know it and misses files "
    "({missing}): it was restored from an older backup.",
}


def bonds(situation: Situation) -> Iterator[str]:
    """Yield each storage that does not belong to this database, or cannot say so."""
    if any(conf.problems()):
        return
    try:
        found = situation.bonds
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - any storage's errors; what cannot be asked is unknown
        yield (
            f"A storage cannot say which database it belongs to ({error!r}): nothing is swept "
            "until it answers. Mend the storage, or its entry in STORAGES; where it says "
            f"'forbidden' for a file that is missing, let it list its files. {CLAIM}"
        )
        return
    for name, kind, _, _ in found:
        missing = ""
        if kind is Bond.FORGOTTEN:
            missing = ", ".join(islice((each.name for each in missing_files()), EXAMPLES))
        if kind in REASONS and (kind is not Bond.FORGOTTEN or missing):
            place = " ".join(part for part in bond.here() if part)
            why = REASONS[kind].format(place=place, missing=missing)
            yield f"The storage {name!r} {why} {CLAIM}"
