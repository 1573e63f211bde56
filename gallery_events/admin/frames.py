"""What the pages of a history have in common: what they are found by, and their frame."""

from __future__ import annotations

from typing import Any

import django
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from gallery_events.admin.links import AdminLinks, address
from gallery_events.admin.permits import Permits
from gallery_events.timelines import name_of

#: Since then breadcrumbs are a list.
CRUMBS_ARE_A_LIST = django.VERSION >= (6, 1)


class HistoryFrame(Permits):
    """What the pages of a history have in common."""

    def get_history_queryset(
        self, request: Any, history_manager: Any, pk_name: str, object_id: Any
    ) -> models.QuerySet[Any]:
        """Return the snapshots of one owner; what an override leaves out is nowhere shown."""
        return history_manager.filter(**{pk_name: object_id})  # type: ignore[no-any-return]

    def snapshots_of(self, request: Any, key: Any) -> models.QuerySet[Any]:
        """Return the snapshots of one owner that may be seen, newest first."""
        meta = self.model._meta
        manager, name = getattr(self.model, meta.simple_history_manager_attribute), meta.pk.attname
        return self.get_history_queryset(request, manager, name, key).order_by("-gallery_version")

    def owner_or_last_snapshot(self, request: Any, object_id: str) -> tuple[Any, Any]:
        """
        Return an owner, or the last snapshot of one that is deleted; the other one is None.

        Raises Http404 for what there is not, or what *request* may not find.
        """
        owner = self.get_object(request, unquote(object_id))
        if owner is not None:
            return owner, None
        try:
            key = self.model._meta.pk.to_python(unquote(object_id))
            hidden = self.model._base_manager.filter(pk=key).exists()
            last = None if hidden else self.snapshots_of(request, key).first()
        except (ValidationError, ValueError):
            last = None
        if last is None or not self.may_recover(request, last):
            message = _("There is no %(name)s %(key)s.") % {
                "name": self.model._meta.verbose_name,
                "key": unquote(object_id),
            }
            raise Http404(message)
        return None, last

    def frame(
        self, request: Any, title: str, *, crumbs: list[tuple[str, str]], **context: Any
    ) -> dict[str, Any]:
        """Return the context of a page; *crumbs* are texts and addresses after the model's."""
        request.current_app = site = self.admin_site.name
        meta = self.model._meta
        begin = [
            (_("Home"), reverse(f"{site}:index")),
            (str(meta.app_config.verbose_name), reverse(f"{site}:app_list", args=[meta.app_label])),
            (str(capfirst(meta.verbose_name_plural)), self.history_address("changelist")),
        ]
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": meta,
            "crumbs": [*begin, *crumbs],
            "crumbs_are_a_list": CRUMBS_ARE_A_LIST,
            **context,
        }

    def history_address(self, page: str, *keys: Any) -> str:
        """Return the address of a page of this model."""
        return address(self.admin_site, self.model._meta, page, *keys)

    def owner_crumbs(self, owner: Any) -> list[tuple[str, str]]:
        """Return the crumb of an owner; one that is deleted has no page."""
        exists = not owner._state.adding
        return [(name_of(owner), self.history_address("change", owner.pk) if exists else "")]

    def links(self, request: Any) -> AdminLinks:
        """Return where timelines lead; override it to lead somewhere else."""
        return AdminLinks(self, request)
