"""Delete old history of models that own no galleries."""

from __future__ import annotations

from simple_history.management.commands import clean_old_history

from gallery_events.management.guarded import GuardedCommand


class Command(GuardedCommand, clean_old_history.Command):  # type: ignore[misc]
    """simple-history's command; owners of galleries are refused."""

    cure = "run gallery_prune, which keeps what can still be restored"
