"""Delete what no gallery needs any more, or say what would be deleted."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from gallery_events.domain.prospect import prospect
from gallery_events.exceptions import GalleryError, SweepRefused
from gallery_events.flows import sweep
from gallery_events.flows.preflight import installed
from gallery_events.management.arguments import GalleryCommand

#: So many images a dry run names; -v 2 names all that are in the report.
MOST_IMAGES = 100


class Command(GalleryCommand):
    """Run one sweep; the exit code says how it went."""

    help = (
        "Expires references, trashes orphans, purges what was in the trash for long enough, "
        "removes files. Exit codes: 0 done, 1 crashed, 2 done but something was left or found, "
        "3 refused, 4 breaker."
    )
    #: The sweep asks our own checks: a refusal then has its exit code, its JSON and its run.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--limit", type=int, metavar="N", help="review at most N images")
        parser.add_argument(
            "--max-seconds", type=float, metavar="S", help="stop after S seconds; the rest waits"
        )
        parser.add_argument(
            "--first-run-ok",
            action="store_true",
            help="act even if this is the first run, or galleries or sources are new",
        )
        parser.add_argument(
            "--acknowledge",
            nargs=2,
            type=int,
            metavar=("RUN", "COUNT"),
            help="agree to what the breaker stopped, then sweep",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep and print the report."""
        try:
            report = _sweep(options)
        except GalleryError as error:
            if options["json"]:
                reasons = error.reasons if isinstance(error, SweepRefused) else [str(error)]
                self.stdout.write(json.dumps({"refused": reasons}))
            raise
        self.stdout.write(_told(report, options))
        if report.exit_code:
            self.stdout.flush()
            message = report.breaker or "Something was left or found: see the report."
            raise CommandError(message, returncode=report.exit_code)


def _told(report: sweep.SweepReport, options: dict[str, Any]) -> str:
    """Return the report as it was asked for; what only says what would happen says more."""
    if options["json"]:
        return json.dumps(report.as_json())
    if not (report.dry_run or report.reported_only):
        return str(report)
    return prospect(report, most=None if options["verbosity"] > 1 else MOST_IMAGES)


def _sweep(options: dict[str, Any]) -> sweep.SweepReport:
    if options["acknowledge"]:
        if options["dry_run"]:
            message = "A dry run agrees to nothing: leave out --acknowledge or --dry-run."
            raise SweepRefused(message)
        # A project that is put together wrongly is refused below, and agrees to nothing.
        if not any(installed.errors()):
            run, count = options["acknowledge"]
            sweep.acknowledge(run, count, now=timezone.now())
    return sweep.sweep(
        dry_run=options["dry_run"],
        limit=options["limit"],
        max_seconds=options["max_seconds"],
        first_run_ok=options["first_run_ok"],
    )
