"""
The one reader of ``settings.GALLERY_AUDIT``: typed, read at each use.

What is wrong is told with its cure: by the checks before anything runs, and
by :func:`current` to whoever asks all the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

#: What a sweep does about galleries that were written past the signals.
DRIFT = ("refuse", "reconcile", "report")
#: So many days no date runs out of its calendar.
LONGEST = 100_000

#: What is wrong, and its cure.
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """
    The settings as they are now; the defaults are written here and nowhere else.

    Addresses are kept only with *RECORD_ADDRESS*; *CLIENT_ADDRESS* names a
    callable(request) -> str for sites behind a proxy, where REMOTE_ADDR is the
    proxy's. *KEEP_DAYS* None keeps the trail for ever.
    """

    DRIFT: str = "refuse"
    RECORD_ADDRESS: bool = False
    CLIENT_ADDRESS: str | Callable[[Any], str] | None = None
    KEEP_DAYS: float | None = None


def current() -> AuditSettings:
    """
    Return the settings as they are at this moment.

    Raises :exc:`~django.core.exceptions.ImproperlyConfigured`, naming every
    problem and its cure, rather than guess what a wrong value meant.
    """
    if found := [f"{problem} {cure}" for problem, cure in problems()]:
        raise ImproperlyConfigured(" ".join(found))
    return AuditSettings(**_given())


def problems() -> Iterator[Problem]:
    """Yield what is wrong, and how to cure it, for each wrong entry of the settings."""
    given = _given()
    if not isinstance(given, dict):
        yield f"GALLERY_AUDIT is {given!r}.", "Write GALLERY_AUDIT = {...}."
        return
    known = [each.name for each in fields(AuditSettings)]
    for name, value in given.items():
        if name not in known:
            yield f"GALLERY_AUDIT has no key {name!r}.", _closest(str(name), known)
        elif cure := CHECKS[name](value):
            yield f"GALLERY_AUDIT[{name!r}] is {value!r}.", cure


def _closest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.7)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}Its keys are {', '.join(known)}."


def _check_drift(value: Any) -> str | None:
    return None if value in DRIFT else f"Give one of {', '.join(map(repr, DRIFT))}."


def _check_flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "Give True or False."


def _check_callable(value: Any) -> str | None:
    cure = "Give a callable(request) -> str, or its dotted name, or None for REMOTE_ADDR."
    try:
        found = import_string(value) if isinstance(value, str) else value
    except Exception as error:  # noqa: BLE001 - importing a stranger's module may raise anything
        return f"It cannot be imported ({error}). {cure}"
    return None if found is None or callable(found) else cure


def _check_days(value: Any) -> str | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is None or (number and 1 <= value <= LONGEST):
        return None
    return f"Give a number of days from 1 to {LONGEST}, or None to keep the trail for ever."


#: For each entry what says, for a wrong value, what to give instead.
CHECKS: dict[str, Callable[[Any], str | None]] = {
    "DRIFT": _check_drift,
    "RECORD_ADDRESS": _check_flag,
    "CLIENT_ADDRESS": _check_callable,
    "KEEP_DAYS": _check_days,
}


def _given() -> Any:
    return getattr(settings, "GALLERY_AUDIT", {})
