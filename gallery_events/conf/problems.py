"""What is wrong in ``settings.GALLERY_EVENTS``, with the cure of each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from django.utils.module_loading import import_string

from gallery_events.conf.entries import CHECKS, is_number, is_whole
from gallery_events.conf.policy import problems_of_access
from gallery_events.conf.reading import given
from gallery_events.conf.values import BreakerSettings, GallerySettings

#: What a later release will read, and what happens until then.
LATER = {
    "STRIP_METADATA": "a file is stored with the metadata it came with, such as where it was taken",
    "RENDITIONS": "each image has one thumbnail, of THUMBNAIL_SIZE pixels",
}

#: What is wrong, and its cure.
Problem = tuple[str, str]


def problems() -> Iterator[Problem]:
    """Yield what is wrong, and how to cure it, for each wrong entry of the settings."""
    found = given()
    if not isinstance(found, dict):
        yield f"GALLERY_EVENTS is {found!r}.", "Write GALLERY_EVENTS = {...}."
        return
    known = _names(GallerySettings)
    yield from _unknown("GALLERY_EVENTS", [name for name in found if name not in LATER], known)
    for name, check in CHECKS.items():
        if name in found and (cure := check(found[name])):
            yield f"GALLERY_EVENTS[{name!r}] is {found[name]!r}.", cure
    yield from _problems_of_breaker(found.get("BREAKER", {}))
    yield from _problems_of_sources(found.get("SOURCES", ()))
    if "ACCESS" in found:
        yield from problems_of_access(found["ACCESS"])


def without_effect() -> Iterator[Problem]:
    """Yield what is set and not read yet, and what happens today."""
    found = given()
    if isinstance(found, dict):
        for name, today in LATER.items():
            if name in found:
                yield f"GALLERY_EVENTS[{name!r}] has no effect yet.", f"Today {today}."


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
        right = is_number(given[name], 0, 1) if share else is_whole(given[name], at_least=0)
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


def _names(settings_class: type[Any]) -> list[str]:
    return [each.name for each in fields(settings_class)]


def _unknown(where: str, given: Iterable[Any], known: list[str]) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name).upper(), known, n=1, cutoff=0.7)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            yield f"{where} has no key {name!r}.", f"{hint}Its keys are {', '.join(known)}."
