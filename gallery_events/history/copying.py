"""The snapshot's row, copied by the database from the owner's row just written."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import IntegrityError, connections, models

from gallery_events import sql
from gallery_events.history.reading import last_version
from gallery_events.history.recording import Recording


def number_again(owner: Any, recording: Recording, using: str) -> None:
    """Go on from the last number of a key that is used again."""
    last = last_version(type(owner), owner.pk, using=using)
    if last:
        recording.version = owner.gallery_version = last + 1
        rows = type(owner)._base_manager.using(using).filter(pk=owner.pk)
        models.QuerySet.update(rows, gallery_version=recording.version)


def copy_row(record: models.Model, pk: Any, version: int, using: str) -> Any:
    """Insert the record, its tracked columns copied from the owner's row; return its key."""
    model, connection = type(record), connections[using]
    owner = model.instance_type  # type: ignore[attr-defined]
    given, statement = _copy_statement(model, using, key_given=record.pk is not None)
    params = [each.get_db_prep_save(each.pre_save(record, add=True), connection) for each in given]
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [*params, owner._meta.pk.get_db_prep_value(pk, connection), version]
        )
        row = cursor.fetchone()
    if row is None:
        message = (
            f"{owner._meta.label} {pk} was not found at version {version} right after it was "
            "written, so its snapshot could not be taken: the save is rolled back. Did a "
            "receiver of post_save, or a database trigger, change or delete the row?"
        )
        raise IntegrityError(message)
    return model._meta.pk.to_python(row[0])


@cache
def _copy_statement(model: type[Any], using: str, *, key_given: bool) -> tuple[list[Any], str]:
    """Return the fields whose values are parameters, and the statement."""
    owner = model.instance_type
    copied = {each.name for each in model.tracked_fields}
    columns, values, given = [], [], []
    for each in model._meta.concrete_fields:
        if getattr(each, "generated", False):
            continue  # the database computes it here too
        if each.name in copied:
            values += sql.quoted(using, owner._meta.get_field(each.name).column)
        elif each.primary_key and not key_given:
            continue
        else:
            values.append(sql.typed_placeholder(each, using))
            given.append(each)
        columns += sql.quoted(using, each.column)
    history, table, key, found, number = sql.quoted(
        using,
        model._meta.db_table,
        owner._meta.db_table,
        model._meta.pk.column,
        owner._meta.pk.column,
        owner._meta.get_field("gallery_version").column,
    )
    return given, (
        f"INSERT INTO {history} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {table} WHERE {found} = %s AND {number} = %s RETURNING {key}"
    )
