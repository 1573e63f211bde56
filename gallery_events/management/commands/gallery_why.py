"""Say why an image is still here, or why it went."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from gallery_events.exceptions import GalleryError
from gallery_events.flows import sweep


class Command(BaseCommand):
    """Explain one image."""

    help = "Says in plain words why an image is still here, or why it went."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("image", metavar="ID|NAME", help="a key, or the name of a file")
        parser.add_argument("--model", metavar="app.Model", help="which image model a key is of")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the explanation."""
        try:
            model = apps.get_model(options["model"]) if options["model"] else None
            found = sweep.explain(options["image"], model=model)
        except (GalleryError, LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(found))
        if found.state == "unknown":
            raise CommandError("Nothing is known of it.", returncode=2)
