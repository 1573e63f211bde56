"""
The one reader of ``settings.GALLERY_EVENTS``: typed, read at each use.

Flows never read settings; the rim reads them here once and hands them down.
"""

from django.core.exceptions import ImproperlyConfigured

from gallery_events.conf.entries import LONGEST
from gallery_events.conf.problems import LATER, Problem, problems, without_effect
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
)

__all__ = [
    "ACCEL",
    "FORMATS",
    "FOR_EVER",
    "GB",
    "LATER",
    "LONGEST",
    "MB",
    "SENDFILE",
    "BreakerSettings",
    "GallerySettings",
    "Problem",
    "current",
    "problems",
    "serves_itself",
    "without_effect",
]


def current() -> GallerySettings:
    """
    Return the settings as they are at this moment.

    Raises :exc:`~django.core.exceptions.ImproperlyConfigured`, naming every
    problem and its cure, rather than guess what a wrong value meant.
    """
    if wrong := [f"{problem} {cure}" for problem, cure in problems()]:
        raise ImproperlyConfigured(" ".join(wrong))
    found = {name: value for name, value in given().items() if name not in LATER}
    if "BREAKER" in found:
        found["BREAKER"] = BreakerSettings(**found["BREAKER"])
    for name in ("FORMATS", "SOURCES", "MAX_UNCLAIMED", "SENDFILE"):
        if isinstance(found.get(name), list):
            found[name] = tuple(found[name])
    return GallerySettings(**found)
