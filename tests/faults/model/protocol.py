"""The guards of the protocol, each a switch: as they stand, they are the package's own."""

from dataclasses import dataclass
from enum import StrEnum

from tests.faults.model.state import Lock


class Writer(StrEnum):
    """By which road a saver comes."""

    OURS = "our save"
    KNOWN = "a foreign key past our save, which a review asks"
    UNKNOWN = "a foreign key past our save, of which only the database knows"


class Reuse(StrEnum):
    """When a file name may be given to another image."""

    NEVER = "never"
    WHEN_DONE = "once the old file is removed"
    AT_ONCE = "once the old row is gone"


@dataclass(frozen=True, slots=True)
class Protocol:
    """
    Who is there, and what keeps an image, its row and its file together.

    Where the code has each guard is said beside it.
    """

    savers: tuple[Writer, ...] = (Writer.OURS, Writer.OURS)
    sweepers: int = 2
    removers: int = 2

    #: Law 2. Deferred, as Django's are: checked at a writer's COMMIT. ``models.Reference``
    foreign_key: bool = True
    #: A purge has it checked with its DELETE, else at its COMMIT. ``flows.steps.purge``
    purge_checks_at_once: bool = True
    #: A save locks the images it adds (KEY SHARE) before it names them. ``flows.images.claim``
    saver_locks: bool = True
    #: What a save takes to write a row that it rescues. ``flows.images.take_out``
    rescue_lock: Lock = Lock.NO_KEY_UPDATE

    #: Who deletes references locks their images first. ``flows.steps.expire``
    expiry_locks: bool = True
    #: A review reads what names an image after it has the row. ``flows.steps.review``
    looks_under_lock: bool = True
    #: A purge deletes the row; otherwise it would mark it. ``flows.steps.purge``
    deletes_row: bool = True
    #: Law 4: no file is touched before the tombstone is committed. ``flows.steps.files``
    files_last: bool = True

    #: An undo holds the tombstone from reading it to deleting it. ``flows.revival.bring_back``
    undo_locks: bool = True
    #: An undo is refused after the first attempt at a file. ``flows.revival.bring_back``
    undo_asks_for_attempts: bool = True
    #: A dead letter that is tried again keeps an attempt. ``flows.steps.files.retry_dead``
    retry_counts_from: int = 1
    #: Only the claim that is still one's own is given back. ``flows.steps.claims.give_back``
    give_back_asks_whose: bool = True
    #: Names are random. ``imaging.names``
    reuse: Reuse = Reuse.NEVER
