"""What somebody may see of a row, by the rules of the admin that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import NoReverseMatch, reverse


class Sight:
    """
    The eyes of who asks.

    A model in the admin is seen as its own pages show it: by the rows of its
    ``get_queryset``, and ``has_view_permission`` for each. Another one is seen
    by who has the permission to view it.
    """

    def __init__(self, *, request: Any, site: Any, using: str | None = None) -> None:
        self.request, self.site, self.using = request, site, using

    def allows(self, model: type[models.Model], row: Any = None) -> bool:
        """Tell whether a row may be seen; without one, whether rows may be in general."""
        registered = self._admin_of(model)
        if registered is not None:
            return bool(registered.has_view_permission(self.request, row))
        name = f"{model._meta.app_label}.view_{model._meta.model_name}"
        return bool(self.request.user.has_perm(name))

    def allows_all(self, model: type[models.Model]) -> bool:
        """Tell whether every row may be seen, as far as can be told without asking for each."""
        return self.allows(model) and not self._rows(model).query.has_filters()

    def rows(
        self, model: type[models.Model], keys: Iterable[str], *, unread: Iterable[str] = ()
    ) -> Iterator[Any]:
        """Yield the rows that may be seen, in one query, without the columns *unread*."""
        if self._admin_of(model) is None and not self.allows(model):
            return
        for row in self._rows(model).filter(pk__in=as_keys(model, keys)).defer(*unread):
            if self.allows(model, row):
                yield row

    def url(self, model: type[models.Model], pk: Any) -> str:
        """Return where a row can be seen, if anywhere."""
        if self._admin_of(model) is None:
            return ""
        name = f"{self.site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
        try:
            return reverse(name, args=[pk])
        except NoReverseMatch:
            return ""

    def _rows(self, model: type[models.Model]) -> models.QuerySet[Any]:
        registered = self._admin_of(model)
        if registered is None:
            return models.QuerySet(model, using=self.using)
        rows: models.QuerySet[Any] = registered.get_queryset(self.request)
        return rows.order_by().using(self.using)

    def _admin_of(self, model: type[models.Model]) -> Any:
        return self.site._registry.get(model)  # noqa: SLF001 - Django's own templates read it


def as_keys(model: type[models.Model], keys: Iterable[str]) -> list[Any]:
    """Return keys as the model has them; what it cannot have is left out."""
    found = []
    for key in keys:
        try:
            found.append(model._meta.pk.to_python(key))
        except ValidationError:
            continue  # the model has other keys by now
    return found
