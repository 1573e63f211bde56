"""References: why an image lives."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gallery_events.identifiers import constraint_name, index_name
from gallery_events.models.images import Image


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
        ContentType,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        # All references of a model are never asked for; SQLite would use it where it is worst.
        db_index=False,
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
                name=constraint_name("current"),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["until"],
                name=index_name("until"),
                condition=Q(until__isnull=False, held=False),
            ),
            # The unique constraint finds an owner's current references; this, those that ended.
            models.Index(
                fields=["content_type", "object_id"],
                name=index_name("ended"),
                condition=Q(until__isnull=False),
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

    class Meta(AbstractReference.Meta):
        # Galleries have no table of their own; what may be done with all of them is asked here.
        permissions: ClassVar[list[Any]] = [
            ("view_timeline", _("Can see the history of galleries")),
            ("restore_gallery", _("Can bring back an earlier state of a gallery")),
            ("recover_owner", _("Can bring back a deleted owner of galleries")),
        ]
