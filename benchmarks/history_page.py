"""The history page of a large gallery, beside simple-history's own page of the same saves."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from simple_history.admin import SimpleHistoryAdmin

from benchmarks import filling, measure
from benchmarks.models import Album, LinkedAlbum, Picture, RecordedAlbum
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.admin.galleries import GalleryAdmin

TIME, QUERIES = 0.15, 8
SNAPSHOTS = 100
THUMBNAIL = {"thumbnail": {"name": "images/thumbnail.webp", "width": 400, "height": 300}}
CONTEXT = (
    "django.contrib.auth.context_processors.auth",
    "django.template.context_processors.request",
)
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
)
TEMPLATES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [*CONTEXT, "django.contrib.messages.context_processors.messages"]
    },
}

site = admin.AdminSite()
site.register(Album, GalleryAdmin)
site.register([RecordedAlbum, LinkedAlbum], SimpleHistoryAdmin)
site.register(User)
urlpatterns = [path("admin/", site.urls)]


def rows(sizes: Sizes) -> Iterator[Row]:
    settings = {
        "ROOT_URLCONF": __name__,
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": [TEMPLATES],
        "STATIC_URL": "static/",
        "MEDIA_URL": "media/",
    }
    with override_settings(**settings):
        yield from _pages(sizes.galleries[-1], rounds=sizes.few_rounds)


def _pages(number: int, *, rounds: int) -> Iterator[Row]:
    keys = list(range(1, number + SNAPSHOTS + 1))
    filling.images(len(keys), renditions=THUMBNAIL)
    filling.fill(Picture, len(keys), title="IMG")
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    pages = {
        "simple-history on JSON": _page(client, _listed(RecordedAlbum, keys, number)),
        "ours, thumbnails shown": _page(client, _listed(Album, keys, number)),
    }
    linked = _page(client, _linked(keys, number))
    filling.settle()
    asked = {name: _queries(page) for name, page in pages.items()}
    took = measure.interleaved(
        rounds, {name: lambda page=page: page for name, page in pages.items()}
    )
    first = took["simple-history on JSON"]
    what = f"history page, {SNAPSHOTS} snapshots of {number:,} images"
    for name in pages:
        measured = f"{took[name] * 1000:.0f} ms, {asked[name]} queries"
        row = Row(f"{what}: {name}", measured, took[name] / first)
        if name.startswith("ours"):
            fine = took[name] <= TIME and asked[name] <= QUERIES
            row = row.aiming(f"<= {TIME * 1000:.0f} ms, {QUERIES} queries", fine)
        yield row
    queries, seconds = _queries(linked), measure.seconds(linked)
    yield Row(
        f"{what}: simple-history m2m_fields",
        f"{seconds * 1000:,.0f} ms, {queries} queries",
        seconds / first,
    )


def _listed(model: Any, keys: list[int], number: int) -> Any:
    """Return an album whose list was saved so many times, one image replaced each time."""
    photos, spare = keys[:number], keys[number:]
    album = model(title="Summer", photos=list(photos))
    album.save()
    for key in spare[1:]:
        photos[random.randrange(number)] = key
        album.photos = list(photos)
        album.save()
    return album


def _linked(keys: list[int], number: int) -> Any:
    """Return an album with links, as often recorded: each change of them is a record."""
    album = LinkedAlbum.objects.create(title="Summer")
    album.photos.set(keys[:number])
    for at in range((SNAPSHOTS - 2) // 2):
        album.photos.remove(keys[at])
        album.photos.add(keys[number + at])
    return album


def _page(client: Client, album: Any) -> Callable[[], None]:
    address = f"/admin/benchmarks/{album._meta.model_name}/{album.pk}/history/"

    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            message = f"{address} was answered with {answer.status_code}."
            raise RuntimeError(message)

    return get


def _queries(page: Callable[[], None]) -> int:
    page()
    with CaptureQueriesContext(connection) as captured:
        page()
    return len(captured.captured_queries)
