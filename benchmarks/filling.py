"""Rows by the hundred thousand: one INSERT ... SELECT a table, the same on both databases."""

from datetime import datetime, timedelta
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


def pool(number: int) -> list[int]:
    """Insert images to choose from, and return their keys: of six digits, as after some years."""
    first = 900_001 - number
    images(number, after=first - 1)
    return list(range(first, 900_001))


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
    galleries(albums, size=IN_ALBUM, replaced=1, among=number)
    settle()


def galleries(number: int, *, size: int, replaced: int, among: int) -> None:
    """
    Insert albums of *size* images, with the snapshots and the references of all their saves.

    In each of the last *replaced* saves, last week, an album lost its first image and got
    another one at its end. The images have the keys up to *among*.
    """
    first = SAVES - replaced  # the last save before any image was replaced

    def image(album: str, at: int) -> str:
        return f"((({album} - 1) * {size} + {at}) % {among} + 1)".replace("%", "%%")

    def photos(album: str, slid: int) -> str:
        keys = " || ', ' || ".join(image(album, slid + at) for at in range(size))
        kind = "jsonb" if connection.vendor == "postgresql" else "text"
        return f"CAST('[' || {keys} || ']' AS {kind})"

    def saved(version: int) -> datetime:
        return NOW - 90 * DAY if version <= first else NOW - 7 * DAY + timedelta(minutes=version)

    fill(
        Album, number, sql={"photos": photos("i", replaced)}, title="Summer", gallery_version=SAVES
    )
    for version in range(1, SAVES + 1):
        album = f"(i - {(version - 1) * number})"
        fill(
            Album.history.model,
            number,
            after=(version - 1) * number,
            sql={
                Album._meta.pk.attname: album,
                "photos": photos(album, max(0, version - first)),
            },
            title="Summer",
            gallery_version=version,
            history_date=saved(version),
            history_type="~",
            gallery_event="images_changed",
            gallery_delta={"photos": {"counts": [1, 1, 0], "added": [[9, 7]], "removed": [[0, 8]]}},
        )
    for at in range(size + replaced):
        since = 1 if at < size else first + at - size + 1
        until = first + at + 1 if at < replaced else None
        album = f"(i - {at * number})"
        references(
            number,
            after=at * number,
            album=album,
            image=image(album, at),
            since_version=since,
            since=saved(since),
            until_version=until,
            until=until and saved(until),
        )
