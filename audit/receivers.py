"""
The witness: each signal of gallery_events becomes one entry.

The entry is written where the deed is: in the same database and, as the
signal is sent inside it, in the same transaction. A receiver that fails stops
the deed. Files are gone when their signal comes, and a sweep is over: there
the sender logs what failed. Dry runs do nothing, and leave no entry.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import router

from audit.details import of_snapshot
from audit.labels import label_of
from audit.writing import enter
from gallery_events import history, signals
from gallery_events.domain.report import SweepReport
from gallery_events.domain.snapshots import Snapshot
from gallery_events.fields import gallery_fields
from gallery_events.models import GalleryModel, SweepRun, Tombstone

#: Where an entry comes from that a sweep has caused.
SWEEP = "sweep"


def connect() -> None:
    """Listen to every signal, once."""
    for kind, receiver in RECEIVERS.items():
        signal = getattr(signals, kind)
        signal.connect(receiver, dispatch_uid=f"gallery_audit.{kind}", weak=False)


def on_snapshot_recorded(sender: Any, owner: Any, snapshot: Snapshot, **kwargs: Any) -> None:
    """Enter a save with all that it changed: the trail alone explains each state."""
    enter(
        "snapshot_recorded",
        using=owner._state.db,
        event=snapshot.event,
        owner=owner,
        version=snapshot.version,
        user=history.user_of(owner),
        source=snapshot.source,
        detail=of_snapshot(snapshot, gallery_fields(type(owner))),
    )


def on_image_uploaded(sender: Any, image: Any, user: Any = None, **kwargs: Any) -> None:
    """Enter a file that came in."""
    enter(
        "image_uploaded", using=_database_of(image), image=image, user=user, detail=_told_of(image)
    )


def on_image_edited(
    sender: Any, image: Any, original: Any, edit: Any, user: Any = None, **kwargs: Any
) -> None:
    """Enter an image that was made from another one."""
    detail = _told_of(image) | {"original": str(original.pk), "edit": image.edit}
    enter("image_edited", using=_database_of(image), image=image, user=user, detail=detail)


def on_image_trashed(
    sender: Any, image: Any, reason: str, run: int | None = None, **kwargs: Any
) -> None:
    """Enter an image that nothing names any more."""
    enter(
        "image_trashed",
        using=_database_of(image),
        image=image,
        source=_source_of(run),
        detail=_told_of(image) | {"reason": str(reason), "run": run},
    )


def on_image_rescued(
    sender: Any, image: Any, by: Any, user: Any = None, run: int | None = None, **kwargs: Any
) -> None:
    """Enter an image that left the trash: for an owner, or for a word that says why."""
    owner = by if isinstance(by, GalleryModel) else None
    reason = label_of(type(by)) if owner is not None else str(by)
    enter(
        "image_rescued",
        using=_database_of(image),
        owner=owner,
        image=image,
        user=user,
        source=_source_of(run),
        detail=_told_of(image) | {"reason": reason, "run": run},
    )


def on_image_purged(sender: Any, image: Any, tombstone: Tombstone, **kwargs: Any) -> None:
    """Enter the end of an image, with the evidence by which it was deleted."""
    enter(
        "image_purged",
        using=_database_of(tombstone),
        image=image,
        source=SWEEP,
        detail=_told_of(image) | {"reason": tombstone.reason, "evidence": tombstone.evidence},
    )


def on_files_removed(sender: Any, tombstone: Tombstone, names: list[str], **kwargs: Any) -> None:
    """Enter files that are gone."""
    enter(
        "files_removed",
        using=_database_of(tombstone),
        image=tombstone,
        source=SWEEP,
        detail={"name": tombstone.name, "size": tombstone.total_size, "files": list(names)},
    )


def on_sweep_starting(sender: Any, now: datetime, dry_run: bool, **kwargs: Any) -> None:  # noqa: FBT001 - the signal's own word
    """Enter a sweep before it does anything: what cannot be witnessed does not begin."""
    if not dry_run:
        using = router.db_for_write(SweepRun)
        enter("sweep_starting", using=using, source=SWEEP, detail={"now": now.isoformat()})


def on_sweep_finished(sender: Any, report: SweepReport, **kwargs: Any) -> None:
    """Enter what a sweep did, in numbers."""
    if report.dry_run:
        return
    told = report.as_json()
    lists = ("images", "reasons", "forecast", "dry_run", "errors", "drift", "notes")
    detail = {name: value for name, value in told.items() if name not in lists and value}
    counted = {name: len(told[name]) for name in ("errors", "drift") if told[name]}
    enter(
        "sweep_finished",
        using=router.db_for_write(SweepRun),
        source=SWEEP,
        detail={**detail, **counted, "exit_code": report.exit_code},
    )


RECEIVERS: dict[str, Callable[..., None]] = {
    "snapshot_recorded": on_snapshot_recorded,
    "image_uploaded": on_image_uploaded,
    "image_edited": on_image_edited,
    "image_trashed": on_image_trashed,
    "image_rescued": on_image_rescued,
    "image_purged": on_image_purged,
    "files_removed": on_files_removed,
    "sweep_starting": on_sweep_starting,
    "sweep_finished": on_sweep_finished,
}


def _database_of(row: Any) -> str:
    """Return where a deed about this row is written, by the same question as the flows'."""
    return router.db_for_write(type(row), instance=row)


def _source_of(run: int | None) -> str:
    return "code" if run is None else SWEEP


def _told_of(image: Any) -> dict[str, Any]:
    return {"name": image.name, "size": image.size}
