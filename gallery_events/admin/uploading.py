"""Several images uploaded at once: the way to add images in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gallery_events import access, conf, galleries
from gallery_events.admin.bases import PicturePages
from gallery_events.admin.filters import key_of
from gallery_events.admin.states import day
from gallery_events.domain.retention import never
from gallery_events.exceptions import UploadRefused
from gallery_events.fields import gallery_fields
from gallery_events.fields.acceptance import Acceptance
from gallery_events.flows import upload
from gallery_events.forms import wording
from gallery_events.models import Image
from gallery_events.widgets import refusing
from gallery_events.widgets.gallery import ACCEPT

#: The parameter by which the page, loaded again, names what was taken.
TAKEN = "taken"


class FilesInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each with its name and its content, unread."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; an empty one is refused by the upload, by name, as any other."""
        files = [each for each in data or () if each]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files


class UploadForm(forms.Form):
    """The files to upload, for a gallery of *limits*."""

    pictures = FilesField(
        label=gettext_lazy("Files"),
        widget=FilesInput,
        error_messages={"required": gettext_lazy("Choose at least one file.")},
    )

    def __init__(self, *args: Any, limits: Acceptance = refusing.EVERYTHING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pictures"]
        formats = limits.taken_formats(conf.current())
        field.widget.attrs["accept"] = ",".join(ACCEPT[each] for each in formats)
        field.help_text = accepted(limits)


class Uploading(PicturePages):
    """
    For the ModelAdmin of images: files in place of raw columns.

    An image model of one's own is uploaded for the first gallery that names
    it; ``upload_field`` may name another one. A model that no gallery names,
    and that is not the built-in one, cannot be uploaded to.
    """

    add_form_template = "gallery_events/admin/image_upload.html"
    #: The gallery whose rules uploads follow.
    upload_field: Any = None

    def get_upload_field(self) -> Any:
        """Return the gallery whose rules uploads follow; None for the built-in image model."""
        model = self.model._meta.concrete_model
        if self.upload_field is not None or model is Image:
            return self.upload_field
        return next(
            (
                field
                for owner in galleries.owner_models()
                for field in gallery_fields(owner)
                if field.image_model is model
            ),
            None,
        )

    def has_add_permission(self, request: Any) -> bool:
        """Ask Django's permission, and the policy."""
        field = self.get_upload_field()
        if field is None and self.model._meta.concrete_model is not Image:
            return False
        may = super().has_add_permission(request)
        return may and access.guard(request.user).may_upload(field)

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        """Take files, say of each that was refused why, and show those that were taken."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_popup = IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET
        limits = self._limits()
        form = UploadForm(request.POST or None, request.FILES or None, limits=limits)
        if request.method == "POST":
            form = UploadForm(request.POST, request.FILES, limits=limits)
        taken: list[Any] = []
        if request.method == "POST" and form.is_valid():
            taken, refused = self._receive(request, form.cleaned_data["pictures"])
            if is_popup and len(taken) == 1 and not refused:
                return self.response_add(request, taken[0])
            if not refused:
                return self._to_taken(request, taken)
            for error in refused:
                form.add_error("pictures", error)
        elif request.method != "POST":
            taken = self._taken(request)
        return self._upload_page(request, form, taken, is_popup=is_popup, extra=extra_context)

    def _limits(self) -> Acceptance:
        field = self.get_upload_field()
        limits: Acceptance = refusing.EVERYTHING if field is None else field.acceptance
        return limits

    def _receive(self, request: Any, files: Iterable[Any]) -> tuple[list[Any], list[Any]]:
        taken, refused = [], []
        field = self.get_upload_field()
        for file in files:
            try:
                image = upload.receive(file, user=request.user, field=field)
            except UploadRefused as error:
                limits = self._limits()
                refused.append(wording.refusal(error, str(file.name), limits=limits))
            else:
                self.log_addition(request, image, [{"added": {}}])
                taken.append(image)
        return taken, refused

    def _to_taken(self, request: Any, taken: list[Any]) -> HttpResponse:
        """Load the page again, so that reloading it uploads nothing a second time."""
        text = ngettext(
            "%(count)s image was uploaded.", "%(count)s images were uploaded.", len(taken)
        )
        self.message_user(request, text % {"count": len(taken)}, messages.SUCCESS)
        query = [(TAKEN, str(image.pk)) for image in taken]
        if IS_POPUP_VAR in request.POST:
            query.append((IS_POPUP_VAR, "1"))
        return HttpResponseRedirect(f"{self.address('add')}?{urlencode(query)}")

    def _taken(self, request: Any) -> list[Any]:
        """Return what the address says was taken just now, of one's own."""
        keys = [key_of(self.model, each) for each in request.GET.getlist(TAKEN)]
        wanted = [key for key in keys if key is not None][: settings.DATA_UPLOAD_MAX_NUMBER_FILES]
        if not wanted:
            return []
        rows = self.model._default_manager.filter(pk__in=wanted, uploaded_by=request.user.pk)
        return list(rows.order_by("pk"))

    def _upload_page(
        self, request: Any, form: UploadForm, taken: list[Any], *, is_popup: bool, extra: Any
    ) -> TemplateResponse:
        context = {
            "title": _("Upload images"),
            "form": form,
            "taken": self.cards(request, taken),
            # Of a form that came without files, the words beside the field say all.
            "refused": form.is_bound and not form.has_error("pictures", "required"),
            "waiting": waiting(taken),
            "is_popup": is_popup,
            "is_popup_var": IS_POPUP_VAR,
            "to_field_var": TO_FIELD_VAR,
            "to_field": request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR)),
            "has_view_permission": self.has_view_permission(request),
            "media": self.media + form.media,
            **(extra or {}),
        }
        return self.page(request, self.add_form_template, context)


def accepted(limits: Acceptance = refusing.EVERYTHING) -> str:
    """Say what is taken, and how many at once."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    several = _("At most %(count)s files at once.") % {"count": most} if most else ""
    return f"{refusing.accepted(limits)} {several}".strip()


def waiting(taken: list[Any]) -> str:
    """Say until when images wait that no gallery names yet."""
    if not taken:
        return ""
    ends = [image.review_after for image in taken if image.review_after is not None]
    if not ends or min(ends) >= never(like=min(ends)):
        return _("They are in no gallery yet: put them into one.")
    return _(
        "They are in no gallery yet. Put them into one by %(day)s: after that a sweep moves to the "
        "trash what nothing names."
    ) % {"day": day(min(ends))}
