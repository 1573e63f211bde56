"""
The one reader of ``settings.GALLERY_EVENTS``: typed, read at each use.

Flows never read settings; the rim reads them here once and hands them down.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from gallery_events.domain.retention import RetentionPolicy

MB = 1024 * 1024
GB = 1024 * MB
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: So many days, or hours, no date runs out of its calendar.
LONGEST = 100_000
#: A shorter secret could be guessed.
SHORTEST_TOKEN = 16
#: "Never", where a moment is counted from now.
FOR_EVER = timedelta(days=2_000_000)

#: How images are served: by the storage's own addresses, or by our view, which asks the policy.
SERVED = ("storage", "view")
#: The headers by which a web server is asked to send a file in place of Django.
ACCEL, SENDFILE = "X-Accel-Redirect", "X-Sendfile"
#: What a policy is asked.
QUESTIONS = ("may_upload", "may_use", "may_edit", "may_see")

#: What a later release will read, and what happens until then.
LATER = {
    "STRIP_METADATA": "a file is stored with the metadata it came with, such as where it was taken",
    "RENDITIONS": "each image has one thumbnail, of THUMBNAIL_SIZE pixels",
}

#: What is wrong, and its cure.
Problem = tuple[str, str]


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
    FILE_DELAY_HOURS: float | None = 24
    MAX_BYTES: int = 25 * MB
    MAX_PIXELS: int = 50_000_000
    MAX_FRAMES: int = 1000
    MAX_UNCLAIMED: tuple[int, int] | None = (500, 2 * GB)
    FORMATS: tuple[str, ...] = FORMATS
    STORAGE: str = "default"
    THUMBNAIL_SIZE: int = 400
    HEALTH_TOKEN: str | None = None
    BREAKER: BreakerSettings = field(default_factory=BreakerSettings)
    SOURCES: tuple[Any, ...] = ()
    ACCESS: Any = "gallery_events.access.OwnerAccess"
    SERVE: str = "storage"
    SENDFILE: tuple[str, str] | None = None

    def access(self) -> Any:
        """Return the policy of who may upload, use, edit and see; a class is called."""
        policy = import_string(self.ACCESS) if isinstance(self.ACCESS, str) else self.ACCESS
        return policy() if isinstance(policy, type) else policy

    @property
    def retention(self) -> RetentionPolicy:
        """The retention as the domain wants it."""
        delay = self.FILE_DELAY_HOURS
        return RetentionPolicy(
            retention=_days(self.RETENTION_DAYS),
            keep_snapshots=self.KEEP_SNAPSHOTS,
            upload_grace=_days(self.UPLOAD_GRACE_DAYS),
            trash=_days(self.TRASH_DAYS),
            file_delay=FOR_EVER if delay is None else timedelta(hours=delay),
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
    if found := [f"{problem} {cure}" for problem, cure in problems()]:
        raise ImproperlyConfigured(" ".join(found))
    given = {name: value for name, value in _given().items() if name not in LATER}
    if "BREAKER" in given:
        given["BREAKER"] = BreakerSettings(**given["BREAKER"])
    for name in ("FORMATS", "SOURCES", "MAX_UNCLAIMED", "SENDFILE"):
        if isinstance(given.get(name), list):
            given[name] = tuple(given[name])
    return GallerySettings(**given)


def serves_itself() -> bool:
    """
    Tell whether images are served by our view, and so only to those who may see them.

    Asked for each address on a page, so nothing else is looked at; a wrong
    value of SERVE counts as the guarded way.
    """
    given = _given()
    return not isinstance(given, dict) or given.get("SERVE", "storage") != "storage"


def problems() -> Iterator[Problem]:
    """Yield what is wrong, and how to cure it, for each wrong entry of the settings."""
    given = _given()
    if not isinstance(given, dict):
        yield f"GALLERY_EVENTS is {given!r}.", "Write GALLERY_EVENTS = {...}."
        return
    known = _names(GallerySettings)
    yield from _unknown("GALLERY_EVENTS", [name for name in given if name not in LATER], known)
    for name, check in CHECKS.items():
        if name in given and (cure := check(given[name])):
            yield f"GALLERY_EVENTS[{name!r}] is {given[name]!r}.", cure
    yield from _problems_of_breaker(given.get("BREAKER", {}))
    yield from _problems_of_sources(given.get("SOURCES", ()))
    if "ACCESS" in given:
        yield from _problems_of_access(given["ACCESS"])


def without_effect() -> Iterator[Problem]:
    """Yield what is set and not read yet, and what happens today."""
    given = _given()
    if isinstance(given, dict):
        for name, today in LATER.items():
            if name in given:
                yield f"GALLERY_EVENTS[{name!r}] has no effect yet.", f"Today {today}."


def _check_days(value: Any) -> str | None:
    if value is None or _is_number(value, 1, LONGEST):
        return None
    return f"Give a number of days from 1 to {LONGEST}, or None for never."


def _check_hours(value: Any) -> str | None:
    if value is None or _is_number(value, 0, LONGEST):
        return None
    return f"Give a number of hours from 0 to {LONGEST}, or None for never."


def _check_whole(value: Any) -> str | None:
    return None if _is_whole(value, at_least=1) else "Give a whole number, at least 1."


def _check_quota(value: Any) -> str | None:
    if value is None or (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(_is_whole(each, at_least=1) for each in value)
    ):
        return None
    return "Give (count, bytes) for each user, both at least 1, or None for no quota."


def _check_formats(value: Any) -> str | None:
    if isinstance(value, (tuple, list)) and value and all(each in FORMATS for each in value):
        return None
    return f"Give a list with at least one of {', '.join(FORMATS)}."


def _check_storage(value: Any) -> str | None:
    if isinstance(value, str) and value in settings.STORAGES:
        return None
    return f"Give one of the names in STORAGES: {', '.join(settings.STORAGES)}."


def _check_token(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and len(value) >= SHORTEST_TOKEN):
        return None
    return (
        f"Give at least {SHORTEST_TOKEN} random characters, or None: then only permissions count."
    )


def _check_serve(value: Any) -> str | None:
    if isinstance(value, str) and value in SERVED:
        return None
    return (
        "Give 'storage' for the storage's own addresses, which are open to whoever knows them, or "
        "'view' for addresses that ask ACCESS who may see."
    )


def _check_sendfile(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (tuple, list)) and len(value) == 2:
        header, prefix = value
        if header == ACCEL and isinstance(prefix, str):
            # A prefix without its slashes would name another place than was meant.
            if len(prefix) > 1 and prefix[0] == prefix[-1] == "/":
                return None
        elif (header, prefix) == (SENDFILE, ""):
            return None
    return (
        f"Give ({ACCEL!r}, '/prefix/') for nginx, with the path of an internal location between "
        f"slashes, ({SENDFILE!r}, '') for Apache, or None: Django then sends the files."
    )


#: For each entry what says, for a wrong value, what to give instead.
CHECKS: dict[str, Callable[[Any], str | None]] = {
    "RETENTION_DAYS": _check_days,
    "UPLOAD_GRACE_DAYS": _check_days,
    "TRASH_DAYS": _check_days,
    "FILE_DELAY_HOURS": _check_hours,
    "KEEP_SNAPSHOTS": _check_whole,
    "MAX_BYTES": _check_whole,
    "MAX_PIXELS": _check_whole,
    "MAX_FRAMES": _check_whole,
    "THUMBNAIL_SIZE": _check_whole,
    "MAX_UNCLAIMED": _check_quota,
    "FORMATS": _check_formats,
    "STORAGE": _check_storage,
    "HEALTH_TOKEN": _check_token,
    "SERVE": _check_serve,
    "SENDFILE": _check_sendfile,
}


def _problems_of_breaker(given: Any) -> Iterator[Problem]:
    known = _names(BreakerSettings)
    if not isinstance(given, dict):
        yield (
            f"GALLERY_EVENTS['BREAKER'] is {given!r}.",
            f"Give a dict; its keys are {', '.join(known)}.",
        )
        return
    yield from _unknown("GALLERY_EVENTS['BREAKER']", given, known)
    for name in known:
        if name not in given:
            continue
        share = name in ("SHARE_PER_RUN", "SHARE_PER_WEEK")
        right = _is_number(given[name], 0, 1) if share else _is_whole(given[name], at_least=0)
        if not right:
            yield (
                f"GALLERY_EVENTS['BREAKER'][{name!r}] is {given[name]!r}.",
                f"Give a {'share from 0 to 1' if share else 'whole number, at least 0'}.",
            )


def _problems_of_sources(given: Any) -> Iterator[Problem]:
    if not isinstance(given, (list, tuple)):
        yield f"GALLERY_EVENTS['SOURCES'] is {given!r}.", "List callables or dotted names."
        return
    for entry in given:
        try:
            source = import_string(entry) if isinstance(entry, str) else entry
        except Exception as error:  # noqa: BLE001 - importing a stranger's module may raise anything
            yield (
                f"GALLERY_EVENTS['SOURCES'] names {entry!r}, which cannot be imported: {error}.",
                "Correct the dotted name; while it is wrong nothing is swept.",
            )
            continue
        if not callable(source):
            yield (
                f"GALLERY_EVENTS['SOURCES'] names {entry!r}, which cannot be called.",
                "Give source(images) -> set of the keys still in use.",
            )


def _problems_of_access(given: Any) -> Iterator[Problem]:
    try:
        policy = import_string(given) if isinstance(given, str) else given
    except Exception as error:  # noqa: BLE001 - importing a stranger's module may raise anything
        yield (
            f"GALLERY_EVENTS['ACCESS'] names {given!r}, which cannot be imported: {error}.",
            f"{_meant(given)}Correct the dotted name; while it is wrong nobody gets in.",
        )
        return
    lacking = [name for name in QUESTIONS if not callable(getattr(policy, name, None))]
    if lacking:
        yield (
            f"GALLERY_EVENTS['ACCESS'] is {given!r}, which does not answer {', '.join(lacking)}.",
            "Give a subclass of gallery_events.access.Access, its dotted name, or an instance.",
        )
    elif isinstance(policy, type) and not _can_be_called(policy):
        yield (
            f"GALLERY_EVENTS['ACCESS'] is {given!r}, which cannot be made without arguments.",
            "Give an instance, or a class that needs none.",
        )


def _meant(dotted: str) -> str:
    """Return the name that a wrong one may have been meant for, as the start of a cure."""
    module, _, name = dotted.rpartition(".")
    close = difflib.get_close_matches(name, dir(sys.modules.get(module)), n=1, cutoff=0.7)
    return f"Did you mean '{module}.{close[0]}'? " if close else ""


def _can_be_called(policy: type[Any]) -> bool:
    try:
        inspect.signature(policy).bind()
    except TypeError:
        return False
    except ValueError:  # written in C, which does not tell
        return True
    return True


def _given() -> Any:
    return getattr(settings, "GALLERY_EVENTS", {})


def _names(settings_class: type[Any]) -> list[str]:
    return [each.name for each in fields(settings_class)]


def _unknown(where: str, given: Iterable[Any], known: list[str]) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name).upper(), known, n=1, cutoff=0.7)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            yield f"{where} has no key {name!r}.", f"{hint}Its keys are {', '.join(known)}."


def _days(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(days=value)


def _is_whole(value: object, *, at_least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= at_least


def _is_number(value: object, at_least: float, at_most: float) -> bool:
    """Tell whether a number lies between two; "not a number" does not."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and at_least <= value <= at_most  # type: ignore[operator]
