"""Put right what was written past the signals, and say what cannot be."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from audit.drift import find
from audit.reconciling import Outcome, reconcile_all
from gallery_events.management.arguments import FOUND, GalleryCommand


class Command(GalleryCommand):
    """Reconcile; the exit code says whether anything is lost or left."""

    help = (
        "Records what each gallery really holds, brings references in line with the history, and "
        "names images that are lost, owner by owner. Exit codes: 0 nothing is left, 2 something "
        "is lost or left (a dry run: something would be done), 3 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="say what differs; write nothing"
        )
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reconcile and print what was done."""
        (self._predict if options["dry_run"] else self._reconcile)(as_json=options["json"])

    def _predict(self, *, as_json: bool) -> None:
        found = 0
        listed = []
        for each in find(full=True):
            found += 1
            if as_json:
                listed.append(each.as_json())
            else:
                self.stdout.write(f"  {each}")
        if as_json:
            self.stdout.write(json.dumps({"dry_run": True, "found": found, "findings": listed}))
        else:
            self.stdout.write(f"Dry run; to be put right: {found}.")
        if found:
            message = "There is something to reconcile."
            raise CommandError(message, returncode=FOUND)

    def _reconcile(self, *, as_json: bool) -> None:
        listed = []

        def tell(outcome: Outcome) -> None:
            if as_json:
                listed.append(outcome.as_json())
            else:
                self.stdout.write(f"  {outcome}")

        report = reconcile_all(tell=tell)
        if as_json:
            told = {"reconciled": report.reconciled, "lost": report.lost, "left": report.left}
            self.stdout.write(json.dumps(told | {"owners": listed}))
        else:
            self.stdout.write(
                f"Reconciled: {report.reconciled}; images lost: {report.lost}; "
                f"left: {len(report.left)}."
            )
        if not report.is_clean:
            message = (
                "Some images are lost, or some owners could not be reconciled. Files may be in a "
                "backup; gallery_why tells why each image went."
            )
            raise CommandError(message, returncode=FOUND)
