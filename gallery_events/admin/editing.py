"""A picture turned, mirrored and cut out by numbers: a new image, on a page that needs no script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events import access
from gallery_events.admin.bases import PicturePages
from gallery_events.admin.faces import TURNS, large, pixels
from gallery_events.domain.edits import Edit, WrongEdit, result_size, turned_size
from gallery_events.exceptions import EditRefused, ImagesLost
from gallery_events.flows import edit


class EditForm(forms.Form):
    """How a picture is turned, mirrored and cut out; what is left empty cuts nothing off."""

    rotate = forms.TypedChoiceField(
        label=gettext_lazy("Turn"), choices=list(TURNS.items()), coerce=int, initial=0
    )
    flip = forms.BooleanField(label=gettext_lazy("Exchange left and right"), required=False)
    left = forms.IntegerField(
        label=gettext_lazy("Cut off at the left"), min_value=0, required=False
    )
    top = forms.IntegerField(label=gettext_lazy("Cut off at the top"), min_value=0, required=False)
    width = forms.IntegerField(label=gettext_lazy("Width"), min_value=1, required=False)
    height = forms.IntegerField(label=gettext_lazy("Height"), min_value=1, required=False)
    #: What the numbers were taken from, should the page be older than the image.
    across = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    down = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, size: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.size = size
        upright, lying = pixels(*size), pixels(*reversed(size))
        self.fields["left"].help_text = _(
            "In pixels of the picture as it is after turning and exchanging: %(upright)s, or "
            "%(lying)s after a quarter turn."
        ) % {"upright": upright, "lying": lying}
        self.fields["width"].help_text = _("Of what is kept; all that is left when empty.")

    def clean(self) -> dict[str, Any]:
        """Make one edit of the numbers; raises ValidationError for what does not fit the picture."""
        given = super().clean() or {}
        if self.errors:
            return given
        seen = (given["across"], given["down"])
        turned = Edit(rotate=given["rotate"], flip=given["flip"], size=seen)
        across, down = turned_size(turned, size=seen)
        left, top = given["left"] or 0, given["top"] or 0
        width, height = given["width"] or across - left, given["height"] or down - top
        try:
            whole = Edit((left, top, width, height), turned.rotate, turned.flip, seen)
            result_size(whole, size=self.size)
        except WrongEdit as error:
            raise ValidationError(str(error), code=error.code) from error
        return {**given, "edit": whole}


class Editing(PicturePages):
    """For the ModelAdmin of images: the page on which a new image is made of one."""

    edit_template = "gallery_events/admin/image_edit.html"

    def get_urls(self) -> list[Any]:
        """Return Django's pages, and this one."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_edit"
        view = self.admin_site.admin_view(self.edit_view)
        return [path("<path:object_id>/edit/", view, name=name), *super().get_urls()]

    def has_edit_permission(self, request: Any, obj: Any = None) -> bool:
        """Tell whether somebody may add images, and may see and edit this one."""
        may = self.has_add_permission(request) and self.has_view_permission(request, obj)
        return may and (obj is None or access.guard(request.user).may_edit(obj))

    def edit_view(self, request: Any, object_id: str) -> HttpResponse:
        """Ask how the picture is to be; make it by POST, and lead to it."""
        image = self.get_object(request, unquote(object_id))
        if not self.has_edit_permission(request, image):
            raise PermissionDenied
        if image is None:
            return self.to_nowhere(request, object_id)
        form = EditForm(
            request.POST if request.method == "POST" else None,
            size=(image.width, image.height),
            initial={"across": image.width, "down": image.height},
        )
        if form.is_valid():
            try:
                made = edit.derive(image, form.cleaned_data["edit"], user=request.user)
            except EditRefused as refusal:
                form.add_error(None, str(refusal))
            except ImagesLost:
                return self.to_nowhere(request, object_id)
            else:
                return self._to_made(request, image, made)
        return self._edit_page(request, image, form)

    def _to_made(self, request: Any, image: Any, made: Any) -> HttpResponse:
        if made.edit is None:
            text = _("This is “%(name)s” as it was before all edits.")
        else:
            self.log_addition(request, made, [{"added": {}}])
            text = _("“%(name)s” was edited: this is the new image. The one before is still there.")
        self.message_user(request, text % {"name": image}, messages.SUCCESS)
        return self.to_object(request, made)

    def _edit_page(self, request: Any, image: Any, form: EditForm) -> TemplateResponse:
        context = {
            "title": _("Edit picture"),
            "subtitle": str(image),
            "image": image,
            "picture": large(image),
            "form": form,
            "media": self.media + form.media,
        }
        return self.page(request, self.edit_template, context)
