"""The owners and images that entries name, as a page shows them: few queries, however many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import models
from django.urls import NoReverseMatch, reverse

from audit.details import changes_in
from audit.labels import label_of, model_named
from audit.models import Entry
from audit.wording import row_of
from gallery_events.fields import gallery_fields
from gallery_events.models import Tombstone

#: So many images of a save are shown; the summary counts the others.
SHOWN = 4

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
    gone, by the name that its tombstone kept.
    """

    def __init__(self, entries: Sequence[Entry], *, request: Any, site: Any) -> None:
        self.request, self.site = request, site
        self.using = entries[0]._state.db if entries else None
        self.images_of = {entry.pk: list(_images_of(entry)) for entry in entries}
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

    def _read(self, places: set[Place], read: Any) -> dict[Place, Face]:
        found: dict[Place, Face] = {}
        for label in sorted({label for label, _ in places}):
            model = model_named(label)
            if model is not None and self._may_view(model):
                keys = {key for each, key in places if each == label and key}
                found |= {(label, face.key): face for face in read(model, label, keys)}
        return found

    def _may_view(self, model: type[models.Model]) -> bool:
        registered = self.site._registry.get(model)  # noqa: SLF001 - Django's own templates read it
        if registered is not None:
            return bool(registered.has_view_permission(self.request))
        name = f"{model._meta.app_label}.view_{model._meta.model_name}"
        return bool(self.request.user.has_perm(name))

    def _owners(self, model: type[models.Model], label: str, keys: set[str]) -> Iterator[Face]:
        # The lists are long, and nobody is shown them here.
        lists = [each.name for each in gallery_fields(model)]
        rows: models.QuerySet[Any] = models.QuerySet(model, using=self.using).defer(*lists)
        for owner in rows.filter(pk__in=_as_keys(model, keys)):
            text = f"{row_of(label, str(owner.pk))}: {owner}"
            yield Face(label, str(owner.pk), text, self._url(model, owner.pk))

    def _images(self, model: type[models.Model], label: str, keys: set[str]) -> Iterator[Face]:
        everything: models.QuerySet[Any] = models.QuerySet(model, using=self.using)
        rows = everything.filter(pk__in=_as_keys(model, keys))
        left = set(keys)
        for pk, name, storage, renditions in rows.values_list(
            "pk", "name", "storage", "renditions"
        ):
            left.discard(str(pk))
            text = name or row_of(label, str(pk))
            yield Face(label, str(pk), text, self._url(model, pk), _thumbnail(storage, renditions))
        gone = Tombstone.objects.using(self.using).filter(image_model=label, key__in=left)
        for key, name in gone.values_list("key", "name") if left else ():
            yield Face(label, key, name or row_of(label, key))

    def _url(self, model: type[models.Model], pk: Any) -> str:
        if model not in self.site._registry:  # noqa: SLF001 - Django's own templates read it
            return ""
        name = f"{self.site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
        try:
            return reverse(name, args=[pk])
        except NoReverseMatch:
            return ""


def _images_of(entry: Entry) -> Iterator[Place]:
    """Yield the images that an entry names, those that came before those that went."""
    if entry.image_model:
        yield entry.image_model, entry.image_key
        return
    model: Any = model_named(entry.owner_model)
    if not entry.event or model is None:
        return
    changes = changes_in(entry.detail)
    left = SHOWN
    for field in gallery_fields(model):
        delta = changes.get(field.name)
        placed = (*delta.added, *delta.removed, *delta.moved) if delta else ()
        for _, key in placed[:left]:
            left -= 1
            yield label_of(field.image_model), str(key)


def _unseen(label: str, key: str) -> Face:
    return Face(label, key, row_of(label, key))


def _as_keys(model: type[models.Model], keys: Iterable[str]) -> list[Any]:
    found = []
    for key in keys:
        try:
            found.append(model._meta.pk.to_python(key))
        except ValidationError:
            continue  # the model has other keys by now
    return found


def _thumbnail(storage: str, renditions: Any) -> str:
    try:
        return str(storages[storage].url(renditions["thumbnail"]["name"]))
    except Exception:  # noqa: BLE001 - without a picture the page is worth as much
        return ""
