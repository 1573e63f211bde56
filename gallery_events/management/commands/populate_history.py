"""Begin the history of models that own no galleries."""

from __future__ import annotations

from simple_history.management.commands import populate_history

from gallery_events.management.guarded import GuardedCommand


class Command(GuardedCommand, populate_history.Command):  # type: ignore[misc]
    """simple-history's command; owners of galleries are refused."""

    cure = "run gallery_rebuild, which gives owners without a snapshot their first"
