"""What a save has to say beside its row: who, when, why, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.manager import SIMPLE_HISTORY_REVERSE_ATTR_NAME

from gallery_events.domain.snapshots import Delta, Snapshot
from gallery_events.exceptions import HistoryBypassed

#: The attribute of an owner in which its save leaves what is to be recorded.
RECORDING = "_gallery_recording"
#: What an instance wrote, newest last, to notice that a transaction was rolled back.
WRITTEN = "_gallery_written"
#: Set by simple-history on an instance that it made from a snapshot: that snapshot.
HISTORIC = SIMPLE_HISTORY_REVERSE_ATTR_NAME

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
            history_id=self.history_id,
        )


def is_recorded(instance: models.Model) -> bool:
    """Tell whether the write of an owner, or a snapshot, that is under way is recorded."""
    return RECORDING in instance.__dict__


def refuse_when_disabled(owner: models.Model) -> None:
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


def request_id_of(request: Any) -> str:
    """Return the id that a proxy or middleware gave the request, if any."""
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))[:64] if request is not None else ""


def source_of(request: Any, recording: Recording) -> str:
    """Return where a save came from: a flow says it itself, else the request tells."""
    if request is None or recording.source != "code":
        return recording.source
    match = getattr(request, "resolver_match", None)
    return "admin" if match is not None and match.app_name == "admin" else "web"
