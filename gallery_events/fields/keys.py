"""What is the key of an image, and what is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext_lazy as _

LARGEST_KEY = 2**63 - 1
#: NUL, and halves of characters: PostgreSQL stores neither.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def key_of(value: Any, pk: models.Field[Any, Any]) -> Any:
    """Return *value* in the type of the key *pk*; raises ValueError with the reason."""
    if isinstance(pk, models.IntegerField):
        return _integer_key(value, pk)
    if isinstance(pk, models.UUIDField):
        return _uuid_key(value)
    if not isinstance(value, str) or not value:
        raise ValueError(_("it must be text"))
    if UNSTORABLE.search(value):
        raise ValueError(_("it holds what no database stores"))
    try:
        return pk.clean(value, None)
    except ValidationError as error:
        raise ValueError("; ".join(error.messages)) from error


def _integer_key(value: Any, pk: models.Field[Any, Any]) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if type(value) is not int:
        raise ValueError(_("it must be a whole number"))
    if value < 0:
        raise ValueError(_("it is negative"))
    if value > _largest(pk):
        raise ValueError(_("it is too large"))
    return value


def _largest(pk: models.Field[Any, Any]) -> int:
    ranges = BaseDatabaseOperations.integer_field_ranges
    return ranges.get(pk.get_internal_type(), (0, LARGEST_KEY))[1]


def _uuid_key(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(_("it must be a UUID")) from None


def pk_or(entry: Any) -> Any:
    """Return the key of an image, or what is no image as it is."""
    return entry.pk if isinstance(entry, models.Model) else entry


def key_or_none(entry: Any, pk: models.Field[Any, Any]) -> Any:
    """Return a key, or None for what cannot be one."""
    try:
        return key_of(entry, pk)
    except ValueError:
        return None


def key_or_entry(entry: Any, pk: models.Field[Any, Any]) -> Any:
    """Return a key, or what cannot be one as it is."""
    key = key_or_none(entry, pk)
    return entry if key is None else key


def are_keys(value: Sequence[Any], pk: models.Field[Any, Any]) -> bool:
    """Tell at the speed of C whether a list is already what cleaning would make of it."""
    if isinstance(pk, models.IntegerField):
        if not set(map(type, value)) <= {int}:
            return False
        return not value or (min(value) >= 0 and max(value) <= _largest(pk))
    return isinstance(pk, models.UUIDField) and set(map(type, value)) <= {UUID}


def shown(value: Any) -> str:
    """Return a value as an error may show it: short, whatever it is."""
    try:
        text = repr(value) if not isinstance(value, UUID) else str(value)
    except Exception:  # noqa: BLE001 - a repr of a stranger's object may do anything
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."
