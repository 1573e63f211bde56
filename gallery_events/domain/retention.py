"""What is recent, what is due, and what happens to an image next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

#: A moment that no sweep reaches: "never", in a column that is compared with a clock.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


def never(*, like: datetime) -> datetime:
    """Return NEVER as it compares with a moment: where a project has no time zones, it has none."""
    return NEVER if like.tzinfo is not None else NEVER.replace(tzinfo=None)


DAY = timedelta(days=1)
LONGEST_PUT_OFF = 30


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """
    How long things are kept. ``None`` means for ever.

    *keep_snapshots* counts the newest snapshots of an existing owner whose
    images are kept whatever their age; it is at least one.
    """

    retention: timedelta | None = timedelta(days=30)
    keep_snapshots: int = 1
    upload_grace: timedelta | None = timedelta(days=14)
    trash: timedelta | None = timedelta(days=7)
    file_delay: timedelta = timedelta(hours=24)


class Step(StrEnum):
    """What a review does with an image."""

    CLEAR = "clear"  #: a reference names it: it needs no review
    KEEP = "keep"  #: something else still needs it: look again later
    TRASH = "trash"  #: an orphan: into the trash
    PURGE = "purge"  #: its time in the trash is over


@dataclass(frozen=True, slots=True)
class Facts:
    """What a review knows of one image. *uses* are sentences, one for each further use."""

    referenced: bool
    uses: tuple[str, ...] = ()
    unknown: str = ""
    pinned_until: datetime | None = None
    trashed_at: datetime | None = None
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What happens to an image next, and the reason to give for it.

    The reason is for people and may be reworded; act on the step alone.
    *review_after* is None only where a reference names the image.
    """

    step: Step
    reason: str
    review_after: datetime | None
    reviews: int = 0
    #: A use was found for an image in the trash, which is then no orphan any more.
    rescues: bool = False
    #: Nobody could say whether it is used.
    unsure: bool = False


def review(facts: Facts, policy: RetentionPolicy, *, now: datetime) -> Verdict:
    """Decide on one image: a ladder of refusals that ends in the one line that condemns."""
    if facts.referenced:
        in_trash = facts.trashed_at is not None
        return Verdict(Step.CLEAR, "named by a gallery, now or recently", None, rescues=in_trash)
    if facts.uses:
        return _keep_used(facts, "; ".join(facts.uses), now=now)
    if facts.pinned_until is not None and facts.pinned_until > now:
        reason = f"pinned until {facts.pinned_until:%Y-%m-%d}"
        return _keep_used(facts, reason, now=now)
    if facts.unknown:
        return replace(keep(facts.reviews, facts.unknown, now=now), unsure=True)
    if facts.trashed_at is None:
        due = never(like=now) if policy.trash is None else now + policy.trash
        return Verdict(Step.TRASH, "nothing names it any more", due)
    if policy.trash is None:
        return Verdict(Step.KEEP, "the trash is never emptied", never(like=now))
    if facts.trashed_at + policy.trash > now:
        return Verdict(
            Step.KEEP, "still in the trash", facts.trashed_at + policy.trash, facts.reviews
        )
    return Verdict(Step.PURGE, "nothing named it during its time in the trash", None)


def _keep_used(facts: Facts, reason: str, *, now: datetime) -> Verdict:
    kept = keep(facts.reviews, reason, now=now)
    return replace(kept, rescues=facts.trashed_at is not None)


def keep(reviews: int, reason: str, *, now: datetime) -> Verdict:
    """Return that an image stays as it is and is looked at again later, and later each time."""
    return Verdict(Step.KEEP, reason, now + put_off(reviews), min(reviews + 1, LONGEST_PUT_OFF))


def put_off(reviews: int) -> timedelta:
    """Return how long an image that was kept *reviews* times rests: one day, doubling to 30."""
    days: int = min(2 ** min(reviews, 5), LONGEST_PUT_OFF)
    return days * DAY


def end_of_grace(policy: RetentionPolicy, *, now: datetime) -> datetime:
    """Return when an image that nothing names yet is looked at first."""
    return never(like=now) if policy.upload_grace is None else now + policy.upload_grace


def review_of_pinned(
    planned: datetime | None, *, until: datetime, before: datetime | None, in_trash: bool
) -> datetime | None:
    """
    Return when an image that is pinned is looked at next: not before its pin ends.

    *before* is the end of the pin it had. What a reference names is not
    looked at, and what waits longer goes on waiting, unless for its trash
    period or for the old pin: these are over.
    """
    if planned is None:
        return None
    return until if in_trash or planned == before else max(planned, until)


def review_of_unpinned(
    planned: datetime | None, *, pinned: datetime, grace: datetime
) -> datetime | None:
    """Return when an image that is pinned no more is looked at: what waited for that, after a grace."""
    return planned if planned is None or planned < pinned else min(planned, grace)


def cutoff(policy: RetentionPolicy, *, now: datetime) -> datetime | None:
    """Return the moment at or before which what ended has run out; None when nothing ever does."""
    return None if policy.retention is None else now - policy.retention


def longest(periods: Iterable[float | None]) -> float | None:
    """Return the longest of some periods, or numbers of snapshots; None lasts for ever."""
    known = list(periods)
    return None if None in known else max(each for each in known if each is not None)


def protects_latest(until_version: int, *, last_version: int, policy: RetentionPolicy) -> bool:
    """Tell whether an ended reference still covers one of the owner's newest snapshots."""
    return until_version - 1 > last_version - policy.keep_snapshots
