"""
The one reader of ``settings.GALLERY_EVENTS``: typed, read at each use.

Flows never read settings; the rim reads them here once and hands them down.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from gallery_events.domain.retention import RetentionPolicy

MB = 1024 * 1024
GB = 1024 * MB


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When a run of the sweep stops itself: counts and shares of purges."""

    PER_RUN: int = 1000
    SHARE_PER_RUN: float = 0.05
    SHARE_PER_WEEK: float = 0.10
    SHARE_FROM: int = 100


@dataclass(frozen=True, slots=True)
class GallerySettings:
    """The settings as they are now; the defaults are written here and nowhere else."""

    RETENTION_DAYS: float | None = 30
    KEEP_SNAPSHOTS: int = 1
    UPLOAD_GRACE_DAYS: float | None = 14
    TRASH_DAYS: float | None = 7
    FILE_DELAY_HOURS: float = 24
    MAX_BYTES: int = 25 * MB
    MAX_PIXELS: int = 50_000_000
    MAX_FRAMES: int = 1000
    MAX_UNCLAIMED: tuple[int, int] | None = (500, 2 * GB)
    FORMATS: tuple[str, ...] = ("JPEG", "PNG", "GIF", "WEBP")
    STORAGE: str = "default"
    THUMBNAIL_SIZE: int = 400
    BREAKER: BreakerSettings = field(default_factory=BreakerSettings)
    SOURCES: tuple[Any, ...] = ()

    @property
    def retention(self) -> RetentionPolicy:
        """The retention as the domain wants it."""
        return RetentionPolicy(
            retention=_days(self.RETENTION_DAYS),
            keep_snapshots=self.KEEP_SNAPSHOTS,
            upload_grace=_days(self.UPLOAD_GRACE_DAYS),
            trash=_days(self.TRASH_DAYS),
            file_delay=timedelta(hours=self.FILE_DELAY_HOURS),
        )

    def sources(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return the declared sources as (name, callable); dotted names are imported."""
        found = []
        for entry in self.SOURCES:
            source = import_string(entry) if isinstance(entry, str) else entry
            name = entry if isinstance(entry, str) else getattr(entry, "__qualname__", repr(entry))
            found.append((name, source))
        return found


def current() -> GallerySettings:
    """
    Return the settings as they are at this moment.

    Raises :exc:`~django.core.exceptions.ImproperlyConfigured`, naming every
    problem and its cure, rather than guess what a wrong value meant.
    """
    if found := [text for text, _ in problems()]:
        raise ImproperlyConfigured(" ".join(found))
    given = dict(_given())
    if "BREAKER" in given:
        given["BREAKER"] = BreakerSettings(**given["BREAKER"])
    for name in ("FORMATS", "SOURCES", "MAX_UNCLAIMED"):
        if isinstance(given.get(name), list):
            given[name] = tuple(given[name])
    return GallerySettings(**given)


def problems() -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, how to cure it) for each wrong entry of the settings."""
    given = _given()
    if not isinstance(given, dict):
        yield "GALLERY_EVENTS must be a dict.", "Write GALLERY_EVENTS = {...}."
        return
    yield from _unknown("GALLERY_EVENTS", given, _names(GallerySettings))
    for name, floor, unit in (
        ("RETENTION_DAYS", 1, "days"),
        ("UPLOAD_GRACE_DAYS", 1, "days"),
        ("TRASH_DAYS", 1, "days"),
        ("FILE_DELAY_HOURS", 0, "hours"),
    ):
        optional = name != "FILE_DELAY_HOURS"
        value = given.get(name, floor)
        if value is None and optional:
            continue
        if not _is_number(value) or not floor <= value <= 100_000:
            never = ", or None for never" if optional else ""
            yield (
                f"GALLERY_EVENTS['{name}'] is {value!r}.",
                f"Give a number of {unit}, at least {floor}{never}.",
            )
    for name in ("KEEP_SNAPSHOTS", "MAX_BYTES", "MAX_PIXELS", "MAX_FRAMES", "THUMBNAIL_SIZE"):
        value = given.get(name, 1)
        if not _is_int(value) or value < 1:
            yield f"GALLERY_EVENTS['{name}'] is {value!r}.", "Give a whole number, at least 1."
    yield from _problems_of_the_rest(given)


def _problems_of_the_rest(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = _names(BreakerSettings)
    breaker = given.get("BREAKER", {})
    if not isinstance(breaker, dict):
        yield "GALLERY_EVENTS['BREAKER'] must be a dict.", f"Its keys are {', '.join(known)}."
    else:
        yield from _unknown("GALLERY_EVENTS['BREAKER']", breaker, known)
        for name, value in breaker.items():
            if name in known and (not _is_number(value) or value < 0):
                yield (
                    f"GALLERY_EVENTS['BREAKER']['{name}'] is {value!r}.",
                    "Give a number that is not negative.",
                )
    quota = given.get("MAX_UNCLAIMED")
    if quota is not None and not (
        isinstance(quota, (tuple, list)) and len(quota) == 2 and all(map(_is_int, quota))
    ):
        yield (
            f"GALLERY_EVENTS['MAX_UNCLAIMED'] is {quota!r}.",
            "Give (count, bytes) for each user, or None for no quota.",
        )
    formats = given.get("FORMATS", ())
    allowed = GallerySettings().FORMATS
    if isinstance(formats, str) or not set(formats) <= set(allowed):
        yield (
            f"GALLERY_EVENTS['FORMATS'] is {formats!r}.",
            f"Choose from {', '.join(allowed)}.",
        )
    yield from _problems_of_places(given)


def _problems_of_places(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    alias = given.get("STORAGE", "default")
    if alias not in settings.STORAGES:
        yield (
            f"GALLERY_EVENTS['STORAGE'] is {alias!r}, which STORAGES does not have.",
            f"Choose from {', '.join(settings.STORAGES)}.",
        )
    sources = given.get("SOURCES", ())
    if isinstance(sources, str) or not hasattr(sources, "__iter__"):
        yield "GALLERY_EVENTS['SOURCES'] must be a list.", "List callables or dotted names."
        return
    for entry in sources:
        try:
            found = import_string(entry) if isinstance(entry, str) else entry
        except ImportError as error:
            yield (
                f"GALLERY_EVENTS['SOURCES'] names {entry!r}, which cannot be imported: {error}.",
                "Correct the dotted name; while it is wrong nothing is swept.",
            )
        else:
            if not callable(found):
                yield (
                    f"GALLERY_EVENTS['SOURCES'] names {entry!r}, which cannot be called.",
                    "Give source(images) -> set of the keys still in use.",
                )


def _given() -> Any:
    return getattr(settings, "GALLERY_EVENTS", {})


def _names(settings_class: type) -> list[str]:
    return [each.name for each in fields(settings_class)]


def _unknown(where: str, given: dict[str, Any], known: list[str]) -> Iterator[tuple[str, str]]:
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name).upper(), known, n=1)
            hint = f"Did you mean '{close[0]}'?" if close else f"Known are {', '.join(known)}."
            yield f"{where} has no key {name!r}.", hint


def _days(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(days=value)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
