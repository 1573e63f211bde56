"""One thing that does not agree with another, as a sentence that says what each of them says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connections, models

from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.fields.keys import shown
from gallery_events.flows.repair.drift import Drifted, drifted, vanished

#: So many ids of a list are named.
NAMED = 12


class Kind(StrEnum):
    """What can differ from what."""

    CHANGED = "changed"  #: the row holds another list than its last snapshot
    UNRECORDED = "unrecorded"  #: the row has no snapshot at all
    BEHIND = "behind"  #: the row is as old as an earlier snapshot
    AHEAD = "ahead"  #: the row has a version that no snapshot records
    RETURNED = "returned"  #: the row is there although its deletion is recorded
    VANISHED = "vanished"  #: the row is gone although no deletion is recorded
    MISSING = "missing"  #: the history needs a reference that is not there
    SURPLUS = "surplus"  #: a reference that the history does not know, or that is there twice
    UNKNOWN = "unknown"  #: references of an owner of which there is nothing else
    LOST = "lost"  #: the history needs an image that is gone
    UNWITNESSED = "unwitnessed"  #: a snapshot of which the trail does not tell


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One difference; *pk* is the owner's key, for ``unknown`` as references name it.

    *field* is empty where it is about the whole owner, *version* is the
    snapshot where it is about one.
    """

    kind: Kind
    model: type[models.Model]
    pk: Any
    field: str
    text: str
    version: int | None = None

    def __str__(self) -> str:
        return self.text

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "kind": self.kind.value,
            "model": self.model._meta.label,
            "key": str(self.pk),
            "field": self.field,
            "version": self.version,
            "text": self.text,
        }


def of_rows(model: type[models.Model], using: str) -> Iterator[Finding]:
    """Yield where rows and their last snapshots differ, all of them."""
    for each in drifted(model, using=using):
        yield from _of_row(model, each, using)
    for each in vanished(model, using=using):
        text = (
            f"{_owner(model, each.pk)} is gone, and its last snapshot ({each.last_version}) records "
            f"no deletion: {_all(model, each.recorded, using)}"
        )
        yield Finding(Kind.VANISHED, model, each.pk, "", text, each.last_version)


def _of_row(model: type[models.Model], found: Drifted, using: str) -> Iterator[Finding]:
    owner, last = _owner(model, found.pk), found.last_version
    kind = _kind(found)
    if kind is not None:
        text = TEXTS[kind].format(owner=owner, last=last, version=found.version)
        text += f"; the row holds {_all(model, found.held, using)}"
        yield Finding(kind, model, found.pk, "", text, last or None)
        return
    for each in gallery_fields(model):
        if each.name in found.changed:
            text = (
                f"{each.name} of {owner}: the last snapshot ({last}) holds "
                f"{_list(each, found.recorded[each.name], using)}; the row holds "
                f"{_list(each, found.held[each.name], using)}"
            )
            yield Finding(Kind.CHANGED, model, found.pk, each.name, text, last)


def _kind(found: Drifted) -> Kind | None:
    """Return what is wrong with the row as a whole; None when only its lists are."""
    if not found.last_version:
        return Kind.UNRECORDED
    if found.deleted:
        return Kind.RETURNED
    if found.version == found.last_version:
        return None
    return Kind.BEHIND if (found.version or 0) < found.last_version else Kind.AHEAD


TEXTS = {
    Kind.UNRECORDED: "{owner} has no snapshot",
    Kind.RETURNED: "{owner} is there, and its last snapshot ({last}) records its deletion",
    Kind.BEHIND: "{owner} has version {version}, and its last snapshot is {last}: was an older "
    "backup put back?",
    Kind.AHEAD: "{owner} has version {version}, which no snapshot records; the last is {last}: was "
    "post_save muted?",
}


def _owner(model: type[models.Model], pk: Any) -> str:
    return f"{model._meta.label} {pk}"


def _all(model: type[models.Model], values: dict[str, Any], using: str) -> str:
    lists = (
        f"{_list(each, values[each.name], using)} in {each.name}" for each in gallery_fields(model)
    )
    return ", ".join(lists)


def _list(field: GalleryField, value: Any, using: str) -> str:
    """Return a column's value in words: short, whatever somebody wrote there."""
    ids = field.from_db_value(value, None, connections[using])
    if ids is None or ids == []:
        return "no image"
    if not isinstance(ids, list):
        return f"no list ({shown(ids)})"
    named = ", ".join(shown(each) for each in ids[:NAMED])
    return f"[{named}]" if len(ids) <= NAMED else f"[{named}, and {len(ids) - NAMED} more]"
