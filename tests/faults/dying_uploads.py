"""An upload in parts whose process dies: python -m tests.faults.dying_uploads POINT DB MEDIA KEYS."""

import sys

from tests.faults.dies import WAYS, die, main


def between_a_part_and_its_row(keys):
    """The file is written; that it counts is not."""
    from django.core.files.storage import FileSystemStorage

    save = FileSystemStorage._save

    def save_one(self, name, content):
        save(self, name, content)
        die()

    FileSystemStorage._save = save_one
    add_the_rest(keys)


def between_the_last_part_and_the_image(keys):
    add_the_rest(keys)
    die()


def in_the_transaction_of_the_image(keys):
    """Its files are written, its row is not committed."""
    from gallery_events.signals import image_uploaded

    image_uploaded.connect(die)
    finish(keys)


def between_the_image_and_the_answer(keys):
    """It is committed; the parts are still there, and nobody was told."""
    from django.db import transaction

    from gallery_events.signals import image_uploaded

    def die_after_commit(**kwargs):
        transaction.on_commit(die)

    image_uploaded.connect(die_after_commit)
    finish(keys)


def in_the_middle_of_a_sweep(keys):
    """It has ended the upload and removed its first file."""
    from django.core.files.storage import FileSystemStorage

    from gallery_events.flows.preflight.markers import MARKERS
    from gallery_events.flows.sweep import sweep
    from tests import NOW
    from tests.faults.parts import LIFETIME

    delete = FileSystemStorage.delete

    def delete_one(self, name):
        delete(self, name)
        if name not in MARKERS:
            die()

    FileSystemStorage.delete = delete_one
    sweep(now=NOW + LIFETIME)


def upload(keys):
    from gallery_events.models import PartialUpload

    return PartialUpload.objects.get(pk=keys[0])


def add_the_rest(keys):
    from tests.faults.parts import add

    add(upload(keys), bytes.fromhex(keys[1]))


def finish(keys):
    from tests.faults import parts

    parts.finish(upload(keys))


WAYS.update(
    {
        each.__name__: each
        for each in (
            between_a_part_and_its_row,
            between_the_last_part_and_the_image,
            in_the_transaction_of_the_image,
            between_the_image_and_the_answer,
            in_the_middle_of_a_sweep,
        )
    }
)

if __name__ == "__main__":
    main(*sys.argv[1:])
