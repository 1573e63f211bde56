"""The owner of galleries: a model whose every save is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from gallery_events import arguments, roads
from gallery_events.fields.gallery import TEXTS
from gallery_events.history import HISTORIC, WRITTEN, GalleryHistory, refuse_when_disabled
from gallery_events.querysets import GalleryQuerySet

#: The default of ``save(expected_version=)``: the version the instance was loaded with.
LOADED = object()


class GalleryModel(models.Model):
    """
    A model that owns galleries: every save is one numbered snapshot.

    Saves merge with what others saved since the instance was loaded, or raise
    :exc:`~gallery_events.exceptions.StaleGallery`. Missing images raise
    :exc:`~gallery_events.exceptions.ImagesLost`; both before anything is written.
    """

    gallery_version = models.PositiveIntegerField(default=0, editable=False)

    history = GalleryHistory()
    objects = GalleryQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(
        self,
        *,
        expected_version: Any = LOADED,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """
        Save the row and its snapshot in one transaction.

        *expected_version* is the version that the change was made on, by
        default the one this instance was loaded with; None overwrites
        whatever was saved since, as does the ``instance`` of a snapshot.
        """
        write = super().save

        def write_row(fields: Iterable[str] | None, alias: str, *, insert: bool) -> None:
            write(
                force_insert=force_insert or insert,
                force_update=force_update,
                using=alias,
                update_fields=fields,
            )

        if expected_version is LOADED:
            expected_version = None if HISTORIC in self.__dict__ else self.gallery_version
        else:
            arguments.refuse_wrong_version("expected_version", expected_version)
        roads.save(
            self,
            write_row,
            expected_version=expected_version,
            using=using,
            update_fields=update_fields,
            force_insert=force_insert,
            force_update=force_update,
        )

    save.alters_data = True  # type: ignore[attr-defined]

    def delete(self, using: str | None = None, keep_parents: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Delete the row; its last snapshot keeps the lists it had."""
        refuse_when_disabled(self)
        return super().delete(using=using, keep_parents=keep_parents)

    delete.alters_data = True  # type: ignore[attr-defined]

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: Any = None,
    ) -> None:
        """Load again; a deferred column never comes without the version it belongs to."""
        names = None if fields is None else list(fields)
        if names and "gallery_version" not in self.__dict__:
            names.append("gallery_version")
        if names is None or "gallery_version" in names:
            self.__dict__.pop(WRITTEN, None)
        if names is None:
            self.__dict__.pop(TEXTS, None)
        super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)
