"""simple-history's own commands, kept away from snapshots."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps

from gallery_events.management.arguments import GalleryCommand, refusal
from gallery_events.models import GalleryModel


class GuardedCommand(GalleryCommand):
    """
    Refuses owners of galleries, whatever would be found, and leaves the rest to simple-history.

    Stands before simple-history's command among the bases. ``--auto`` would
    take owners too: it is refused as a whole, naming the models that may go.
    """

    #: What to do instead.
    cure: ClassVar[str]

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse, or let simple-history do it."""
        labels = options.get("models") or args
        auto = not labels and options["auto"]
        chosen = [model for model, _ in self._auto_models()] if auto else _named(labels)  # type: ignore[attr-defined]
        owners = sorted(each._meta.label for each in chosen if issubclass(each, GalleryModel))
        if owners:
            message = f"The history of {', '.join(owners)} is made of snapshots of galleries, "
            message += f"which this command would spoil: {self.cure}."
            others = sorted({each._meta.label for each in chosen} - set(owners))
            if others:
                what = "Instead of --auto, name" if auto else "Name"
                message += f" {what} the models to go on with: {' '.join(others)}."
            raise refusal(message)
        super().handle(*args, **options)


def _named(labels: Any) -> list[type[Any]]:
    """Return the models that are named; what is none is simple-history's to tell."""
    found = []
    for label in labels:
        try:
            found.append(apps.get_model(label))
        except (LookupError, ValueError):
            continue
    return found
