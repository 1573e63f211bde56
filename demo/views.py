"""The public pages: what everybody sees, and what members do."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.contrib.auth.views import LoginView
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import ModelForm
from django.http import HttpResponse
from django.views.generic import CreateView, DetailView, ListView, TemplateView, UpdateView

from demo import rights
from demo.data import PEOPLE
from demo.forms import AlbumForm
from demo.models import Album, Exhibition
from gallery_events import galleries
from gallery_events.views import GallerySaveMixin, TimelineView


def albums() -> QuerySet[Album]:
    """Return the albums with their makers and the dates of their last change, newest first."""
    newest = Album.history.filter(id=OuterRef("pk")).order_by("-gallery_version")
    return (
        Album.objects.select_related("made_by")
        .annotate(changed_at=Subquery(newest.values("history_date")[:1]))
        .order_by("-changed_at", "-pk")
    )


class Home(TemplateView):
    """The latest albums, the newest of them large, and the exhibition."""

    template_name = "demo/home.html"
    LATEST = 4

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        latest = list(albums()[: self.LATEST])
        galleries.prefetch_images(latest, "photos")
        return super().get_context_data(
            newest=latest[0] if latest else None,
            latest=latest[1:],
            exhibition=Exhibition.objects.select_related("poster").first(),
            **kwargs,
        )


class AlbumList(ListView):
    """All albums, some a page: the images of a page are read in one query."""

    template_name = "demo/album_list.html"
    paginate_by = 6

    def get_queryset(self) -> QuerySet[Album]:
        return albums()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["page_obj"].object_list = context["object_list"] = list(context["object_list"])
        galleries.prefetch_images(context["object_list"], "photos")
        return context


class AlbumPage(DetailView):
    """One album; who may change it is shown the way."""

    template_name = "demo/album.html"
    context_object_name = "album"

    def get_queryset(self) -> QuerySet[Album]:
        return albums()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The page and its head show them: read once.
        galleries.prefetch_images([self.object], "photos")
        may_change = rights.may_change(self.request.user, self.object)
        return super().get_context_data(may_change=may_change, **kwargs)


class AlbumHistory(TimelineView):
    """The package's timeline in the club's frame, for whoever may change the album."""

    model = Album
    template_name = "demo/album_history.html"
    base_template = "demo/base.html"

    def has_permission(self) -> bool:
        return rights.may_change(self.request.user, self.owner)


class _AlbumForm(GallerySaveMixin, SuccessMessageMixin):
    """What making and changing an album have in common: what others did meanwhile is said."""

    model = Album
    form_class = AlbumForm
    template_name = "demo/album_form.html"
    said = ""

    def get_success_message(self, cleaned_data: dict[str, Any]) -> str:
        return self.said.format(self.object)  # as it was merged, not as it was typed


class AlbumAdd(LoginRequiredMixin, _AlbumForm, CreateView):
    """A new album, which belongs to whoever makes it."""

    said = "“{}” is hung."

    def form_valid(self, form: ModelForm) -> HttpResponse:
        form.instance.made_by = self.request.user
        return super().form_valid(form)


class AlbumChange(UserPassesTestMixin, _AlbumForm, UpdateView):
    """An album as its form; whoever is logged in and may not is refused."""

    said = "“{}” is saved."

    def test_func(self) -> bool:
        # Whoever may change nothing is not told either which albums there are.
        album = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        return rights.may_change(self.request.user, album)


class Login(LoginView):
    """Says who may log in: the demo keeps no secrets."""

    template_name = "demo/login.html"
    redirect_authenticated_user = True
    extra_context = {"people": PEOPLE}
