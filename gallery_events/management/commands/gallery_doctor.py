"""Say what would stop the sweep and how its last runs went; set right what only people know."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core import checks
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone

from gallery_events.flows import doctor
from gallery_events.flows.preflight.bond import here
from gallery_events.flows.preflight.missing import missing_files
from gallery_events.management.arguments import FOUND, REFUSED, GalleryCommand

#: Whose checks concern the sweep; the last ones ask the database.
TAGS = ["gallery_events", "gallery_audit", "database"]
#: So many lost files are named; all are counted.
EXAMPLES = 100


class Command(GalleryCommand):
    """Examine everything that the sweep depends on."""

    help = (
        "Asks everything that a sweep asks before it starts, and prints a table. Exit codes: "
        "0 all is well, 2 something should be looked at, 3 the sweep would be refused."
    )
    #: They are part of the table.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="print the table as JSON")
        parser.add_argument(
            "--claim-storage",
            action="store_true",
            help="this database and its storages belong together from now on: after a move, or "
            "after a backup was restored; lists the files that are missing",
        )
        parser.add_argument(
            "--accept-changes",
            action="store_true",
            help="galleries, sources and references that are gone are meant to be gone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked for, then examine."""
        now = timezone.now()
        if options["claim_storage"]:
            self._claim(now)
        if options["accept_changes"]:
            doctor.accept_changes(now=now)
            self.stderr.write("What is installed now is what is meant to be.")
        found = [*_system_checks(), *doctor.examine(now=now)]
        if options["json"]:
            self.stdout.write(json.dumps({each.name: list(each.reasons) for each in found}))
        else:
            for each in found:
                self._tell(each)
        worst = max((_code(each) for each in found), default=0)
        if worst:
            self.stdout.flush()
            message = (
                "The sweep would be refused." if worst == REFUSED else "Something needs a look."
            )
            raise CommandError(message, returncode=worst)

    def _tell(self, found: doctor.Finding) -> None:
        mark = self.style.SUCCESS("ok") if found.is_well else self.style.ERROR("--")
        self.stdout.write(f"{mark}  {found.name}")
        for reason in found.reasons:
            self.stdout.write(f"      {reason}")

    def _claim(self, now: Any) -> None:
        names = doctor.claim_storage(now=now)
        place = " ".join(part for part in here() if part)
        self.stderr.write(
            f"From now on the storage {', '.join(names)} belongs to this database ({place}). "
            "What is in the trash waits anew."
        )
        number = 0
        for number, each in enumerate(missing_files(), 1):
            if number <= EXAMPLES:
                self.stderr.write(f"missing: {each.name} ({each.image} {each.key})")
        self.stderr.write(f"{number} images have no file." if number else "No file is missing.")


def _system_checks() -> list[doctor.Finding]:
    """Return errors, for which the command refuses to sweep, and warnings."""
    # The database's own tell of the trail's triggers, where the audit is installed.
    told = checks.run_checks(tags=TAGS, databases=list(connections))
    told = [each for each in told if not each.is_silenced()]
    errors, warnings = (
        tuple(f"{each.msg} {each.hint} ({each.id})" for each in told if each.is_serious() is wanted)
        for wanted in (True, False)
    )
    return [
        doctor.Finding("checks of the project", errors),
        doctor.Finding("advice for the project", warnings, refuses=False),
    ]


def _code(found: doctor.Finding) -> int:
    if found.is_well:
        return 0
    return REFUSED if found.refuses else FOUND
