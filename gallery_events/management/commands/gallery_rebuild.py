"""Bring the references in line with the history, or check that they are."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from gallery_events import galleries
from gallery_events.flows.rebuild import rebuild
from gallery_events.management.arguments import FOUND, GalleryCommand, model_of

#: How wide the progress bar is, and how many owners pass from one line to the next without one.
WIDTH = 30
OWNERS_A_LINE = 10_000


class Command(GalleryCommand):
    """Rebuild the references of one model, or of all."""

    help = (
        "Compares the references with the history and puts them right; owners without any "
        "snapshot get a baseline. With --check nothing is written. Exit codes: 0 all is in order, "
        "2 a check found differences or images are lost, 3 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("models", nargs="*", metavar="app.Model", help="default: all")
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and print what was found."""
        known = galleries.owner_models()
        chosen = [model_of(label, known, what="galleries") for label in options["models"]]
        report = rebuild(
            list(dict.fromkeys(chosen)) or None,
            now=timezone.now(),
            check=options["check"],
            progress=self._show if options["verbosity"] else None,
        )
        for line in report.examples:
            self.stdout.write(f"  {line}")
        self.stdout.write(
            f"{report.checked} owners compared: {report.missing} references missing, "
            f"{report.surplus} surplus, {report.lost} images lost, {report.unrecorded} owners "
            f"without a snapshot, {report.unscheduled} images without a review."
        )
        if options["check"] and not report.is_clean:
            message = "The references differ from the history: run gallery_rebuild."
            raise CommandError(message, returncode=FOUND)
        if report.lost:
            message = (
                "Some images that the history still needs are gone. Their files may be in a "
                "backup; gallery_why tells why each one went."
            )
            raise CommandError(message, returncode=FOUND)

    def _show(self, label: str, done: int, total: int) -> None:
        """Draw a bar on a terminal; elsewhere say a line now and then."""
        if self.stderr.isatty():
            bar = "#" * min(WIDTH, WIDTH * done // total)
            ending = "\n" if done >= total else ""
            self.stderr.write(f"\r{label} [{bar:<{WIDTH}}] {done}/{total}", str, ending=ending)
            self.stderr.flush()
        elif done >= total or done % OWNERS_A_LINE == 0:
            self.stderr.write(f"{label}: {done} of {total}", str)
