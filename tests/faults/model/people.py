"""Who acts by hand: the operator, and whoever uploads under a name that was there before."""

from enum import StrEnum

from tests.faults.model.protocol import Reuse
from tests.faults.model.state import (
    IDLE,
    MAX_ATTEMPTS,
    Lock,
    Process,
    Review,
    Row,
    Step,
    Trash,
)


class Acts(StrEnum):
    """What the operator can do."""

    LOCKS_TO_TRASH = "locks the image, which nothing names"
    TRASHES = "commits: the image is in the trash"
    LOCKS_TO_RESCUE = "locks the image, which is in the trash"
    RESCUES = "commits: the image is out of the trash"
    LOCKS_TOMBSTONE = "locks the tombstone: nobody has tried to remove the file"
    UNDOES = "commits the undo: the row is back, the tombstone gone"
    IS_REFUSED = "is refused the undo: somebody has tried to remove the file"
    RETRIES = "has a dead letter tried again; one attempt stays counted"
    DIES = "dies and is rolled back"


class ActsWrongly(StrEnum):
    """What happens where a guard is missing."""

    READS_TOMBSTONE = "reads the tombstone, locking nothing: nobody has tried to remove the file"
    ASKS_NOTHING = "locks the tombstone, whatever has been tried"
    FORGETS = "has a dead letter tried again, and forgets that anybody tried"
    UPLOADS = "uploads another image under the old name"


def steps(state, protocol):
    """Yield what people can do by hand now."""
    me = state.operator[0]
    for does, after in STANDS[me.at](state, protocol):
        yield Step("operator", 0, does, after)
    if me is not IDLE:
        yield Step("operator", 0, Acts.DIES, state.put("operator", 0))
    for does, after in _upload(state, protocol):
        yield Step("somebody", 0, does, after)


def _begin(state, protocol):
    if state.row is Row.LIVING:
        yield from _begin_by_hand(state)
    elif state.tombstone is not None and not state.tombstone.done:
        yield from _begin_undo(state, protocol)
        yield from _retry(state, protocol)


def _begin_by_hand(state):
    unnamed = not any(each.exist for each in state.references)
    if state.trash is not Trash.OUT and state.grants(Lock.NO_KEY_UPDATE, "operator", 0):
        locked = Process("rescuing", Lock.NO_KEY_UPDATE)
        yield Acts.LOCKS_TO_RESCUE, state.put("operator", 0, locked)
    if state.trash is Trash.OUT and unnamed and state.grants(Lock.UPDATE, "operator", 0):
        locked = Process("trashing", Lock.UPDATE)
        yield Acts.LOCKS_TO_TRASH, state.put("operator", 0, locked)


def _rescue(state, protocol):
    yield Acts.RESCUES, state.put("operator", 0, trash=Trash.OUT, review=Review.LATER)


def _trash(state, protocol):
    yield Acts.TRASHES, state.put("operator", 0, trash=Trash.IN, review=Review.LATER)


def _begin_undo(state, protocol):
    does = Acts.LOCKS_TOMBSTONE
    if not protocol.undo_asks_for_attempts:
        does = ActsWrongly.ASKS_NOTHING
    elif state.tombstone.attempts:
        yield Acts.IS_REFUSED, state
        return
    elif not protocol.undo_locks:
        does = ActsWrongly.READS_TOMBSTONE
    yield does, state.put("operator", 0, Process("undoing"))


def _undo(state, protocol):
    back = {"row": Row.LIVING, "trash": Trash.OUT, "review": Review.LATER}
    yield Acts.UNDOES, state.put("operator", 0, **back, tombstone=None)


def _retry(state, protocol):
    tombstone = state.tombstone
    if tombstone.attempts == MAX_ATTEMPTS and tombstone.claimed_by is None:
        does = Acts.RETRIES if protocol.retry_counts_from else ActsWrongly.FORGETS
        again = tombstone._replace(attempts=protocol.retry_counts_from)
        yield does, state._replace(tombstone=again)


STANDS = {"idle": _begin, "rescuing": _rescue, "trashing": _trash, "undoing": _undo}


def _upload(state, protocol):
    tombstone = state.tombstone
    if protocol.reuse is Reuse.NEVER or tombstone is None or state.row is not Row.GONE:
        return
    if tombstone.done or protocol.reuse is Reuse.AT_ONCE:
        new = {"row": Row.LIVING, "trash": Trash.OUT, "review": Review.LATER, "file": True}
        yield ActsWrongly.UPLOADS, state._replace(**new)
