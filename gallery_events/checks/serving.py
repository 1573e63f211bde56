"""Checks of how images are served, and of what Django lets a form send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.files.storage import FileSystemStorage, storages
from django.urls import NoReverseMatch, reverse

from gallery_events import conf, galleries
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.widgets.shown import PAGE

#: So many inputs has each image that a form shows: order, alternative text, caption, removal.
INPUTS = 4
#: What a gallery posts beside its images, and a form of the admin beside its fields.
PER_GALLERY, PER_FORM = 3, 10


def check_urls(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that the addresses exist which images have where SERVE is "view"."""
    if not conf.serves_itself() or getattr(settings, "ROOT_URLCONF", None) is None:
        return []
    try:
        reverse("gallery_events:file", args=["model", "key", "rendition"])
    except NoReverseMatch:
        return [
            Error(
                'SERVE is "view", but the view is not among the project\'s URLs: no image has an '
                "address.",
                hint='Add path("gallery/", include("gallery_events.urls")) to the root URLconf.',
                id="gallery_events.E060",
            )
        ]
    return []


def check_serving(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """
    Check that no second way leads to images which only our view should serve.

    No check for deployment only: files are easier to put elsewhere before
    there are any.
    """
    return [] if any(conf.problems()) else list(_check_serving())


def _check_serving() -> Iterator[CheckMessage]:
    configured = conf.current()
    if not conf.serves_itself():
        if configured.SENDFILE is not None:
            yield Warning(
                'SENDFILE has no effect while SERVE is "storage": no view of ours sends files.',
                hint='Set SERVE to "view", or take SENDFILE out.',
                id="gallery_events.W062",
            )
        yield from _check_drawings(configured.FORMATS)
        return
    if _is_in_media(configured.STORAGE):
        yield Warning(
            f'SERVE is "view", but the storage {configured.STORAGE!r} lies in MEDIA_ROOT, which '
            "web servers send to anybody: who has once seen the name of a file gets it without "
            "being asked.",
            hint="Give images a storage of their own outside MEDIA_ROOT, such as STORAGES = "
            '{..., "gallery": {"BACKEND": "django.core.files.storage.FileSystemStorage", '
            '"OPTIONS": {"location": BASE_DIR / "gallery"}}}, and name it in STORAGE. Where no '
            "web server sends MEDIA_ROOT, silence this check.",
            id="gallery_events.W061",
        )


def _check_drawings(formats: tuple[str, ...]) -> Iterator[CheckMessage]:
    if "SVG" in formats:
        yield Warning(
            'SVG is among FORMATS and SERVE is "storage": whoever opens the address of such a file '
            "is shown it by the storage's server, which does not tell browsers to run nothing. "
            "What runs is taken out of an SVG before it is stored, and pages of ours show what is "
            "drawn of it; this would be the second lock.",
            hint='Set SERVE to "view"; or let the server of the files send, for *.svg, '
            "\"Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\" "
            "and Content-Disposition: attachment; or, in S3, store them with ContentDisposition = "
            '"attachment" (get_object_parameters of django-storages). Then silence this check.',
            id="gallery_events.W066",
        )


def _is_in_media(alias: str) -> bool:
    try:
        storage = storages[alias]
    except Exception:  # noqa: BLE001 - a stranger's storage; its first use says what is wrong
        return False
    if not isinstance(storage, FileSystemStorage) or not settings.MEDIA_ROOT:
        return False
    media = Path(settings.MEDIA_ROOT).absolute()
    return Path(storage.location).absolute().is_relative_to(media)


def check_form_limits(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """
    Check that Django lets a form be sent whole, with the most images that it can show.

    All galleries of a model are in one form, so their inputs add up. Files
    are counted for each gallery alone: nobody fills two at once.
    """
    found: list[CheckMessage] = []
    for model in galleries.owner_models():
        found += _check_fields(model)
        found += _check_files(model)
    return found


def _check_fields(model: type[Any]) -> Iterator[CheckMessage]:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    of_model = gallery_fields(model)
    needed = sum(_shown(field) * INPUTS + PER_GALLERY for field in of_model)
    needed += len(model._meta.concrete_fields) + PER_FORM
    if most is not None and needed > most:
        yield Warning(
            f"A form of {model._meta.label} with all the images that it shows at once has up to "
            f"{needed} entries, and DATA_UPLOAD_MAX_NUMBER_FIELDS is {most}: Django would refuse "
            "it, and nothing would be saved.",
            hint=f"Set DATA_UPLOAD_MAX_NUMBER_FIELDS to {needed} or more, or lower max_images of "
            f"{_names(of_model)}.",
            obj=model,
            id="gallery_events.W063",
        )


def _check_files(model: type[Any]) -> Iterator[CheckMessage]:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    for field in gallery_fields(model):
        if most is not None and _shown(field) > most:
            yield Warning(
                f"{_shown(field)} files can be chosen for {field} at once, and "
                f"DATA_UPLOAD_MAX_NUMBER_FILES is {most}: Django would refuse the form, and "
                "nothing would be saved.",
                hint=f"Set DATA_UPLOAD_MAX_NUMBER_FILES to {_shown(field)} or more, or lower "
                "max_images.",
                obj=field,
                id="gallery_events.W064",
            )


def _shown(field: GalleryField) -> int:
    """Return how many images of a gallery a form shows at once, at most."""
    most = field.max_images
    return most if isinstance(most, int) and 0 < most < PAGE else PAGE


def _names(fields: list[GalleryField]) -> str:
    return " and ".join(field.name for field in fields)
