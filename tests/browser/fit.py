"""Pages around a gallery as projects make them: formsets, htmx, Turbo, crispy-forms."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Field, Fieldset, Layout, Row, Submit
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.generic import FormView, TemplateView, UpdateView
from django.views.static import serve

from gallery_events.widgets import GalleryWidget
from tests.browser import library
from tests.browser.forms import AlbumForm, DiptychForm
from tests.browser.policy import CONTENT_SECURITY_POLICY
from tests.project.models import Album, Diptych

Albums = forms.modelformset_factory(Album, form=AlbumForm, extra=1, can_delete=True)


class CrispyForm(DiptychForm):
    """Two galleries in a layout of rows and columns."""

    helper = FormHelper()
    helper.layout = Layout(
        Fieldset(
            "Both sides", "title", Row(Column("left"), Column(Field("right", css_class="mine")))
        ),
        Div(HTML("<p>Thank you.</p>")),
        Submit("save", "Save"),
    )


class OwnForm(AlbumForm):
    """A gallery in templates of the project, with less to be done than usual."""

    class Meta(AlbumForm.Meta):
        widgets = {
            "photos": GalleryWidget(
                template_name="fit/own_gallery.html",
                item_template_name="fit/own_item.html",
                crop=False,
                multiple=False,
                attrs={"class": "wide", "data-team": "darkroom"},
            )
        }


class Edit(LoginRequiredMixin, UpdateView):
    """The form of an album by itself; one that is wrong is an answer of its own status, as Turbo wants it."""

    model = Album
    form_class = AlbumForm

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=self.wrong)

    #: htmx shows what comes with 200, Turbo what comes with 422.
    wrong = 422

    def get_success_url(self):
        return self.request.path


class Page(Edit):
    """A page with the form, and with one of the libraries."""

    def get_template_names(self):
        return [f"fit/{self.kwargs['library']}.html"]

    def render_to_response(self, context, **kwargs):
        return turbos(super().render_to_response(context, **kwargs))


class List(TemplateView):
    template_name = "fit/list.html"

    def render_to_response(self, context, **kwargs):
        return turbos(super().render_to_response(context, **kwargs))


def turbos(response):
    """Let Turbo's own style in, by the nonce that the page tells it: it brings one whatever happens."""
    policy = CONTENT_SECURITY_POLICY.replace("style-src", "style-src 'nonce-turbo'")
    response.headers["Content-Security-Policy"] = policy
    return response


class Part(Edit):
    """The form alone, to be put into a page."""

    template_name = "fit/part.html"
    wrong = 200

    def form_valid(self, form):
        form.save()
        self.object = Album.objects.get(pk=self.object.pk)
        return self.render_to_response(self.get_context_data(form=AlbumForm(instance=self.object)))


class Set(LoginRequiredMixin, FormView):
    """Albums in a formset, to which a script of the project adds forms."""

    template_name = "fit/formset.html"
    form_class = Albums

    def get_form_kwargs(self):
        given = {key: value for key, value in super().get_form_kwargs().items() if key != "initial"}
        return {**given, "queryset": Album.objects.order_by("pk")}

    def form_valid(self, form):
        form.save()
        return HttpResponseRedirect(self.request.path)


class Crispy(LoginRequiredMixin, UpdateView):
    template_name = "fit/crispy.html"
    model = Diptych
    form_class = CrispyForm

    def get_success_url(self):
        return self.request.path


class Bare(Edit):
    """A page on which somebody forgot the media of the form."""

    template_name = "fit/bare.html"


class Own(Edit):
    """A page with templates and arguments of its own."""

    template_name = "form.html"
    form_class = OwnForm


def nothing(request):
    """Answer with a part of a page in which there is no form."""
    return HttpResponse("<p>Nothing.</p>")


def files(request, name):
    """Give a file of the libraries."""
    return serve(request, name, document_root=library.FILES)


urlpatterns = [
    path("fit/crispy/<pk>/", Crispy.as_view(), name="fit-crispy"),
    path("fit/bare/<pk>/", Bare.as_view(), name="fit-bare"),
    path("fit/own/<pk>/", Own.as_view(), name="fit-own"),
    path("fit/formset/", Set.as_view(), name="fit-formset"),
    path("fit/nothing/", nothing, name="fit-nothing"),
    path("fit/list/", List.as_view(), name="fit-list"),
    path("fit/part/<pk>/", Part.as_view(), name="fit-part"),
    path("fit/on/<library>/<pk>/", Page.as_view(), name="fit-page"),
    path("libraries/<path:name>", files, name="fit-library"),
]
