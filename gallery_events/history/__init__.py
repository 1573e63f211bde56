"""The one door to simple-history: how a snapshot is written, and how snapshots are read."""

from gallery_events.history.reading import (
    history_model,
    is_history,
    last_version,
    last_versions,
    record_at,
    records,
    tracked_fields,
)
from gallery_events.history.recorder import GalleryHistory, recorder, take_snapshot, user_of
from gallery_events.history.recording import (
    HISTORIC,
    HISTORY_DISABLED,
    RECORDING,
    WRITTEN,
    Recording,
    is_recorded,
    moment,
    refuse_when_disabled,
    request_under_way,
)
from gallery_events.history.snapshots import AbstractSnapshot, lists_of, snapshot_of

__all__ = [
    "HISTORIC",
    "HISTORY_DISABLED",
    "RECORDING",
    "WRITTEN",
    "AbstractSnapshot",
    "GalleryHistory",
    "Recording",
    "history_model",
    "is_history",
    "is_recorded",
    "last_version",
    "last_versions",
    "lists_of",
    "moment",
    "record_at",
    "recorder",
    "records",
    "refuse_when_disabled",
    "request_under_way",
    "snapshot_of",
    "take_snapshot",
    "tracked_fields",
    "user_of",
]
