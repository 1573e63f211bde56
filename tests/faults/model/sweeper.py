"""The sweep's transactions: a reference expires; an image is reviewed, and perhaps purged."""

from enum import StrEnum

from tests.faults.model.protocol import Writer
from tests.faults.model.state import (
    IDLE,
    Ended,
    Lock,
    Process,
    Review,
    Row,
    Step,
    Tombstone,
    Trash,
)


class Sweeps(StrEnum):
    """What a sweeper can do."""

    FINDS_EXPIRED = "finds a reference that has run out"
    LOCKS_TO_EXPIRE = "locks the image of that reference"
    EXPIRES = "deletes the reference, and sees another one"
    EXPIRES_LAST = "deletes the reference, and sees no other"
    COMMITS_EXPIRY = "commits the deletion of the reference"
    COMMITS_LAST_EXPIRY = "commits the deletion of the reference: the image is due for review"

    LOCKS_TO_REVIEW = "locks the image, which is due for review"
    SKIPS = "passes over the image, which somebody holds"
    SEES_REFERENCE = "sees that a gallery names it, now or recently"
    SEES_USE = "sees that something else names it"
    SEES_ORPHAN = "sees that nothing names it"
    SEES_TRASH = "sees that nothing names it, and that its time in the trash goes on"
    SEES_TIME_OVER = "sees that nothing names it, and that its time in the trash is over"

    CLEARS = "commits: the image needs no review"
    KEEPS = "commits: the image stays, and is looked at later"
    TRASHES = "commits: the image is in the trash"
    DELETES = "deletes the row and writes the tombstone"
    IS_STOPPED = "is stopped by the foreign key, and the purge rolled back"
    PUTS_OFF = "lets the image rest, to look at it later"
    COMMITS_PURGE = "commits the purge"
    DIES = "dies and is rolled back"


class SweepsWrongly(StrEnum):
    """What it does where a guard is missing."""

    LOCKS_NOTHING = "locks nothing"
    LOCKS_AFTER_LOOKING = "locks the image, and does not look again"
    FINDS_NOTHING = "finds no image any more"
    DELETES_FILE_FIRST = "deletes the row and removes the file"
    MARKS = "marks the row as deleted and writes the tombstone"


VERDICTS = {
    Sweeps.SEES_REFERENCE: Sweeps.CLEARS,
    Sweeps.SEES_USE: Sweeps.KEEPS,
    Sweeps.SEES_ORPHAN: Sweeps.TRASHES,
    Sweeps.SEES_TRASH: Sweeps.KEEPS,
    Sweeps.SEES_TIME_OVER: Sweeps.DELETES,
}


def steps(state, protocol):
    """Yield what each sweeper can do now."""
    for number, me in enumerate(state.sweeper):
        for does, after in STANDS[me.at](state, protocol, number):
            yield Step("sweeper", number, does, after)
        if me is not IDLE:
            yield Step("sweeper", number, Sweeps.DIES, state.put("sweeper", number))


def _begin(state, protocol, number):
    for which, each in enumerate(state.references):
        if Ended.RUN_OUT in each.ended:
            found = Process("expiring", note=which)
            yield Sweeps.FINDS_EXPIRED, state.put("sweeper", number, found)
    if state.row is not Row.LIVING or state.review is not Review.DUE:
        return
    if not protocol.looks_under_lock:
        yield from _look(state, protocol, number)
    elif state.grants(Lock.UPDATE, "sweeper", number):
        locked = Process("reviewing", Lock.UPDATE)
        yield Sweeps.LOCKS_TO_REVIEW, state.put("sweeper", number, locked)
    else:
        yield Sweeps.SKIPS, state


def _lock_to_expire(state, protocol, number):
    lock = Lock.NO_KEY_UPDATE if protocol.expiry_locks else Lock.NONE
    if state.grants(lock, "sweeper", number):
        does = Sweeps.LOCKS_TO_EXPIRE if protocol.expiry_locks else SweepsWrongly.LOCKS_NOTHING
        locked = state.sweeper[number]._replace(at="expiring, locked", lock=lock)
        yield does, state.put("sweeper", number, locked)


def _expire(state, protocol, number):
    """Delete the reference, and look for others: this sees what the others have committed."""
    me = state.sweeper[number]
    mine = state.references[me.note]
    left = state.refer(me.note, mine.expire())
    at = "expired" if _is_referenced(left, protocol) else "expired the last"
    does = Sweeps.EXPIRES if at == "expired" else Sweeps.EXPIRES_LAST
    which = me.note if Ended.RUN_OUT in mine.ended else None  # another one was faster
    yield does, state.put("sweeper", number, me._replace(at=at, note=which))


def _commit_expiry(state, protocol, number):
    left = _without(state, state.sweeper[number].note)
    yield Sweeps.COMMITS_EXPIRY, state.put("sweeper", number, references=left)


def _commit_last_expiry(state, protocol, number):
    if not state.grants(Lock.NO_KEY_UPDATE, "sweeper", number):
        return  # waits: only without the lock
    left = _without(state, state.sweeper[number].note)
    review = Review.DUE if state.row is Row.LIVING else state.review
    after = state.put("sweeper", number, references=left, review=review)
    yield Sweeps.COMMITS_LAST_EXPIRY, after


def _without(state, which):
    if which is None:
        return state.references
    return state.refer(which, state.references[which].expire())


def _look(state, protocol, number):
    """Read what names the image, as committed now, and decide."""
    if _is_referenced(state.references, protocol):
        sees = Sweeps.SEES_REFERENCE
    elif _is_used(state, protocol):
        sees = Sweeps.SEES_USE
    elif state.trash is Trash.OUT:
        sees = Sweeps.SEES_ORPHAN
    else:
        sees = Sweeps.SEES_TRASH if state.trash is Trash.IN else Sweeps.SEES_TIME_OVER
    at = "decided" if protocol.looks_under_lock else "decided, unlocked"
    decided = state.sweeper[number]._replace(at=at, note=sees)
    yield sees, state.put("sweeper", number, decided)


def _lock_late(state, protocol, number):
    if state.row is not Row.LIVING:
        yield SweepsWrongly.FINDS_NOTHING, state.put("sweeper", number)
    elif state.grants(Lock.UPDATE, "sweeper", number):
        locked = state.sweeper[number]._replace(at="decided", lock=Lock.UPDATE)
        yield SweepsWrongly.LOCKS_AFTER_LOOKING, state.put("sweeper", number, locked)


def _act(state, protocol, number):
    sees = state.sweeper[number].note
    does = VERDICTS[sees]
    if does is Sweeps.DELETES:
        yield from _delete(state, protocol, number)
        return
    trash = Trash.IN if does is Sweeps.TRASHES else state.trash
    if sees in (Sweeps.SEES_REFERENCE, Sweeps.SEES_USE):
        trash = Trash.OUT  # whoever wrote past our save did not take it out
    review = Review.NONE if does is Sweeps.CLEARS else Review.LATER
    yield does, state.put("sweeper", number, trash=trash, review=review)


def _delete(state, protocol, number):
    """Delete the row and write the tombstone; nobody sees it before the commit."""
    deleted = Process("deleted", Lock.UPDATE)
    if not protocol.deletes_row:
        yield SweepsWrongly.MARKS, state.put("sweeper", number, deleted)
    elif protocol.purge_checks_at_once and _violates(state, protocol):
        yield Sweeps.IS_STOPPED, state.put("sweeper", number, Process("stopped"))
    elif protocol.files_last:
        yield Sweeps.DELETES, state.put("sweeper", number, deleted)
    else:
        gone = state.put("sweeper", number, deleted, file=False)
        yield SweepsWrongly.DELETES_FILE_FIRST, gone


def _commit_purge(state, protocol, number):
    if not protocol.purge_checks_at_once and _violates(state, protocol):
        yield Sweeps.IS_STOPPED, state.put("sweeper", number, Process("stopped"))
        return
    row = Row.GONE if protocol.deletes_row else Row.CONDEMNED
    after = state.put(
        "sweeper", number, row=row, trash=Trash.OUT, review=Review.NONE, tombstone=Tombstone()
    )
    yield Sweeps.COMMITS_PURGE, after


def _put_off(state, protocol, number):
    """In a transaction of its own, whoever has been there meanwhile."""
    if state.row is not Row.LIVING:
        yield Sweeps.PUTS_OFF, state.put("sweeper", number)
    elif state.grants(Lock.NO_KEY_UPDATE, "sweeper", number):
        yield Sweeps.PUTS_OFF, state.put("sweeper", number, review=Review.LATER)


STANDS = {
    "idle": _begin,
    "expiring": _lock_to_expire,
    "expiring, locked": _expire,
    "expired": _commit_expiry,
    "expired the last": _commit_last_expiry,
    "reviewing": _look,
    "decided, unlocked": _lock_late,
    "decided": _act,
    "deleted": _commit_purge,
    "stopped": _put_off,
}


def _is_referenced(references, protocol):
    named = zip(protocol.savers, references, strict=True)
    return any(writer is Writer.OURS and each.exist for writer, each in named)


def _is_used(state, protocol):
    named = zip(protocol.savers, state.references, strict=True)
    return any(writer is Writer.KNOWN and each.current for writer, each in named)


def _violates(state, protocol):
    """Tell whether the database refuses to delete the row."""
    return protocol.foreign_key and any(each.exist for each in state.references)
