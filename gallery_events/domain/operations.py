"""What a form asks of a gallery: operations on the list it showed, never a new list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any


@dataclass(frozen=True, slots=True)
class Operations:
    """
    Removals, additions and new places; what is not named stays as and where it is.

    *places* maps keys to the place asked for, counted from 1; None is no wish.
    *added* are keys to put in: at their place, else at the end.
    """

    places: Mapping[Any, int | None] = field(default_factory=dict)
    added: tuple[Any, ...] = ()
    removed: frozenset[Any] = frozenset()

    def apply(self, base: Sequence[Any]) -> list[Any]:
        """Return the list that *base* becomes."""
        rank = self._ranks(base)
        wanted = dict.fromkeys((*base, *self.added))
        return [each for each in sorted(wanted, key=rank.__getitem__) if each not in self.removed]

    def without_moves(self) -> Operations:
        """Return the same, with places for additions only."""
        places = {each: place for each, place in self.places.items() if each in self.added}
        return replace(self, places=places)

    def changes(self, base: Sequence[Any]) -> bool:
        """Tell whether *base* becomes another list."""
        return self.apply(base) != list(base)

    def _ranks(self, base: Sequence[Any]) -> dict[Any, float]:
        ranks: dict[Any, float] = {}
        for at, each in enumerate(base, start=1):
            ranks[each] = _rank(at, self.places.get(each))
        for each in self.added:
            place = self.places.get(each)
            ranks.setdefault(each, inf if place is None else place - 0.5)
        return ranks


def _rank(at: int, place: int | None) -> float:
    """
    Return where an image sorts that was at one place and is asked to another.

    Whoever types "1" beside the fifth image means it to come before the first,
    and whoever types "5" beside the first, after the fifth: the one that moves
    passes the one that stays.
    """
    if place is None or place == at:
        return at
    return place - 0.5 if place < at else place + 0.5


def shown_again(*lists: Iterable[Any]) -> list[Any]:
    """Return the entries of several lists, each once, as they come."""
    return list(dict.fromkeys(each for entries in lists for each in entries))
