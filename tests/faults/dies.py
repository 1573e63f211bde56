"""A process of its own that dies in the middle: python -m tests.faults.dies HOW DATABASE MEDIA KEYS."""

import json
import os
import sys

DEAD = 9


def die(*args, **kwargs):
    """End at once: no rollback is sent, no file is closed, nothing is said."""
    os._exit(DEAD)


def main(how, database, media, keys):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.project.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.MEDIA_ROOT = media
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0}
    django.setup()
    WAYS[how](json.loads(keys))


def between_rows_and_files(keys):
    """The purge is committed, no file is touched yet."""
    from django.db import transaction

    from gallery_events.signals import image_purged

    def die_after_commit(**kwargs):
        transaction.on_commit(die)

    image_purged.connect(die_after_commit)
    sweep()


def before_the_purge_is_committed(keys):
    from gallery_events.signals import image_purged

    image_purged.connect(die)
    sweep()


def between_two_files(keys):
    """One file is gone, its thumbnail not yet."""
    from django.core.files.storage import FileSystemStorage

    from gallery_events.flows.preflight.markers import MARKERS

    delete = FileSystemStorage.delete

    def delete_one(self, name):
        delete(self, name)
        if name not in MARKERS:
            die()

    FileSystemStorage.delete = delete_one
    sweep()


def in_the_middle_of_a_save(keys):
    """Row, snapshot and references are written, nothing is committed."""
    from gallery_events.signals import snapshot_recorded
    from tests.project.models import Album

    snapshot_recorded.connect(die)
    Album.objects.create(title="never", photos=keys)


def between_the_plan_and_the_files(keys):
    """The names of renditions are on the row, none of them is made yet."""
    from django.core.files.storage import FileSystemStorage

    FileSystemStorage._open = die
    make(keys)


def between_two_renditions(keys):
    """One of them is written."""
    from django.core.files.storage import FileSystemStorage

    save = FileSystemStorage._save

    def save_one(self, name, content):
        save(self, name, content)
        die()

    FileSystemStorage._save = save_one
    make(keys)


def before_renditions_are_recorded(keys):
    """All of them are written, and nothing of it is committed."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit, commits = BaseDatabaseWrapper.commit, []

    def commit_once(self):
        commits.append(self)
        if len(commits) > 1:
            die()
        commit(self)

    BaseDatabaseWrapper.commit = commit_once
    make(keys)


def make(keys):
    from gallery_events.flows.renditions import make
    from gallery_events.models import Image

    make(Image.objects.get(pk=keys[0]))


def sweep():
    from gallery_events.flows.sweep import sweep
    from tests import NOW

    sweep(now=NOW)


WAYS = {
    each.__name__: each
    for each in (
        between_rows_and_files,
        before_the_purge_is_committed,
        between_two_files,
        in_the_middle_of_a_save,
        between_the_plan_and_the_files,
        between_two_renditions,
        before_renditions_are_recorded,
    )
}

if __name__ == "__main__":
    main(*sys.argv[1:])
