"""What every check before a sweep knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gallery_events import galleries
from gallery_events.flows.steps.run import alias


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment that is judged by; *is_real* tells whether the clock itself gave it."""

    now: datetime
    is_real: bool = True

    @staticmethod
    def databases() -> dict[str, list[type[Any]]]:
        """Return the image models of each database that holds any."""
        found: dict[str, list[type[Any]]] = {}
        for model in galleries.image_models():
            found.setdefault(alias(model), []).append(model)
        return found
