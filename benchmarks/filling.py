"""Rows by the hundred thousand: one INSERT ... SELECT a table, the same on both databases."""

from datetime import timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from benchmarks.models import Album
from gallery_events.models import Image, Reference
from gallery_events.references import content_type

DAY = timedelta(days=1)
NOW = timezone.now()
IN_ALBUM = 10  #: images in each album of a project
SAVES = 10  #: snapshots of each album


def fill(
    model: Any, rows: int, *, after: int = 0, sql: dict[str, str] | None = None, **values: Any
) -> None:
    """
    Insert *rows* rows with the keys i = after + 1 and on; what is not given has its default.

    *sql* are expressions of i, *values* values, both by column.
    """
    if not rows:
        return
    sql = {model._meta.pk.attname: "i", **(sql or {})}
    columns, expressions, params = [], [], []
    for field in model._meta.concrete_fields:
        columns.append(connection.ops.quote_name(field.column))
        if field.attname in sql:
            expressions.append(sql[field.attname])
        else:
            value = values[field.attname] if field.attname in values else field.get_default()
            params.append(field.get_db_prep_save(value, connection))
            expressions.append("%s")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} "
            f"({', '.join(columns)}) SELECT {', '.join(expressions)} FROM n",
            [after + 1, after + rows, *params],
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def settle() -> None:
    """Leave nothing for autovacuum to do in the middle of a measurement."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")


def images(number: int, *, after: int = 0, **values: Any) -> None:
    """Insert images; their files need not be there."""
    values.setdefault("review_after", None)
    fill(
        Image,
        number,
        after=after,
        sql={"file": "'images/' || i || '/original.jpg'", "name": "'IMG_' || i || '.jpg'"},
        sha256="0" * 64,
        upload_sha256="0" * 64,
        storage="default",
        size=3_500_000,
        width=4_000,
        height=3_000,
        content_type="image/jpeg",
        **values,
    )


def references(number: int, *, album: str, image: str, after: int = 0, **values: Any) -> None:
    """Insert references; *album* and *image* are expressions of i."""
    fill(
        Reference,
        number,
        after=after,
        sql={"object_id": f"CAST({album} AS varchar(64))", "image_id": image},
        content_type_id=content_type(Album, "default").pk,
        field="photos",
        **{"since_version": 1, "since": NOW - 90 * DAY, **values},
    )


def project(number: int) -> None:
    """
    Fill the database with so many images in albums of ten, each saved ten times.

    One image of each album was replaced last week; one in a hundred images is
    in no album, half of these in the trash, and not due yet.
    """
    albums, waiting = number // IN_ALBUM, number // 100
    images(number)
    images(waiting // 2, after=number, review_after=NOW + 60 * DAY)
    images(
        waiting - waiting // 2,
        after=number + waiting // 2,
        review_after=NOW + 60 * DAY,
        trashed_at=NOW - DAY,
    )
    fill(Album, albums, sql={"photos": _photos("i")}, title="Summer", gallery_version=SAVES)
    album = f"((i - 1) / {SAVES} + 1)"
    fill(
        Album.history.model,
        albums * SAVES,
        sql={
            Album._meta.pk.attname: album,
            "photos": _photos(album),
            "gallery_version": f"((i - 1) % {SAVES} + 1)".replace("%", "%%"),
        },
        title="Summer",
        history_date=NOW - 7 * DAY,
        history_type="~",
        gallery_event="images_changed",
        gallery_delta={"photos": {"counts": [1, 1, 0], "added": [[3, 7]], "removed": [[3, 8]]}},
    )
    references(albums * IN_ALBUM, album=f"((i - 1) / {IN_ALBUM} + 1)", image="i")
    references(
        albums,
        after=albums * IN_ALBUM,
        album=f"(i - {albums * IN_ALBUM})",
        image=f"((i - {albums * IN_ALBUM}) % {albums} * {IN_ALBUM} + 1)".replace("%", "%%"),
        until_version=SAVES,
        until=NOW - 7 * DAY,
    )
    settle()


def _photos(album: str) -> str:
    """Return an expression for the list of an album's ten images."""
    keys = " || ', ' || ".join(f"({album} * {IN_ALBUM} - {at})" for at in reversed(range(IN_ALBUM)))
    kind = "jsonb" if connection.vendor == "postgresql" else "text"
    return f"CAST('[' || {keys} || ']' AS {kind})"
