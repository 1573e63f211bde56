"""When an image may be deleted at the earliest, if nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gallery_events.domain.retention import RetentionPolicy, never


@dataclass(frozen=True, slots=True)
class Station:
    """
    Where an image stands in its life.

    *named_until* is when the last of its recent references runs out; None
    where no reference names it.
    """

    review_after: datetime | None = None
    trashed_at: datetime | None = None
    named_until: datetime | None = None
    pinned_until: datetime | None = None


def earliest_purge(station: Station, policy: RetentionPolicy, *, now: datetime) -> datetime | None:
    """Return the first moment at which a sweep may delete it; None when none ever will."""
    if policy.trash is None or (review := _earliest_review(station, now)) >= never(like=now):
        return None
    if station.trashed_at is None:
        return review + policy.trash
    return max(review, station.trashed_at + policy.trash)


def _earliest_review(station: Station, now: datetime) -> datetime:
    """Return the first moment at which a review can find that nothing needs it."""
    # While a reference names it, a review that is due changes nothing; its end makes it due.
    next_look = station.named_until or station.review_after
    return max(each for each in (now, next_look, station.pinned_until) if each is not None)
