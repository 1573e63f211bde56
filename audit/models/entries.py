"""The trail: one row for each signal, never changed and never deleted but by the prune command."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """
    One thing that happened, written in the transaction in which it happened.

    *kind* is the name of the signal, or one of the trail's own words. Owners,
    images and people are named by text, so that an entry outlives them.
    """

    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    kind = models.CharField(_("kind"), max_length=24)
    owner_model = models.CharField(_("owner model"), max_length=128, blank=True)
    owner_key = models.CharField(_("owner key"), max_length=64, blank=True)
    version = models.PositiveIntegerField(_("version"), null=True)
    image_model = models.CharField(_("image model"), max_length=128, blank=True)
    image_key = models.CharField(_("image key"), max_length=64, blank=True)
    actor_key = models.CharField(_("actor key"), max_length=64, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    source = models.CharField(_("source"), max_length=16, blank=True)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("trail")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner_model", "owner_key", "version"], name="entry_owner"),
            models.Index(
                fields=["image_model", "image_key"], name="entry_image", condition=~Q(image_key="")
            ),
            models.Index(fields=["actor_key"], name="entry_actor", condition=~Q(actor_key="")),
            models.Index(fields=["request_id"], name="entry_request", condition=~Q(request_id="")),
            models.Index(fields=["at"], name="entry_at"),
        ]

    def __str__(self) -> str:
        """Return what happened to whom."""
        return (
            f"{self.kind} {self.owner_model or self.image_model} {self.owner_key or self.image_key}"
        )
