"""Checks that models of one's own kept the constraints and indexes of their base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error

from gallery_events.models import AbstractImage, AbstractReference


def check_tables(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that a Meta of one's own has not dropped what the base's Meta declares."""
    found: list[CheckMessage] = []
    for config in apps.get_app_configs() if app_configs is None else app_configs:
        for model in config.get_models():
            for base in (AbstractImage, AbstractReference):
                # What inherits from another table is refused for that already.
                if issubclass(model, base) and not (model._meta.proxy or model._meta.parents):
                    found += _check_table(model, base)
    return found


def _check_table(model: type[Any], base: type[Any]) -> Iterator[CheckMessage]:
    for kind in ("constraints", "indexes"):
        there = [_content(each) for each in getattr(model._meta, kind)]
        dropped = [each for each in getattr(base._meta, kind) if _content(each) not in there]
        if dropped:
            ends = ", ".join(repr(each.name.rpartition("_")[2]) for each in dropped)
            yield Error(
                f"The Meta of {model._meta.label} has dropped {kind} of {base.__name__}: {ends}.",
                hint=f"Write class Meta({base.__name__}.Meta), with {kind} = "
                f"[*{base.__name__}.Meta.{kind}, ...] when it has {kind} of its own, and "
                "run makemigrations.",
                obj=model,
                id="gallery_events.E012",
            )


def _content(each: Any) -> tuple[Any, ...]:
    """Return all that a constraint or an index is, but its name."""
    path, args, kwargs = each.deconstruct()
    return path, args, {key: value for key, value in kwargs.items() if key != "name"}
