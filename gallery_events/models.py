"""What is stored: owners, images, references, tombstones and the runs of the sweep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gallery_events import conf, roads
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import GalleryError
from gallery_events.fields import ImageFileField
from gallery_events.history import HISTORIC, WRITTEN, GalleryHistory, refuse_when_disabled
from gallery_events.querysets import REFUSED_DELETE, GalleryQuerySet, ImageQuerySet

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

        def write_row(fields: Iterable[str] | None, alias: str) -> None:
            write(
                force_insert=force_insert,
                force_update=force_update,
                using=alias,
                update_fields=fields,
            )

        if expected_version is LOADED:
            expected_version = None if HISTORIC in self.__dict__ else self.gallery_version
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
        super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)


def default_storage_alias() -> str:
    """Return where new images go, by the settings of this moment."""
    return conf.current().STORAGE


def default_review_after() -> Any:
    """Return the end of the upload grace, counted from now."""
    return end_of_grace(conf.current().retention, now=timezone.now())


def new_name(instance: Any, filename: str) -> str:
    """Keep the name: the upload has made one that is random and in a folder of its own."""
    return filename


class AbstractImage(models.Model):
    """
    One uploaded file and its row. The file is immutable; an edit makes a new image.

    Subclass it for an image model of one's own, and put an
    :class:`AbstractReference` beside it. Law 1: an image that no reference
    names always has a *review_after*.
    """

    file = ImageFileField(
        _("file"), upload_to=new_name, max_length=255, editable=False
    )
    storage = models.CharField(
        _("storage"), max_length=64, default=default_storage_alias, editable=False
    )
    name = models.CharField(_("original name"), max_length=255, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    upload_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0, editable=False)
    width = models.PositiveIntegerField(_("width"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False)
    content_type = models.CharField(_("content type"), max_length=64, blank=True, editable=False)
    frames = models.PositiveIntegerField(_("frames"), default=1, editable=False)
    placeholder = models.CharField(max_length=64, blank=True, editable=False)
    alt = models.CharField(_("alternative text"), max_length=500, blank=True)
    caption = models.TextField(_("caption"), blank=True)
    renditions = models.JSONField(default=dict, blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)
    review_after = models.DateTimeField(null=True, default=default_review_after, editable=False)
    reviews = models.PositiveSmallIntegerField(default=0, editable=False)
    trashed_at = models.DateTimeField(_("in the trash since"), null=True, editable=False)
    original = models.ForeignKey(
        "self",
        verbose_name=_("made from"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="derivatives",
    )
    edit = models.JSONField(null=True, blank=True, editable=False)
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    pin_reason = models.CharField(_("reason of the pin"), max_length=255, blank=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["storage", "file"], name="%(app_label)s_%(class)s_file"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["review_after"],
                name="%(app_label)s_%(class)s_due",
                condition=Q(review_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the name the file came with, or its key."""
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Any:
        """Remember the file's name, which never changes."""
        image = super().from_db(db, field_names, values)
        if "file" in image.__dict__:
            image._loaded_file = str(image.__dict__["file"])
        return image

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; raises GalleryError when the file of a saved image was exchanged."""
        loaded = getattr(self, "_loaded_file", None)
        if loaded is not None and "file" in self.__dict__ and self.file.name != loaded:
            message = (
                f"The file of image {self.pk} cannot be exchanged, because galleries and their "
                "history show it: receive the new file with flows.upload.receive and put the new "
                "image in its place."
            )
            raise GalleryError(message)
        super().save(*args, **kwargs)
        self._loaded_file = self.file.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse, naming the way: the trash, and the sweep."""
        raise GalleryError(REFUSED_DELETE)

    delete.alters_data = True  # type: ignore[attr-defined]

    def file_names(self) -> list[str]:
        """Return the names of all files of this image, its renditions included."""
        return [self.file.name, *(each["name"] for each in self.renditions.values())]


class Image(AbstractImage):
    """The image model that is used unless a gallery names another one."""

    class Meta(AbstractImage.Meta):
        permissions: ClassVar[list[Any]] = [
            ("rescue_image", _("Can take an image out of the trash")),
            ("pin_image", _("Can keep an image whatever its use")),
        ]


class AbstractReference(models.Model):
    """
    A reason for an image to live: it is in a gallery, or was a short while ago.

    One row covers all consecutive snapshots that hold the image:
    *since_version* is the first of them, *until_version* the first one
    without it, *since* and *until* their dates. *held* marks an ended row
    that only ``KEEP_SNAPSHOTS`` keeps; its owner's next save clears the mark.

    A subclass adds ``image``, a foreign key with ``PROTECT`` and
    ``related_name="references"``.
    """

    content_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", editable=False
    )
    object_id = models.CharField(max_length=64, editable=False)
    field = models.CharField(max_length=64, editable=False)
    since_version = models.PositiveIntegerField(editable=False)
    since = models.DateTimeField(editable=False)
    until_version = models.PositiveIntegerField(null=True, editable=False)
    until = models.DateTimeField(null=True, editable=False)
    held = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field", "image"],
                condition=Q(until__isnull=True),
                name="%(app_label)s_%(class)s_current",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["until"],
                name="%(app_label)s_%(class)s_until",
                condition=Q(until__isnull=False, held=False),
            ),
            models.Index(
                fields=["content_type", "object_id"],
                name="%(app_label)s_%(class)s_held",
                condition=Q(held=True),
            ),
        ]

    def __str__(self) -> str:
        """Return which gallery names which image, and when."""
        image = getattr(self, "image_id", None)
        place = f"{self.field} of {self.content_type} {self.object_id}"
        span = f"since version {self.since_version}"
        if self.until_version is not None:
            span += f" until version {self.until_version}"
        return f"image {image} in {place} {span}"


class Reference(AbstractReference):
    """The references to :class:`Image`."""

    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, related_name="references", editable=False
    )


class Tombstone(models.Model):
    """
    What stays of a purged image, and the list of files still to remove.

    Written in the transaction that deletes the image's row; *columns* holds
    that row whole. The files go when *due* has passed; a row is done when
    *done_at* is set, and a dead letter when *attempts* ran out before.
    """

    MAX_ATTEMPTS: ClassVar[int] = 10

    image_model = models.CharField(max_length=128)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    placeholder = models.CharField(max_length=64, blank=True)
    columns = models.JSONField()
    storage = models.CharField(max_length=64)
    files = models.JSONField()
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)
    purged_at = models.DateTimeField()
    due = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["image_model", "key"], name="tombstone_image"),
            models.Index(
                fields=["due", "id"], name="tombstone_due", condition=Q(done_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        """Return which image this was."""
        return f"{self.name or self.image_model} ({self.key}), purged {self.purged_at:%Y-%m-%d}"

    @property
    def image_pk(self) -> Any:
        """The key of the image in the key's own type."""
        from django.apps import apps

        return apps.get_model(self.image_model)._meta.pk.to_python(self.key)

    @property
    def is_dead(self) -> bool:
        """Whether the files could not be removed and nobody tries any more."""
        return self.done_at is None and self.attempts >= self.MAX_ATTEMPTS


class SweepRun(models.Model):
    """
    One run of the sweep. *judged_at* is the moment it judged by; *breaker*
    holds the number of purges that stopped it, until it is acknowledged.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(db_index=True)
    report = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    purged = models.PositiveIntegerField(default=0)
    breaker = models.PositiveIntegerField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return number and moment of the run."""
        return f"sweep {self.pk} as of {self.judged_at:%Y-%m-%d %H:%M}"
