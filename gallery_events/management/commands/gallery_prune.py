"""Delete snapshots that are past all use."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from gallery_events import conf
from gallery_events.flows.prune import prune
from gallery_events.management.arguments import GalleryCommand, refusal


class Command(GalleryCommand):
    """Prune the history."""

    help = (
        "Deletes old snapshots: never the newest of an owner, never one inside the retention. "
        "Use it instead of clean_old_history and clean_duplicate_history."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--days", type=float, metavar="D", help="keep what was in effect within D days"
        )
        parser.add_argument("--keep", type=int, metavar="N", help="keep the newest N of an owner")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune and print how many went."""
        for name, floor in (("days", 0), ("keep", 1)):
            value = options[name]
            if value is not None and not floor <= value <= conf.LONGEST:
                message = f"--{name} {value} is not a number from {floor} to {conf.LONGEST}."
                raise refusal(message)
        counts = prune(
            now=timezone.now(),
            days=options["days"],
            keep=options["keep"],
            dry_run=options["dry_run"],
        )
        would = "would be " if options["dry_run"] else ""
        for label, count in counts.items():
            self.stdout.write(f"{label}: {count} snapshots {would}deleted")
        if conf.current().RETENTION_DAYS is None:
            self.stdout.write("RETENTION_DAYS is None: no snapshot is ever past use.")
