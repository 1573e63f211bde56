"""The trail: one row for each signal, never changed and never deleted but by the prune command."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import loading, wording
from audit.exceptions import AppendOnly
from audit.expressions import Moment
from audit.querysets import REFUSED, EntryQuerySet

#: What each batch of the prune command leaves in the trail.
PRUNED = "trail_pruned"


class Entry(models.Model):
    """
    One thing that happened, written in the transaction in which it happened.

    *kind* is the name of the signal, or one of the trail's own words, *event*
    what the snapshot says of a save. Owners, images and people are named by
    text, so that an entry outlives them; *at* is the time of the database.
    Entries are added and nothing else: the model refuses the rest, and so do
    triggers of the database. What ``loaddata`` brings is added too, once.
    """

    # What has a fixed width stands first: PostgreSQL would fill up to it otherwise.
    at = models.DateTimeField(_("at"), db_default=Moment(), editable=False)
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
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail entries")
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
            # Asked before each sweep; no save is in it.
            models.Index(fields=["id"], name="gallery_audit_pruned", condition=Q(kind=PRUNED)),
        ]

    def __str__(self) -> str:
        """Return what happened to whom, in words."""
        return wording.headline(self)

    def save(self, **options: Any) -> None:
        """Add the entry; raise AppendOnly when it is there already."""
        if not self._state.adding:
            raise AppendOnly(REFUSED)
        # An UPDATE of a row with the same key is what Django would try first.
        super().save(**{**options, "force_insert": True})

    def _save_table(self, raw: Any = None, cls: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Add what loaddata brings, which calls no save() of ours and would try an UPDATE first."""
        if not raw:
            return super()._save_table(bool(raw), cls, *args, **kwargs)  # type: ignore[misc]
        return self._add_loaded(cls, using=kwargs.get("using") or args[2])

    def _add_loaded(self, cls: Any, *, using: str) -> bool:
        """Return whether it is there already."""
        if loading.place(self, using=using):
            return True
        given = self.pk
        super()._save_table(raw=True, cls=cls, force_insert=True, using=using)  # type: ignore[misc]
        if given is not None:
            loading.count_on(cls, given, using=using)
        return False

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse, naming the way."""
        raise AppendOnly(REFUSED)

    save.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]
