"""Every way to write an album past the signals, with real rows; each says what the drift is called."""

import json
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from tests.faults.world import write_raw
from tests.project.models import Album


@contextmanager
def muted(*signals):
    """Switch signals off, as factory_boy's mute_signals does."""
    before = [(signal, signal.receivers) for signal in signals]
    for signal in signals:
        signal.receivers = []
        signal.sender_receivers_cache.clear()
    try:
        yield
    finally:
        for signal, receivers in before:
            signal.receivers = receivers
            signal.sender_receivers_cache.clear()


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert_raw(pk, ids, *, version=0, title="raw"):
    """Insert a row as psql does."""
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    execute(
        "INSERT INTO project_album (id, title, notes, gallery_version, photos) "
        f"VALUES (%s, %s, '', %s, %s{cast})",
        *(pk, title, version, json.dumps(ids)),
    )


def delete_raw(album):
    execute("DELETE FROM project_album WHERE id = %s", album.pk)


def update(album, ids):
    """Call Django's own update(), past our QuerySet."""
    models.QuerySet(Album).filter(pk=album.pk).update(photos=ids)


def base_manager(album, ids):
    Album._base_manager.filter(pk=album.pk).update(photos=ids)


def bulk_update(album, ids):
    album.photos = ids
    models.QuerySet(Album).bulk_update([album], ["photos"])


def raw_sql(album, ids):
    write_raw(Album, album.pk, "photos", ids)


def muted_post_save(album, ids):
    """Save with a number that no snapshot has."""
    album.photos = ids
    with muted(post_save):
        album.save()


def raw_save(album, ids):
    """Write what loaddata would, with nobody listening."""
    album.photos = ids
    with muted(pre_save, post_save):
        models.Model.save_base(album, raw=True)


def odd_fixture(album, ids):
    """Load a fixture with nobody listening."""
    row = {"model": "project.album", "pk": album.pk}
    row["fields"] = {"title": "loaded", "photos": ids, "gallery_version": album.gallery_version}
    with TemporaryDirectory() as folder, muted(pre_save, post_save):
        path = Path(folder) / "album.json"
        path.write_text(json.dumps([row]))
        call_command("loaddata", path, verbosity=0)


def migration(album, ids):
    """Write as a data migration does: its models know neither save() nor signals of ours."""
    frozen().objects.filter(pk=album.pk).update(photos=ids)


def frozen():
    """Return the album as a migration sees it."""
    state = ProjectState()
    state.add_model(ModelState.from_model(Album.club.field.related_model))
    state.add_model(ModelState.from_model(Album, exclude_rels=False))
    return state.apps.get_model("project", "Album")


#: Each way to change a list.
CHANGES = {
    each.__name__: each
    for each in (update, base_manager, bulk_update, raw_sql, raw_save, odd_fixture, migration)
}


def muted_delete(album):
    with muted(pre_delete, post_delete):
        album.delete()
