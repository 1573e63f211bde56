"""What is wrong in ``settings.GALLERY_EVENTS``, with the cure of each."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import Any

from django.utils.module_loading import import_string

from gallery_events.conf.entries import CHECKS, LONGEST, is_number, is_whole
from gallery_events.conf.policy import problems_of_access
from gallery_events.conf.reading import given
from gallery_events.conf.renditions import problems_of_renditions
from gallery_events.conf.values import BreakerSettings, GallerySettings, ResumableSettings
from gallery_events.domain.ladder import RenditionSettings

#: What is wrong, and its cure.
Problem = tuple[str, str]
#: What an entry may be in place of a dict.
OR_OFF = {"RESUMABLE": "Give False to switch it off, {} to switch it on as it is. "}


def problems() -> Iterator[Problem]:
    """Yield what is wrong, and how to cure it, for each wrong entry of the settings."""
    found = given()
    if not isinstance(found, dict):
        yield f"GALLERY_EVENTS is {found!r}.", "Write GALLERY_EVENTS = {...}."
        return
    known = _names(GallerySettings)
    yield from _unknown("GALLERY_EVENTS", found, known)
    for name, check in CHECKS.items():
        if name in found and (cure := check(found[name])):
            yield f"GALLERY_EVENTS[{name!r}] is {found[name]!r}.", cure
    yield from _problems_of_dict("BREAKER", found.get("BREAKER", {}), BreakerSettings)
    yield from _problems_of_dict("RENDITIONS", found.get("RENDITIONS", {}), RenditionSettings)
    if found.get("RESUMABLE", False) is not False:
        yield from _problems_of_dict("RESUMABLE", found["RESUMABLE"], ResumableSettings)
    yield from _problems_of_sources(found.get("SOURCES", ()))
    if "ACCESS" in found:
        yield from problems_of_access(found["ACCESS"])


def _problems_of_dict(entry: str, given: Any, settings_class: type[Any]) -> Iterator[Problem]:
    known = _names(settings_class)
    if not isinstance(given, dict):
        yield (
            f"GALLERY_EVENTS[{entry!r}] is {given!r}.",
            f"{OR_OFF.get(entry, '')}Give a dict; its keys are {', '.join(known)}.",
        )
        return
    yield from _unknown(f"GALLERY_EVENTS[{entry!r}]", given, known)
    yield from IN_DICT[settings_class](given)


def _problems_of_breaker(given: dict[str, Any]) -> Iterator[Problem]:
    for name in _names(BreakerSettings):
        if name not in given:
            continue
        share = name in ("SHARE_PER_RUN", "SHARE_PER_WEEK")
        right = is_number(given[name], 0, 1) if share else is_whole(given[name], at_least=0)
        if not right:
            yield (
                f"GALLERY_EVENTS['BREAKER'][{name!r}] is {given[name]!r}.",
                f"Give a {'share from 0 to 1' if share else 'whole number, at least 0'}.",
            )


def _problems_of_resumable(given: dict[str, Any]) -> Iterator[Problem]:
    cures = {}
    if "CHUNK_BYTES" in given and not is_whole(given["CHUNK_BYTES"], at_least=1):
        cures["CHUNK_BYTES"] = "Give a whole number of bytes, at least 1."
    if "EXPIRE_HOURS" in given and not is_number(given["EXPIRE_HOURS"], 1, LONGEST):
        cures["EXPIRE_HOURS"] = f"Give a number of hours from 1 to {LONGEST}."
    for name, cure in cures.items():
        yield f"GALLERY_EVENTS['RESUMABLE'][{name!r}] is {given[name]!r}.", cure


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


#: What says what is wrong inside an entry that is a dict.
IN_DICT: dict[type[Any], Callable[[dict[str, Any]], Iterator[Problem]]] = {
    BreakerSettings: _problems_of_breaker,
    RenditionSettings: problems_of_renditions,
    ResumableSettings: _problems_of_resumable,
}


def _names(settings_class: type[Any]) -> list[str]:
    return [each.name for each in fields(settings_class)]


def _unknown(where: str, given: Iterable[Any], known: list[str]) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name).upper(), known, n=1, cutoff=0.7)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            yield f"{where} has no key {name!r}.", f"{hint}Its keys are {', '.join(known)}."
