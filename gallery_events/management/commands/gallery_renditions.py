"""Make the renditions that images lack."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.base import CommandError

from gallery_events import conf, galleries
from gallery_events.flows.catching_up import CatchUp, Outcome, Task, done, tasks
from gallery_events.management.arguments import FOUND, GalleryCommand, model_of, refusal
from gallery_events.management.crew import crew

#: How wide the progress bar is, and how many images pass from one line to the next without one.
WIDTH = 30
IMAGES_A_LINE = 1000
#: More workers than that wait for the database and the storage only.
MOST_WORKERS = 64


class Command(GalleryCommand):
    """Make missing renditions in bulk; the exit code says whether all could be made."""

    help = (
        "Makes the smaller copies that images lack, in the order of their keys. It may be stopped "
        "at any time: the next run goes on with what is missing. Exit codes: 0 done, 1 crashed, 2 "
        "done but something failed or it was stopped, 3 refused."
    )
    #: Wrong settings are refused below, with their exit code.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--parallel", type=int, default=1, metavar="N", help="worker processes")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N images")
        parser.add_argument("--model", metavar="app.Model", help="only images of this model")
        parser.add_argument("--dry-run", action="store_true", help="only say what is missing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument(
            "--remake",
            action="store_true",
            help="also what other settings made; the old files stay until the image goes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and print the report."""
        _refuse_wrong_numbers(options)
        conf.current()
        known = galleries.image_models()
        label = options["model"]
        models = known if label is None else [model_of(label, known, what="images")]
        report = CatchUp()
        try:
            for model in models:
                self._catch_up(model, report, options)
        except KeyboardInterrupt:
            report.left = True
        self.stdout.write(_told(report, options))
        if report.failed or report.left:
            self.stdout.flush()
            what = "It was stopped" if report.left else "Some could not be made"
            message = f"{what}: run it again for the rest."
            raise CommandError(message, returncode=FOUND)

    def _catch_up(self, model: Any, report: CatchUp, options: dict[str, Any]) -> None:
        found = tasks(model, report, remake=options["remake"])
        if options["limit"] is not None:
            found = islice(found, max(0, options["limit"] - report.images - report.failed))
        if options["dry_run"]:
            for task in found:
                report.count(Outcome(task, task.lacking))
            return
        total = model._default_manager.count()
        before, shown = report.seen, 0
        with crew(options["parallel"], done, lost=_lost) as work:
            for outcome in work(found):
                report.count(outcome)
                seen = report.seen - before
                if options["verbosity"] and (self.stderr.isatty() or seen - shown >= IMAGES_A_LINE):
                    self._show(model._meta.label, seen, max(total, seen))
                    shown = seen
        if options["verbosity"] and total:
            self._show(model._meta.label, report.seen - before, max(total, 1))
            if self.stderr.isatty():
                self.stderr.write("")

    def _show(self, label: str, seen: int, total: int) -> None:
        """Draw a bar on a terminal; elsewhere say a line."""
        if self.stderr.isatty():
            bar = "#" * min(WIDTH, WIDTH * seen // total)
            self.stderr.write(f"\r{label} [{bar:<{WIDTH}}] {seen}/{total}", str, ending="")
            self.stderr.flush()
        else:
            self.stderr.write(f"{label}: {seen} of {total}", str)


def _refuse_wrong_numbers(options: dict[str, Any]) -> None:
    if not 1 <= options["parallel"] <= MOST_WORKERS:
        message = f"--parallel {options['parallel']} is not a number from 1 to {MOST_WORKERS}."
        raise refusal(message)
    if options["limit"] is not None and options["limit"] < 1:
        message = f"--limit {options['limit']} is not a number of images, at least 1."
        raise refusal(message)


def _lost(task: Task) -> Outcome:
    return Outcome(task, error="the process that made it died: is there enough memory?")


def _told(report: CatchUp, options: dict[str, Any]) -> str:
    if options["json"]:
        return json.dumps(report.as_json() | {"dry_run": options["dry_run"]})
    return "\n".join(_lines(report, dry_run=options["dry_run"]))


def _lines(report: CatchUp, *, dry_run: bool) -> Iterator[str]:
    would = "would be " if dry_run else ""
    number = sum(report.made.values())
    yield f"{number} renditions of {report.images} images {would}made, {report.failed} images failed."
    for key, count in sorted(report.made.items(), key=lambda item: (len(item[0]), item[0])):
        yield f"  {key}: {count}"
    for name, error in report.failures:
        yield f"  {name}: {error}"
