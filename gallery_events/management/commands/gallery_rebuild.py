"""Bring the references in line with the history, or check that they are."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gallery_events import galleries
from gallery_events.flows.rebuild import rebuild

WIDTH = 30


class Command(BaseCommand):
    """Rebuild the references of one model, or of all."""

    help = (
        "Compares the references with the history and puts them right; owners without any "
        "snapshot get a baseline. With --check nothing is written, and differences end with "
        "exit code 2."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("models", nargs="*", metavar="app.Model", help="default: all")
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and print what was found."""
        self.verbosity = options["verbosity"]
        report = rebuild(
            _models(options["models"]) or None,
            now=timezone.now(),
            check=options["check"],
            progress=self._show,
        )
        if self.verbosity and self.stderr.isatty():
            self.stderr.write("")
        for line in report.examples:
            self.stdout.write(f"  {line}")
        self.stdout.write(
            f"{report.checked} owners compared: {report.missing} references missing, "
            f"{report.surplus} surplus, {report.lost} images lost, {report.unrecorded} owners "
            f"without a snapshot, {report.unscheduled} images without a review."
        )
        if options["check"] and not report.is_clean:
            message = "The references differ from the history: run gallery_rebuild."
            raise CommandError(message, returncode=2)
        if report.lost:
            raise CommandError("Some images are gone for good.", returncode=2)

    def _show(self, label: str, done: int, total: int) -> None:
        """Draw a bar on a terminal; elsewhere say a line now and then."""
        if not self.verbosity:
            return
        if self.stderr.isatty():
            bar = "#" * (WIDTH * done // max(total, 1))
            self.stderr.write(f"\r{label} [{bar:<{WIDTH}}] {done}/{total}", ending="")
            self.stderr.flush()
        elif done == total or done % 10_000 == 0:
            self.stderr.write(f"{label}: {done} of {total}")


def _models(labels: list[str]) -> list[type[Any]]:
    known = galleries.owner_models()
    found = []
    for label in labels:
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        if model not in known:
            names = ", ".join(each._meta.label for each in known)
            message = f"{label} has no galleries; these have: {names}."
            raise CommandError(message)
        found.append(model)
    return found
