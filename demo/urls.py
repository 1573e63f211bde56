"""The club's pages, the admin, what the package offers, and the images."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.contrib.sitemaps.views import sitemap
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve

from demo import views
from demo.sitemaps import AlbumSitemap

handler400 = "gallery_events.views.bad_request"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("albums/", views.AlbumList.as_view(), name="albums"),
    path("albums/new/", views.AlbumAdd.as_view(), name="album_add"),
    path("albums/<int:pk>/", views.AlbumPage.as_view(), name="album"),
    path("albums/<int:pk>/edit/", views.AlbumChange.as_view(), name="album_change"),
    path("albums/<int:pk>/history/", views.AlbumHistory.as_view(), name="album_history"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path(
        "sitemap.xml",
        sitemap,
        {"sitemaps": {"albums": AlbumSitemap}, "template_name": "gallery_events/sitemap.xml"},
    ),
    path("admin/", admin.site.urls),
    path("gallery/", include("gallery_events.urls")),
    # The admin's pages name no icon, and browsers ask for one.
    path("favicon.ico", RedirectView.as_view(url=static("demo/icon.svg"))),
    # A site of one's own leaves this to its web server.
    re_path(r"^media/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
