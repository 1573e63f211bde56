"""By what the trail can be narrowed: each filter is shown where it has something to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import DateFieldListFilter, SimpleListFilter
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.labels import label_and_key
from audit.models import Entry
from audit.wording import KINDS, row_of

#: People and sources are offered that are among so many entries: all of a long trail cost a scan.
RECENT = 1_000


class Narrowing(SimpleListFilter):
    """Narrows the trail to a value, when there is one."""

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow the trail; no column of PostgreSQL can hold a NUL, so nothing has one."""
        value = self.value()
        if not value:
            return queryset
        return queryset.none() if "\0" in value else self.narrowed(queryset, value)

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Return what of the trail is about the value."""
        raise NotImplementedError


class OwnerFilter(Narrowing):
    """What happened to one owner; reached by links."""

    title = gettext_lazy("owner")
    parameter_name = "owner"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Offer only the owner that was chosen."""
        value = self.value()
        return [(value, row_of(*split(value)))] if value else []

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Narrow the trail to the owner."""
        return queryset.about_owner(*split(value)).order_by()

    def heading(self) -> str:
        """Return what the page is about."""
        return _("Trail of %(row)s") % {"row": row_of(*split(self.value() or ""))}


class ImageFilter(OwnerFilter):
    """What happened to one image, the saves that named it included; reached by links."""

    title = gettext_lazy("image")
    parameter_name = "image"

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Narrow the trail to the image."""
        return queryset.about_image(*split(value)).order_by()

    def place(self) -> tuple[str, str]:
        """Return the image that the page is about, as entries name it."""
        return label_and_key(*split(self.value() or ""))


class RequestFilter(Narrowing):
    """Everything of one request; reached by links."""

    title = gettext_lazy("request")
    parameter_name = "request"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Offer only the request that was chosen."""
        value = self.value()
        return [(value, value)] if value else []

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Narrow the trail to the request."""
        return queryset.of_request(value).order_by()

    def heading(self) -> str:
        """Return what the page is about."""
        return _("Everything of request %(request)s") % {"request": self.value()}


class PersonFilter(Narrowing):
    """What one person did."""

    title = gettext_lazy("person")
    parameter_name = "person"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Offer who did something lately, and who was chosen."""
        people = {key: name for key, name, _ in recent(request, model_admin) if key}
        value = self.value()
        if value and value not in people:
            people[value] = value
        return sorted(people.items(), key=lambda person: person[1].casefold())

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Narrow the trail to the person."""
        return queryset.of_person(value).order_by()


class KindFilter(Narrowing):
    """What kind of thing happened."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Offer every kind there is."""
        return KINDS.items()

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Narrow the trail to the kind."""
        return queryset.filter(kind=value)


class TimeFilter(DateFieldListFilter):
    """When it happened, by the name of its column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = gettext_lazy("time")


class SourceFilter(Narrowing):
    """Where changes came from."""

    title = gettext_lazy("source")
    parameter_name = "source"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what was a source lately, and what was chosen."""
        sources = {source for _, _, source in recent(request, model_admin) if source}
        return [(each, each) for each in sorted(sources | {self.value() or ""}) if each]

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Narrow the trail to the source."""
        return queryset.filter(source=value)


def split(value: str) -> tuple[str, str]:
    """Return label and key of ``label:key``, as the links write it."""
    label, _colon, key = value.partition(":")
    return label, key


def joined(label: str, key: str) -> str:
    """Return what :func:`split` takes apart."""
    return f"{label}:{key}"


def recent(request: Any, model_admin: Any) -> list[tuple[str, str, str]]:
    """Return (key, name, source) of who did something lately; read once for a page."""
    if not hasattr(request, "_gallery_audit_recent"):
        rows: models.QuerySet[Entry] = model_admin.get_queryset(request)
        values = rows.order_by("-pk").values_list("actor_key", "actor", "source")[:RECENT]
        request._gallery_audit_recent = list(dict.fromkeys(values))  # noqa: SLF001 - ours
    return request._gallery_audit_recent  # type: ignore[no-any-return]  # noqa: SLF001 - ours
