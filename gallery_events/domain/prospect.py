"""What a dry run says beyond its counts: each image with its reasons, and the days to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple

from gallery_events.domain.breaker import SPARED
from gallery_events.domain.report import Day, Outcome, SweepReport
from gallery_events.domain.wording import MONTHS, number, size, span

#: So many reasons to keep images are given by number.
MOST_REASONS = 5
WORDS = {"trash": "would trash", "purge": "would delete", "keep": "keep", "clear": "keep"}
COLUMNS = ("day", "expire", "to trash", "delete", "files", "bytes")


def prospect(report: SweepReport, *, most: int | None = None) -> str:
    """Return a dry run in words; *most* bounds the images that are named."""
    lines = [str(report), "", *_summary(report)]
    named = report.outcomes[:most]
    for each in named:
        lines += _image(each)
    if left := _reviewed(report) - len(named):
        lines.append(f"  and {number(left, 'more image')}")
    if report.forecast:
        lines += ["", *_days(report)]
    return "\n".join(lines)


def _reviewed(report: SweepReport) -> int:
    return report.trashed + report.purged + report.kept + report.cleared


def _summary(report: SweepReport) -> Iterator[str]:
    if not (_reviewed(report) or report.files_removed or report.uploads_removed):
        yield "Nothing is due."
        return
    would = [
        f"would trash {report.trashed} ({size(report.sizes['trash'])})",
        f"would delete {report.purged} (to free {size(report.sizes['purge'])})",
        f"would remove {number(report.files_removed, 'file')} ({size(report.bytes_removed)})",
        f"keep {report.kept + report.cleared}{_reasons(report)}",
    ]
    if report.uploads_removed:
        uploads = number(report.uploads_removed, "partial upload")
        would.append(f"would remove {uploads} ({size(report.upload_bytes_removed)})")
    if report.oldest_due is not None:
        would.append(f"oldest due {span(report.now - report.oldest_due)} ago")
    if waiting := report.reasons[f"keep: {SPARED}"]:
        would.insert(2, f"would delete {waiting} more once the breaker is acknowledged")
    yield ", ".join(would) + "."


def _reasons(report: SweepReport) -> str:
    """Return why images are kept, the most frequent reason first."""
    kept: Counter[str] = Counter()
    for reason, count in report.reasons.items():
        step, _, words = reason.partition(": ")
        if WORDS[step] == "keep":
            kept[words] += count
    named = [f"{count} {words}" for words, count in kept.most_common(MOST_REASONS)]
    if left := kept.total() - sum(count for _, count in kept.most_common(MOST_REASONS)):
        named.append(f"{left} for other reasons")
    return f" ({'; '.join(named)})" if named else ""


def _image(outcome: Outcome) -> Iterator[str]:
    verb = f"{WORDS['purge']}, once acknowledged," if outcome.reason == SPARED else ""
    what = f"{outcome.image} {outcome.key} '{outcome.name}', {size(outcome.size)}"
    yield f"  {verb or WORDS[outcome.step]} {what}: {'; '.join(_whys(outcome))}"


def _whys(outcome: Outcome) -> Iterator[str]:
    """Yield why, leaving out what another sentence begins with and then goes on to tell."""
    further = [each for each in outcome.why if not outcome.reason.startswith(each)]
    if not any(each.startswith(outcome.reason) for each in further):
        yield outcome.reason
    yield from further


def _days(report: SweepReport) -> Iterator[str]:
    yield (
        f"What {number(len(report.forecast), 'daily run')} from now on would do, if nobody saved "
        "anything:"
    )
    rows = [COLUMNS, *(_row(each) for each in report.forecast)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield f"  {first.ljust(widths[0])}  {'  '.join(cells)}"


def _row(day: Day) -> Sequence[str]:
    moment, *counts, taken = astuple(day)
    return (f"{moment.day} {MONTHS[moment.month - 1]}", *map(str, counts), size(taken))
