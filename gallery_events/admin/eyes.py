"""What somebody may see of other rows, by the admin that shows them, and where that is."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import NoReverseMatch, reverse


class Eyes:
    """
    The eyes of who asks.

    A model in the admin is seen as its ModelAdmin allows, another one by who
    has the permission to view it.
    """

    def __init__(self, request: Any, *, site: Any) -> None:
        self.request, self.site = request, site

    def allows(self, model: type[models.Model], row: Any = None) -> bool:
        """Tell whether a row may be seen; without one, whether rows may be in general."""
        registered = self._admin_of(model)
        if registered is not None:
            return bool(registered.has_view_permission(self.request, row))
        name = f"{model._meta.app_label}.view_{model._meta.model_name}"
        return bool(self.request.user.has_perm(name))

    def allows_all(self, model: type[models.Model]) -> bool:
        """Tell whether every row may be seen, as far as can be told without asking for each."""
        registered = self._admin_of(model)
        if not self.allows(model):
            return False
        return registered is None or not registered.get_queryset(self.request).query.has_filters()

    def url(self, model: type[models.Model], page: str, pk: Any = None) -> str:
        """Return the address of a page of a model (of one row), if there is one."""
        if self._admin_of(model) is None:
            return ""
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        arguments = None if pk is None else [quote(pk)]
        try:
            return reverse(name, args=arguments, current_app=self.site.name)
        except NoReverseMatch:
            return ""

    def _admin_of(self, model: type[models.Model]) -> Any:
        return self.site._registry.get(model)  # noqa: SLF001 - Django's own templates read it
