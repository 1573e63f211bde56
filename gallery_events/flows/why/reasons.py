"""What keeps images, and what becomes of those that nothing keeps: in words, many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from gallery_events import uses
from gallery_events.conf import GallerySettings
from gallery_events.domain.outlook import Station, earliest_purge
from gallery_events.domain.retention import never
from gallery_events.domain.wording import day, full_day
from gallery_events.flows.steps import live
from gallery_events.flows.why import sentences
from gallery_events.flows.why.last_places import LastPlace, last_places
from gallery_events.flows.why.naming import naming, titled
from gallery_events.flows.why.places import Places, places
from gallery_events.history.recording import actor_of


@dataclass(frozen=True, slots=True)
class Reasons:
    """
    What is said of one image.

    *state* is ``in use``, ``waiting`` or ``in the trash``; *earliest* the
    first moment at which a sweep may delete it, None as long as it is needed.
    """

    state: str
    lines: tuple[str, ...]
    earliest: datetime | None


@dataclass(slots=True)
class _Found:
    """What was found of a batch of images, by key."""

    settings: GallerySettings
    now: datetime
    places: dict[Any, Places]
    rows: dict[Any, list[str]]
    sources: uses.Uses
    live: dict[Any, str]
    people: dict[Any, str]
    originals: dict[Any, str]


def reasons(
    images: Sequence[Any],
    *,
    settings: GallerySettings,
    now: datetime,
    using: str,
    seen: live.Live | None = None,
    last: Mapping[Any, list[LastPlace]] | None = None,
) -> dict[Any, Reasons]:
    """
    Say of images of one model why they are still there, and until when.

    The number of queries depends on the models there are, not on the images.
    *seen* is what galleries hold past the signals, *last* where images were,
    for who has looked at that already.
    """
    if not images:
        return {}
    model, keys = type(images[0]), [image.pk for image in images]
    found = _Found(
        settings=settings,
        now=timezone.localtime(now) if timezone.is_aware(now) else now,
        places=places(model, keys, settings=settings, now=now, using=using),
        rows=naming(images, settings=settings, now=now, using=using),
        sources=uses.Uses(),
        live={},
        people=_people(images, using=using),
        originals=_originals(images, using=using),
    )
    uses.ask_sources(images, found.sources, settings=settings, using=using)
    if orphans := [key for key in keys if key not in found.places]:
        found.live = (live.look({model: orphans}) if seen is None else seen).get(model, {})
    keeping = {image.pk: list(_keeping(image, found)) for image in images}
    if last is None:
        orphans = [key for key in keys if not keeping[key]]
        last = last_places(model, orphans, using=using)
    return {
        image.pk: _told(image, keeping[image.pk], found, last.get(image.pk, [])) for image in images
    }


def _people(images: Sequence[Any], *, using: str) -> dict[Any, str]:
    """Return who uploaded images, as the history would call them."""
    model = type(images[0])._meta.get_field("uploaded_by").related_model
    keys = {image.uploaded_by_id for image in images} - {None}
    rows = model._default_manager.using(using).in_bulk(list(keys)) if keys else {}
    return {key: actor_of(row) for key, row in rows.items()}


def _originals(images: Sequence[Any], *, using: str) -> dict[Any, str]:
    keys = {image.original_id for image in images} - {None}
    rows = type(images[0])._base_manager.using(using)
    return {key: titled(row) for key, row in rows.in_bulk(list(keys)).items()} if keys else {}


def _keeping(image: Any, found: _Found) -> Iterator[str]:
    """Yield everything that keeps one image."""
    named = found.places.get(image.pk, Places())
    yield from sentences.current(named, now=found.now)
    others = list(_others(image, found, named))
    yield from sentences.kept(
        named,
        found.settings,
        now=found.now,
        ends_in_trash=not (others or named.current) and not found.sources.unknown.get(image.pk),
    )
    yield from others


def _others(image: Any, found: _Found, named: Places) -> Iterator[str]:
    """Yield what keeps one image beside its references."""
    if not (named.current or named.kept) and (place := found.live.get(image.pk)):
        yield f"in {place}, written past the signals"
    yield from found.rows.get(image.pk, ())
    yield from found.sources.named.get(image.pk, ())
    if image.pinned_until is not None and image.pinned_until > found.now:
        yield sentences.pinned(image, now=found.now)


def _told(image: Any, keeping: list[str], found: _Found, last: list[Any]) -> Reasons:
    lines, now, policy = list(keeping), found.now, found.settings.retention
    unknown = found.sources.unknown.get(image.pk)
    if unknown:
        lines.append(f"kept as long as nobody knows: {unknown}")
    earliest = None if unknown else _earliest(image, found)
    state = "in use" if keeping else "waiting"
    if image.trashed_at is not None:
        state = "in the trash"
        what = "" if policy.trash is not None else "; the trash is never emptied"
        if keeping:
            what = "; its next review takes it out"
        lines.append(f"in the trash since {day(image.trashed_at, now=now)}{what}")
    elif state == "waiting" and not unknown:
        lines.append(_waiting(image, found))
    if not keeping:
        lines += sentences.last(last, now=now)
        lines.append(_upload(image, found, was_shown=bool(last)))
    if image.original_id in found.originals:
        lines.append(f"made from {image._meta.verbose_name} {found.originals[image.original_id]}")
    if earliest is not None:
        lines.append(f"earliest deletion {full_day(earliest, now=now)}, if nothing names it before")
    return Reasons(state, tuple(lines), earliest)


def _waiting(image: Any, found: _Found) -> str:
    named = found.places.get(image.pk)
    due = image.review_after
    if named is not None or (due is not None and due <= found.now):
        more = " any more" if named is not None else ""
        return f"nothing names it{more}; the next sweep puts it into the trash"
    if due is None:
        return "nothing names it, and no sweep will look at it: run gallery_rebuild"
    if due >= never(like=due):
        return "nothing names it; it is looked at on no day"
    grace = found.settings.retention.upload_grace
    ends = grace is not None and due == image.uploaded_at + grace
    return (
        f"nothing names it; it is looked at on {day(due, now=found.now)}"
        f"{', when its upload grace ends' if ends else ''}"
    )


def _upload(image: Any, found: _Found, *, was_shown: bool) -> str:
    by = found.people.get(image.uploaded_by_id, "")
    return (
        f"uploaded on {day(image.uploaded_at, now=found.now)}{f' by {by}' if by else ''}"
        f"{'' if was_shown else ', in no gallery that the history knows'}"
    )


def _earliest(image: Any, found: _Found) -> datetime | None:
    """Return when it may go; None while something keeps it for which no end is known."""
    named = found.places.get(image.pk, Places())
    endless = found.rows.get(image.pk) or found.sources.named.get(image.pk)
    shown = not (named.current or named.kept) and image.pk in found.live
    if endless or shown or named.current or any(each.by_count for each in named.kept):
        return None
    retention = found.settings.retention.retention
    if named.last is not None and retention is None:
        return None
    until = None
    if named.last is not None and retention is not None:
        until = named.last + retention
    elif named.over:
        until = found.now
    station = Station(
        review_after=image.review_after or never(like=found.now),
        trashed_at=image.trashed_at,
        named_until=until,
        pinned_until=image.pinned_until,
    )
    return earliest_purge(station, found.settings.retention, now=found.now)
