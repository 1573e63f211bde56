"""One owner's row under its lock: what it holds, and what its last snapshot recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connections, models

from gallery_events import history, sql
from gallery_events.fields import GalleryField, gallery_fields

#: simple-history's type of a deletion: the snapshot holds the lists, the references are ended.
DELETED = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """
    An owner as the database has it now, locked.

    *lists* is what the row holds, *recorded* what its last snapshot holds;
    they differ when somebody wrote past the signals.
    """

    version: int
    lists: dict[str, list[Any]]
    recorded: dict[str, list[Any]]
    last_version: int
    history_id: Any
    recorded_at: datetime | None

    @property
    def next_version(self) -> int:
        """The number of the next snapshot."""
        return max(self.version, self.last_version) + 1


@dataclass(frozen=True, slots=True)
class Written:
    """A snapshot that an instance wrote, and the version it was made on."""

    version: int
    history_id: Any
    at: datetime
    made_on: int


def lock(model: type[models.Model], pk: Any, *, using: str) -> Row | None:
    """
    Lock an owner's row and read it together with its last snapshot, in one statement.

    PostgreSQL: when the lock had to be waited for, the row is the new one
    but the snapshot beside it still the old one; it is then read again.
    """
    model = model._meta.concrete_model  # type: ignore[assignment]
    galleries = gallery_fields(model)
    past = history.history_model(model)
    with connections[using].cursor() as cursor:
        cursor.execute(
            _lock_statement(model, using),
            [model._meta.pk.get_db_prep_value(pk, connections[using])],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    version, last, kind, history_id, at, *values = found
    lists = {each.name: decode(each, values[i], using) for i, each in enumerate(galleries)}
    if last != version or kind == DELETED:
        return _read_again(model, pk, version=version, lists=lists, using=using)
    recorded = {
        each.name: decode(each, values[len(galleries) + i], using)
        if values[2 * len(galleries) + i]
        else lists[each.name]
        for i, each in enumerate(galleries)
    }
    key = past._meta.pk.to_python(history_id)
    return Row(version, lists, recorded, last, key, _moment(past, at, using))


@cache
def _lock_statement(model: type[models.Model], using: str) -> str:
    past = history.history_model(model)
    owner, log, key, history_id, version, at = sql.quoted(
        using,
        model._meta.db_table,
        past._meta.db_table,
        model._meta.pk.column,
        past._meta.pk.column,
        "gallery_version",
        "history_date",
    )
    columns = sql.quoted(using, *(each.column for each in gallery_fields(model)))
    postgresql = sql.is_postgresql(using)
    unlike = "IS DISTINCT FROM" if postgresql else "IS NOT"
    differs = [f"h.{column} {unlike} o.{column}" for column in columns]
    selected = [
        f"o.{version}",
        f"h.{version}",
        "h.history_type",
        f"h.{history_id}",
        f"h.{at}",
        *(f"o.{column}" for column in columns),
        *(
            f"CASE WHEN {unequal} THEN h.{column} END"
            for column, unequal in zip(columns, differs, strict=True)
        ),
        *differs,
    ]
    return (
        f"SELECT {', '.join(selected)} FROM {owner} o LEFT JOIN {log} h ON h.{key} = o.{key} "
        f"AND h.{version} = (SELECT MAX(x.{version}) FROM {log} x WHERE x.{key} = o.{key}) "
        f"WHERE o.{key} = %s{' FOR NO KEY UPDATE OF o' if postgresql else ''}"
    )


def _read_again(
    model: type[models.Model], pk: Any, *, version: int, lists: dict[str, list[Any]], using: str
) -> Row:
    record = history.records(model, pk, using=using).first()
    if record is None:
        return Row(version, lists, {name: [] for name in lists}, 0, None, None)
    recorded = history.lists_of(record)
    if record.history_type == DELETED:
        recorded = {name: [] for name in lists}
    return Row(version, lists, recorded, record.gallery_version, record.pk, record.history_date)


def decode(gallery: GalleryField, value: Any, using: str) -> list[Any]:
    """Return the keys that a column holds, as far as they can be keys."""
    return gallery.usable_keys(gallery.from_db_value(value, None, connections[using]))


def _moment(past: type[models.Model], value: Any, using: str) -> datetime | None:
    field: Any = past._meta.get_field("history_date")
    converted: Any = value
    for converter in connections[using].ops.get_db_converters(field.get_col(past._meta.db_table)):
        converted = converter(converted, None, connections[using])
    return converted  # type: ignore[no-any-return]


def base_version(owner: models.Model, written: Sequence[Written], row: Row, *, using: str) -> int:
    """
    Return the version that what *owner* holds is really based on.

    An instance whose last saves were rolled back carries a number that was
    never saved, or that somebody else has used since. Its base is then the
    newest snapshot it wrote that still stands, or what the first was made on.
    """
    for each in reversed(written):
        if _stands(owner, each, row, using=using):
            return each.version
    return written[0].made_on


def _stands(owner: models.Model, written: Written, row: Row, *, using: str) -> bool:
    if written.version > row.last_version:
        return False
    if written.version == row.last_version:
        return (written.history_id, written.at) == (row.history_id, row.recorded_at)
    return (
        history.records(type(owner), owner.pk, using=using)
        .filter(gallery_version=written.version, pk=written.history_id, history_date=written.at)
        .exists()
    )


def field_names(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """Return the names of fields that may be given by their column's attribute too."""
    attnames = {each.attname: each.name for each in model._meta.concrete_fields}
    return {attnames.get(name, name) for name in names}


def names_to_write(
    owner: models.Model, update_fields: Iterable[str] | None, *, using: str
) -> set[str] | None:
    """
    Return the names of the fields that a save will write; None is all of them.

    Deferred fields are left out, as Django does.
    """
    if update_fields is not None:
        return field_names(type(owner), update_fields)
    deferred = owner.get_deferred_fields()
    if not deferred or owner._state.adding or owner._state.db != using:
        return None
    return {
        each.name
        for each in owner._meta.concrete_fields
        if each.attname not in deferred and not each.primary_key
    }
