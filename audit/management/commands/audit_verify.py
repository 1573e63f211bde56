"""Compare galleries, history, references and trail, and say where they differ."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError

from audit.drift import Finding, Kind, verify
from gallery_events.management.arguments import FOUND, GalleryCommand

#: So many findings are listed in JSON; the counts are always complete.
LONGEST_LIST = 10_000


DRIFTED = "Something was written past the signals: manage.py audit_reconcile puts it right."
LOST = (
    "Images are lost that galleries or their history need, and nothing here brings them back: "
    "save each gallery without them, or restore rows and files from a backup. gallery_why tells "
    "why each of them went."
)


class Command(GalleryCommand):
    """Verify; the exit code says whether anything was found."""

    help = (
        "Compares every gallery with its last snapshot, references with the history, and the "
        "history with the trail; these two since the last time, unless --full is given. Exit "
        "codes: 0 all agrees, 2 something was found, 3 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--full", action="store_true", help="compare references and trail from the beginning"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and print what was found."""
        listed: list[Finding] = []
        kinds: Counter[str] = Counter()

        def tell(found: Finding) -> None:
            kinds[found.kind.value] += 1
            if not options["json"]:
                self.stdout.write(f"  {found}")
            elif len(listed) < LONGEST_LIST:
                listed.append(found)

        done = verify(full=options["full"], tell=tell)
        if options["json"]:
            told: dict[str, Any] = {"verification": done.pk, "full": done.full}
            told |= {"galleries": done.galleries}
            told |= {"found": done.found, "kinds": dict(kinds), "seconds": round(done.seconds, 3)}
            self.stdout.write(json.dumps(told | {"findings": [each.as_json() for each in listed]}))
        else:
            self.stdout.write(
                f"Galleries compared: {done.galleries}, in {done.seconds:.1f} s; found: {done.found}."
            )
        if done.found:
            only_lost = set(kinds) == {Kind.LOST.value}
            raise CommandError(LOST if only_lost else DRIFTED, returncode=FOUND)
