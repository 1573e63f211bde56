"""Where a timeline in the admin leads: to versions, people and images that may be seen there."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import NoReverseMatch, reverse

from gallery_events.timelines import Links


class AdminLinks(Links):
    """The pages of one admin site, as far as who asks may open them."""

    def __init__(self, model_admin: Any, request: Any) -> None:
        self.site = model_admin.admin_site
        self.meta = model_admin.model._meta
        self.request = request
        self.shown: dict[type[models.Model], bool] = {}

    def version(self, record: Any) -> str:
        """Return the address of the page of one version."""
        return self._address(self.meta, "simple_history", record_key(record), record.pk)

    def person(self, record: Any) -> str:
        """Return the address of the user; nothing where nobody is known."""
        key = getattr(record, "history_user_id", None)
        return self.change(self.user_model, key) if key is not None else ""

    def image(self, image: Any) -> str:
        """Return the address of the page of an image."""
        return self.change(type(image), image.pk)

    def change(self, model: type[models.Model], key: Any) -> str:
        """Return the address of the form of a row, if this site shows its model to who asks."""
        if model not in self.shown:
            registered = self.site._registry.get(model)  # noqa: SLF001 - Django's templates do
            self.shown[model] = bool(registered and registered.has_view_permission(self.request))
        return self._address(model._meta, "change", key) if self.shown[model] else ""

    @cached_property
    def user_model(self) -> type[models.Model]:
        """The model of users."""
        return get_user_model()

    def _address(self, meta: Any, page: str, *keys: Any) -> str:
        return address(self.site, meta, page, *keys)


def address(site: Any, meta: Any, page: str, *keys: Any) -> str:
    """Return the address of a page of a model in an admin site; nothing where there is none."""
    name = f"{site.name}:{meta.app_label}_{meta.model_name}_{page}"
    try:
        return reverse(name, args=[quote(key) for key in keys], current_app=site.name)
    except NoReverseMatch:
        return ""


def record_key(record: Any) -> Any:
    """Return the key of the owner that a snapshot is of."""
    return getattr(record, record.instance_type._meta.pk.attname)
