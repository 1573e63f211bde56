"""Two editors, one gallery: a three-way merge of ordered lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gallery_events.domain.snapshots import insert_in_place


def merge_lists(
    base: Sequence[Any],
    *,
    mine: Sequence[Any],
    theirs: Sequence[Any],
    max_images: int | None = None,
    min_images: int | None = None,
) -> list[Any] | None:
    """
    Put two changes of *base* together; None is a conflict.

    Additions of both and removals of either merge; what one removed and the
    other moved is removed. A conflict is: both reordered what is left of the
    base, differently; or the result would break a limit.
    """
    if theirs in (mine, base):
        return list(mine)
    if base == mine:
        return list(theirs)
    kept = set(base) & set(mine) & set(theirs)
    order = _merge_order(
        *([each for each in side if each in kept] for side in (base, mine, theirs))
    )
    if order is None:
        return None
    known = set(base)
    merged = order
    # Theirs were saved first: where both put something after the same image, they come first.
    for side in (mine, theirs):
        merged = insert_in_place(
            merged, chosen=[each for each in side if each not in known], model=side
        )
    if max_images is not None and len(merged) > max(max_images, 0):
        return None
    if min_images is not None and len(merged) < min_images:
        return None
    return merged


def _merge_order(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any] | None:
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def merge_value(base: Any, *, mine: Any, theirs: Any) -> tuple[bool, bool]:
    """
    Decide on a field that is not a gallery: (whether it merges, whether theirs is taken).

    One side's change wins over no change; two different changes do not merge.
    """
    if mine in (base, theirs):
        return True, mine != theirs
    return theirs == base, False
