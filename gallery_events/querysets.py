"""QuerySets that record what they write, and those that refuse what would not be recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NoReturn

from django.db import models, transaction
from django.db.models.utils import resolve_callables

from gallery_events import columns, roads
from gallery_events.exceptions import GalleryError, HistoryBypassed
from gallery_events.fields import gallery_fields


class GalleryQuerySet(models.QuerySet[Any]):
    """
    The QuerySet of owners.

    Bulk calls that write a gallery are recorded like saves, in one
    transaction: each owner gets its snapshot. Calls that write other columns
    only are Django's own and, as with simple-history, leave no snapshot.
    """

    def only(self, *fields: str) -> Any:
        """Load these columns, and always the version they belong to."""
        return super().only(*fields, "gallery_version")

    def defer(self, *fields: Any) -> Any:
        """Load these columns later; never the version that the others belong to."""
        if fields == (None,):
            return super().defer(None)
        return super().defer(*(name for name in fields if name != "gallery_version"))

    def bulk_create(  # noqa: PLR0917 - Django's own signature
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Any]:
        """Create owners with their first snapshots; conflicts cannot be ignored or updated."""
        if ignore_conflicts or update_conflicts:
            message = (
                "bulk_create(ignore_conflicts / update_conflicts) does not tell which owners it "
                "wrote, so they cannot be recorded: create the new ones, and save() the others."
            )
            raise HistoryBypassed(message)
        create = super().bulk_create
        owners = list(objs)
        return roads.bulk_create(  # type: ignore[no-any-return]
            self, owners, lambda: create(owners, batch_size=batch_size)
        )

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Save the given fields of each owner; a gallery among them is recorded for each."""
        fields = list(fields)
        self._refuse_version(fields)
        if not self._galleries_in(fields):
            return super().bulk_update(objs, fields, batch_size=batch_size)
        if batch_size is not None and batch_size <= 0:
            message = "Batch size must be a positive integer."
            raise ValueError(message)
        return roads.bulk_save(self, list(objs), fields)  # type: ignore[no-any-return]

    def update(self, **kwargs: Any) -> int:
        """Update rows; when a gallery is among the values, each owner is locked and recorded."""
        if columns.names_key(self.model, kwargs):
            raise HistoryBypassed(columns.REFUSED_KEY)
        self._refuse_version(kwargs)
        if not self._galleries_in(kwargs):
            return super().update(**kwargs)
        update = models.QuerySet.update
        return roads.update(  # type: ignore[no-any-return]
            self, kwargs, lambda queryset, values: update(queryset, **values)
        )

    bulk_create.alters_data = True  # type: ignore[attr-defined]
    bulk_update.alters_data = True  # type: ignore[attr-defined]
    update.alters_data = True  # type: ignore[attr-defined]

    def _galleries_in(self, names: Collection[str]) -> list[str]:
        return [field.name for field in gallery_fields(self.model) if field.name in names]

    def _refuse_version(self, names: Collection[str]) -> None:
        if "gallery_version" in names:
            message = (
                "gallery_version counts snapshots and is written by saves only: "
                "leave it out of update() and bulk_update()."
            )
            raise HistoryBypassed(message)


class ImageQuerySet(models.QuerySet[Any]):
    """The QuerySet of images: files are never exchanged, and rows leave by the sweep only."""

    def update(self, **kwargs: Any) -> int:
        """Update rows; never their keys and files."""
        if columns.names_key(self.model, kwargs):
            raise GalleryError(columns.REFUSED_KEY)
        if not kwargs.keys().isdisjoint(columns.FILE):
            raise GalleryError(columns.REFUSED_EXCHANGE)
        return super().update(**kwargs)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Save the given fields of each image; what a save would not write is refused."""
        fields = list(fields)
        columns.refuse_kept(self.model, fields)
        return super().bulk_update(objs, fields, batch_size=batch_size)

    def bulk_create(  # noqa: PLR0917 - Django's own signature
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Any]:
        """Create images; a row that is there already may be updated as a save would do."""
        columns.refuse_kept(self.model, update_fields or ())
        return super().bulk_create(
            objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
        )

    def update_or_create(
        self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any
    ) -> tuple[Any, bool]:
        """Do as Django does, whose own names every date of the row as one to be written."""
        values = dict(defaults or {})
        self._for_write = True
        with transaction.atomic(using=self.db):
            first = values if create_defaults is None else create_defaults
            image, created = self.select_for_update().get_or_create(first, **kwargs)
            if not created:
                columns.refuse_kept(self.model, values)
                for name, value in resolve_callables(values):
                    setattr(image, name, value)
                image.save(using=self.db)
        return image, created

    def delete(self) -> NoReturn:
        """Refuse: a deleted row would leave galleries and history with broken images."""
        raise GalleryError(REFUSED_DELETE)

    update.alters_data = True  # type: ignore[attr-defined]
    bulk_update.alters_data = True  # type: ignore[attr-defined]
    bulk_create.alters_data = True  # type: ignore[attr-defined]
    update_or_create.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


REFUSED_DELETE = (
    "Images are not deleted directly, because a gallery or its history may still show them. "
    "Put the image into the trash with gallery_events.flows.trash.trash(image): the sweep "
    "deletes it when nothing needs it any more."
)


class SnapshotQuerySet(models.QuerySet[Any]):
    """Snapshots are written by saves and removed by ``gallery_prune``; nothing else changes them."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise HistoryBypassed(REFUSED_CHANGE)

    update = _refuse
    delete = _refuse
    create = _refuse
    bulk_create = _refuse
    bulk_update = _refuse
    get_or_create = _refuse
    update_or_create = _refuse


REFUSED_CHANGE = (
    "Snapshots are never written, changed or removed by hand. Old ones go with "
    "'manage.py gallery_prune' (never clean_old_history or clean_duplicate_history), owners "
    "without any get theirs with 'manage.py gallery_rebuild' (never populate_history), bulk "
    "calls are recorded by the owner's own objects, and a reason is given before the save as "
    "owner._change_reason."
)
