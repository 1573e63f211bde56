"""What the sweep leaves behind: tombstones of purged images, and a row for each run."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gallery_events.models.renditions import total_size


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
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["image_model", "key"], name="tombstone_image"),
            models.Index(
                fields=["due", "id"], name="tombstone_due", condition=Q(done_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        """Return which image this was."""
        return gettext("%(name)s (%(key)s), purged %(day)s") % {
            "name": self.name or self.image_model,
            "key": self.key,
            "day": f"{self.purged_at:%Y-%m-%d}",
        }

    @property
    def image_pk(self) -> Any:
        """The key of the image in the key's own type."""
        return apps.get_model(self.image_model)._meta.pk.to_python(self.key)

    @property
    def total_size(self) -> int:
        """The bytes of all its files, renditions included."""
        return total_size(self.size, self.columns.get("renditions") or {})

    @property
    def is_dead(self) -> bool:
        """Whether the files could not be removed and nobody tries any more."""
        return self.done_at is None and self.attempts >= self.MAX_ATTEMPTS


class SweepRun(models.Model):
    """
    One run of the sweep, also one that was refused or crashed.

    *judged_at* is the moment it judged by; *breaker* holds the number of
    purges that stopped it, until it is acknowledged. *world* is what it found
    installed: galleries, sources, and how many references there were.
    *expired*, by the model of references, and *purged* are counted with each
    deletion, also of runs that crash.
    """

    class Outcome(models.TextChoices):
        """How a run ended."""

        RUNNING = "running", _("running, or died")
        DONE = "done", _("done")
        LEFT = "left", _("done, but something was left or found")
        REPORTED = "reported", _("only reported")
        BREAKER = "breaker", _("stopped by the breaker")
        REFUSED = "refused", _("refused")
        CRASHED = "crashed", _("crashed")

    #: Outcomes of runs that did what a run is for.
    ACTED: ClassVar[tuple[str, ...]] = (Outcome.DONE, Outcome.LEFT, Outcome.BREAKER)

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.RUNNING)
    report = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    world = models.JSONField(default=dict)
    expired = models.JSONField(default=dict)
    purged = models.PositiveIntegerField(default=0)
    breaker = models.PositiveIntegerField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sweep run")
        verbose_name_plural = _("sweep runs")

    def __str__(self) -> str:
        """Return number and moment of the run."""
        return gettext("sweep %(number)s as of %(moment)s") % {
            "number": self.pk,
            "moment": f"{self.judged_at:%Y-%m-%d %H:%M}",
        }


class StorageClaim(models.Model):
    """
    The database's half of the bond between itself and one storage.

    The storage holds the other half, a small file with the same *identity*.
    *fingerprint* says which database made the bond, *epoch* counts the runs
    that acted: a database that has seen fewer of them than its
    storage was restored from an older backup.
    """

    storage = models.CharField(max_length=64, unique=True)
    identity = models.CharField(max_length=32)
    fingerprint = models.JSONField()
    epoch = models.PositiveBigIntegerField(default=0)
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return which storage is whose."""
        return f"{self.storage} belongs to {self.identity}"
