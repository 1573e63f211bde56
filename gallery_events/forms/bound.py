"""A gallery as one form has it: its owner, what came in, and what is shown."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from gallery_events import history
from gallery_events.access import Guard, guard
from gallery_events.fields import GalleryImages
from gallery_events.forms import showing
from gallery_events.forms.submission import Submission
from gallery_events.models import GalleryModel
from gallery_events.widgets import GalleryWidget, Posted, Shown


class GalleryBoundField(BoundField):
    """
    The gallery of one form.

    The list and the version of the owner are taken when the form is made:
    cleaning changes the instance.
    """

    field: Any

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        instance = getattr(form, "instance", None)
        owner = instance if isinstance(instance, GalleryModel) else None
        mine = getattr(field.gallery, "model", None)
        self.owner = owner if mine is not None and isinstance(owner, mine) else None
        self.version = self.owner.gallery_version if self.owner is not None else None
        #: What is saved; for a new owner, and without one, what the form begins with.
        self.current = self._saved()

    def _saved(self) -> list[Any]:
        gallery = self.field.gallery
        if self.owner is not None and not self.owner._state.adding:
            return list(gallery.usable_keys(getattr(self.owner, gallery.attname)))
        return self._suggested()

    def _suggested(self) -> list[Any]:
        initial = self.initial
        if isinstance(initial, GalleryImages):
            return list(self.field.gallery.usable_keys(initial))
        return [self.field.gallery.to_key(each) for each in initial or ()]

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
            self.field.gallery,
            Posted(self.html_name) if self.is_closed else came,
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
        return self.field.disabled or bool(self.field.widget.attrs.get("readonly"))

    def value(self) -> Any:
        """Return what the widget shows; ids as JSON for a widget that knows nothing of galleries."""
        if isinstance(self.field.widget, GalleryWidget):
            return self.shown
        if self.form.is_bound and not self.field.disabled:
            return super().data
        return self.field.prepare_value(self.current)

    @property
    def shown(self) -> Shown:
        """The gallery as it is shown now, with everything that came in and was not saved yet."""
        submission = self.data if self.form.is_bound and not self.is_closed else None
        return showing.show(self, submission, request=history.request_under_way())
