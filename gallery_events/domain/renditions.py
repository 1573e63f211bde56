"""
What the row of an image says of its renditions: made, planned and retired ones.

A made one has a width and is shown. A planned one is on the row before its
file is written, so that whoever purges the image knows the name even when the
writer dies; a retired one gave way to another recipe, and stays, for pages
that still name it, until the image goes. Neither has a width.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

Entry = Mapping[str, Any]
Entries = Mapping[str, Entry]


def is_made(entry: Any) -> bool:
    """Tell whether a rendition can be shown."""
    return bool(entry) and bool(entry.get("width"))


def is_wanted(entries: Entries, key: str, name: str, *, remake: bool = False) -> bool:
    """Tell whether *key* is not made yet or, with *remake*, is made by another recipe."""
    entry = entries.get(key)
    return not is_made(entry) or (remake and entry is not None and entry["name"] != name)


def was_begun(entries: Entries, key: str, *, now: datetime, patience: timedelta) -> bool:
    """Tell whether somebody planned *key* not longer ago than one is patient, and may be at it."""
    since = entries.get(key, {}).get("since")
    return since is not None and now - datetime.fromisoformat(since) < patience


def plan(entries: Entries, key: str, name: str, *, since: datetime) -> dict[str, Entry]:
    """Return the entries with one more file planned; every name that is known stays known."""
    found = dict(entries)
    planned = {"name": name, "size": 0, "since": since.isoformat()}
    before = found.get(key)
    if is_made(before):
        # It is shown until the other one can be.
        found[_aside(name)] = planned
        return found
    if before is not None and before["name"] != name:
        found[_aside(before["name"])] = _hidden(before)
    found[key] = planned
    return found


def is_planned(entries: Entries, key: str, name: str) -> bool:
    """Tell whether a file may be written: its name is known, and it is not made yet."""
    return any(
        not is_made(entry) and entry["name"] == name
        for entry in (entries.get(key), entries.get(_aside(name)))
        if entry
    )


def record(entries: Entries, key: str, name: str, made: Entry) -> dict[str, Entry]:
    """
    Return the entries with the planned file *name* made; what it stands in for is retired.

    *made* may have another name, where the storage gave one.
    """
    found = dict(entries)
    found.pop(_aside(name), None)
    before = found.get(key)
    if before is not None and before["name"] != made["name"]:
        found[_aside(before["name"])] = _hidden(before)
    found[key] = made
    return found


def unwritten(entries: Entries) -> set[str]:
    """Return the names of files that may never have been written: nobody misses them."""
    return {
        each["name"] for each in entries.values() if each.get("size") == 0 and not is_made(each)
    }


def _aside(name: str) -> str:
    """Return the key under which a file is known that is not shown."""
    return PurePosixPath(name).stem


def _hidden(entry: Entry) -> dict[str, Any]:
    return {"name": entry["name"], "size": entry.get("size", 0)}
