"""The history in the admin: all saves as pictures, and a page for each version."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseNotAllowed
from django.template.loader import select_template
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from gallery_events import timelines
from gallery_events.admin.frames import HistoryFrame
from gallery_events.admin.links import record_key

#: What may be asked of pages that change nothing.
SAFE = ("GET", "HEAD")


class HistoryPages(HistoryFrame):
    """The history of an owner, and each of its versions. Both only show."""

    object_history_template: Any = "gallery_events/admin/history.html"
    object_history_form_template = "gallery_events/admin/version.html"

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        """Show what was saved, newest first, as pictures."""
        owner, last = self.owner_or_last_snapshot(request, object_id)
        shown = self.as_seen(request, owner, last)
        page = timelines.page(
            self.snapshots_of(request, shown.pk),
            number=request.GET.get(PAGE_VAR, 1),
            user=request.user,
            links=self.links(request),
            per_page=self.history_list_per_page,
        )
        title = _("History: %(name)s") % {"name": timelines.name_of(shown)}
        crumbs = [*self.owner_crumbs(shown), (_("History"), "")]
        recoverable = last is not None and self.has_recover_permission(request)
        context = self.frame(
            request,
            title,
            crumbs=crumbs,
            object=shown,
            timeline=page,
            page_var=PAGE_VAR,
            deleted=last,
            recover_url=self.history_address("recover", shown.pk) if recoverable else "",
        )
        return self.render_history_view(
            request, self.object_history_template, context | (extra_context or {})
        )

    def history_form_view(
        self, request: Any, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """Show one version whole, beside the one before it and what there is now."""
        if request.method not in SAFE:
            return HttpResponseNotAllowed(SAFE)
        owner, last = self.owner_or_last_snapshot(request, object_id)
        shown = self.as_seen(request, owner, last)
        record = self.record_of(request, shown, unquote(version_id))
        name = _("Version %(number)s") % {"number": record.gallery_version}
        history_crumb = (_("History"), self.history_address("history", shown.pk))
        context = self.frame(
            request,
            f"{name}: {timelines.name_of(shown)}",
            crumbs=[*self.owner_crumbs(shown), history_crumb, (name, "")],
            object=shown,
            deleted=last,
            **self._version(request, record, owner),
        )
        return self.render_history_view(
            request, self.object_history_form_template, context | (extra_context or {})
        )

    def _version(self, request: Any, record: Any, owner: Any) -> dict[str, Any]:
        """Return one version whole, beside its neighbours and what there is now, if anything."""
        history, links = self.snapshots_of(request, record_key(record)), self.links(request)
        pictures = timelines.Pictures(user=request.user, using=history.db, links=links)
        older = history.filter(gallery_version__lt=record.gallery_version).first()
        newer = history.filter(gallery_version__gt=record.gallery_version).last()
        (row,) = timelines.rows(
            [record], before=older, history=history, pictures=pictures, links=links
        )
        galleries, page = timelines.galleries_of(
            record, pictures=pictures, number=request.GET.get(PAGE_VAR, 1)
        )
        since = owner is not None and timelines.difference(record, owner, pictures=pictures)
        restorable = owner is not None and self.has_restore_permission(request, owner)
        keys = (record_key(record), record.pk)
        return {
            "row": row,
            "galleries": galleries,
            "page": page,
            "page_numbers": list(page.paginator.get_elided_page_range(page.number)),
            "page_var": PAGE_VAR,
            "fields": timelines.field_values(record, using=history.db),
            "since": since,
            "is_now": owner is not None and newer is None,
            "older_url": links.version(older) if older is not None else "",
            "newer_url": links.version(newer) if newer is not None else "",
            "restore_url": self.history_address("restore", *keys) if restorable else "",
        }

    def as_seen(self, request: Any, owner: Any, last: Any) -> Any:
        """Return an owner, or what its last snapshot makes of one that is deleted, if allowed."""
        shown = owner if owner is not None else last.instance
        if not self.has_view_timeline_permission(request, shown):
            raise PermissionDenied
        return shown

    def record_of(self, request: Any, owner: Any, history_id: Any) -> Any:
        """Return a snapshot of an owner by its own key, or raise Http404."""
        history = self.snapshots_of(request, owner.pk)
        try:
            record = history.filter(pk=history_id).first()
        except (ValidationError, ValueError):
            record = None
        if record is None:
            raise Http404(_("There is no such version."))
        return record

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Leave out the way to a history that who asks may not see."""
        response = super().render_change_form(request, context, *args, **kwargs)
        owner = kwargs.get("obj")
        if owner is not None and not self.has_view_timeline_permission(request, owner):
            wrap(response, "gallery_events/admin/change_form_without_history.html")
        return response


def wrap(response: Any, template: str, **context: Any) -> None:
    """Put a template around whatever one a page has: it extends ``wrapped_template``."""
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        names = response.template_name
        base = select_template([names] if isinstance(names, str) else list(names))  # type: ignore[arg-type]
        response.context_data |= {"wrapped_template": base, **context}
        response.template_name = template
