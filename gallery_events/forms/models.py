"""A ModelForm whose other fields, too, are never overwritten unseen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gallery_events import history
from gallery_events.domain.merge import merge_value
from gallery_events.exceptions import SnapshotDoesNotExist
from gallery_events.fields import GalleryField
from gallery_events.forms.bound import GalleryBoundField
from gallery_events.forms.submission import Submission


class GalleryModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """
    A form of an owner: what somebody else saved since it was opened is merged, or said.

    A field that only they changed keeps their value; one that both changed is
    an error that shows theirs, and saving again puts the form's in its place.
    The form must show a gallery, be it closed: its version tells what was known.
    """

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.gallery_notices: list[str] = []
        submission = self._older_submission()
        if submission is not None and submission.base_version is not None:
            self._merge_fields(submission, submission.base_version)

    def _older_submission(self) -> Submission | None:
        """Return what came in for a gallery, when somebody saved since the form was opened."""
        for name in self.fields:
            bound = self[name]
            if not isinstance(bound, GalleryBoundField):
                continue
            submission: Submission = bound.data
            if submission.base_version not in (None, submission.version) and submission.owner:
                return submission
        return None

    def _merge_fields(self, submission: Submission, version: int) -> None:
        owner = self.instance
        using = owner._state.db
        try:
            base = history.record_at(type(owner), owner.pk, version, using=using)
        except SnapshotDoesNotExist:
            return
        theirs = type(owner)._base_manager.using(using).filter(pk=owner.pk).first()
        if theirs is None:
            return
        kept, asked = [], False
        compared = {each.name for each in history.tracked_fields(type(owner))}
        others_wrong = any(
            name in compared and not isinstance(self[name], GalleryBoundField)
            for name in self.errors
            if name in self.fields
        )
        for each in history.tracked_fields(type(owner)):
            if each.name not in self.fields or isinstance(each, GalleryField):
                continue
            values = [
                each.get_prep_value(getattr(row, each.attname)) for row in (base, owner, theirs)
            ]
            merges, take_theirs = merge_value(values[0], mine=values[1], theirs=values[2])
            if merges and take_theirs:
                setattr(owner, each.attname, getattr(theirs, each.attname))
                kept.append(str(each.verbose_name))
            elif not merges and not submission.has_seen_all:
                self._add_conflict(each, theirs)
                asked = True
        # What is wrong in itself was not compared: then the next try looks at everything again.
        submission.told = asked and not others_wrong
        if kept:
            text = _("Meanwhile somebody else changed %(fields)s: their change is kept.")
            self.gallery_notices.append(text % {"fields": ", ".join(kept)})

    def _add_conflict(self, field: Any, theirs: Any) -> None:
        display = getattr(theirs, f"get_{field.name}_display", None)
        shown = display() if display else getattr(theirs, field.name)
        message = _(
            "Meanwhile somebody changed this to “%(theirs)s”. Nothing was saved; yours is shown: "
            "save again to put it in its place."
        )
        self.add_error(
            field.name,
            forms.ValidationError(message, code="conflict", params={"theirs": shown}),
        )
