"""What must be true, computed from the history rows alone: the package's own words are not asked."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from operator import itemgetter

from django.contrib.contenttypes.models import ContentType

from gallery_events.history import history_model
from gallery_events.models import Reference
from tests.faults.world import RETENTION
from tests.project.models import Album, Diptych

COLUMNS = (
    *("object_id", "field", "image_id"),
    *("since_version", "since", "until_version", "until"),
)
GALLERIES = {Album: ("photos",), Diptych: ("left", "right")}


@dataclass(frozen=True)
class Row:
    """One line of the log."""

    owner: str
    version: int
    at: datetime
    deleted: bool
    lists: dict[str, list[int]]


@dataclass(frozen=True)
class Interval:
    """An image in a gallery, from one line of the log to another; until None is now."""

    model: str
    owner: str
    field: str
    image: int
    since_version: int
    since: datetime
    until_version: int | None = None
    until: datetime | None = None


def log():
    """Return (model, lines of one owner, oldest first) for every owner there ever was."""
    return [
        (model, [_row(record, names) for record in records])
        for model, names in GALLERIES.items()
        for _, records in groupby(_records(model, names), key=itemgetter(0))
    ]


def _records(model, names):
    rows = history_model(model)._base_manager.order_by("id", "gallery_version")
    return rows.values_list("id", "gallery_version", "history_date", "history_type", *names)


def _row(record, names):
    owner, version, at, kind, *lists = record
    held = {name: list(ids or ()) for name, ids in zip(names, lists, strict=True)}
    return Row(str(owner), version, at, kind == "-", held)


def lines_of(owner):
    """Return the lines of one owner."""
    found = (rows for model, rows in log() if isinstance(owner, model))
    return next(rows for rows in found if rows[0].owner == str(owner.pk))


def intervals(known):
    """Return every interval that the log knows."""
    return {
        interval
        for model, rows in known
        for name in GALLERIES[model]
        for interval in _of_gallery(model._meta.model_name, rows, name)
    }


def _of_gallery(model, rows, name):
    begun = {}
    for row in rows:
        for image in row.lists[name]:
            begun.setdefault(image, (row.version, row.at))
        stays = set() if row.deleted else set(row.lists[name])
        for image in begun.keys() - stays:
            yield Interval(model, row.owner, name, image, *begun.pop(image), row.version, row.at)
    for image, since in begun.items():
        yield Interval(model, rows[-1].owner, name, image, *since)


def stored():
    """Return the references as they are stored, in the same words."""
    models = dict(ContentType.objects.values_list("pk", "model"))
    return {
        Interval(
            models[owner_type],
            *place,
        )
        for owner_type, *place in Reference.objects.values_list("content_type_id", *COLUMNS)
    }


def recent(known, now, keep):
    """Yield the lines that can still be restored: in effect within the retention, or kept."""
    for model, rows in known:
        kept = _kept(rows, keep)
        for row, later in pairwise([*rows, None]):
            ended = row.at if row.deleted else later and later.at
            if row in kept or ended is None or ended > now - RETENTION:
                yield model, row


def _kept(rows, keep):
    """Return the newest lines of an owner that exists, as far as it existed all the time."""
    if rows[-1].deleted:
        return []
    deleted = max((at for at, row in enumerate(rows) if row.deleted), default=-1)
    return rows[deleted + 1 :][-keep:]


def kept_by_number(known, keep):
    """
    Yield the newest lines of owners that exist, whatever came between.

    Those before a deletion that was undone may go with it, or may stay: nobody is promised either.
    """
    for _, rows in known:
        last = rows[-1]
        yield from (row for row in rows if not last.deleted and row.version > last.version - keep)


def expiring(known, now, keep):
    """Return the intervals whose retention is over at *now*."""
    last = {
        (model._meta.model_name, rows[-1].owner): rows[-1].version
        for model, rows in known
        if not rows[-1].deleted
    }
    return {
        each
        for each in intervals(known)
        if each.until is not None
        and each.until <= now - RETENTION
        and each.until_version - 1 <= last.get((each.model, each.owner), 10**9) - keep
    }
