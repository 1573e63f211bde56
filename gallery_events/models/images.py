"""Images: one uploaded file and its row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models, router
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gallery_events import columns, conf
from gallery_events.domain.retention import end_of_grace
from gallery_events.exceptions import GalleryError
from gallery_events.fields import ImageFileField
from gallery_events.identifiers import constraint_name, index_name
from gallery_events.models.renditions import WithRenditions
from gallery_events.querysets import REFUSED_DELETE, ImageQuerySet


def default_storage_alias() -> str:
    """Return where new images go, by the settings of this moment."""
    return conf.current().STORAGE


def default_review_after() -> Any:
    """Return the end of the upload grace, counted from now."""
    return end_of_grace(conf.current().retention, now=timezone.now())


def new_name(instance: Any, filename: str) -> str:
    """Keep the name: the upload has made one that is random and in a folder of its own."""
    return filename


class Treatment(models.TextChoices):
    """What was done to the bytes that came in before they were stored."""

    KEPT = "kept", _("kept as they came")
    CUT = "cut", _("metadata cut out, pixels untouched")
    ENCODED = "encoded", _("encoded again")


class AbstractImage(WithRenditions, models.Model):
    """
    One uploaded file and its row. The file is immutable; an edit makes a new image.

    Saving a saved image writes its editable part only: alt, caption,
    placeholder, date taken, pins, names of people and files, and the columns that a
    subclass adds; renditions only when they were changed since they were
    loaded. The rest tells of the file, or is the sweep's.

    Subclass it for an image model of one's own, and put an
    :class:`AbstractReference` beside it. Law 1: an image that no reference
    names always has a *review_after*.
    """

    file = ImageFileField(_("file"), upload_to=new_name, max_length=255, editable=False)
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
    treatment = models.CharField(
        _("treatment"),
        max_length=16,
        choices=Treatment.choices,
        default=Treatment.KEPT,
        editable=False,
    )
    placeholder = models.CharField(max_length=64, blank=True, editable=False)
    alt = models.CharField(_("alternative text"), max_length=500, blank=True)
    decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text around it does not: it needs no words."),
    )
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
    #: When the camera says that it was taken; without an offset, by the project's clock.
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True, editable=False)
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
            models.UniqueConstraint(fields=["storage", "file"], name=constraint_name("file")),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["review_after"],
                name=index_name("due"),
                condition=Q(review_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the name the file came with, or its key."""
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """
        Save a new image whole, and of a saved one what may change.

        Raises GalleryError when that would exchange the file, or when
        *update_fields* names a column of the file or of the life cycle.
        """
        using = using or router.db_for_write(type(self), instance=self)
        names = None if update_fields is None else set(update_fields)
        if not columns.is_new(self, using=using):
            columns.refuse_exchange(self, using=using)
            if names is None and not force_insert:
                names = set(columns.editable(self))
        elif names is None and self.pk is not None and not force_insert:
            columns.refuse_existing(self, using=using)
            # Django would try an UPDATE first, and so overwrite a row that came in between.
            force_insert = not force_update
        columns.refuse_kept(type(self), names or ())
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=names
        )
        columns.remember_file(self)

    save.alters_data = True  # type: ignore[attr-defined]

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Any:
        """Remember the file, which never changes."""
        image = super().from_db(db, field_names, values, **kwargs)
        columns.remember_file(image)
        return image

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        """Load again, and remember which renditions there are now."""
        names = None if fields is None else list(fields)
        super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)
        if names is None or columns.MADE in names:
            columns.remember_made(self)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse, naming the way: the trash, and the sweep."""
        raise GalleryError(REFUSED_DELETE)

    delete.alters_data = True  # type: ignore[attr-defined]


class Image(AbstractImage):
    """The image model that is used unless a gallery names another one."""

    class Meta(AbstractImage.Meta):
        permissions: ClassVar[list[Any]] = [
            ("rescue_image", _("Can take an image out of the trash")),
            ("pin_image", _("Can keep an image whatever its use")),
        ]
