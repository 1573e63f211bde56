"""Images as thumbnails: all of a page in one query for each image model, gone ones included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from gallery_events import access, conf, sql
from gallery_events.fields import GalleryField
from gallery_events.flows.available import tombstones
from gallery_events.models import Tombstone
from gallery_events.timelines.links import Links


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """
    An image on a page: shown, in the trash, gone, or not to be seen by who looks.

    *url* is empty for the last two: a box with the name stands for them, or
    the blurred *placeholder* that the tombstone of a gone one keeps.
    *place* is its position in the gallery, from 1; None where it tells nothing.
    """

    key: Any
    name: str
    state: str = "shown"
    alt: str = ""
    url: str = ""
    link: str = ""
    placeholder: str = ""
    place: int | None = None
    gone_at: Any = None

    def at(self, place: int | None) -> Thumbnail:
        """Return it with its place."""
        return replace(self, place=place)


class Pictures:
    """
    The thumbnails of one page.

    First everything that the page will show is noted, then read at once:
    a query for each image model, and one for the tombstones of what is gone.
    Where images are served through a view, only what *user* may see is shown.
    """

    def __init__(self, *, user: Any, using: str, links: Links | None = None) -> None:
        self.user = user
        self.using = using
        self.links = links or Links()
        self.guarded = conf.current().SERVE == "view"
        self.noted: dict[type[models.Model], dict[Any, None]] = {}
        self.found: dict[type[models.Model], dict[Any, Thumbnail]] = {}

    def note(self, gallery: GalleryField, keys: Iterable[Any]) -> None:
        """Note keys that the page shows."""
        self.noted.setdefault(gallery.image_model, {}).update(dict.fromkeys(keys))

    def read(self) -> Pictures:
        """Read all that was noted since the last time; return self."""
        for model, noted in self.noted.items():
            known = self.found.setdefault(model, {})
            keys = [key for key in noted if key not in known]
            if keys:
                known |= self._read(model, keys)
        self.noted = {}
        return self

    def thumbnail(self, gallery: GalleryField, key: Any) -> Thumbnail:
        """Return one that was noted and read."""
        return self.found[gallery.image_model][key]

    def thumbnails(self, gallery: GalleryField, keys: Iterable[Any]) -> list[Thumbnail]:
        """Return several that were noted and read."""
        return [self.thumbnail(gallery, key) for key in keys]

    def _read(self, model: Any, keys: list[Any]) -> dict[Any, Thumbnail]:
        rows = model._base_manager.using(self.using).filter(
            pk__in=sql.among(model._meta.pk, keys, self.using)
        )
        images = {image.pk: image for image in rows}
        gone = [key for key in keys if key not in images]
        visible = set(images)
        if self.guarded:
            visible = access.guard(self.user).visible(images.values())
        named = model._meta.verbose_name
        made = {
            key: self._shown(image)
            if key in visible
            else Thumbnail(key, f"{named} {key}", "hidden")
            for key, image in images.items()
        }
        return made | self._gone(model, gone)

    def _shown(self, image: Any) -> Thumbnail:
        return Thumbnail(
            image.pk,
            str(image),
            "shown" if image.trashed_at is None else "trashed",
            alt=image.alt or str(image),
            url=_address(image),
            link=self.links.image(image),
        )

    def _gone(self, model: Any, keys: list[Any]) -> dict[Any, Thumbnail]:
        """Return boxes with what tombstones keep: names, and blurred pictures."""
        if not keys:
            return {}
        named = model._meta.verbose_name
        made = {key: Thumbnail(key, f"{named} {key}", "gone") for key in keys}
        for each in tombstones(model, keys, using=self.using):
            told = self._may_tell(each)
            made[each.image_pk] = Thumbnail(
                each.image_pk,
                each.name if each.name and told else f"{named} {each.key}",
                "gone",
                placeholder=each.placeholder if told else "",
                gone_at=each.purged_at,
            )
        return made

    def _may_tell(self, tombstone: Tombstone) -> bool:
        """Tell whether name and blur may be shown: no policy can be asked about what is gone."""
        if not self.guarded:
            return True
        meta = Tombstone._meta
        permission = f"{meta.app_label}.view_{meta.model_name}"
        return self.user is not None and self.user.has_perm(permission)


def _address(image: Any) -> str:
    """Return where a thumbnail is; a storage that cannot say so costs the picture, not the page."""
    try:
        return str(image.rendition_url("thumbnail"))
    except Exception:  # noqa: BLE001 - any storage's errors
        return ""
