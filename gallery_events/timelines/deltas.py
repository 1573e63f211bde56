"""What each snapshot changed, also where it was too much to be kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from gallery_events.domain.snapshots import Delta, diff
from gallery_events.fields import GalleryField, gallery_fields

#: simple-history's type of a deletion, whose snapshot keeps the lists that ended.
DELETED = "-"

#: What may become of an image, in the order in which it is counted.
KINDS = ("added", "removed", "moved")

#: The lists of snapshots by number and gallery.
Lists = Mapping[int, Mapping[str, list[Any]]]


def deltas(
    records: Sequence[Any], *, before: Any, history: models.QuerySet[Any]
) -> list[dict[str, Delta]]:
    """
    Return the changes of each of *records*, newest first, by gallery.

    *before* is the snapshot before the last of them, None where there is
    none. Of long changes a snapshot keeps only the numbers: these lists, and
    those before them, are read in one query.
    """
    found = [_stored(record) for record in records]
    pairs = list(zip(records, [*records[1:], before], strict=True))
    long = [(at, *pair) for at, pair in enumerate(pairs) if any(map(_is_long, found[at].values()))]
    numbers = {record.gallery_version for _, *pair in long for record in pair if record is not None}
    lists = _lists(history, numbers) if numbers else {}
    for at, record, previous in long:
        for gallery in gallery_fields(type(record)):
            delta = found[at].get(gallery.name)
            if delta is not None and _is_long(delta):
                found[at][gallery.name] = _entries(
                    delta, gallery, record=record, previous=previous, lists=lists
                )
    return found


def _stored(record: Any) -> dict[str, Delta]:
    """Return the changes that a snapshot keeps; the lists themselves are not asked for."""
    found = {}
    for each in gallery_fields(type(record)):
        entry = record.gallery_delta.get(each.name)
        if entry is not None:
            placed = {
                kind: tuple((at, each.to_key(key)) for at, key in entry.get(kind, ()))
                for kind in KINDS
            }
            found[each.name] = Delta(counts=tuple(entry["counts"]), **placed)
    return found


def _is_long(delta: Delta) -> bool:
    return sum(delta.counts) > len(delta.added) + len(delta.removed) + len(delta.moved)


def _lists(history: models.QuerySet[Any], numbers: set[int]) -> Lists:
    galleries = gallery_fields(history.model)
    rows = history.filter(gallery_version__in=numbers).values_list(
        "gallery_version", *(each.attname for each in galleries)
    )
    return {
        version: {
            gallery.name: gallery.usable_keys(value)
            for gallery, value in zip(galleries, values, strict=True)
        }
        for version, *values in rows
    }


def _entries(
    delta: Delta, gallery: GalleryField, *, record: Any, previous: Any, lists: Lists
) -> Delta:
    """Return a long change with its entries; without the snapshot before it, with its number."""
    own = lists[record.gallery_version][gallery.name]
    if record.history_type == DELETED:
        earlier, later = own, []
    elif previous is not None:
        ended = previous.history_type == DELETED
        earlier, later = ([] if ended else lists[previous.gallery_version][gallery.name]), own
    elif delta.counts == (len(own), 0, 0):
        earlier, later = [], own
    else:
        return delta  # what it was compared with has been pruned
    found = diff(earlier, later)
    return Delta(found.added, found.removed, found.moved, delta.counts)
