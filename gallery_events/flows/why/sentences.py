"""The sentences in which an explanation speaks of galleries, snapshots and pins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from gallery_events.conf import GallerySettings
from gallery_events.domain.wording import day, number
from gallery_events.flows.why.last_places import LastPlace
from gallery_events.flows.why.places import Place, Places

#: So many of the galleries an image was in last are named.
LAST_NAMED = 3


def current(places: Places, *, now: datetime) -> Iterator[str]:
    """Yield in which galleries an image is now."""
    for each in places.current:
        by = f", added by {each.by}" if each.by else ""
        yield f"in {each.place} now, since {day(each.since, now=now)}{by}"
    if left := places.number_current - len(places.current):
        yield f"and in {number(left, 'more place')} now, {places.number_current} in all"


def kept(
    places: Places, settings: GallerySettings, *, now: datetime, ends_in_trash: bool
) -> Iterator[str]:
    """
    Yield which snapshots protect an image, and until when.

    *ends_in_trash* tells that nothing else keeps it: after the last of them
    it goes into the trash.
    """
    forever = any(each.by_count for each in places.kept)
    for at, each in enumerate(places.kept):
        line = _kept(each, settings, now=now)
        if at == 0 and ends_in_trash and not forever:
            line += _then(each, settings, now=now)
        yield line
    if left := places.number_kept - len(places.kept):
        yield f"and by {number(left, 'more snapshot')}, {places.number_kept} in all"


def _kept(place: Place, settings: GallerySettings, *, now: datetime) -> str:
    line = f"kept by snapshot {place.snapshot} of {place.place} ({_taken_out(place, now=now)})"
    retention, ends = settings.retention.retention, ""
    if retention is None:
        return f"{line} for ever"
    if place.until is not None and place.until + retention > now:
        ends = f" until {day(place.until + retention, now=now)}"
    if not place.by_count:
        return line + ends
    if ends:
        ends += " and after that"
    if place.unknown_owner:
        return f"{line}{ends} because nobody knows which are its newest snapshots"
    return f"{line}{ends} as one of its last {settings.KEEP_SNAPSHOTS} snapshots"


def _then(place: Place, settings: GallerySettings, *, now: datetime) -> str:
    retention, trash = settings.retention.retention, settings.retention.trash
    if place.until is None or retention is None:
        return ""
    if trash is None:
        return "; then in the trash for ever"
    return f"; then in the trash until {day(place.until + retention + trash, now=now)}"


def _taken_out(place: Place | LastPlace, *, now: datetime) -> str:
    if place.until is None:
        return "and still there by its newest snapshot"
    by = f" by {place.by}" if place.by else ""
    how = "deleted with it" if place.with_owner else "taken out"
    return f"{how} on {day(place.until, now=now)}{by}"


def last(places: Sequence[LastPlace], *, now: datetime) -> Iterator[str]:
    """Yield where an image was last, the latest place first."""
    for each in places[:LAST_NAMED]:
        yield f"last in {each.place}, by its snapshot {each.snapshot} ({_taken_out(each, now=now)})"
    if (left := len(places) - LAST_NAMED) > 0:
        yield f"and before in {number(left, 'more place')}"


def pinned(image: Any, *, now: datetime) -> str:
    """Return until when an image is pinned, and why."""
    reason = f": {image.pin_reason}" if image.pin_reason else ""
    return f"pinned until {day(image.pinned_until, now=now)}{reason}"
