"""One moment of the world: one image, what is committed of it, and where everybody stands."""

from enum import StrEnum
from typing import NamedTuple


class Row(StrEnum):
    """The image's row, as committed."""

    LIVING = "living"
    GONE = "gone"
    CONDEMNED = "condemned"  #: only where a purge marks the row instead of deleting it


class Trash(StrEnum):
    """``trashed_at``, with the trash period reduced to "over" or not."""

    OUT = "out"
    IN = "in"
    OVER = "over"


class Review(StrEnum):
    """``review_after``."""

    NONE = "none"
    LATER = "later"
    DUE = "due"


class Ended(StrEnum):
    """A reference that ended, with the retention reduced to "over" or not."""

    RECENT = "recent"
    RUN_OUT = "run out"


class References(NamedTuple):
    """
    What is committed of one saver's references to the image.

    It may be in the gallery now, and it may have been there before: once or
    twice, for a third time the second must first have expired.
    """

    current: bool = False
    ended: tuple[Ended, ...] = ()

    @property
    def exist(self):
        """Whether there is any row at all, which a foreign key protects."""
        return self.current or bool(self.ended)

    def end(self):
        """Return them after the image was taken out of the gallery."""
        return References(ended=(Ended.RECENT, *self.ended))

    def run_out(self):
        """Return them after the retention of the one that ended first is over."""
        recent = self.ended.count(Ended.RECENT) - 1
        run_out = self.ended.count(Ended.RUN_OUT) + 1
        return self._replace(ended=(Ended.RECENT,) * recent + (Ended.RUN_OUT,) * run_out)

    def expire(self):
        """Return them without one that has run out, if there is one."""
        return self._replace(ended=self.ended[:-1]) if Ended.RUN_OUT in self.ended else self


class Lock(StrEnum):
    """What a transaction may hold on the image's row: PostgreSQL's row locks."""

    NONE = "none"
    KEY_SHARE = "key share"
    NO_KEY_UPDATE = "no key update"
    UPDATE = "update"


CONFLICTS = {
    Lock.NONE: set(),
    Lock.KEY_SHARE: {Lock.UPDATE},
    Lock.NO_KEY_UPDATE: {Lock.NO_KEY_UPDATE, Lock.UPDATE},
    Lock.UPDATE: {Lock.KEY_SHARE, Lock.NO_KEY_UPDATE, Lock.UPDATE},
}


class Tombstone(NamedTuple):
    """What a purge left behind. *claimed_by* is the number of the remover with the claim."""

    done: bool = False
    attempts: int = 0
    claimed_by: int | None = None


class Process(NamedTuple):
    """
    Where one process stands, what it holds, and in *note* what it remembers of what it read.

    What it wrote and did not commit nobody else can see: that shows with its commit.
    """

    at: str = "idle"
    lock: Lock = Lock.NONE
    note: object = None


IDLE = Process()
#: Of a gallery that had the image before, so many references are told apart.
MOST_ENDED = 2
#: A tombstone is a dead letter after so many attempts: three stand for ``Tombstone.MAX_ATTEMPTS``.
MAX_ATTEMPTS = 3
ROLES = ("saver", "sweeper", "remover", "operator")


class State(NamedTuple):
    """Everything that is committed or stored, then every process by its role."""

    row: Row
    trash: Trash
    review: Review
    file: bool
    tombstone: Tombstone | None
    references: tuple[References, ...]
    saver: tuple[Process, ...]
    sweeper: tuple[Process, ...]
    remover: tuple[Process, ...]
    operator: tuple[Process, ...]

    def grants(self, lock, role, number):
        """Tell whether a process would get a lock on the image's row now, without waiting."""
        refused_by = CONFLICTS[lock]
        for other in ("saver", "sweeper", "operator"):
            for at, each in enumerate(getattr(self, other)):
                if each.lock in refused_by and (other, at) != (role, number):
                    return False
        return True

    def put(self, role, number, process=IDLE, **changes):
        """Return the moment after one process went on, and what it committed by that."""
        everyone = getattr(self, role)
        changes[role] = (*everyone[:number], process, *everyone[number + 1 :])
        return self._replace(**changes)

    def refer(self, number, changed):
        """Return the references with those of one saver changed."""
        return (*self.references[:number], changed, *self.references[number + 1 :])


def beginning(protocol):
    """Return the moment after an upload: a row, a file, and a review to come."""
    savers = len(protocol.savers)
    return State(
        row=Row.LIVING,
        trash=Trash.OUT,
        review=Review.LATER,
        file=True,
        tombstone=None,
        references=(References(),) * savers,
        saver=(IDLE,) * savers,
        sweeper=(IDLE,) * protocol.sweepers,
        remover=(IDLE,) * protocol.removers,
        operator=(IDLE,),
    )


class Step(NamedTuple):
    """Something that can happen: who (a role and a number), what, and what the world is then."""

    role: str
    number: int
    does: StrEnum
    state: State

    def __str__(self):
        """Say it as a sentence."""
        who = f"{self.role} {self.number + 1}" if self.role in ROLES[:3] else self.role
        return f"{who} {self.does}"
