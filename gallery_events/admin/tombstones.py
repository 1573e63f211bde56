"""What is gone, and why: tombstones, and the way back as long as there is one."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events import galleries
from gallery_events.admin import sweep_filters
from gallery_events.admin.bases import ReadOnly
from gallery_events.admin.explaining import sees_all
from gallery_events.admin.eyes import Eyes
from gallery_events.admin.keeping import RESCUE
from gallery_events.admin.pictures import STYLE
from gallery_events.admin.states import day
from gallery_events.exceptions import GalleryError
from gallery_events.flows import sweep, trash
from gallery_events.flows.why.graves import can_come_back
from gallery_events.models import SweepRun


class TombstoneAdmin(ReadOnly):
    """Purged images: which, when, on what evidence, and what became of their files."""

    list_display = ("title", "image", "purged_on", "reason", "files_state")
    list_filter = (
        sweep_filters.FilesFilter,
        sweep_filters.ImageModelFilter,
        sweep_filters.RunFilter,
        "purged_at",
    )
    search_fields = ("name", "key__exact", "sha256__exact")
    search_help_text = gettext_lazy("Name, id or SHA-256")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_form_template = "gallery_events/admin/tombstone.html"
    fields = readonly_fields = ()

    class Media:
        css = STYLE

    def get_urls(self) -> list[Any]:
        """Return Django's pages, and the rescue."""
        rescue = self.admin_site.admin_view(self.rescue_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_rescue"
        return [path("<path:object_id>/rescue/", rescue, name=name), *super().get_urls()]

    def has_rescue_permission(self, request: Any, obj: Any = None) -> bool:
        """Tell whether somebody may bring a purged image back that they may see."""
        return bool(request.user.has_perm(RESCUE)) and self.has_view_permission(request, obj)

    def rescue_view(self, request: Any, object_id: str) -> HttpResponse:
        """Bring a purged image back under its key, as long as nobody has touched its files."""
        grave = self.get_object(request, unquote(object_id))
        if not self.has_rescue_permission(request, grave):
            raise PermissionDenied
        if grave is None:
            return self.to_nowhere(request, object_id)
        if request.method != "POST":
            # Whoever only looked, after a login for instance, is led to the button.
            return self.to_object(request, grave)
        try:
            image = trash.rescue(grave, user=request.user)
        except GalleryError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self.to_object(request, grave)
        text = _("“%(name)s” is back, under its id %(key)s.")
        self.message_user(request, text % {"name": image, "key": image.pk}, messages.SUCCESS)
        eyes = Eyes(request, site=self.admin_site)
        url = eyes.url(type(image), "change", image.pk) if eyes.allows(type(image), image) else ""
        return HttpResponseRedirect(url or self.address("changelist"))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Say why the image went, and what became of it."""
        grave = kwargs["obj"]
        run = grave.evidence.get("run")
        eyes = Eyes(request, site=self.admin_site)
        whole = _sees_all(grave, eyes)
        context.update(
            grave=grave,
            title=_("Purged image"),
            lines=sweep.explain(grave).lines if whole else (grave.reason,),
            is_whole=whole,
            run=run,
            run_url=_run_url(run, eyes),
            may_rescue=can_come_back(grave) and self.has_rescue_permission(request, grave),
            files_state=self.files_state(grave),
            facts=_facts(grave),
        )
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def title(self, grave: Any) -> str:
        """Return what the image was called."""
        return grave.name or f"{grave.image_model} {grave.key}"

    @admin.display(description=gettext_lazy("image"), ordering="key")
    def image(self, grave: Any) -> SafeString:
        """Return which row it was, and the size of all its files."""
        return format_html(
            '{} {}<span class="gallery-rest gallery-below">{}</span>',
            _model_name(grave),
            grave.key,
            filesizeformat(grave.total_size),
        )

    @admin.display(description=gettext_lazy("purged"), ordering="purged_at")
    def purged_on(self, grave: Any) -> str:
        """Return the day on which the image was purged."""
        return day(grave.purged_at)

    @admin.display(description=gettext_lazy("files"), ordering="due")
    def files_state(self, grave: Any) -> SafeString:
        """Return what became of the files."""
        kind, word, rest = _files(grave)
        return format_html(
            '<span class="gallery-state gallery-state-{}">{}</span> '
            '<span class="gallery-rest" dir="auto">{}</span>',
            kind,
            word,
            rest,
        )


def _files(grave: Any) -> tuple[str, str, str]:
    if grave.done_at is not None:
        return "gone", _("removed"), _("on %(day)s") % {"day": day(grave.done_at)}
    if grave.is_dead:
        return "trash", _("could not be removed"), grave.last_error
    due = _("from %(day)s on") % {"day": day(grave.due)}
    if grave.attempts:
        return "waiting", _("being removed"), due
    return "use", _("can be rescued"), _("files go %(due)s") % {"due": due}


def _model_name(grave: Any) -> str:
    try:
        return str(apps.get_model(grave.image_model)._meta.verbose_name)
    except (LookupError, ValueError):
        return str(grave.image_model)


def _sees_all(grave: Any, eyes: Eyes) -> bool:
    try:
        model = apps.get_model(grave.image_model)
    except (LookupError, ValueError):
        return all(map(eyes.allows_all, galleries.owner_models()))
    return sees_all(model, eyes=eyes)


def _run_url(run: Any, eyes: Eyes) -> str:
    there = run is not None and eyes.allows(SweepRun)
    return eyes.url(SweepRun, "change", run) if there else ""


def _facts(grave: Any) -> list[tuple[str, Any]]:
    return [
        (_("Image"), f"{grave.image_model} {grave.key}"),
        (_("Name"), grave.name),
        (_("Size"), filesizeformat(grave.total_size)),
        ("SHA-256", grave.sha256),
        (_("Purged at"), grave.purged_at),
        (_("Files go at"), grave.due),
        (_("Files removed at"), grave.done_at),
        (_("Attempts"), "" if grave.done_at or not grave.attempts else str(grave.attempts)),
        (_("Last error"), grave.last_error),
        (_("Storage"), grave.storage),
        (_("Files"), ", ".join(grave.files)),
    ]
