"""By what lists of runs and tombstones are narrowed."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.utils.translation import gettext_lazy

from gallery_events import galleries
from gallery_events.admin.filters import key_of
from gallery_events.models import SweepRun, Tombstone


class FilesFilter(SimpleListFilter):
    """What became of the files of purged images."""

    title = gettext_lazy("files")
    parameter_name = "files"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer everything that can have become of them."""
        return [
            ("rescuable", gettext_lazy("can still be rescued")),
            ("trying", gettext_lazy("being removed")),
            ("removed", gettext_lazy("removed")),
            ("dead", gettext_lazy("could not be removed")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list."""
        most = Tombstone.MAX_ATTEMPTS
        narrowed = {
            "rescuable": Q(done_at__isnull=True, attempts=0),
            "trying": Q(done_at__isnull=True, attempts__gt=0, attempts__lt=most),
            "removed": Q(done_at__isnull=False),
            "dead": Q(done_at__isnull=True, attempts__gte=most),
        }
        chosen = self.value()
        return queryset.filter(narrowed[chosen]) if chosen in narrowed else queryset


class ImageModelFilter(SimpleListFilter):
    """Of which image model a purged image was."""

    title = gettext_lazy("image model")
    parameter_name = "model"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the image models there are."""
        models = galleries.image_models()
        return [(each._meta.label, each._meta.verbose_name_plural) for each in models]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list."""
        return queryset.filter(image_model=self.value()) if self.value() else queryset


class RunFilter(SimpleListFilter):
    """Which run purged an image; reached by links."""

    title = gettext_lazy("sweep")
    parameter_name = "run"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Offer only the run that was chosen."""
        value = self.value()
        return [(value, value)] if value else []

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list."""
        run = key_of(SweepRun, self.value())
        if not self.value():
            return queryset
        return queryset.none() if run is None else queryset.filter(evidence__run=run)


class SweptFilter(SimpleListFilter):
    """Whether a run did anything."""

    title = gettext_lazy("what it did")
    parameter_name = "did"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what operators look for."""
        return [
            ("purged", gettext_lazy("purged images")),
            ("stopped", gettext_lazy("stopped by the breaker, not acknowledged")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list."""
        if self.value() == "purged":
            return queryset.filter(purged__gt=0)
        if self.value() == "stopped":
            return queryset.filter(breaker__isnull=False, acknowledged_at__isnull=True)
        return queryset
