"""The settings with their types and defaults, which are written here and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from django.utils.module_loading import import_string

from gallery_events.domain.ladder import RenditionSettings
from gallery_events.domain.retention import RetentionPolicy

MB = 1024 * 1024
GB = 1024 * MB
#: What is always known; HEIC wants pillow-heif, SVG py-svg-hush and pyvips.
ALWAYS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
#: What an extra of the package brings: the format, the extra, the modules that it needs.
EXTRAS = {"HEIC": ("heif", ("pillow_heif",)), "SVG": ("svg", ("py_svg_hush", "pyvips"))}
FORMATS = (*ALWAYS, *EXTRAS)
#: What a rendition may be encoded as, beside its fallback.
ENCODINGS = ("WEBP", "AVIF")
#: When renditions are made: with the upload's commit, when first looked at, or by a worker alone.
MOMENTS = ("commit", "view", "worker")
ENGINES = ("auto", "pillow", "vips")
#: "Never", where a moment is counted from now.
FOR_EVER = timedelta(days=2_000_000)

#: The headers by which a web server is asked to send a file in place of Django.
ACCEL, SENDFILE = "X-Accel-Redirect", "X-Sendfile"


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When a run of the sweep stops itself: counts and shares of purges."""

    PER_RUN: int = 1000
    SHARE_PER_RUN: float = 0.05
    SHARE_PER_WEEK: float = 0.10
    SHARE_FROM: int = 100


@dataclass(frozen=True, slots=True)
class ResumableSettings:
    """Uploads that go on after a break: how much is sent at once, and how long one waits."""

    CHUNK_BYTES: int = 5 * MB
    EXPIRE_HOURS: float = 24

    @property
    def lifetime(self) -> timedelta:
        """How long an upload waits for its next part."""
        return timedelta(hours=self.EXPIRE_HOURS)


def default_formats() -> tuple[str, ...]:
    """Return what is taken unless a project says otherwise: never SVG, and HEIC where it can be."""
    return (*ALWAYS, "HEIC") if is_installed("HEIC") else ALWAYS


def is_installed(name: str) -> bool:
    """Tell whether what a format needs can be imported."""
    _, modules = EXTRAS.get(name, ("", ()))
    return all(_can_be_found(module) for module in modules)


def _can_be_found(module: str) -> bool:
    if module in sys.modules:
        return sys.modules[module] is not None  # None: it is not to be imported
    return _is_on_the_path(module)


@cache
def _is_on_the_path(module: str) -> bool:
    """Tell whether there is such a module: settings are read for every picture of a page."""
    return find_spec(module) is not None


@dataclass(frozen=True, slots=True)
class GallerySettings:
    """The settings as they are now; the defaults are written here and nowhere else."""

    RETENTION_DAYS: float | None = 30
    KEEP_SNAPSHOTS: int = 1
    UPLOAD_GRACE_DAYS: float | None = 14
    TRASH_DAYS: float | None = 7
    FILE_DELAY_HOURS: float | None = 24
    MAX_BYTES: int = 25 * MB
    MAX_PIXELS: int = 50_000_000
    MAX_FRAMES: int = 1000
    MAX_UNCLAIMED: tuple[int, int] | None = (500, 2 * GB)
    FORMATS: tuple[str, ...] = field(default_factory=default_formats)
    STRIP_METADATA: bool = True
    KEEP_DATE_TAKEN: bool = True
    RENDITIONS: RenditionSettings = field(default_factory=RenditionSettings)
    STORAGE: str = "default"
    RESUMABLE: ResumableSettings | Literal[False] = False
    THUMBNAIL_SIZE: int = 400
    HEALTH_TOKEN: str | None = None
    BREAKER: BreakerSettings = field(default_factory=BreakerSettings)
    SOURCES: tuple[Any, ...] = ()
    ACCESS: Any = "gallery_events.access.OwnerAccess"
    SERVE: str = "storage"
    SENDFILE: tuple[str, str] | None = None

    def access(self) -> Any:
        """Return the policy of who may upload, use, edit and see; a class is called."""
        policy = import_string(self.ACCESS) if isinstance(self.ACCESS, str) else self.ACCESS
        return policy() if isinstance(policy, type) else policy

    @property
    def retention(self) -> RetentionPolicy:
        """The retention as the domain wants it."""
        delay = self.FILE_DELAY_HOURS
        return RetentionPolicy(
            retention=_days(self.RETENTION_DAYS),
            keep_snapshots=self.KEEP_SNAPSHOTS,
            upload_grace=_days(self.UPLOAD_GRACE_DAYS),
            trash=_days(self.TRASH_DAYS),
            file_delay=FOR_EVER if delay is None else timedelta(hours=delay),
        )

    @property
    def lifetime(self) -> timedelta:
        """How long an upload in parts waits for its next one."""
        return (self.RESUMABLE or ResumableSettings()).lifetime

    def sources(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return the declared sources as (name, callable); dotted names are imported."""
        found = []
        for entry in self.SOURCES:
            source = import_string(entry) if isinstance(entry, str) else entry
            name = entry if isinstance(entry, str) else getattr(entry, "__qualname__", repr(entry))
            found.append((name, source))
        return found


def _days(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(days=value)
