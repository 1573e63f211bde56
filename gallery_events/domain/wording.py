"""Days, spans and sizes in the words of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

# Not strftime's, which follow the locale of the process.
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
UNITS = ("KB", "MB", "GB", "TB", "PB", "EB")


def day(moment: datetime, *, now: datetime) -> str:
    """Return the day of a moment by *now*'s calendar, its year where that is not this year."""
    local = _local(moment, now)
    return _day(local) if local.year == now.year else f"{_day(local)} {local.year}"


def full_day(moment: datetime, *, now: datetime) -> str:
    """Return the day of a moment by *now*'s calendar, always with its year."""
    local = _local(moment, now)
    return f"{_day(local)} {local.year}"


def _local(moment: datetime, now: datetime) -> datetime:
    return moment if now.tzinfo is None else moment.astimezone(now.tzinfo)


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def span(length: timedelta) -> str:
    """Return a length of time in its largest whole unit, from minutes to days."""
    minutes = max(0, int(length / timedelta(minutes=1)))
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= size:
            return number(minutes // size, unit)
    return number(minutes, "minute")


def size(count: int) -> str:
    """Return a number of bytes, above a thousand with one digit after the point."""
    if count < 1024:
        return number(count, "byte")
    value = float(count)
    for unit in UNITS:
        value /= 1024
        if round(value, 1) < 1024:
            return f"{value:.1f} {unit}"
    return f"{value:.1f} {UNITS[-1]}"


def number(count: int, thing: str) -> str:
    """Return so many of a thing, in the plural that most words have."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
