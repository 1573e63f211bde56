"""How many purges are too many for one run."""

from __future__ import annotations

from dataclasses import dataclass

#: Why an image is kept that would go but for the breaker.
SPARED = "the breaker is open"


@dataclass(frozen=True, slots=True)
class Limits:
    """
    The limits and what they are measured on.

    *images* counts the rows that exist, *purged_this_week* those that went in
    the last seven days without somebody having agreed to it, *agreed* how many
    more somebody has agreed to. Shares count from *share_from* images on.
    """

    per_run: float
    share_per_run: float
    share_per_week: float
    share_from: float
    images: int
    purged_this_week: int = 0
    agreed: int = 0


def excess(planned: int, limits: Limits) -> str | None:
    """Return why so many purges are too many, as the end of a sentence; None when they are not."""
    surplus = planned - limits.agreed
    if surplus <= 0:
        return None
    most = max(limits.per_run, limits.images / 100)
    if surplus > most:
        return f"more than {most:.0f} in one run"
    before = limits.images + limits.purged_this_week
    if before < limits.share_from:
        return None
    if surplus > limits.share_per_run * limits.images:
        return f"more than {limits.share_per_run:.0%} of {limits.images} images in one run"
    week = surplus + limits.purged_this_week
    if week > limits.share_per_week * before:
        return (
            f"which makes {week} within seven days, more than {limits.share_per_week:.0%} "
            f"of {before} images"
        )
    return None
