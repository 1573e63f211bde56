"""Pages that people without the admin edit galleries on: Django's generic views, nothing else."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.generic import CreateView, DetailView, FormView, UpdateView

from gallery_events.forms import tell
from tests.browser import forms
from tests.project.models import Diptych


class Owned:
    """Knows by its form which model it is for, and goes to the owner's page once it is saved."""

    def get_queryset(self):
        return self.form_class._meta.model.objects.all()

    def form_valid(self, form):
        response = super().form_valid(form)
        tell(self.request, form)
        return response

    def get_success_url(self):
        return reverse(f"show-{self.object._meta.model_name}", args=[self.object.pk])


class Add(LoginRequiredMixin, Owned, CreateView):
    template_name = "form.html"
    extra_context = {"title": "Add"}


class Edit(LoginRequiredMixin, Owned, UpdateView):
    template_name = "form.html"
    extra_context = {"title": "Edit"}


class Show(DetailView):
    template_name = "owner.html"
    #: Attributes of the owner that are galleries.
    galleries = ["photos"]

    def get_context_data(self, **kwargs):
        shown = [(name, getattr(self.object, name)) for name in self.galleries]
        return super().get_context_data(shown=shown, **kwargs)


class Lightboxes(Show):
    """Two galleries with a lightbox each."""

    model = Diptych
    template_name = "lightbox.html"
    galleries = ["left", "right"]


class Loose(LoginRequiredMixin, FormView):
    """A form of no object, which begins with the images of its address."""

    template_name = "form.html"
    form_class = forms.LooseForm
    extra_context = {"title": "Loose"}

    def get_initial(self):
        return {"photos": [int(key) for key in self.request.GET.getlist("image")]}


class EditAll(LoginRequiredMixin, FormView):
    """Every album on one page."""

    template_name = "form.html"
    form_class = forms.AlbumFormSet
    extra_context = {"title": "Edit all"}

    def get_initial(self):
        return None

    def form_valid(self, form):
        form.save()
        tell(self.request, *form)
        return HttpResponseRedirect(self.request.path)
