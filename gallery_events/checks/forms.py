"""Checks of forms: galleries that no model stands behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Info
from django.forms import BaseForm
from django.forms.models import BaseModelForm

from gallery_events.fields import GalleryField
from gallery_events.forms import GalleryFormField


def check_plain_forms(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """
    Tell of galleries in forms that save them into no gallery of a model.

    Looks at the forms that are imported by then; those that requests make on
    the fly are not known.
    """
    return [
        Info(
            f"The gallery {name!r} of {form.__module__}.{form.__qualname__} is saved into no "
            "gallery of a model: the ids that it cleans to are protected only for the upload "
            "grace.",
            hint="Put the ids into a GalleryField and save its owner before the grace ends, let a "
            "foreign key name the images, or declare where you keep the ids in SOURCES. If you do, "
            "add 'gallery_events.I065' to SILENCED_SYSTEM_CHECKS.",
            obj=form,
            id="gallery_events.I065",
        )
        for form in _forms(BaseForm)
        for name in _plain(form)
    ]


def _forms(base: type[Any]) -> Iterator[type[Any]]:
    """Yield the forms below one, each once, in the order of their names."""
    found: set[type[Any]] = set()
    waiting = [base]
    while waiting:
        new = set(waiting.pop().__subclasses__()) - found
        found |= new
        waiting += new
    yield from sorted(found, key=lambda form: (form.__module__, form.__qualname__))


def _plain(form: type[Any]) -> Iterator[str]:
    model = form._meta.model if issubclass(form, BaseModelForm) and hasattr(form, "_meta") else None
    for name, field in getattr(form, "base_fields", {}).items():
        if isinstance(field, GalleryFormField) and not _is_of_gallery(model, name):
            yield name


def _is_of_gallery(model: Any, name: str) -> bool:
    if model is None:
        return False
    return any(each.name == name for each in model._meta.fields if isinstance(each, GalleryField))
