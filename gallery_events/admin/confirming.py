"""What is asked before something comes back, and what is said when it cannot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events.exceptions import GalleryError, ImagesLost, StaleGallery

#: A reason is a sentence or two.
LONGEST_REASON = 500


class RecoverForm(forms.Form):
    """
    Why something comes back, and whether a part of it is enough.

    *lost*: without that part nothing can come back, so it must be chosen.
    *partly*: it may have to be, for what else the version names is gone.
    """

    partial = forms.BooleanField(
        label=gettext_lazy("Bring back the rest, without what is gone for good"),
        error_messages={
            "required": gettext_lazy("Not all of it can come back. Choose this to have the rest.")
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Stays in the history, for everybody who may see it."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args: Any, lost: bool = False, partly: bool = False, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.fields["partial"].required = lost
        if not (lost or partly):
            del self.fields["partial"]


class RestoreForm(RecoverForm):
    """What of a version comes back; *expected_version* is the one that was looked at."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label=gettext_lazy("What comes back"),
        choices=[
            ("galleries", gettext_lazy("The galleries, and nothing else")),
            ("all", gettext_lazy("The galleries and all other fields")),
        ],
        initial="galleries",
        widget=forms.RadioSelect,
    )
    field_order = ("expected_version", "scope", "partial", "reason")

    def __init__(self, *args: Any, fields: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not fields:
            del self.fields["scope"]


def sentence(error: GalleryError) -> str:
    """Return what is said when something could not come back: nothing was changed then."""
    if isinstance(error, StaleGallery):
        return _(
            "Somebody saved this meanwhile: version %(current)s is the newest now. Nothing was "
            "restored. Below is what restoring would do now: look at it, and confirm again."
        ) % {"current": error.current}
    if isinstance(error, ImagesLost):
        return _(
            "Images of this version were deleted for good meanwhile. Nothing was changed. Below "
            "is what can still be had: look at it, and confirm again."
        )
    return str(error)
