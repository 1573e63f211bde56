"""The owners and images that entries name, as a page shows them: few queries, however many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from audit.details import changes_in
from audit.labels import label_of, model_named
from audit.models import Entry
from audit.sight import Sight, as_keys
from audit.wording import row_of
from gallery_events.fields import gallery_fields
from gallery_events.models import Tombstone

#: So many images of a save are shown; the summary counts the others.
SHOWN = 4
#: What an entry about an image tells that names it, or its files.
NAMES = ("name", "files")

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Face:
    """One row as the trail shows it: in words, and where it can be seen."""

    label: str
    key: str
    text: str
    url: str = ""
    thumbnail: str = ""


class Faces:
    """
    What entries name, read once for a whole page.

    What somebody may not see is named by its model and key alone; what is
    gone, by the name that its tombstone kept, to those who may see tombstones.
    *first* is the image that the page is about: it is shown of each save.
    """

    def __init__(
        self, entries: Sequence[Entry], *, request: Any, site: Any, first: Place | None = None
    ) -> None:
        self.using = entries[0]._state.db if entries else None
        self.sight = Sight(request=request, site=site, using=self.using)
        self.images_of = {entry.pk: list(_images_of(entry, first)) for entry in entries}
        self.readable: set[Place] = set()
        self.owners = self._read(
            {(entry.owner_model, entry.owner_key) for entry in entries}, self._owners
        )
        self.images = self._read(
            {place for places in self.images_of.values() for place in places}, self._images
        )

    def owner(self, entry: Entry) -> Face | None:
        """Return the owner that an entry names, if it names one."""
        if not entry.owner_model:
            return None
        return self.owners.get((entry.owner_model, entry.owner_key)) or _unseen(
            entry.owner_model, entry.owner_key
        )

    def pictures(self, entry: Entry) -> list[Face]:
        """Return the images that an entry names, the first few of a save's."""
        places = self.images_of[entry.pk]
        return [self.images.get(place) or _unseen(*place) for place in places]

    def detail(self, entry: Entry) -> dict[str, Any]:
        """Return what an entry tells, without the names of what may not be seen."""
        detail: dict[str, Any] = entry.detail
        if not entry.image_model or (entry.image_model, entry.image_key) in self.readable:
            return detail
        return {name: value for name, value in detail.items() if name not in NAMES}

    def _read(self, places: set[Place], read: Any) -> dict[Place, Face]:
        found: dict[Place, Face] = {}
        for label in sorted({label for label, _ in places if label}):
            keys = {key for each, key in places if each == label and key}
            found |= {(label, face.key): face for face in read(label, keys)}
        return found

    def _owners(self, label: str, keys: set[str]) -> Iterator[Face]:
        model = model_named(label)
        if model is None:
            return
        # The lists are long, and nobody is shown them here.
        lists = [each.name for each in gallery_fields(model)]
        for owner in self.sight.rows(model, keys, unread=lists):
            text = f"{row_of(label, str(owner.pk))}: {owner}"
            yield Face(label, str(owner.pk), text, self.sight.url(model, owner.pk))

    def _images(self, label: str, keys: set[str]) -> Iterator[Face]:
        model = model_named(label)
        there: set[str] = set()
        if model is not None:
            rows: models.QuerySet[Any] = models.QuerySet(model, using=self.using)
            found = rows.filter(pk__in=as_keys(model, keys)).values_list("pk", flat=True)
            there = set(map(str, found))
            for image in self.sight.rows(model, there):
                key = str(image.pk)
                self.readable.add((label, key))
                text = image.name or row_of(label, key)
                thumbnail = _thumbnail(image)
                yield Face(label, key, text, self.sight.url(model, key), thumbnail)
        yield from self._graves(label, keys - there)

    def _graves(self, label: str, gone: set[str]) -> Iterator[Face]:
        if not gone or not self.sight.allows(Tombstone):
            return
        self.readable.update((label, key) for key in gone)
        graves = Tombstone.objects.using(self.using).filter(image_model=label, key__in=gone)
        for key, name in graves.values_list("key", "name"):
            yield Face(label, key, name or row_of(label, key))


def _images_of(entry: Entry, first: Place | None) -> Iterator[Place]:
    """Yield the images that an entry names, those that came before those that went."""
    if entry.image_model:
        yield entry.image_model, entry.image_key
        return
    places = list(dict.fromkeys(_images_of_save(entry)))
    # The sort keeps the order of the others.
    places.sort(key=lambda place: place != first)
    yield from places[:SHOWN]


def _images_of_save(entry: Entry) -> Iterator[Place]:
    model: Any = model_named(entry.owner_model)
    if not entry.event or model is None:
        return
    changes = changes_in(entry.detail)
    for field in gallery_fields(model):
        delta = changes.get(field.name)
        label = label_of(field.image_model)
        for _, key in (*delta.added, *delta.removed, *delta.moved) if delta else ():
            yield label, str(key)


def _unseen(label: str, key: str) -> Face:
    return Face(label, key, row_of(label, key))


def _thumbnail(image: Any) -> str:
    try:
        return str(image.rendition_url("thumbnail")) if "thumbnail" in image.renditions else ""
    except Exception:  # noqa: BLE001 - without a picture the page is worth as much
        return ""
