"""What a rescue can bring back, as it is told to people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gallery_events.domain import wording


@dataclass(frozen=True, slots=True)
class Trashed:
    """
    One image in the trash, or a purged one that can still be had back.

    *since* is when it came into the trash, *purged_at* when it left it for
    good, *until* the earliest moment of the next thing that happens to it: the
    purge, or the removal of its files. *why* says the rest.
    """

    image: str
    key: Any
    name: str
    size: int
    since: datetime | None
    until: datetime | None
    purged_at: datetime | None = None
    why: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        moments = {"since": self.since, "until": self.until, "purged_at": self.purged_at}
        return {
            "image": self.image,
            "key": self.key if isinstance(self.key, int) else str(self.key),
            "name": self.name,
            "bytes": self.size,
            **{name: at.isoformat() if at else None for name, at in moments.items()},
            "why": list(self.why),
        }


@dataclass(slots=True)
class Trash:
    """
    Everything that a rescue can bring back.

    The numbers and bytes are exact, the lists bounded; the first to go come
    first. *size* and *size_purged* count originals without what was made of
    them.
    """

    images: list[Trashed] = field(default_factory=list)
    purged: list[Trashed] = field(default_factory=list)
    number: int = 0
    size: int = 0
    number_purged: int = 0
    size_purged: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "images": [each.as_json() for each in self.images],
            "purged": [each.as_json() for each in self.purged],
            "number": self.number,
            "bytes": self.size,
            "number_purged": self.number_purged,
            "bytes_purged": self.size_purged,
        }

    def __str__(self) -> str:
        lines = _block("In the trash", self.images, number=self.number, bytes_=self.size)
        buried = _block(
            "Purged, and can still be had back",
            self.purged,
            number=self.number_purged,
            bytes_=self.size_purged,
        )
        return "\n".join([*lines, *buried])


def _block(title: str, listed: list[Trashed], *, number: int, bytes_: int) -> Iterator[str]:
    yield f"{title}: {wording.number(number, 'image')} ({wording.size(bytes_)} of originals)"
    for each in listed:
        yield f"  {each.image} {each.key} '{each.name}', {wording.size(each.size)}"
        yield from (f"    {line}" for line in each.why)
    if left := number - len(listed):
        yield f"  and {left} more"
