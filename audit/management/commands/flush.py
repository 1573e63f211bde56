"""Django's flush, which would empty the trail too: refused, but for tests between themselves."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections
from django.test import utils

from audit import guard
from audit.models import Entry
from gallery_events.management.arguments import refusal


class Command(flush.Command):
    """Flush, unless that would take a trail away."""

    def handle(self, **options: Any) -> None:
        """Lift the guard while tests run; refuse elsewhere, before anything is emptied."""
        alias = options["database"]
        if guard.TRAIL not in connections[alias].introspection.table_names():
            super().handle(**options)
            return
        if not _are_tests() and Entry.objects.using(alias).exists():
            message = (
                f"flush would delete the trail in the database {alias!r}, which is only added "
                "to. Nothing was deleted. Old entries go with manage.py audit_prune; to begin "
                "with nothing, drop the database, create it and migrate."
            )
            raise refusal(message)
        with guard.lifted(alias, upto=guard.EVERYTHING):
            super().handle(**options)


def _are_tests() -> bool:
    """Tell whether Django's test environment is set up, whose databases are made to be emptied."""
    return hasattr(utils._TestState, "saved_data")  # noqa: SLF001 - nothing public tells
