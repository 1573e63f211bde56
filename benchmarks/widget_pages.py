"""The same gallery on two pages: in our widget, and in an Uppy dashboard that knows its files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.staticfiles import views as staticfiles
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.views import static
from django.views.decorators.csrf import csrf_protect

from benchmarks.models import Album
from benchmarks.serving import urlpatterns as served
from gallery_events.forms import GalleryModelForm

#: Bundles of others, made in this run.
OTHERS = settings.FOLDER / "others"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{}</title>{}<body>{}</body></html>"""


class AlbumForm(GalleryModelForm):
    class Meta:
        model = Album
        fields = ["title", "photos"]


@csrf_protect
def ours(request: HttpRequest, pk: int) -> HttpResponse:
    form = AlbumForm(instance=get_object_or_404(Album, pk=pk))
    token = forms.HiddenInput().render("csrfmiddlewaretoken", get_token(request))
    body = format_html(
        '<form method="post" enctype="multipart/form-data">{}{}</form>', token, form.as_div()
    )
    return _page("Ours", form.media.render(), body)


@csrf_protect
def uppy(request: HttpRequest, pk: int) -> HttpResponse:
    album = get_object_or_404(Album, pk=pk)
    files = [
        {
            "name": image.name,
            "type": "image/jpeg",
            "size": image.size,
            "preview": image.rendition_url("thumbnail"),
        }
        for image in album.photos.images()
    ]
    head = format_html(
        '<link rel="stylesheet" href="/others/uppy.css"><script type="module" src="/written/uppy-page.js"></script>'
    )
    told = {"files": files, "token": get_token(request)}
    return _page("Uppy", head, format_html('<div id="uppy"></div>{}', json_script(told, "told")))


def _page(title: str, head: SafeString, body: SafeString) -> HttpResponse:
    return HttpResponse(format_html(PAGE, title, head, body))


def folder(root: Path) -> Callable[..., Any]:
    """Return a view of the files in a folder."""

    def view(request: HttpRequest, name: str) -> Any:
        return static.serve(request, name, document_root=root)

    return view


urlpatterns = [
    *served,
    path("ours/<int:pk>/", ours),
    path("uppy/<int:pk>/", uppy),
    path("others/<path:name>", folder(OTHERS)),
    path("written/<path:name>", folder(Path(__file__).parent / "others")),
    path("media/<path:name>", folder(Path(settings.MEDIA_ROOT))),
    path(
        "static/<path:path>", lambda request, path: staticfiles.serve(request, path, insecure=True)
    ),
]
