"""Delete what no gallery needs any more, or say what would be deleted."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gallery_events.exceptions import GalleryError, SweepRefused
from gallery_events.flows import sweep


class Command(BaseCommand):
    """Run one sweep; the exit code says how it went."""

    help = (
        "Expires references, trashes orphans, purges what was in the trash for long enough, "
        "removes files. Exit codes: 0 done, 1 crashed, 2 done but something was left or found, "
        "3 refused, 4 breaker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--limit", type=int, metavar="N", help="review at most N images")
        parser.add_argument(
            "--max-seconds", type=float, metavar="S", help="stop after S seconds; the rest waits"
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
            if options["acknowledge"]:
                run, count = options["acknowledge"]
                sweep.acknowledge(run, count, now=timezone.now())
            report = sweep.sweep(
                dry_run=options["dry_run"],
                limit=options["limit"],
                max_seconds=options["max_seconds"],
            )
        except SweepRefused as error:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": error.reasons}))
            raise CommandError(str(error), returncode=3) from error
        except GalleryError as error:
            raise CommandError(str(error), returncode=3) from error
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else str(report))
        if report.exit_code:
            self.stdout.flush()
            sys.exit(report.exit_code)
