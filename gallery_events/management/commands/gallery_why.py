"""Say why an image is still here, or why it went."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from gallery_events import galleries
from gallery_events.flows import sweep
from gallery_events.management.arguments import FOUND, GalleryCommand, model_of


class Command(GalleryCommand):
    """Explain one image."""

    help = "Says in plain words why an image is still here, or why it went."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "image", metavar="ID|NAME", help="a key, the name of a file, or an address"
        )
        parser.add_argument("--model", metavar="app.Model", help="which image model a key is of")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the explanation."""
        model = None
        if options["model"]:
            model = model_of(options["model"], galleries.image_models(), what="images")
        found = sweep.explain(options["image"], model=model)
        self.stdout.write(json.dumps(found.as_json()) if options["json"] else str(found))
        if found.state == "unknown":
            message = "Nothing is known of it."
            raise CommandError(message, returncode=FOUND)
