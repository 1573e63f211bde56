"""References put together by the database: those of one gallery that share beginning and end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connections, models

from gallery_events import galleries, references, sql
from gallery_events.flows.repair.reading import Column
from gallery_events.flows.repair.scope import Scope

#: Gallery, first snapshot and its date, last one and its date, and the images as JSON.
Row = tuple[str, int, str, int | None, str | None, str]


def stored_together(
    scope: Scope, columns: Mapping[str, Column], keys: Sequence[Any]
) -> tuple[Mapping[str, list[Row]], set[str]]:
    """Return the references by owner; and the owners that have some in no gallery of the model."""
    owner_type = references.content_type(scope.model, scope.using).pk
    owner_ids = [references.object_id(scope.model, pk) for pk in keys]
    stored: dict[str, list[Row]] = defaultdict(list)
    strange: set[str] = set()
    for image_model in galleries.image_models():
        model = references.reference_model(image_model)
        here = {
            name
            for name, each in columns.items()
            if references.reference_model(each.field.image_model) is model
        }
        owner: Any = model._meta.get_field("object_id")
        given = [sql.keys_as_parameter(owner, owner_ids, scope.using), owner_type]
        for is_current in (True, False):  # each has an index of its own
            with connections[scope.using].cursor() as cursor:
                cursor.execute(_statement(model, scope.using, is_current=is_current), given)
                for owner_id, *row in cursor.fetchall():
                    if row[0] in here:
                        stored[owner_id].append(tuple(row))
                    else:
                        strange.add(owner_id)
    return stored, strange


@cache
def _statement(model: type[models.Model], using: str, *, is_current: bool) -> str:
    image: Any = model._meta.get_field("image")
    field: Any = model._meta.get_field("object_id")
    table, owner_type, owner, *names, key = sql.quoted(
        using,
        *(model._meta.db_table, "content_type_id", "object_id", "field"),
        *("since_version", "since", "until_version", "until", image.column),
    )
    gallery, since_version, since, until_version, until = names
    on_postgresql = sql.is_postgresql(using)
    listed = f"array_to_json(array_agg({key}))::text"
    columns = (
        f"{owner}, {gallery}, {since_version}, CAST({since} AS text), "
        f"{until_version}, CAST({until} AS text), "
        + (listed if on_postgresql else f"json_group_array({key})")
    )
    rest = (
        f"AND {owner_type} = %s AND {until} IS {'' if is_current else 'NOT '}NULL "
        f"GROUP BY {owner}, {', '.join(names)}"
    )
    # Names are quoted by the backend, and there are no values.
    if not on_postgresql:
        among = sql.is_among(owner, field, using)
        return f"SELECT {columns} FROM {table} WHERE {among} {rest}"  # noqa: S608
    # Owner by owner: the planner would sort the references of all of them, on disk.
    return (
        f"SELECT r.* FROM ({sql.keys_as_rows(field, using)}) k CROSS JOIN LATERAL "  # noqa: S608
        f"(SELECT {columns} FROM {table} WHERE {owner} = k.value {rest}) r"
    )
