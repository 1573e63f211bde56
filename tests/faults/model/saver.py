"""Who puts the image into a gallery: by our save, or past it with a foreign key only."""

from enum import StrEnum

from tests.faults.model.protocol import Writer
from tests.faults.model.state import (
    IDLE,
    MOST_ENDED,
    Lock,
    Process,
    References,
    Row,
    Step,
    Trash,
)


class Saves(StrEnum):
    """What a saver can do."""

    CLAIMS = "locks the image and finds it"
    CLAIMS_FROM_TRASH = "locks the image and finds it in the trash"
    IS_REFUSED = "finds no image any more, says so and writes nothing"
    RESCUES = "locks its row for taking it out of the trash"
    COMMITS = "commits a gallery that shows the image"
    COMMITS_RESCUE = "commits a gallery that shows the image, which leaves the trash"
    TAKES_OUT = "takes the image out of the gallery and commits"
    WRITES_PAST = "writes the key of the image past our save, which nobody has checked"
    COMMITS_PAST = "commits it: the database finds the row"
    TAKES_OUT_PAST = "takes it back and commits"
    IS_STOPPED = "is stopped by the foreign key at the COMMIT, and rolled back"
    DIES = "dies and is rolled back"


class SavesWrongly(StrEnum):
    """What it does where a guard is missing."""

    READS = "reads the image, locking nothing"
    READS_FROM_TRASH = "reads the image in the trash, locking nothing"
    FINDS_NOTHING_TO_RESCUE = "finds nothing to take out of the trash any more"


def steps(state, protocol):
    """Yield what each saver can do now."""
    for number, kind in enumerate(protocol.savers):
        going_on = _ours if kind is Writer.OURS else _past
        for does, after in going_on(state, protocol, number):
            yield Step("saver", number, does, after)
        if state.saver[number] is not IDLE:
            yield Step("saver", number, Saves.DIES, state.put("saver", number))


def _ours(state, protocol, number):
    me = state.saver[number]
    mine = state.references[number]
    if mine.current:
        if len(mine.ended) < MOST_ENDED:
            ended = state.refer(number, mine.end())
            yield Saves.TAKES_OUT, state.put("saver", number, references=ended)
    elif me.at == "idle":
        yield from _claim(state, protocol, number)
    elif me.at == "rescuing":
        yield from _rescue(state, protocol, number)
    elif me.note == "rescues":
        yield from _commit(state, protocol, number, done=Saves.COMMITS_RESCUE, trash=Trash.OUT)
    else:
        yield from _commit(state, protocol, number, done=Saves.COMMITS, trash=state.trash)


def _claim(state, protocol, number):
    lock = Lock.KEY_SHARE if protocol.saver_locks else Lock.NONE
    if not state.grants(lock, "saver", number):
        return  # waits
    if state.row is not Row.LIVING:
        yield Saves.IS_REFUSED, state
    elif state.trash is Trash.OUT:
        does = Saves.CLAIMS if protocol.saver_locks else SavesWrongly.READS
        yield does, state.put("saver", number, Process("writing", lock))
    else:
        does = Saves.CLAIMS_FROM_TRASH if protocol.saver_locks else SavesWrongly.READS_FROM_TRASH
        yield does, state.put("saver", number, Process("rescuing", lock))


def _rescue(state, protocol, number):
    if state.row is not Row.LIVING:
        # Only without the lock: the COMMIT will tell.
        writing = Process("writing")
        yield SavesWrongly.FINDS_NOTHING_TO_RESCUE, state.put("saver", number, writing)
    elif state.grants(protocol.rescue_lock, "saver", number):
        rescued = Process("writing", protocol.rescue_lock, note="rescues")
        yield Saves.RESCUES, state.put("saver", number, rescued)


def _past(state, protocol, number):
    if state.references[number].current:
        taken = state.refer(number, References())
        yield Saves.TAKES_OUT_PAST, state.put("saver", number, references=taken)
    elif state.saver[number] is not IDLE:
        yield from _commit(state, protocol, number, done=Saves.COMMITS_PAST, trash=state.trash)
    elif state.row is Row.LIVING:
        yield Saves.WRITES_PAST, state.put("saver", number, Process("writing"))


def _commit(state, protocol, number, *, done, trash):
    """At COMMIT the database looks for the row, and waits for whoever is deleting it."""
    if protocol.foreign_key:
        if not state.grants(Lock.KEY_SHARE, "saver", number):
            return  # waits
        if state.row is Row.GONE:
            yield Saves.IS_STOPPED, state.put("saver", number)
            return
    shown = state.refer(number, state.references[number]._replace(current=True))
    yield done, state.put("saver", number, references=shown, trash=trash)
