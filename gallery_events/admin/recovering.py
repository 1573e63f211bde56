"""Recovering deleted owners in the admin: a list of them, a preview of each, one confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.urls import path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _

from gallery_events import timelines
from gallery_events.admin.confirming import RecoverForm, sentence
from gallery_events.admin.frames import HistoryFrame
from gallery_events.admin.history import wrap
from gallery_events.admin.links import record_key
from gallery_events.admin.offers import Offer, offer
from gallery_events.exceptions import GalleryError
from gallery_events.flows import restore
from gallery_events.flows.steps import changes


class Recovering(HistoryFrame):
    """A list of deleted owners, and a page to bring each of them back."""

    recover_list_template = "gallery_events/admin/recover_list.html"
    recover_template = "gallery_events/admin/recover.html"
    recover_list_per_page = 20

    def get_urls(self) -> list[Any]:
        """Add the list of deleted owners, and the page that recovers one."""
        view, name = self.admin_site.admin_view, self.model._meta.label_lower.replace(".", "_")
        return [
            path("deleted/", view(self.recover_list_view), name=f"{name}_recover_list"),
            re_path(r"^deleted/([^/]+)/recover/$", view(self.recover_view), name=f"{name}_recover"),
            *super().get_urls(),
        ]

    def get_deleted_queryset(self, request: Any) -> models.QuerySet[Any]:
        """Return the last snapshots of deleted owners, newest first; to be narrowed down."""
        manager = getattr(self.model, self.model._meta.simple_history_manager_attribute)
        return timelines.deleted_records(self.model, snapshots=manager.all())

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """Put the way to what is deleted beside the other tools of the list."""
        response = super().changelist_view(request, extra_context)
        if "deletable_objects" in (getattr(response, "context_data", None) or {}):
            self._tell_of_recovery(response, may=self.has_recover_permission(request))
        elif self.has_recover_permission(request):
            wrap(
                response,
                "gallery_events/admin/changelist_with_recover.html",
                recover_list_url=self.history_address("recover_list"),
            )
        return response

    def render_delete_form(self, request: Any, context: Any) -> Any:
        """Say beside the question that what is deleted can be brought back, and by whom."""
        response = super().render_delete_form(request, context)
        last = self.snapshots_of(request, context["object"].pk).first()
        may = self.has_recover_permission(request) and (
            last is None or self.may_recover(request, last)
        )
        self._tell_of_recovery(response, may=may)
        return response

    def _tell_of_recovery(self, response: Any, *, may: bool) -> None:
        url = self.history_address("recover_list") if may else ""
        retention = changes.policy(timezone.now()).retention
        template = "gallery_events/admin/delete_with_recover.html"
        days = None if retention is None else retention.days
        wrap(response, template, recover_list_url=url, days_kept=days)

    def recover_list_view(self, request: Any) -> Any:
        """Show which owners are deleted, and what of them can still be had."""
        self._refuse_recovery(request)
        found = self.get_deleted_queryset(request)
        page = Paginator(found, self.recover_list_per_page).get_page(request.GET.get(PAGE_VAR, 1))
        records = [record for record in page if self.may_recover(request, record)]
        pictures = timelines.Pictures(user=request.user, using=found.db, links=self.links(request))
        owners = timelines.deleted_owners(records, pictures=pictures)
        title = _("Deleted %(names)s") % {"names": self.model._meta.verbose_name_plural}
        context = self.frame(
            request,
            title,
            crumbs=[(title, "")],
            owners=[(each, self.history_address("recover", each.key)) for each in owners],
            page=page,
            page_numbers=list(page.paginator.get_elided_page_range(page.number)),
            page_var=PAGE_VAR,
        )
        return self.render_history_view(request, self.recover_list_template, context)

    def recover_view(self, request: Any, object_id: str) -> Any:
        """Show what of a deleted owner would come back; bring it back when that is confirmed."""
        self._refuse_recovery(request)
        record = self._last_snapshot(request, unquote(object_id))
        if record is None:
            return self._back_already(request, unquote(object_id))
        shown = self._offer_back(request, record)
        if request.method != "POST":
            return self._render_recover(request, shown, _form(shown))
        form = _form(shown, request.POST)
        if not form.is_valid():
            return self._render_recover(request, shown, form)
        try:
            owner = self.recover_owner(request, record, form.cleaned_data)
        except GalleryError as error:
            # What is gone may have gone since: look again.
            shown = self._offer_back(request, record)
            form = _form(shown, request.POST)
            form.full_clean()
            form.add_error(None, sentence(error))
            return self._render_recover(request, shown, form)
        return self.response_recover(request, owner)

    def recover_owner(self, request: Any, record: Any, chosen: dict[str, Any]) -> Any:
        """Bring a deleted owner back; raises GalleryError, having changed nothing."""
        return restore.undelete(
            self.model,
            record_key(record),
            user=request.user,
            partial=chosen.get("partial", False),
            reason=chosen["reason"],
        )

    def response_recover(self, request: Any, owner: Any) -> Any:
        """Say that it is back, and go where it can be seen."""
        self.log_addition(request, owner, _("Brought back after it was deleted."))
        message = _("“%(name)s” is back.") % {"name": timelines.name_of(owner)}
        self.message_user(request, message, messages.SUCCESS)
        viewable = self.has_view_or_change_permission(request, owner)
        return HttpResponseRedirect(
            self.history_address("change", owner.pk)
            if viewable
            else self.history_address("recover_list")
        )

    def _refuse_recovery(self, request: Any) -> None:
        if not self.has_recover_permission(request):
            raise PermissionDenied

    def _last_snapshot(self, request: Any, key: Any) -> Any:
        """Return the last snapshot of a deleted owner, or None."""
        attname = self.model._meta.pk.attname
        try:
            record = self.get_deleted_queryset(request).filter(**{attname: key}).first()
        except (ValidationError, ValueError):
            return None
        return record if record is not None and self.may_recover(request, record) else None

    def _back_already(self, request: Any, key: Any) -> Any:
        """Lead to an owner that somebody has recovered meanwhile, or raise Http404."""
        owner = self.get_object(request, key)
        if owner is None or not self.has_view_or_change_permission(request, owner):
            raise Http404(_("It is not deleted, or nothing is known of it."))
        message = _("“%(name)s” is not deleted any more.") % {"name": timelines.name_of(owner)}
        self.message_user(request, message, messages.INFO)
        return HttpResponseRedirect(self.history_address("change", owner.pk))

    def _offer_back(self, request: Any, record: Any) -> Offer:
        return offer(record.instance, record, user=request.user, links=self.links(request))

    def _render_recover(self, request: Any, shown: Offer, form: RecoverForm) -> Any:
        meta, name = self.model._meta, timelines.name_of(shown.owner)
        deleted = _("Deleted %(names)s") % {"names": meta.verbose_name_plural}
        title = _("Recover %(name)s") % {"name": meta.verbose_name}
        context = self.frame(
            request,
            f"{title}: {name}",
            crumbs=[(deleted, self.history_address("recover_list")), (name, "")],
            object=shown.owner,
            offer=shown,
            form=form,
            fields=timelines.field_values(shown.record, using=shown.record._state.db),
            recover_list_url=self.history_address("recover_list"),
        )
        return self.render_history_view(request, self.recover_template, context)


def _form(shown: Offer, posted: Any = None) -> RecoverForm:
    return RecoverForm(posted, lost=bool(shown.lost_count), partly=bool(shown.lost_fields))
