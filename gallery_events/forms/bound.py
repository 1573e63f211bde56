"""A gallery as one form has it: its owner, what came in, and what is shown."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from gallery_events import history
from gallery_events.access import Guard, guard
from gallery_events.fields import GalleryField, GalleryImages, gallery_fields
from gallery_events.fields.acceptance import narrowed
from gallery_events.fields.keys import pk_or
from gallery_events.forms import showing
from gallery_events.forms.submission import Submission
from gallery_events.models import GalleryModel
from gallery_events.widgets import GalleryWidget, Posted, Shown

#: Attributes of a widget that let nothing be changed.
CLOSED = ("disabled", "readonly")


class GalleryBoundField(BoundField):
    """
    The gallery of one form.

    The list and the version of the owner are taken when the form first asks
    for it, which is before cleaning changes the instance.
    """

    field: Any

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        instance = getattr(form, "instance", None)
        # Declared by hand in a form of an owner, it is about the owner's gallery all the same.
        found = _gallery_of(instance, name) or field.gallery
        self.gallery: GalleryField = narrowed(found, field.acceptance)
        field.gallery = self.gallery
        mine = getattr(self.gallery, "model", None)
        self.owner: Any = instance if mine is not None and isinstance(instance, mine) else None
        self.version = self.owner.gallery_version if self.owner is not None else None
        #: What is saved; for a new owner, and without one, what the form begins with.
        self.current = self._saved()

    def _saved(self) -> list[Any]:
        if self.owner is not None and not self.owner._state.adding:
            return list(self.gallery.usable_keys(getattr(self.owner, self.gallery.attname)))
        return self._suggested()

    def _suggested(self) -> list[Any]:
        initial = self.initial
        if isinstance(initial, GalleryImages):
            return list(self.gallery.usable_keys(initial))
        if isinstance(initial, str):
            # The admin takes text from the address, which anybody can write: no list of ours.
            return []
        given = initial if hasattr(initial, "__iter__") else ()
        return list(self.gallery.usable_keys([pk_or(each) for each in given]))

    @cached_property
    def guard(self) -> Guard:
        """Who is asked whether an image may be uploaded, used, edited or seen."""
        return guard(self.field.user)

    @cached_property
    def data(self) -> Any:
        """What came in: the same object each time, so that files are taken in once."""
        found = super().data
        came = found if isinstance(found, Posted) else Posted(self.html_name, whole=found)
        submission = Submission(
            self.gallery,
            # The version still counts for the other fields of the form.
            Posted(self.html_name, base=came.base, seen=came.seen) if self.is_closed else came,
            self.guard,
            owner=self.owner,
            current=self.current,
            version=self.version,
        )
        if submission.posted.whole is not None:
            try:
                submission.whole = self.field.to_python(submission.posted.whole)
            except ValidationError as error:
                submission.whole = list(self.current)
                submission.errors += error.error_list
        return submission

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing may be changed here, whatever comes in."""
        attributes = self.field.widget.attrs
        return self.field.disabled or any(attributes.get(each) for each in CLOSED)

    def value(self) -> Any:
        """Return what the widget shows; ids as JSON for a widget that knows nothing of galleries."""
        return self._value_for(self.field.widget)

    def _value_for(self, widget: forms.Widget) -> Any:
        if isinstance(widget, GalleryWidget):
            return self.shown
        if not self.form.is_bound or self.is_closed:
            return self.field.prepare_value(self.current)
        if not isinstance(self.field.widget, GalleryWidget):
            return super().data
        cleaned = self.data.cleaned
        return self.field.prepare_value(self.current if cleaned is None else cleaned)

    def as_widget(
        self,
        widget: Any = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,  # noqa: FBT001, FBT002 - Django's own signature
    ) -> SafeString:
        """Render it; a hidden input, and any widget that is not the field's, shows ids as JSON."""
        if widget is None or isinstance(widget, GalleryWidget):
            return super().as_widget(widget, attrs, only_initial)
        attrs = self.build_widget_attrs(attrs or {}, widget)
        if self.auto_id and "id" not in widget.attrs:
            attrs.setdefault("id", self.html_initial_id if only_initial else self.auto_id)
        html: SafeString = widget.render(
            name=self.html_initial_name if only_initial else self.html_name,
            value=self.field.prepare_value(self.current)
            if only_initial
            else self._value_for(widget),
            attrs=attrs,
            renderer=self.form.renderer,
        )
        return html

    @property
    def shown(self) -> Shown:
        """The gallery as it is shown now, with everything that came in and was not saved yet."""
        submission = self.data if self.form.is_bound else None
        return showing.show(self, submission, request=history.request_under_way())


def _gallery_of(instance: Any, name: str) -> GalleryField | None:
    """Return the gallery that a field of a form is named after, also one declared by hand."""
    if not isinstance(instance, GalleryModel):
        return None
    return next((each for each in gallery_fields(type(instance)) if each.name == name), None)
