"""What the tests of faults act on: images with real files, raw SQL, and a process that dies."""

import json
import secrets
import shutil
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction

from gallery_events.flows.preflight.markers import MARKERS
from gallery_events.history import history_model
from gallery_events.models import (
    Image,
    PartialUpload,
    Reference,
    StorageClaim,
    SweepRun,
    Tombstone,
)
from tests.project.models import Album, Article, Card, Diptych

RETENTION = timedelta(days=30)
GRACE = timedelta(days=14)
TRASH = timedelta(days=7)

#: Every table that the machine and the storms write, those that name others first.
TABLES = [
    Article.figures.through,
    *(Article, Card, Card.history.model, Reference),
    *(Album, history_model(Album), Diptych, history_model(Diptych)),
    *(PartialUpload, Image, Tombstone, SweepRun, StorageClaim),
]


class Killed(BaseException):
    """What a process that dies leaves behind: whatever was not committed is undone."""


def new_image(*, now, original=None, content=b"a small file"):
    """Return an image with a real file, as an upload leaves it at *now*."""
    name = f"{secrets.token_hex(8)}/original.jpg"
    storages["default"].save(name, ContentFile(content))
    return Image.objects.create(
        storage="default",
        file=name,
        size=len(content),
        uploaded_at=now,
        review_after=now + GRACE,
        original=original,
    )


def new_images(number, *, now):
    return [new_image(now=now) for _ in range(number)]


def trashed_images(number, *, now):
    """Return images that are in the trash and may be purged at *now*."""
    images = new_images(number, now=now - GRACE - TRASH)
    Image.objects.filter(pk__in=[each.pk for each in images]).update(
        trashed_at=now - TRASH, review_after=now
    )
    return images


def write_raw(model, pk, field, ids):
    """Write a gallery's column past everything, as a migration or a colleague with psql does."""
    table, column, key = (
        connection.ops.quote_name(name)
        for name in (model._meta.db_table, field, model._meta.pk.column)
    )
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s{cast} WHERE {key} = %s", [json.dumps(ids), pk]
        )


@contextmanager
def killed_at(statement):
    """Die at the *statement*-th statement that this connection sends; never, when it is None."""
    left = statement

    def count(execute, sql, params, many, context):
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        return execute(sql, params, many, context)

    if statement is None:
        yield
        return
    with suppress(Killed), connection.execute_wrapper(count):
        yield
    if connection.in_atomic_block:
        message = "A process that died left a transaction open."
        raise AssertionError(message)


def files():
    """Return the names of all images' files in the storage; its half of the bond is none."""
    root = Path(settings.MEDIA_ROOT)
    found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return found - set(MARKERS)


def wipe():
    """Empty the tables and the storage: each example begins with nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
