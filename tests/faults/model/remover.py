"""Who removes the files of purged images, no transaction open; the storage may lie."""

from enum import StrEnum

from tests.faults.model.state import IDLE, MAX_ATTEMPTS, Process, Row, Step


class Removes(StrEnum):
    """What a remover can do."""

    CLAIMS = "claims the tombstone, which counts an attempt"
    SKIPS = "passes over the tombstone, which somebody holds"
    LOOKS = "looks: no image has the name"
    REMOVES = "removes the file"
    HEARS_ERROR = "hears an error from the storage, which kept the file, and puts it off"
    HEARS_FALSE_ERROR = "hears an error from the storage, which removed the file, and puts it off"
    NOTES_DONE = "notes that it is done"
    CANNOT_NOTE = "has lost its claim, and notes nothing"
    GIVES_BACK = "gives the claim back before it begins, which uncounts the attempt"
    CANNOT_GIVE_BACK = "has lost its claim, and gives nothing back"
    DIES = "dies; its claim stays until it runs out"


class RemovesWrongly(StrEnum):
    """What it meets where a guard is missing."""

    SEES_NAME = "looks: a living image has the name, and puts it off"
    GIVES_BACK_ANOTHERS = "gives back a claim that it has lost, which uncounts an attempt"


def steps(state, protocol):
    """Yield what each remover can do now."""
    for number, me in enumerate(state.remover):
        for does, after in STANDS[me.at](state, protocol, number):
            yield Step("remover", number, does, after)
        if me is not IDLE:
            yield Step("remover", number, Removes.DIES, state.put("remover", number))


def _claim(state, protocol, number):
    """Claim in one short transaction, passing over a tombstone that somebody holds."""
    tombstone = state.tombstone
    if tombstone is None or tombstone.done or tombstone.claimed_by is not None:
        return
    if tombstone.attempts >= MAX_ATTEMPTS:
        return  # a dead letter
    if protocol.undo_locks and state.operator[0] is not IDLE:
        yield Removes.SKIPS, state
        return
    claimed = tombstone._replace(attempts=tombstone.attempts + 1, claimed_by=number)
    yield Removes.CLAIMS, state.put("remover", number, Process("claimed"), tombstone=claimed)


def _look(state, protocol, number):
    if state.row is Row.LIVING:
        yield RemovesWrongly.SEES_NAME, _put_off(state, number)
    else:
        yield Removes.LOOKS, state.put("remover", number, Process("looked"))


def _remove(state, protocol, number):
    yield Removes.REMOVES, state.put("remover", number, Process("removed"), file=False)
    yield Removes.HEARS_ERROR, _put_off(state, number)
    yield Removes.HEARS_FALSE_ERROR, _put_off(state, number)._replace(file=False)
    yield from _give_back(state, protocol, number)


def _give_back(state, protocol, number):
    """Stop before the first file, for want of time or of a storage: that was no attempt."""
    tombstone = state.tombstone
    if _is_mine(state, number):
        back = tombstone._replace(attempts=tombstone.attempts - 1, claimed_by=None)
        yield Removes.GIVES_BACK, state.put("remover", number, tombstone=back)
    elif protocol.give_back_asks_whose or tombstone is None or tombstone.attempts == 0:
        yield Removes.CANNOT_GIVE_BACK, state.put("remover", number)
    else:
        back = tombstone._replace(attempts=tombstone.attempts - 1, claimed_by=None)
        yield RemovesWrongly.GIVES_BACK_ANOTHERS, state.put("remover", number, tombstone=back)


def _note(state, protocol, number):
    if not _is_mine(state, number):
        yield Removes.CANNOT_NOTE, state.put("remover", number)
        return
    done = state.tombstone._replace(done=True, claimed_by=None)
    row = Row.GONE if state.row is Row.CONDEMNED else state.row
    yield Removes.NOTES_DONE, state.put("remover", number, tombstone=done, row=row)


STANDS = {"idle": _claim, "claimed": _look, "looked": _remove, "removed": _note}


def _is_mine(state, number):
    """Tell whether the claim is still this remover's; each claim has a token of its own."""
    tombstone = state.tombstone
    return tombstone is not None and not tombstone.done and tombstone.claimed_by == number


def _put_off(state, number):
    """Return the moment after an attempt that failed; it stays counted."""
    tombstone = state.tombstone
    if _is_mine(state, number):
        tombstone = tombstone._replace(claimed_by=None)
    return state.put("remover", number, tombstone=tombstone)
