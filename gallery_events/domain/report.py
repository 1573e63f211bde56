"""What a sweep did, or would do: counts, reasons, and a line for each image."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

#: So many images are listed one by one, and so many errors; the counts are always complete.
LONGEST_LIST = 10_000
MOST_ERRORS = 1_000

COUNTED = {"clear": "cleared", "keep": "kept", "trash": "trashed", "purge": "purged"}
COUNTS = (
    *("expired", "trashed", "purged", "files_removed", "kept", "failed"),
    *("cleared", "rescued", "bytes_removed", "files_missing"),
    *("uploads_removed", "upload_bytes_removed"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What happened to one image, and why.

    *size* counts all its files. *why* is what an explanation says of it; only
    a dry run asks.
    """

    image: str
    key: Any
    name: str
    step: str
    reason: str
    size: int = 0
    rescued: bool = False
    why: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "image": self.image,
            "key": self.key if isinstance(self.key, int) else str(self.key),
            "name": self.name,
            "step": self.step,
            "reason": self.reason,
            "bytes": self.size,
            "why": list(self.why),
        }


@dataclass(frozen=True, slots=True)
class Day:
    """What one day to come will do, as far as it can be known: images, references, files, bytes."""

    day: date
    expired: int = 0
    trashed: int = 0
    purged: int = 0
    files_removed: int = 0
    bytes_removed: int = 0


@dataclass(slots=True)
class SweepReport:
    """
    The result of one run. The counts are images, except *expired* (references) and *files_...*.

    *refused* holds the reasons of a run that touched nothing, *crash* what
    stopped one that did not come to its end, *reported_only* why one only says
    what it would do. *breaker* says why nothing was purged, *drift* names
    galleries that were written past the signals, *notes* what else is worth
    knowing, *left* tells whether due work remains. *files_missing* files were
    gone before anybody removed them. *uploads_removed* counts partial uploads that nobody finished in
    time, or that are done; *files_removed* counts none of their parts. *sizes* are the bytes of the images of each
    step. *forecast* is a dry run's word on the days to come, *oldest_due* the
    moment since which something is due.
    """

    now: datetime
    dry_run: bool = False
    run: int | None = None
    expired: int = 0
    trashed: int = 0
    purged: int = 0
    files_removed: int = 0
    kept: int = 0
    failed: int = 0
    breaker: str | None = None
    refused: list[str] = field(default_factory=list)
    crash: str = ""
    reported_only: str = ""
    cleared: int = 0
    rescued: int = 0
    bytes_removed: int = 0
    files_missing: int = 0
    uploads_removed: int = 0
    upload_bytes_removed: int = 0
    left: bool = False
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    oldest_due: datetime | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    forecast: list[Day] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 done, 1 crashed, 2 something was left or found, 3 refused, 4 the breaker is open."""
        if self.crash:
            return 1
        if self.refused:
            return 3
        if self.breaker:
            return 4
        return 2 if self.failed or self.left or self.drift or self.errors else 0

    def add(self, outcome: Outcome, *, counted: bool = True) -> None:
        """Add one image's outcome; a failure is counted by who saw it."""
        if counted:
            name = COUNTED[outcome.step]
            setattr(self, name, getattr(self, name) + 1)
        self.rescued += outcome.rescued
        self.sizes[outcome.step] += outcome.size
        self.reasons[f"{outcome.step}: {outcome.reason}"] += 1
        if len(self.outcomes) < LONGEST_LIST:
            self.outcomes.append(outcome)

    def complain(self, error: str) -> None:
        """Add what went wrong, each thing once."""
        if error not in self.errors and len(self.errors) < MOST_ERRORS:
            self.errors.append(error)

    def counts(self) -> dict[str, int]:
        """Return the numbers alone."""
        return {name: getattr(self, name) for name in COUNTS}

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        return {
            "now": self.now.isoformat(),
            "dry_run": self.dry_run,
            "run": self.run,
            **self.counts(),
            "breaker": self.breaker,
            "refused": self.refused,
            "crash": self.crash,
            "reported_only": self.reported_only,
            "left": self.left,
            "seconds": round(self.seconds, 3),
            "notes": self.notes,
            "drift": self.drift,
            "errors": self.errors,
            "reasons": dict(self.reasons),
            "bytes": {step: self.sizes[step] for step in COUNTED},
            "oldest_due": self.oldest_due.isoformat() if self.oldest_due else None,
            "images": [each.as_json() for each in self.outcomes],
            "forecast": [{**asdict(each), "day": each.day.isoformat()} for each in self.forecast],
        }

    def __str__(self) -> str:
        would = "would be " if self.dry_run or self.reported_only else ""
        title = "Dry run" if self.dry_run else "Sweep"
        summary = (
            f"{title} as of {self.now:%Y-%m-%d %H:%M %Z}: "
            f"references {would}expired: {self.expired}; images {would}trashed: {self.trashed}, "
            f"{would}purged: {self.purged}, kept: {self.kept}, failed: {self.failed}; "
            f"files {would}removed: {self.files_removed} ({self.bytes_removed} bytes)."
        )
        if self.uploads_removed:
            summary = (
                f"{summary[:-1]}; partial uploads {would}removed: {self.uploads_removed} "
                f"({self.upload_bytes_removed} bytes)."
            )
        lines = [summary]
        lines += [f"  {count} {reason}" for reason, count in sorted(self.reasons.items())]
        lines += [f"  drift: {each}" for each in self.drift]
        lines += [f"  error: {each}" for each in self.errors]
        lines += [f"  note: {each}" for each in self.notes]
        if self.reported_only:
            lines.append(f"  This run only reports: {self.reported_only}")
        if self.breaker:
            lines.append(f"  The breaker is open: {self.breaker}")
        if self.left:
            lines.append("  Due work is left for the next run.")
        return "\n".join(lines)
