"""What has been compared, how far, and what came out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.expressions import Moment


class Verification(models.Model):
    """
    One comparison of galleries with their history.

    *marks* tells, for each owner model by its label, up to which snapshot the
    references were compared: the next incremental one goes on from there.
    """

    at = models.DateTimeField(_("at"), db_default=Moment(), editable=False)
    full = models.BooleanField(_("full"))
    galleries = models.PositiveIntegerField(_("galleries"), default=0)
    found = models.PositiveIntegerField(_("found"), default=0)
    seconds = models.FloatField(_("seconds"), default=0.0)
    marks = models.JSONField(_("marks"), default=dict)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        """Return when it was and what it found."""
        return f"verification {self.pk}: found {self.found}, galleries {self.galleries}"
