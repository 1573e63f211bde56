"""What must hold after every step; each law is asked of the moment before and the one after."""

from collections.abc import Callable
from typing import NamedTuple

from tests.faults.model.protocol import Protocol, Writer
from tests.faults.model.state import Review, Row, State, Trash


class Law(NamedTuple):
    """A promise, and the question whether a step keeps it."""

    sentence: str
    holds: Callable[[State, State, Protocol], bool]

    def __str__(self):
        """Return the promise."""
        return self.sentence


def _what_is_named_is_there(before, after, protocol):
    if after.file and after.row is not Row.GONE:
        return True
    return not any(each.exist for each in after.references)


def _rows_have_files(before, after, protocol):
    return after.row is not Row.LIVING or after.file


def _names_are_used_once(before, after, protocol):
    return after.row is not Row.LIVING or after.tombstone is None


def _files_go_last(before, after, protocol):
    if after.file or not before.file:
        return True
    return after.tombstone is not None and after.tombstone.attempts > 0


def _purged_on_time(before, after, protocol):
    purged = before.row is Row.LIVING and after.row is not Row.LIVING
    return not purged or before.trash is Trash.OVER


def _galleries_show_no_trash(before, after, protocol):
    if after.row is not Row.LIVING or after.trash is Trash.OUT:
        return True
    return not any(each.current for each in _ours(after, protocol))


def _orphans_have_a_review(before, after, protocol):
    if after.row is not Row.LIVING or after.review is not Review.NONE:
        return True
    return any(each.exist for each in _ours(after, protocol))


def _undo_is_in_time(before, after, protocol):
    undone = before.tombstone is not None and after.tombstone is None
    return not undone or before.tombstone.attempts == 0


def _ours(state, protocol):
    """Yield the references of those who save by our save: the others have none."""
    for writer, each in zip(protocol.savers, state.references, strict=True):
        if writer is Writer.OURS:
            yield each


I1 = Law("I1: what a committed reference names has its row and its file", _what_is_named_is_there)
I2 = Law("I2: a living row has its file", _rows_have_files)
I3 = Law("I3: a name is never both a living image's and a tombstone's", _names_are_used_once)
I4 = Law("I4: a file goes only after an attempt at its committed tombstone", _files_go_last)
I5 = Law("I5: a row is purged only when its time in the trash is over", _purged_on_time)
I6 = Law("I6: what a gallery shows is not in the trash", _galleries_show_no_trash)
I7 = Law("I7: what no reference names has a review to come", _orphans_have_a_review)
I8 = Law("I8: an undo succeeds only before the first attempt", _undo_is_in_time)

LAWS = (I1, I2, I3, I4, I5, I6, I7, I8)


def _asked_of_the_whole(before, after, protocol):
    return True


#: No single step breaks these: the checker asks them of all that can follow.
NO_DEADLOCK = Law("nobody waits for ever", _asked_of_the_whole)
NOT_FORGOTTEN = Law("what nothing names can always still be removed", _asked_of_the_whole)
