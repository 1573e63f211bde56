"""Uploads that came in part: what is there of a file, until it is an image or given up."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gallery_events.models.images import AbstractImage


def new_token() -> str:
    """Return what addresses one upload: nobody guesses it."""
    return secrets.token_hex(16)


class PartialUpload(models.Model):
    """
    A file that comes in parts, each a file of its own in the storage.

    *chunks* are (name, size) of the parts that count, in order, and *offset*
    is the sum of their sizes. *writing* names files that are being written,
    or were by somebody who died: a name stands in the row before there is
    such a file, so that none is left which nobody knows. Until *busy_until*
    somebody may be writing one of them.

    It ends as an image (*image_key*), by a *refusal* of the whole file, or
    when its sender gives it up or *expires_at* has passed. The row goes when
    its files are gone.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    gallery = models.CharField(max_length=255, blank=True, editable=False)
    image_model = models.CharField(max_length=128, editable=False)
    name = models.CharField(max_length=255, blank=True, editable=False)
    metadata = models.TextField(blank=True, editable=False)
    length = models.PositiveBigIntegerField(editable=False)
    offset = models.PositiveBigIntegerField(default=0, editable=False)
    storage = models.CharField(max_length=64, editable=False)
    folder = models.CharField(max_length=64, editable=False)
    chunks = models.JSONField(default=list, editable=False)
    writing = models.JSONField(default=list, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    image_key = models.CharField(max_length=64, blank=True, editable=False)
    refusal = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("partial upload")
        verbose_name_plural = _("partial uploads")

    def __str__(self) -> str:
        """Return what is there of which file."""
        return f"{self.name or self.token}: {self.offset} of {self.length} bytes"

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are there, or were until they became an image."""
        return self.offset == self.length

    def is_over(self, now: datetime) -> bool:
        """Whether nothing can come of it any more, or has come already."""
        return self.ended_at is not None or self.expires_at <= now

    def names(self) -> list[str]:
        """Return the files that there may be."""
        return [*(name for name, _size in self.chunks), *self.writing]

    def image(self) -> AbstractImage | None:
        """Return the image that it has become, while there is one."""
        if not self.image_key:
            return None
        model: Any = apps.get_model(self.image_model)
        found: AbstractImage | None = model._base_manager.filter(
            pk=model._meta.pk.to_python(self.image_key)
        ).first()
        return found
