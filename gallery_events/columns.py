"""Which columns of an image a save may write: never its file, never its life cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models, router

from gallery_events.exceptions import GalleryError

#: The columns that say which file it is.
FILE = ("file", "storage")
#: What an upload or an edit found out about the file, once and for all.
FACTS = (
    *("sha256", "upload_sha256", "size", "width", "height", "content_type", "frames"),
    "treatment",
    *("original", "edit", "uploaded_at"),
)
#: What the sweep, the trash and a rescue write; an instance may be older than they are.
LIFE_CYCLE = ("review_after", "reviews", "trashed_at")
#: What a maker of renditions writes under the row's lock: a save of an older instance would have
#: the row forget files that are there, and no purge would find them.
MADE = "renditions"

#: The attributes in which an image remembers the file and storage, and the renditions, that it
#: was loaded with.
LOADED = "_gallery_loaded_file"
LOADED_MADE = "_gallery_loaded_renditions"

REFUSED_EXCHANGE = (
    "The file of a saved image cannot be exchanged, because galleries and their history show it: "
    "receive the new file with flows.upload.receive and put the new image in its place."
)
REFUSED_COLUMNS = (
    "is not written by save() or bulk calls of images: it tells of the file, which never changes, "
    "or belongs to the sweep. Leave it out; a new file is received with flows.upload.receive, the "
    "trash is entered by flows.trash.trash(image) and left by flows.trash.rescue(image)."
)
REFUSED_KEY = (
    "A key is never updated: galleries, history and references would go on naming the old one. "
    "Create another row, and delete or trash this one."
)


def kept(model: type[models.Model]) -> set[str]:
    """Return the columns that no save of an image writes again, by both their names."""
    names = {*FILE, *FACTS, *LIFE_CYCLE}
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    return {name for field in fields for name in (field.name, field.attname)}


def editable(image: Any) -> list[str]:
    """
    Return the columns that a plain save of a saved image writes: loaded and not kept.

    Renditions only where somebody has given the image others since it was loaded.
    """
    left_out = kept(type(image))
    if image.__dict__.get(MADE) == image.__dict__.get(LOADED_MADE):
        left_out.add(MADE)
    return [
        field.name
        for field in image._meta.concrete_fields
        if not (field.primary_key or field.generated or field.name in left_out)
        and field.attname in image.__dict__
    ]


def refuse_kept(model: type[models.Model], names: Iterable[str]) -> None:
    """Raise GalleryError when columns of the file or of the life cycle are named."""
    if named := sorted(kept(model).intersection(names)):
        message = f"{', '.join(named)} {REFUSED_COLUMNS}"
        raise GalleryError(message)


def names_key(model: type[models.Model], names: Collection[str]) -> bool:
    """Tell whether the primary key is among *names*, whatever it is called."""
    key = model._meta.pk
    return not {"pk", key.name, key.attname}.isdisjoint(names)


def told_file(image: Any) -> dict[str, str]:
    """Return the file and the storage that an instance names, as far as they are loaded."""
    return {name: str(image.__dict__[name] or "") for name in FILE if name in image.__dict__}


def remember_file(image: Any) -> None:
    """Note which file and renditions an instance names now that they are what its row holds."""
    image.__dict__[LOADED] = told_file(image)
    remember_made(image)


def remember_made(image: Any) -> None:
    """Note which renditions an instance was loaded with, as far as they are loaded."""
    made = image.__dict__.get(MADE)
    image.__dict__[LOADED_MADE] = dict(made) if isinstance(made, dict) else made


def refuse_exchange(image: Any, *, using: str) -> None:
    """Raise GalleryError when a saved image names another file than its row does."""
    told, loaded = told_file(image), image.__dict__.get(LOADED, {})
    if not told.keys() <= loaded.keys():
        # Deferred and then read or assigned, or created in bulk: only the row knows.
        rows = type(image)._base_manager.using(using).filter(pk=image.pk)
        loaded = rows.values(*told).first() or told
    file = image.__dict__.get("file")
    if any(told[name] != loaded[name] for name in told) or not getattr(file, "_committed", True):
        raise GalleryError(REFUSED_EXCHANGE)


def refuse_existing(image: Any, *, using: str) -> None:
    """Raise GalleryError when a new instance would overwrite the row that has its key."""
    if type(image)._base_manager.using(using).filter(pk=image.pk).exists():
        message = (
            f"There is an image {image.pk} already, which galleries and their history show. Load "
            "it and change what may change, or leave the key out for an image of its own."
        )
        raise GalleryError(message)


def is_new(image: Any, *, using: str | None = None) -> bool:
    """Tell whether saving an instance is meant to make a row."""
    state = image._state
    using = using or router.db_for_write(type(image), instance=image)
    return image.pk is None or state.adding or state.db != using
