"""Delete entries of the trail that are older than anybody wants to keep them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.db import router
from django.utils import timezone

from audit import conf
from audit.models import Entry
from audit.pruning import prune
from gallery_events.flows.preflight.database import clock_skew
from gallery_events.management.arguments import GalleryCommand, refusal


class Command(GalleryCommand):
    """Prune the trail."""

    help = (
        "Deletes entries of the trail that are more than D days old by the database's clock, "
        "the only way to do so, and leaves an entry that says which."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--days", type=float, metavar="D", help="keep D days (GALLERY_AUDIT['KEEP_DAYS'])"
        )
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune and print how many went."""
        days = options["days"] if options["days"] is not None else conf.current().KEEP_DAYS
        if days is None:
            message = (
                "GALLERY_AUDIT['KEEP_DAYS'] is None, which keeps the trail for ever: set it, or "
                "give --days D."
            )
            raise refusal(message)
        if not 1 <= days <= conf.LONGEST:
            message = f"--days {days} is not a number from 1 to {conf.LONGEST}."
            raise refusal(message)
        now = timezone.now()
        now += clock_skew(now, router.db_for_write(Entry))
        count = prune(now=now, days=days, dry_run=options["dry_run"])
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(f"{count} entries {would}deleted")
