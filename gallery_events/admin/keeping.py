"""Kept on purpose: out of the trash, and pinned until a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events.admin.bases import PicturePages
from gallery_events.admin.pictures import thumbnail
from gallery_events.admin.states import day
from gallery_events.exceptions import GalleryError
from gallery_events.flows import trash

RESCUE = "gallery_events.rescue_image"
PIN = "gallery_events.pin_image"


class PinForm(forms.Form):
    """Until when an image stays whatever its use, and why."""

    until = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day on which it is kept."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("In a few words: whoever finds it here in a year will ask."),
    )

    def __init__(self, *args: Any, longest: int, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].widget.attrs["min"] = today.isoformat()
        self.fields["reason"] = forms.CharField(
            label=self.fields["reason"].label,
            help_text=self.fields["reason"].help_text,
            max_length=longest,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )

    def clean_until(self) -> Any:
        """Return the day; raises ValidationError for one that has passed."""
        until = self.cleaned_data["until"]
        if until < self.today:
            raise ValidationError(_("This day has passed: choose one that lies ahead."))
        return until


class Keeping(PicturePages):
    """For the ModelAdmin of images: the buttons to rescue, to pin and to unpin, each by POST."""

    pin_template = "gallery_events/admin/image_pin.html"

    def get_urls(self) -> list[Any]:
        """Return Django's pages, and these."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/rescue/", view(self.rescue_view), name=f"{name}_rescue"),
            path("<path:object_id>/pin/", view(self.pin_view), name=f"{name}_pin"),
            path("<path:object_id>/unpin/", view(self.unpin_view), name=f"{name}_unpin"),
            *super().get_urls(),
        ]

    def has_rescue_permission(self, request: Any, obj: Any = None) -> bool:
        """Tell whether somebody may take an image out of the trash that they may see."""
        return bool(request.user.has_perm(RESCUE)) and self.has_view_permission(request, obj)

    def has_pin_permission(self, request: Any, obj: Any = None) -> bool:
        """Tell whether somebody may pin an image that they may see, and unpin it."""
        return bool(request.user.has_perm(PIN)) and self.has_view_permission(request, obj)

    def rescue_view(self, request: Any, object_id: str) -> HttpResponse:
        """Take an image out of the trash."""
        image = self._kept_object(request, object_id, self.has_rescue_permission)
        if image is None or request.method != "POST":
            return self._instead(request, object_id, image)
        was_trashed = image.trashed_at is not None

        def rescue() -> str:
            trash.rescue(image, user=request.user)
            return _("“%(name)s” is out of the trash.") if was_trashed else ""

        return self._done(request, image, rescue, log=_("Rescued from the trash."))

    def unpin_view(self, request: Any, object_id: str) -> HttpResponse:
        """Take the pin away."""
        image = self._kept_object(request, object_id, self.has_pin_permission)
        if image is None or request.method != "POST":
            return self._instead(request, object_id, image)

        def unpin() -> str:
            trash.unpin(image, user=request.user)
            return _("“%(name)s” is not pinned any more.")

        return self._done(request, image, unpin, log=_("Unpinned."))

    def pin_view(self, request: Any, object_id: str) -> HttpResponse:
        """Ask until when and why; pin by POST."""
        image = self._kept_object(request, object_id, self.has_pin_permission)
        if image is None:
            return self._instead(request, object_id, image)
        today = _today()
        form = PinForm(
            request.POST if request.method == "POST" else None,
            longest=image._meta.get_field("pin_reason").max_length,
            today=today,
            initial=_pinned(image) or {"until": today + timedelta(days=30)},
        )
        if not form.is_valid():
            return self._pin_page(request, image, form)
        until, reason = end_of(form.cleaned_data["until"]), form.cleaned_data["reason"]

        def pin() -> str:
            trash.pin(image, until=until, reason=reason, user=request.user)
            return _("“%(name)s” is pinned until %(day)s.")

        log = _("Pinned until %(day)s: %(reason)s") % {"day": day(until), "reason": reason}
        return self._done(request, image, pin, log=log, day=day(until))

    def _kept_object(self, request: Any, object_id: str, permits: Any) -> Any:
        image = self.get_object(request, unquote(object_id))
        if image is not None and not permits(request, image):
            raise PermissionDenied
        if image is None and not permits(request):
            raise PermissionDenied
        return image

    def _instead(self, request: Any, object_id: str, image: Any) -> HttpResponse:
        """Lead whoever only looked, after a login for instance, to the button; nothing is done."""
        if image is not None:
            return self.to_object(request, image)
        return self.to_nowhere(request, object_id)

    def _done(
        self, request: Any, image: Any, deed: Any, *, log: str, **params: Any
    ) -> HttpResponseRedirect:
        try:
            text = deed()
        except GalleryError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            if text:
                self.log_change(request, image, log)
                message = text % {"name": image, **params}
                self.message_user(request, message, messages.SUCCESS)
        return self.to_object(request, image)

    def _pin_page(self, request: Any, image: Any, form: PinForm) -> TemplateResponse:
        context = {
            "title": _("Pin image"),
            "subtitle": str(image),
            "image": image,
            "picture": thumbnail(image),
            "form": form,
            "media": self.media + form.media,
        }
        return self.page(request, self.pin_template, context)


def end_of(date: Any) -> datetime:
    """Return the last moment of a day, as the reader's clock has it."""
    moment = datetime.combine(date, time.max)
    return timezone.make_aware(moment) if settings.USE_TZ else moment


def _today() -> Any:
    now = timezone.now()
    return (timezone.localtime(now) if timezone.is_aware(now) else now).date()


def _pinned(image: Any) -> dict[str, Any]:
    until = image.pinned_until
    if until is None or until <= timezone.now():
        return {}
    local = timezone.localtime(until) if timezone.is_aware(until) else until
    return {"until": local.date(), "reason": image.pin_reason}
