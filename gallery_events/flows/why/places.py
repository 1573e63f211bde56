"""The galleries that name images, now or within the retention, by their references."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber

from gallery_events import sql
from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import cutoff, protects_latest
from gallery_events.flows.why.last_places import snapshots_of
from gallery_events.flows.why.owner_names import OwnerNames, names_of
from gallery_events.owners import DELETED
from gallery_events.references import reference_model

#: So many places of one kind are named one by one.
LONGEST_LIST = 20

CURRENT, KEPT, OVER = range(3)


@dataclass(frozen=True, slots=True)
class Place:
    """
    One gallery that names an image, or did.

    *by* is who added it, or took it out; *by_count* tells that one of the
    owner's newest snapshots needs it whatever its age, *unknown_owner* that
    nobody knows which are the newest.
    """

    place: str
    snapshot: int
    since: datetime
    until: datetime | None = None
    by: str = ""
    with_owner: bool = False
    by_count: bool = False
    unknown_owner: bool = False


@dataclass(slots=True)
class Places:
    """
    What references say of one image.

    *current* name it now, *kept* did within what is kept, the longest
    lasting first; *over* only wait for a sweep. The numbers are exact, the
    lists may be shorter.
    """

    current: list[Place] = field(default_factory=list)
    kept: list[Place] = field(default_factory=list)
    over: list[Place] = field(default_factory=list)
    number_current: int = 0
    number_recent: int = 0
    number_by_count: int = 0

    @property
    def number_kept(self) -> int:
        """How many protect the image although it was taken out."""
        return self.number_recent + self.number_by_count

    @property
    def last(self) -> datetime | None:
        """When the last one was taken out, of those that still keep the image."""
        return max((each.until for each in self.kept if each.until is not None), default=None)


def places(
    image_model: type[models.Model],
    keys: Collection[Any],
    *,
    settings: GallerySettings,
    now: datetime,
    using: str,
) -> dict[Any, Places]:
    """Return what names images: one query, and three for each owner model that does."""
    found: dict[Any, Places] = {}
    by_type: dict[int, list[Any]] = {}
    for row in _rows(image_model, keys, settings=settings, now=now, using=using):
        by_type.setdefault(row.content_type_id, []).append(row)
    for owner_type, rows in by_type.items():
        for row, place in _told(owner_type, rows, settings, using=using):
            _add(found.setdefault(row.image_id, Places()), row, place)
    for each in found.values():
        each.current.sort(key=lambda place: place.since)
        each.kept.sort(key=_lasting, reverse=True)
    return found


def _lasting(place: Place) -> tuple[bool, datetime]:
    return place.by_count, place.until or place.since


def _rows(
    image_model: type[models.Model],
    keys: Collection[Any],
    *,
    settings: GallerySettings,
    now: datetime,
    using: str,
) -> Iterable[Any]:
    """Return the first references of each kind to each image, with how many there are."""
    limit = cutoff(settings.retention, now=now)
    over = Q(pk__isnull=True) if limit is None else Q(until__lte=limit, held=False)
    kind = Case(
        When(until__isnull=True, then=Value(CURRENT)),
        When(over, then=Value(OVER)),
        default=Value(KEPT),
        output_field=IntegerField(),
    )
    groups: dict[str, Any] = {"partition_by": [F("image_id"), F("gallery_kind")]}
    lasting: list[Any] = [F("held").desc(), F("until").desc(), F("pk")]
    rows = reference_model(image_model)._base_manager.using(using)
    rows = rows.filter(image_id__in=sql.among(image_model._meta.pk, keys, using))
    return rows.annotate(  # type: ignore[no-any-return]
        gallery_kind=kind,
        gallery_turn=Window(RowNumber(), order_by=lasting, **groups),
        gallery_total=Window(Count("pk"), **groups),
    ).filter(gallery_turn__lte=LONGEST_LIST)


def _add(places: Places, row: Any, place: Place) -> None:
    if row.gallery_kind == CURRENT:
        places.current.append(place)
        places.number_current = row.gallery_total
    elif row.gallery_kind == KEPT:
        places.kept.append(place)
        places.number_recent = row.gallery_total
    elif place.by_count:
        places.kept.append(place)
        places.number_by_count += 1
    else:
        places.over.append(place)


def _told(
    owner_type: int, rows: list[Any], settings: GallerySettings, *, using: str
) -> Iterator[tuple[Any, Place]]:
    """Yield what the history says of references to owners of one model."""
    found = ContentType.objects.db_manager(using).get_for_id(owner_type)
    model = found.model_class()
    if model is None:
        yield from _of_nobody(found, rows, settings)
        return
    owners = {row.object_id: model._meta.pk.to_python(row.object_id) for row in rows}
    names = names_of(model, set(owners.values()), using=using)
    versions = {_told_by(row) for row in rows}
    records = snapshots_of(model, set(owners.values()), versions, using=using)
    for row in rows:
        owner = owners[row.object_id]
        record = records.get((owner, _told_by(row)))
        yield row, _place(row, owner, record, names=names, settings=settings)


def _told_by(row: Any) -> int:
    """Return the number of the snapshot that tells who added the image, or took it out."""
    return int(row.since_version if row.until_version is None else row.until_version)


def _place(
    row: Any, owner: Any, record: Any, *, names: OwnerNames, settings: GallerySettings
) -> Place:
    last = names.versions.get(owner)
    return Place(
        place=names.place(row.field, owner),
        snapshot=row.since_version if row.until_version is None else row.until_version - 1,
        since=row.since,
        until=row.until,
        by=record.actor if record is not None else "",
        with_owner=record is not None and record.history_type == DELETED,
        by_count=row.held
        or (
            row.until_version is not None
            and settings.KEEP_SNAPSHOTS > 1
            and last is not None
            and protects_latest(row.until_version, last_version=last, policy=settings.retention)
        ),
    )


def _of_nobody(
    owner_type: ContentType, rows: list[Any], settings: GallerySettings
) -> Iterator[tuple[Any, Place]]:
    """Yield what is known without the owner's app: its name, its key, its snapshots' numbers."""
    for row in rows:
        owner = f"{owner_type.name.capitalize()} {row.object_id} (its app is not installed)"
        kept = row.until_version is not None and settings.KEEP_SNAPSHOTS > 1
        yield (
            row,
            Place(
                place=f"{row.field} of {owner}",
                snapshot=row.since_version if row.until_version is None else row.until_version - 1,
                since=row.since,
                until=row.until,
                by_count=row.held or kept,
                unknown_owner=kept,
            ),
        )
