"""The other fields of an owner in words, and how they changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import takewhile
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, localize, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from gallery_events import conf, history
from gallery_events.fields import GalleryField
from gallery_events.models import AbstractImage
from gallery_events.timelines.wording import name_of

#: A longer text is shown in part, with so much of what is alike before the first difference.
LONGEST, CONTEXT = 80, 20
CUT = "…"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field and what it holds, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """
    A field and what became of it, in words.

    *lost* says that what it shall become names a row that exists no longer.
    """

    label: str
    before: str
    after: str
    lost: bool = False


def other_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of an owner model that history keeps beside galleries, key and number."""
    return [
        each
        for each in history.tracked_fields(model)
        if not (
            each.primary_key
            or each.name == "gallery_version"
            or isinstance(each, GalleryField)
            # They change with every save, and tell nothing.
            or getattr(each, "auto_now", False)
        )
    ]


class Fields:
    """The words for the other fields of one owner model; rows they name are read at once."""

    def __init__(self, model: type[models.Model], *, using: str) -> None:
        self.fields = other_fields(model)
        self.using = using
        self.named: dict[str, dict[Any, str]] = {}

    def changed(self, before: Any, after: Any) -> list[Any]:
        """Return the fields that differ between two rows, historical ones or not."""
        return [each for each in self.fields if _value(before, each) != _value(after, each)]

    def read(self, rows: Iterable[tuple[Any, Iterable[Any]]]) -> None:
        """Read what the foreign keys among these fields of these rows name: a query each."""
        wanted: dict[str, tuple[Any, set[Any]]] = {}
        for row, fields in rows:
            for each in fields:
                value = _value(row, each)
                if each.is_relation and value is not None:
                    wanted.setdefault(each.name, (each, set()))[1].add(value)
        for name, (each, keys) in wanted.items():
            self.named[name] = _names(each, keys, using=self.using)

    def change(self, field: Any, before: Any, after: Any) -> FieldChange:
        """Return what became of a field, in words; what it names must have been read."""
        old, new = self.plain(field, before), self.plain(field, after)
        if is_text(field):
            old, new = (quoted(each) for each in shortened(old, new))
        value = _value(after, field)
        lost = field.is_relation and value is not None and value not in self._rows(field)
        return FieldChange(_label(field), old, new, lost=lost)

    def plain(self, field: Any, row: Any) -> str:
        """Return what a field of a row holds, in words; what it names must have been read."""
        value = _value(row, field)
        if field.is_relation and value is not None:
            gone = _("%(name)s %(key)s, which is deleted") % {
                "name": field.related_model._meta.verbose_name,
                "key": value,
            }
            return self._rows(field).get(value, gone)
        return words(field, value)

    def _rows(self, field: Any) -> dict[Any, str]:
        return self.named.get(field.name, {})


def field_values(record: Any, *, using: str) -> list[FieldValue]:
    """Return what the other fields of a historical row hold, in words."""
    fields = Fields(record.instance_type, using=using)
    fields.read([(record, fields.fields)])
    return [FieldValue(_label(each), fields.plain(each, record)) for each in fields.fields]


def words(field: Any, value: Any) -> str:
    """Return a value as a person would write it; an empty text is nothing."""
    chosen = dict(field.flatchoices or ()).get(value) if _is_hashable(value) else None
    if chosen is not None:
        return str(chosen)
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        at = timezone.localtime(value) if timezone.is_aware(value) else value
        return date_format(at, "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, time):
        return time_format(value, "TIME_FORMAT")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(localize(value))


def shortened(before: str, after: str) -> Iterator[str]:
    """Yield two texts so short that a line holds each, from shortly before they differ."""
    pairs = zip(before, after, strict=False)
    alike = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(0, alike - CONTEXT) if max(len(before), len(after)) > LONGEST else 0
    for text in (before, after):
        cut = (CUT if start else "") + text[start : start + LONGEST]
        yield cut + (CUT if len(text) > start + LONGEST else "")


def quoted(text: str) -> str:
    """Return a text in quotation marks, so that an empty one can be seen."""
    return _("“%(text)s”") % {"text": text}


def is_text(field: Any) -> bool:
    """Tell whether a field holds what people write, not what they choose."""
    texts = (models.CharField, models.TextField, models.JSONField)
    return isinstance(field, texts) and not field.flatchoices


def _label(field: Any) -> str:
    return str(capfirst(field.verbose_name))


def _value(row: Any, field: Any) -> Any:
    value = getattr(row, field.attname)
    return getattr(value, "name", value) if isinstance(field, models.FileField) else value


def _is_hashable(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _names(field: Any, keys: set[Any], *, using: str) -> dict[Any, str]:
    target = field.target_field
    rows = target.model._base_manager.using(using).filter(**{f"{target.attname}__in": keys})
    if issubclass(target.model, AbstractImage) and conf.current().SERVE == "view":
        # A name may tell what the picture shows; whoever may see it finds it by its key.
        name = target.model._meta.verbose_name
        return {key: f"{name} {key}" for key in rows.values_list(target.attname, flat=True)}
    return {getattr(row, target.attname): name_of(row) for row in rows}


__all__ = ["FieldChange", "FieldValue", "Fields", "field_values", "other_fields"]
