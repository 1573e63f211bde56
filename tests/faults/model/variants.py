"""Protocols to check: ours among everybody it meets, and others, safe ones and wrong ones."""

from dataclasses import replace
from typing import NamedTuple

from tests.faults.model.laws import (
    I1,
    I2,
    I3,
    I4,
    I5,
    I6,
    I7,
    I8,
    LAWS,
    NO_DEADLOCK,
    NOT_FORGOTTEN,
    Law,
)
from tests.faults.model.protocol import Protocol, Reuse, Writer
from tests.faults.model.state import Lock

OURS = Protocol()
#: A second remover tells nothing of a guard of rows, a second saver nothing of one of files.
ROWS = Protocol(removers=1)
FILES = Protocol(savers=(Writer.OURS,))
WITH_A_STRANGER = Protocol(savers=(Writer.OURS, Writer.KNOWN))
EVERYBODY = Protocol(savers=(Writer.OURS, Writer.KNOWN, Writer.UNKNOWN))

#: Our protocol, and who meets there: it must keep every law among them.
MEETINGS = {
    "two savers": OURS,
    "a saver and a foreign key past our save": WITH_A_STRANGER,
    "a saver, and foreign keys that a review knows and does not know": EVERYBODY,
    "three sweepers and three removers": Protocol(savers=(Writer.OURS,), sweepers=3, removers=3),
    "foreign keys checked at COMMIT, as SQLite does": Protocol(
        savers=(Writer.OURS, Writer.UNKNOWN), purge_checks_at_once=False
    ),
}


class Variant(NamedTuple):
    """A protocol with fewer guards, and the *laws* that it keeps all the same, or breaks."""

    protocol: Protocol
    laws: tuple[Law, ...]


#: Each of the two guards of a save is enough where everybody is guarded by it.
SAFE = {
    # But a gallery may show an image in the trash until the next review, and who comes too
    # late hears of it from the database.
    "the foreign key alone": Variant(
        replace(ROWS, saver_locks=False), tuple(law for law in LAWS if law is not I6)
    ),
    "the lock alone, which everybody takes": Variant(replace(ROWS, foreign_key=False), LAWS),
    "a row that is marked and not deleted, which everybody locks": Variant(
        replace(ROWS, deletes_row=False), LAWS
    ),
}

#: What is lost by each, the rule first: each law breaks when it alone is asked.
WRONG = {
    "neither foreign key nor lock": Variant(
        replace(OURS, foreign_key=False, saver_locks=False), (I1,)
    ),
    "the lock alone, which somebody does not take": Variant(
        replace(WITH_A_STRANGER, foreign_key=False), (I1,)
    ),
    "a row that is marked and not deleted, which nobody locks": Variant(
        replace(OURS, deletes_row=False, saver_locks=False), (I1,)
    ),
    "a row that is marked and not deleted, which somebody does not lock": Variant(
        replace(WITH_A_STRANGER, deletes_row=False), (I1,)
    ),
    "a file removed before the row's commit": Variant(
        replace(FILES, files_last=False), (I4, I2, I1)
    ),
    "an undo that reads first and writes later": Variant(
        replace(FILES, undo_locks=False), (I8, I2, I1)
    ),
    "an undo after the first attempt": Variant(
        replace(FILES, undo_asks_for_attempts=False), (I8, I2, I1)
    ),
    "a dead letter tried again as if for the first time": Variant(
        replace(FILES, retry_counts_from=0), (I2, I1)
    ),
    "a claim given back by somebody who has lost it": Variant(
        replace(FILES, give_back_asks_whose=False), (I2, I1)
    ),
    "a name used again while its old file is to be removed": Variant(
        replace(FILES, reuse=Reuse.AT_ONCE), (I3, I2, I1)
    ),
    "a name used again once its old file is removed": Variant(
        replace(FILES, reuse=Reuse.WHEN_DONE), (I3, I2, I1)
    ),
    "two sweeps that delete the last two references, locking nothing": Variant(
        replace(ROWS, expiry_locks=False, savers=(Writer.OURS,)), (I7, NOT_FORGOTTEN)
    ),
    "a purge that does not look again under the lock": Variant(
        replace(OURS, looks_under_lock=False), (I5, I6)
    ),
    "a purge that does not look again, and no foreign key": Variant(
        replace(OURS, looks_under_lock=False, foreign_key=False), (I1,)
    ),
    "a rescue that takes the strongest lock": Variant(
        replace(OURS, rescue_lock=Lock.UPDATE), (NO_DEADLOCK,)
    ),
}
