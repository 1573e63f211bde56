"""GalleryFormField: a gallery in a form, of a model or not."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from gallery_events.access import guard
from gallery_events.arguments import refuse_unknown
from gallery_events.domain.shapes import Aspect
from gallery_events.fields import GalleryField
from gallery_events.fields.acceptance import acceptance, narrowed
from gallery_events.fields.gallery import DEFAULT_IMAGE_MODEL
from gallery_events.forms import cleaning, texts, wording
from gallery_events.forms.bound import GalleryBoundField
from gallery_events.forms.cleaned import CleanedGallery
from gallery_events.forms.submission import Submission
from gallery_events.widgets import GalleryWidget, Posted


class GalleryFormField(forms.Field):
    """
    An ordered gallery of images; cleans to the list of ids that it will hold.

    *to* is the image model, *gallery* the :class:`GalleryField` it is for.
    *user* is who uploads and uses images, by default the user of the request
    under way. Ids that a plain form cleans to are protected by nothing but
    the upload grace until a gallery that names them is saved. *formats*,
    *max_bytes*, *max_pixels*, *min_size* and *aspect* narrow what the gallery
    accepts, for what this form adds.
    """

    widget = GalleryWidget
    hidden_widget = forms.HiddenInput
    default_error_messages = wording.ERRORS

    def __init__(
        self,
        *,
        to: Any = DEFAULT_IMAGE_MODEL,
        gallery: GalleryField | None = None,
        max_images: int | None = None,
        min_images: int | None = None,
        user: Any = None,
        formats: Sequence[str] | None = None,
        max_bytes: int | None = None,
        max_pixels: int | None = None,
        min_size: tuple[int, int] | None = None,
        aspect: Aspect | None = None,
        **kwargs: Any,
    ) -> None:
        refuse_unknown(GalleryFormField, kwargs, also=inspect.signature(forms.Field).parameters)
        self.acceptance = acceptance(
            formats, min_size, aspect, max_bytes=max_bytes, max_pixels=max_pixels
        )
        for problem, hint in self.acceptance.problems():
            message = f"{problem} {hint}"
            raise TypeError(message)
        self.gallery: GalleryField = narrowed(
            gallery if gallery is not None else GalleryField(to=to), self.acceptance
        )
        self.max_images = max_images
        self.min_images = min_images
        self.user = user
        super().__init__(**kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse limits that cannot be meant, whenever they are set."""
        if name in ("max_images", "min_images") and value is not None:
            least = 1 if name == "max_images" else 0
            if type(value) is not int or value < least:
                message = (
                    f"{name} is {value!r}: give a whole number, at least {least}, or None for "
                    "no limit."
                )
                raise TypeError(message)
        super().__setattr__(name, value)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> GalleryBoundField:
        """Return the field as this form has it, with its owner and what came in."""
        return GalleryBoundField(form, self, field_name)

    def to_python(self, value: Any) -> list[Any]:
        """Return ids in the key's own type, of a list, of images, or of JSON text."""
        if isinstance(value, str):
            value = self._parsed(value)
        return self.gallery.clean_keys(value)

    def _clean_bound_field(self, bound: GalleryBoundField) -> CleanedGallery:
        """Leave a closed gallery as it is saved, whatever came in."""
        if bound.is_closed:
            return cleaning.leave(bound.data)
        return self.clean(bound.data)

    def clean(self, value: Any) -> CleanedGallery:
        """
        Return the list the gallery will hold, its files taken in.

        Raises ValidationError with everything that is wrong: nothing of what
        came with the form is lost by it.
        """
        if not isinstance(value, Submission):
            ids = self.to_python(value)
            current = ids if self.disabled else []
            value = Submission(
                self.gallery, Posted(""), guard(self.user), current=current, whole=ids
            )
        if value.cleaned is None:
            value.cleaned = cleaning.clean(value)
            value.errors += self._limit_errors(value.cleaned)
        if value.errors:
            raise ValidationError([self._worded(each) for each in value.errors])
        cleaned: CleanedGallery = value.cleaned
        self.run_validators(cleaned)
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether what came in asks for anything."""
        if self.disabled:
            return False
        if not isinstance(data, Submission):
            return self._ids_or_none(initial) != self._ids_or_none(data)
        if data.whole is not None:
            return data.whole != data.base
        return (
            bool(data.posted.uploads or data.posted.names_only)
            or data.operations.changes(data.base)
            or bool(data.operations.removed & set(data.current))
            or texts.have_changed(data)
        )

    def prepare_value(self, value: Any) -> Any:
        """Return ids as JSON text, for widgets that know nothing of galleries."""
        if isinstance(value, (list, tuple)):
            return json.dumps([self.gallery.to_json(self.gallery.to_key(each)) for each in value])
        return value

    def _worded(self, error: ValidationError) -> ValidationError:
        """Give an error the words that the form has for its code, where it has its own."""
        error.message = self.error_messages.get(error.code or "", error.message)
        return error

    def _limit_errors(self, ids: list[Any]) -> list[ValidationError]:
        count = len(ids)
        if not ids:
            required = ValidationError(self.error_messages["required"], code="required")
            return [required] if self.required else []
        if self.max_images is not None and count > self.max_images:
            return [wording.error("too_many", limit=self.max_images, count=count)]
        if self.min_images is not None and count < self.min_images:
            return [wording.error("too_few", limit=self.min_images, count=count)]
        return []

    def _parsed(self, text: str) -> Any:
        try:
            return json.loads(text) if text.strip() else []
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def _ids_or_none(self, value: Any) -> list[Any] | None:
        try:
            return self.to_python(value)
        except ValidationError:
            return None


def form_field(gallery: GalleryField, **kwargs: Any) -> GalleryFormField:
    """Return the form field of a model's gallery, as Django's fields make theirs."""
    options: dict[str, Any] = {
        "required": not gallery.blank,
        "label": capfirst(gallery.verbose_name),
        "help_text": gallery.help_text,
        "gallery": gallery,
        "max_images": gallery.max_images,
        "min_images": gallery.min_images,
    }
    if gallery.has_default() and gallery.default is not list:
        options["initial"] = gallery.default
    return GalleryFormField(**{**options, **kwargs})
