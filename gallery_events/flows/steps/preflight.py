"""Step 0: reasons not to sweep at all, each with its cure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings as django_settings

from gallery_events import conf, galleries, uses
from gallery_events.history import HISTORY_DISABLED


def reasons() -> Iterator[str]:
    """Yield every reason to refuse, as a sentence that names the cure."""
    wrong = list(conf.problems())
    for problem, cure in wrong:
        yield f"{problem} {cure}"
    if not getattr(django_settings, "SIMPLE_HISTORY_ENABLED", True):
        yield HISTORY_DISABLED
    for model in galleries.image_models():
        yield from cascades(model)
    if not wrong:
        yield from _failing_sources()


def bad_arguments(
    now: datetime, limit: int | None, max_seconds: float | None
) -> Iterator[str]:
    """Yield what is wrong with the call itself."""
    if django_settings.USE_TZ == (now.tzinfo is None):
        kind = "an aware" if django_settings.USE_TZ else "a naive"
        yield f"now={now!r} does not fit USE_TZ: give {kind} datetime."
    for name, value in (("limit", limit), ("max_seconds", max_seconds)):
        if value is not None and value <= 0:
            yield f"{name}={value!r} would do nothing: give a number above 0, or leave it out."


def cascades(model: type[Any]) -> Iterator[str]:
    """Yield the relations by which deleting an image would silently change other rows."""
    for relation in uses.relations(model):
        if uses.has_database_cascade(relation):
            yield (
                f"{relation.related_model._meta.label}.{relation.field.name} names images with a "
                "database-level on_delete, so the database would not stop a purge: use PROTECT, "
                "or any on_delete that Django itself carries out."
            )


def _failing_sources() -> Iterator[str]:
    for name, source in conf.current().sources():
        try:
            uses.answer(source, [])
        except Exception as error:  # noqa: BLE001 - a stranger's code
            yield (
                f"The source {name} fails when asked about no image at all ({error!r}), so it "
                "cannot say what is in use: mend it, or take it out of SOURCES."
            )
