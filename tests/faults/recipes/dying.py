"""A sweep in a process of its own that dies: python -m tests.faults.recipes.dying POINT DB MEDIA KEYS."""

import sys
from contextlib import ExitStack

from tests.faults.dies import WAYS, die, main, sweep

#: Where it dies: words of the statement that it does not send any more, or after which it ends.
STATEMENTS = {
    "before the references are deleted": ('DELETE FROM "gallery_events_reference"',),
    "before the trash is written": ('UPDATE "gallery_events_image"', '"trashed_at" = '),
    "before the row is deleted": ('DELETE FROM "gallery_events_image"',),
    "before the files are claimed": ('UPDATE "gallery_events_tombstone"', '"attempts" = '),
    "before the files are marked as removed": (
        'UPDATE "gallery_events_tombstone"',
        '"done_at" = ',
    ),
}
BEHIND = {
    "behind the deletion of the references": "before the references are deleted",
    "behind the deletion of the row": "before the row is deleted",
    "behind the claim of the files": "before the files are claimed",
    "behind the last word on the files": "before the files are marked as removed",
}
POINTS = [*STATEMENTS, *BEHIND]


def dying_at(point):
    def die_there(keys):
        from tests.faults.recipes.failpoints import at_statement

        words = STATEMENTS[BEHIND.get(point, point)]
        with ExitStack() as stack:
            stack.enter_context(at_statement(*words, act=die, after=point in BEHIND))
            sweep()

    return die_there


WAYS.update({point: dying_at(point) for point in POINTS})

if __name__ == "__main__":
    main(*sys.argv[1:])
