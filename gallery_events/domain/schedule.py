"""When a job runs: cron's five fields, read strictly, and the same for systemd."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)

EXAMPLE = 'Write five fields such as "17 3 * * *" (minute, hour, day, month, day of the week)'


@dataclass(frozen=True, slots=True)
class Field:
    """One of the five: its name, its limits, and the names its numbers have."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> tuple[int, ...]:
        """Return every value that a field of a schedule means; ValueError for what means none."""
        found: set[int] = set()
        for part in text.split(","):
            match = PART.fullmatch(part)
            if match is None:
                message = f"{part!r} is no {self.name}. {EXAMPLE}."
                raise ValueError(message)
            found.update(self._span(part, *match.groups()))
        return tuple(sorted(found))

    def _span(self, part: str, first: str, last: str | None, step: str | None) -> range:
        every = int(step or 1)
        if first == "*" and last is None:
            low, high = self.least, self.most
        else:
            low = self._number(first)
            high = low if last is None else self._number(last)
        if low > high or every == 0 or (step and first != "*" and last is None):
            message = f"{part!r} is no {self.name}: "
            message += f"cron wants a range upwards, and a step of one, such as {self.least}-"
            message += f"{self.most}/{max(every, 2)}."
            raise ValueError(message)
        return range(low, high + 1, every)

    def _number(self, text: str) -> int:
        offset = self.least if self.names is MONTHS else 0
        number = -1
        if text.isdigit():
            number = int(text)
        elif text.lower() in self.names:
            number = self.names.index(text.lower()) + offset
        if not self.least <= number <= self.most:
            message = f"{text!r} is no {self.name}: give {self.least} to {self.most}."
            raise ValueError(message)
        return number


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of the month", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("day of the week", 0, 7, DAYS),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The moments at which a job runs; *text* is what a crontab holds."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Read cron's five fields; ValueError names what is wrong and the cure."""
        words = text.split()
        if len(words) != len(FIELDS):
            message = f"{text!r} is no schedule. {EXAMPLE}."
            raise ValueError(message)
        for field, word in zip(FIELDS, words, strict=True):
            field.values(word)
        return cls(" ".join(words))

    @classmethod
    def at(cls, text: str) -> Schedule:
        """Read HH:MM, for every day, or five fields; ValueError as from ``parse``."""
        if clock := CLOCK.fullmatch(text.strip()):
            hour, minute = map(int, clock.groups())
            text = f"{minute} {hour} * * *"
        return cls.parse(text)

    def calendars(self) -> tuple[str, ...]:
        """
        Return systemd's OnCalendar expressions, which mean the same together.

        cron runs on either of two kinds of days when neither begins with a
        star; systemd wants both, so these become two expressions.
        """
        minute, hour, day, month, weekday = self.text.split()
        if day.startswith("*") or weekday.startswith("*"):
            kinds = [(day, weekday)]
        else:
            kinds = [(day, "*"), ("*", weekday)]
        clock = f"{_listed(FIELDS[1], hour)}:{_listed(FIELDS[0], minute)}:00"
        months = _listed(FIELDS[3], month)
        return tuple(
            f"{_weekdays(days_of_week)}*-{months}-{_listed(FIELDS[2], days)} {clock}"
            for days, days_of_week in kinds
        )


def _listed(field: Field, text: str) -> str:
    values = field.values(text)
    whole = len(values) == field.most - field.least + 1
    return "*" if whole else ",".join(f"{value:02}" for value in values)


def _weekdays(text: str) -> str:
    days = sorted({value % 7 for value in FIELDS[4].values(text)})
    return "" if len(days) == 7 else ",".join(DAYS[day].title() for day in days) + " "
