"""Keys and moments read from text at the speed of C, where it is written as it usually is."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections, models
from django.utils.dateparse import parse_datetime

from gallery_events.fields import GalleryField

NUMBERS = re.compile(r"\[[0-9, ]*\]")
HEXADECIMAL = re.compile(r'\[["0-9a-f, ]*\]')

parsed = json.JSONDecoder().raw_decode


class Column:
    """
    A gallery's column, and the references to its images, as text.

    The keys that it returns are only for comparing with each other: of a UUID
    its hexadecimal digits. Of what the quick way cannot read the field itself
    says what can be a key; what is no key may pass for one, and then agrees
    with no reference.
    """

    def __init__(self, field: GalleryField, using: str) -> None:
        """Remember how the keys of this gallery's images are written."""
        self.field = field
        self.connection = connections[using]
        self.pk: Any = field.image_model._meta.pk
        self.is_uuid = isinstance(self.pk, models.UUIDField)
        is_number = isinstance(self.pk, models.IntegerField)
        #: How a list of keys usually looks, without hyphens; None for keys of a kind seldom seen.
        self.usual = HEXADECIMAL if self.is_uuid else NUMBERS if is_number else None

    def recorded_keys(self, text: str | None) -> frozenset[Any]:
        """Return the keys in a snapshot."""
        if text is None:
            return frozenset()
        plain = text.replace("-", "") if self.is_uuid else text
        if self.usual is not None and self.usual.fullmatch(plain):
            with suppress(ValueError):
                return frozenset(parsed(plain)[0])
        keys = self.field.usable_keys(self.field.from_db_value(text, None, self.connection))
        return frozenset(key.hex for key in keys) if self.is_uuid else frozenset(keys)

    def stored_keys(self, text: str) -> frozenset[Any] | None:
        """Return the keys in a JSON list of references' columns; None when one is there twice."""
        found = parsed(text.replace("-", "") if self.is_uuid else text)[0]
        keys = frozenset(found if self.usual else map(self.pk.to_python, found))
        return keys if len(keys) == len(found) else None


def moment(text: str, using: str) -> datetime:
    """Return a date of the database, written as text, as the models return it."""
    found = parse_datetime(text)
    if found is None:
        message = f"The database holds no date, but {text!r}."
        raise ValueError(message)
    if not settings.USE_TZ:
        return found.replace(tzinfo=None)
    return found if found.tzinfo else found.replace(tzinfo=connections[using].timezone)
