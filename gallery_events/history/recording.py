"""What a save has to say beside its row: who, when, why, and what changed."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.manager import SIMPLE_HISTORY_REVERSE_ATTR_NAME
from simple_history.models import HistoricalRecords

from gallery_events.domain.snapshots import Delta, Snapshot
from gallery_events.exceptions import HistoryBypassed

#: The attribute of an owner in which its save leaves what is to be recorded.
RECORDING = "_gallery_recording"
#: What an instance wrote, newest last, to notice that a transaction was rolled back.
WRITTEN = "_gallery_written"
#: Set by simple-history on an instance that it made from a snapshot: that snapshot.
HISTORIC = SIMPLE_HISTORY_REVERSE_ATTR_NAME
#: Where a request remembers the id it was given.
REQUEST_ID = "_gallery_request_id"
#: So many characters of a request's id are kept, and what none of them may be.
LONGEST_ID = 64
UNFIT = re.compile(r"[^A-Za-z0-9._:/+=@-]")
#: They sort alike in every collation.
DIGITS = "0123456789abcdefghijklmnopqrstuv"

HISTORY_DISABLED = (
    "SIMPLE_HISTORY_ENABLED is False, so this would be saved without a snapshot: "
    "set it to True (or remove it)."
)


@dataclass(slots=True)
class Recording:
    """What a save has to say beside the row itself; *history_id* is known afterwards."""

    version: int
    event: str
    at: datetime
    deltas: Mapping[str, Delta] = field(default_factory=dict)
    lists: Mapping[str, list[Any]] = field(default_factory=dict)
    restored_from: int | None = None
    source: str = "code"
    history_id: Any = None
    actor: str = ""
    reason: str = ""
    request_id: str = ""
    #: The row's key was given by the database and may have been used before.
    number_again: bool = False

    def snapshot(self) -> Snapshot:
        """Return the snapshot that was recorded."""
        return Snapshot(
            version=self.version,
            at=self.at,
            event=self.event,
            actor=self.actor,
            lists=self.lists,
            delta=self.deltas,
            restored_from=self.restored_from,
            reason=self.reason,
            source=self.source,
            request_id=self.request_id,
            history_id=self.history_id,
        )


def is_recorded(instance: models.Model) -> bool:
    """Tell whether the write of an owner, or a snapshot, that is under way is recorded."""
    return RECORDING in instance.__dict__


def refuse_when_disabled(owner: models.Model | None = None) -> None:
    """Raise when simple-history is switched off, for the project or for this instance."""
    if not getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        raise HistoryBypassed(HISTORY_DISABLED)
    if hasattr(owner, "skip_history_when_saving"):
        message = (
            "skip_history_when_saving is set, but a gallery is never saved without its "
            "snapshot: delete the attribute."
        )
        raise HistoryBypassed(message)


def moment(owner: models.Model) -> datetime:
    """Return when a save is said to happen: ``_history_date`` where it is set, else now."""
    given: datetime = getattr(owner, "_history_date", None) or timezone.now()
    if settings.USE_TZ and timezone.is_naive(given):
        return timezone.make_aware(given)
    return given


def actor_of(user: Any) -> str:
    """Return who did it as text that outlives the user."""
    return str(user)[:255] if user is not None else ""


def request_under_way() -> Any:
    """Return the request that simple-history's middleware has seen come in, or None."""
    return getattr(HistoricalRecords.context, "request", None)


def request_id_of(request: Any) -> str:
    """
    Return the id of a request: the project's ``request.request_id``, else one made here.

    It is the same one each time. No header is read: it comes from strangers,
    who could make what they do look like a part of somebody else's request.
    A middleware of the project may set the attribute from one that its proxy
    overwrites. What is no part of an id is left out all the same.
    """
    if request is None:
        return ""
    known = getattr(request, REQUEST_ID, "")
    if not known:
        given = getattr(request, "request_id", None)
        known = UNFIT.sub("", "" if given is None else str(given))[:LONGEST_ID]
        known = known or _new_request_id()
        setattr(request, REQUEST_ID, known)
    return str(known)


def _new_request_id() -> str:
    """
    Return 15 characters that no other request has.

    They begin with the time, so that an index over them grows at its end
    only; one more would cost each entry of it eight bytes.
    """
    hundredths = time.time_ns() // 10_000_000
    when = "".join(DIGITS[hundredths >> shift & 31] for shift in range(35, -1, -5))
    return when + "".join(secrets.choice(DIGITS) for _ in range(15 - len(when)))


def source_of(request: Any, said: str = "code") -> str:
    """Return where a change came from: a flow says it itself, else the request tells."""
    if request is None or said != "code":
        return said
    match = getattr(request, "resolver_match", None)
    return "admin" if match is not None and match.app_name == "admin" else "web"
