"""The trail: one row for each signal, never changed and never deleted but by the prune command."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.exceptions import AppendOnly
from audit.querysets import REFUSED, EntryQuerySet


class Entry(models.Model):
    """
    One thing that happened, written in the transaction in which it happened.

    *kind* is the name of the signal, or one of the trail's own words, *event*
    what the snapshot says of a save. Owners, images and people are named by
    text, so that an entry outlives them; *at* is the time of the database. Entries are added and nothing else: the model
    refuses the rest, and so do triggers of the database.
    """

    # What has a fixed width stands first: PostgreSQL would fill up to it otherwise.
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    version = models.PositiveIntegerField(_("version"), null=True)
    kind = models.CharField(_("kind"), max_length=24)
    event = models.CharField(_("event"), max_length=24, blank=True)
    owner_model = models.CharField(_("owner model"), max_length=201, blank=True)
    owner_key = models.CharField(_("owner key"), max_length=64, blank=True)
    image_model = models.CharField(_("image model"), max_length=201, blank=True)
    image_key = models.CharField(_("image key"), max_length=64, blank=True)
    actor_key = models.CharField(_("actor key"), max_length=64, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    source = models.CharField(_("source"), max_length=24, blank=True)
    detail = models.JSONField(_("detail"), default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("trail")
        base_manager_name = "objects"
        # Each costs every save some bytes: none on what the order of the keys tells as well.
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner_model", "owner_key"], name="gallery_audit_owner"),
            models.Index(
                fields=["image_model", "image_key"],
                name="gallery_audit_image",
                condition=~Q(image_key=""),
            ),
            models.Index(
                fields=["actor_key"], name="gallery_audit_actor", condition=~Q(actor_key="")
            ),
            models.Index(
                fields=["request_id"], name="gallery_audit_request", condition=~Q(request_id="")
            ),
        ]

    def __str__(self) -> str:
        """Return what happened to whom."""
        label, key = (
            (self.owner_model, self.owner_key)
            if self.owner_model
            else (self.image_model, self.image_key)
        )
        return f"{self.kind} {label} {key}".strip()

    def save(self, **options: Any) -> None:
        """Add the entry; raise AppendOnly when it is there already."""
        if not self._state.adding:
            raise AppendOnly(REFUSED)
        # An UPDATE of a row with the same key is what Django would try first.
        super().save(**{**options, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse, naming the way."""
        raise AppendOnly(REFUSED)

    save.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]
