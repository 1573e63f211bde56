"""
The one reader of ``settings.GALLERY_EVENTS``: typed, read at each use.

Flows never read settings; the rim reads them here once and hands them down.
"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gallery_events.conf.entries import LONGEST
from gallery_events.conf.problems import Problem, problems
from gallery_events.conf.reading import given, serves_itself
from gallery_events.conf.values import (
    ACCEL,
    FOR_EVER,
    FORMATS,
    GB,
    MB,
    SENDFILE,
    BreakerSettings,
    GallerySettings,
    ResumableSettings,
    default_formats,
)
from gallery_events.domain.ladder import RenditionSettings

__all__ = [
    "ACCEL",
    "FORMATS",
    "FOR_EVER",
    "GB",
    "LONGEST",
    "MB",
    "SENDFILE",
    "BreakerSettings",
    "GallerySettings",
    "Problem",
    "RenditionSettings",
    "ResumableSettings",
    "current",
    "default_formats",
    "problems",
    "serves_itself",
]


def current() -> GallerySettings:
    """
    Return the settings as they are at this moment.

    Raises :exc:`~django.core.exceptions.ImproperlyConfigured`, naming every
    problem and its cure, rather than guess what a wrong value meant.
    """
    if wrong := [f"{problem} {cure}" for problem, cure in problems()]:
        raise ImproperlyConfigured(" ".join(wrong))
    found = dict(given())
    if "BREAKER" in found:
        found["BREAKER"] = BreakerSettings(**found["BREAKER"])
    if "RENDITIONS" in found:
        found["RENDITIONS"] = renditions(found["RENDITIONS"])
    if found.get("RESUMABLE", False) is not False:
        found["RESUMABLE"] = ResumableSettings(**found["RESUMABLE"])
    for name in ("FORMATS", "SOURCES", "MAX_UNCLAIMED", "SENDFILE"):
        if isinstance(found.get(name), list):
            found[name] = tuple(found[name])
    return GallerySettings(**found)


def renditions(given: dict[str, Any]) -> RenditionSettings:
    """Return RENDITIONS with what was left out, each width once and in order."""
    usual = RenditionSettings()
    return replace(
        usual,
        **{
            **given,
            "WIDTHS": tuple(sorted(set(given.get("WIDTHS", usual.WIDTHS)))),
            "QUALITY": {**usual.QUALITY, **given.get("QUALITY", {})},
        },
    )
