"""By what a list of images is narrowed, ordered and searched; no filter scans a table to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy

from gallery_events.references import reference_model

#: Uploaders of so many of the newest images are offered: all of them would cost a scan.
RECENT = 1_000


class StateFilter(SimpleListFilter):
    """Where an image stands, as far as its row and its references tell."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer every state there is."""
        return [
            ("current", gettext_lazy("in a gallery")),
            ("recent", gettext_lazy("kept by history only")),
            ("none", gettext_lazy("in no gallery")),
            ("trash", gettext_lazy("in the trash")),
            ("pinned", gettext_lazy("pinned")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list to a state."""
        chosen = self.value()
        if chosen == "trash":
            return queryset.filter(trashed_at__isnull=False)
        if chosen == "pinned":
            return queryset.filter(pinned_until__gt=timezone.now())
        if chosen not in ("current", "recent", "none"):
            return queryset
        model = reference_model(queryset.model._meta.concrete_model)
        references = model._base_manager.filter(image=OuterRef("pk"))
        now_in_one = Exists(references.filter(until__isnull=True))
        if chosen == "current":
            return queryset.filter(now_in_one)
        if chosen == "recent":
            return queryset.filter(Exists(references), ~now_in_one)
        return queryset.filter(~Exists(references), trashed_at__isnull=True)


class UploaderFilter(SimpleListFilter):
    """Who uploaded an image."""

    title = gettext_lazy("uploaded by")
    parameter_name = "by"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer who uploaded something lately, who was chosen, and nobody."""
        rows = model_admin.get_queryset(request).order_by(*model_admin.get_ordering(request))
        latest = set(rows.values_list("uploaded_by", flat=True)[:RECENT])
        people = model_admin.model._meta.get_field("uploaded_by").related_model
        keys = latest - {None} | {key for key in [key_of(people, self.value())] if key is not None}
        found = people._default_manager.in_bulk(list(keys)) if keys else {}
        named = sorted((str(person), str(key)) for key, person in found.items())
        nobody = [("nobody", gettext_lazy("nobody known"))] if None in latest else []
        return [*((key, name) for name, key in named), *nobody]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list to the images of one person, or of nobody."""
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen == "nobody":
            return queryset.filter(uploaded_by__isnull=True)
        people = queryset.model._meta.get_field("uploaded_by").related_model
        key = key_of(people, chosen)
        return queryset.none() if key is None else queryset.filter(uploaded_by=key)


class ContentTypeFilter(SimpleListFilter):
    """What kind of file an image is."""

    title = gettext_lazy("kind of file")
    parameter_name = "kind"
    KINDS = {
        "jpeg": "JPEG",
        "png": "PNG",
        "gif": "GIF",
        "webp": "WebP",
        "avif": "AVIF",
        "bmp": "BMP",
        "tiff": "TIFF",
        "heic": "HEIC",
    }

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Offer every kind that is ever accepted."""
        return self.KINDS.items()

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the list to a kind."""
        chosen = self.value()
        return queryset.filter(content_type=f"image/{chosen}") if chosen in self.KINDS else queryset


def newest_first(model: Any) -> list[Any]:
    """Return the order of a list of images; a key that counts has an index, other keys say nothing."""
    if model._meta.pk.get_internal_type().endswith("AutoField"):
        return ["-pk"]
    return ["-uploaded_at", "pk"]


def key_of(model: Any, value: str | None) -> Any:
    """Return a key of a model, or None for what cannot be one."""
    if not value or "\0" in value:
        return None
    try:
        return model._meta.pk.to_python(value)
    except ValidationError:
        return None
