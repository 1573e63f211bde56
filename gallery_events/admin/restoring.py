"""Restoring a version in the admin: a preview first, then one confirmation by POST."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import re_path
from django.utils.html import format_html
from django.utils.translation import gettext as _

from gallery_events import timelines
from gallery_events.admin.confirming import RestoreForm, sentence
from gallery_events.admin.history import HistoryPages
from gallery_events.admin.offers import Offer, offer
from gallery_events.exceptions import GalleryError
from gallery_events.flows import restore


class Restoring(HistoryPages):
    """A page that shows what restoring a version would do, and does it when confirmed."""

    restore_template = "gallery_events/admin/restore.html"

    def get_urls(self) -> list[Any]:
        """Add the page that restores a version."""
        meta = self.model._meta
        page = re_path(
            r"^([^/]+)/history/([^/]+)/restore/$",
            self.admin_site.admin_view(self.restore_view),
            name=f"{meta.app_label}_{meta.model_name}_restore",
        )
        return [page, *super().get_urls()]

    def restore_view(self, request: Any, object_id: str, version_id: str) -> Any:
        """Show what restoring a version would do; restore it when that is confirmed."""
        owner = self._owner_to_restore(request, object_id)
        record = self.record_of(request, owner, unquote(version_id))
        if request.method != "POST":
            return self._render_restore(request, self._offer(request, owner, record))
        shown = self._offer(request, owner, record)
        form = _form(shown, request.POST)
        if not form.is_valid():
            return self._render_restore(request, shown, form)
        try:
            snapshot = self.restore_version(request, owner, record, form.cleaned_data)
        except GalleryError as error:
            owner = self._owner_to_restore(request, object_id)
            shown = self._offer(request, owner, record)
            # Whoever confirms again has seen what there is now.
            form = _form(shown, {**request.POST.dict(), "expected_version": owner.gallery_version})
            form.full_clean()
            form.add_error(None, sentence(error))
            return self._render_restore(request, shown, form)
        return self.response_restore(request, owner, snapshot)

    def restore_version(self, request: Any, owner: Any, record: Any, chosen: dict[str, Any]) -> Any:
        """Restore what was chosen; raises GalleryError, having changed nothing."""
        return restore.restore(
            owner,
            record.gallery_version,
            user=request.user,
            scope=chosen.get("scope", "galleries"),
            expected_version=chosen["expected_version"],
            partial=chosen.get("partial", False),
            reason=chosen["reason"],
        )

    def response_restore(self, request: Any, owner: Any, snapshot: Any) -> Any:
        """Say what was done, and go to the history, which begins with it."""
        number = {"number": snapshot.restored_from}
        self.log_change(request, owner, _("Restored version %(number)s.") % number)
        message = format_html(
            _("Version {number} of “{name}” was restored. It is {now} now."),
            number=snapshot.restored_from,
            name=timelines.name_of(owner),
            now=format_html(
                '<a href="{}">{}</a>',
                self.history_address("simple_history", owner.pk, snapshot.history_id),
                _("version %(number)s") % {"number": snapshot.version},
            ),
        )
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(self.history_address("history", owner.pk))

    def _owner_to_restore(self, request: Any, object_id: str) -> Any:
        owner = self.get_object(request, unquote(object_id))
        if owner is None:
            raise Http404(_("There is no such object to restore."))
        if not self.has_restore_permission(request, owner):
            raise PermissionDenied
        return owner

    def _offer(self, request: Any, owner: Any, record: Any) -> Offer:
        return offer(owner, record, user=request.user, links=self.links(request))

    def _render_restore(self, request: Any, shown: Offer, form: Any = None) -> Any:
        number, owner = {"number": shown.record.gallery_version}, shown.owner
        version_url = self.history_address("simple_history", owner.pk, shown.record.pk)
        crumbs = [
            *self.owner_crumbs(owner),
            (_("History"), self.history_address("history", owner.pk)),
            (_("Version %(number)s") % number, version_url),
            (_("Restore"), ""),
        ]
        title = _("Restore version %(number)s") % number
        context = self.frame(
            request,
            f"{title}: {timelines.name_of(owner)}",
            crumbs=crumbs,
            object=owner,
            offer=shown,
            form=form or _form(shown),
            version_url=version_url,
        )
        return self.render_history_view(request, self.restore_template, context)


def _form(shown: Offer, posted: Any = None) -> RestoreForm:
    return RestoreForm(
        posted,
        initial={"expected_version": shown.owner.gallery_version},
        lost=bool(shown.lost_count),
        partly=bool(shown.lost_fields),
        fields=bool(shown.change.fields),
    )
