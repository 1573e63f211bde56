"""The site that the browser visits: the admin, public pages, and the package's own."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import path

from tests.browser import fit, forms, views
from tests.project import urls as project
from tests.project.models import Album, Club, Diptych, Poster


class AlbumInline(admin.StackedInline):
    model = Album
    extra = 0
    fields = ["title", "photos"]


class ClubAdmin(admin.ModelAdmin):
    inlines = [AlbumInline]


# Its own, so that what the browser needs is registered in no other test.
site = admin.AdminSite()
for model, registered in admin.site._registry.items():
    site.register(model, type(registered))
site.register(Club, ClubAdmin)

handler400 = "gallery_events.views.bad_request"
login = LoginView.as_view(template_name="form.html", extra_context={"title": "Log in"})
urlpatterns = [
    path("admin/", site.urls),
    *[each for each in project.urlpatterns if str(each.pattern) != "admin/"],
    path("accounts/login/", login, name="login"),
    path("loose/", views.Loose.as_view(), name="loose"),
    path("all/", views.EditAll.as_view(), name="edit-all"),
    path("lightbox/<pk>/", views.Lightboxes.as_view(), name="lightbox"),
]
for model, form, galleries in [
    (Album, forms.AlbumForm, ["photos"]),
    (Diptych, forms.DiptychForm, ["left", "right"]),
    (Poster, forms.PosterForm, ["photos"]),
]:
    name = model._meta.model_name
    show = views.Show.as_view(model=model, galleries=galleries)
    urlpatterns += [
        path(f"{name}/add/", views.Add.as_view(form_class=form), name=f"add-{name}"),
        path(f"{name}/<pk>/", show, name=f"show-{name}"),
        path(f"{name}/<pk>/edit/", views.Edit.as_view(form_class=form), name=f"edit-{name}"),
    ]
urlpatterns += [
    path("required/<pk>/", views.Edit.as_view(form_class=forms.RequiredForm), name="required"),
    path("limited/<pk>/", views.Edit.as_view(form_class=forms.LimitedForm), name="limited"),
    path("readonly/<pk>/", views.Edit.as_view(form_class=forms.ReadonlyForm), name="readonly"),
    path("disabled/<pk>/", views.Edit.as_view(form_class=forms.DisabledForm), name="disabled"),
]
urlpatterns += fit.urlpatterns
