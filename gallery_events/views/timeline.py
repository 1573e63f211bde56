"""The history of an owner on the site, for whoever may see it: the same rows as in the admin."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from gallery_events import galleries, history, timelines

VIEW_TIMELINE = "gallery_events.view_timeline"


@method_decorator(never_cache, name="dispatch")
class TimelineView(AccessMixin, TemplateView):
    """
    Every save of one owner as pictures, newest first.

    ``TimelineView.as_view(model=Album)`` takes the key as ``pk`` from the
    address; without *model* its label comes from there too. For whoever has
    ``gallery_events.view_timeline`` and may view the owner, by the model's
    permission or by one for this object; anybody else is asked to log in, or
    refused. Override ``may_view`` or ``has_permission`` for other rules.
    """

    model: Any = None
    template_name = "gallery_events/timeline.html"
    #: The template that the page is put into: it needs the blocks title, extrastyle and content.
    base_template = "gallery_events/timeline_base.html"
    paginate_by = timelines.pages.PER_PAGE
    page_kwarg = "p"
    links_class: ClassVar[type[timelines.Links]] = timelines.Links

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever may not see it, before anything tells whether it exists."""
        if not self.has_permission():
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def has_permission(self) -> bool:
        """Tell whether this history may be seen."""
        return bool(self.request.user.has_perm(VIEW_TIMELINE)) and self.may_view(self.owner)

    def may_view(self, owner: Any) -> bool:
        """Tell whether an owner may be viewed; None is one that does not exist."""
        meta, user = self.owner_model._meta, self.request.user
        permission = f"{meta.app_label}.view_{meta.model_name}"
        return user.has_perm(permission) or (owner is not None and user.has_perm(permission, owner))

    @cached_property
    def owner_model(self) -> type[Any]:
        """The model of the owner; raises Http404 for what has no galleries."""
        try:
            return galleries.owner_model(self.model or self.kwargs.get("model"))
        except TypeError as error:
            raise Http404(_("There is no such model with galleries.")) from error

    @cached_property
    def owner(self) -> Any:
        """The owner, or None."""
        try:
            return self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        except (ValidationError, ValueError):
            return None

    def get_queryset(self) -> Any:
        """Return the owners among which this one is looked for."""
        return self.owner_model._default_manager.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the owner and a page of its history."""
        if self.owner is None:
            raise Http404(_("There is no such object."))
        using = self.owner._state.db
        timeline = timelines.page(
            history.records(self.owner_model, self.owner.pk, using=using),
            number=self.request.GET.get(self.page_kwarg, 1),
            user=self.request.user,
            links=self.links_class(),
            per_page=self.paginate_by,
        )
        return super().get_context_data(
            owner=self.owner,
            owner_name=timelines.name_of(self.owner),
            timeline=timeline,
            page_var=self.page_kwarg,
            base_template=self.base_template,
            **kwargs,
        )
