"""Which pages are shown, as whom, and what must be there for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count, islice
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from audit.models import Entry
from demo.models import Album
from demo.photographs import photographs
from gallery_events import models
from gallery_events.flows import upload
from tests.browser.clicks import leads
from tests.browser.galleryform import GalleryForm, add_inputs

#: The longest gallery that is shown, and one as most are.
MANY, SOME = 1000, 100


@dataclass(frozen=True)
class Place:
    """
    A page of the site; *act* is what somebody does there before it is looked at.

    *whole* pages are shown with what is below the window; without *scripts* a
    form is what it is before any of them runs.
    """

    name: str
    address: str
    user: str = ""
    act: Any = None
    whole: bool = True
    scripts: bool = True


def places() -> Iterator[Place]:
    """Yield the pages of the demo as its story left it, then those that need more."""
    yield from _public()
    yield from _of_the_admin()
    yield from _extremes()


def _public() -> Iterator[Place]:
    album = Album.objects.get(title="Garage, Sunday").pk
    yield Place("home", "/")
    yield Place("albums", "/albums/")
    yield Place("album", f"/albums/{album}/")
    yield Place("album-lightbox", f"/albums/{album}/", act=_open_first, whole=False)
    yield Place("album-form", f"/albums/{album}/edit/", "anna")
    yield Place("album-form-without-script", f"/albums/{album}/edit/", "anna", scripts=False)
    yield Place("album-form-empty", "/albums/new/", "ben")
    yield Place("album-history", f"/albums/{album}/history/", "anna")
    yield Place("login", "/login/")
    yield Place("refused", f"/albums/{album}/edit/", "ben")
    yield Place("not-found", "/albums/4711/")


def _of_the_admin() -> Iterator[Place]:
    album = Album.objects.get(title="Garage, Sunday").pk
    most = Album.objects.order_by("-gallery_version").first().pk
    older = Album.history.get(id=most, gallery_version=3).pk
    gone = Album.history.exclude(id__in=Album.objects.values("pk")).first().id
    trashed = models.Image.objects.filter(trashed_at__isnull=False).first().pk
    used = Album.objects.get(pk=most).photos[0]
    albums, images = "/admin/demo/album/", "/admin/gallery_events/image/"
    yield Place("admin-login", "/admin/login/")
    for name, address in {
        "admin": "/admin/",
        "changelist": albums,
        "change": f"{albums}{album}/change/",
        "add": f"{albums}add/",
        "history": f"{albums}{most}/history/",
        "version": f"{albums}{most}/history/{older}/",
        "restore": f"{albums}{most}/history/{older}/restore/",
        "recover-list": f"{albums}deleted/",
        "recover": f"{albums}deleted/{gone}/recover/",
        "history-of-deleted": f"{albums}{gone}/history/",
        "delete": f"{albums}{album}/delete/",
        "images": images,
        "image": f"{images}{used}/change/",
        "image-in-the-trash": f"{images}{trashed}/change/",
        "image-to-the-trash": f"{images}{used}/delete/",
        "image-pin": f"{images}{used}/pin/",
        "image-upload": f"{images}add/",
        "tombstones": "/admin/gallery_events/tombstone/",
        "tombstone": f"/admin/gallery_events/tombstone/{models.Tombstone.objects.first().pk}/change/",
        "runs": "/admin/gallery_events/sweeprun/",
        "run": f"/admin/gallery_events/sweeprun/{models.SweepRun.objects.first().pk}/change/",
        "trail": "/admin/gallery_audit/entry/",
        "trail-entry": f"/admin/gallery_audit/entry/{Entry.objects.about_owner(Album, most).first().pk}/change/",
    }.items():
        yield Place(name, address, "carla")
    yield Place("images-to-the-trash", images, "carla", _choose_all)


def _extremes() -> Iterator[Place]:
    yield Place("album-form-errors", "/albums/new/", "ben", _send_what_is_wrong, scripts=False)
    yield Place("too-much", "/albums/new/", "ben", _send_too_much)
    three = [upload.receive(each).pk for each in islice(details(), 3)]
    album = Album.objects.create(title="A quarrel", photos=three).pk
    yield Place("album-form-conflict", f"/albums/{album}/edit/", "anna", _arrange_differently)
    many = [upload.receive(each).pk for each in islice(details(), MANY)]
    for name, photos in {
        "none": [],
        "one": many[:1],
        "some": many[:SOME],
        "many": many,
    }.items():
        album = Album.objects.create(title=f"An album of {len(photos)}", photos=photos)
        yield Place(f"album-of-{name}", f"/albums/{album.pk}/")
        yield Place(f"album-form-of-{name}", f"/albums/{album.pk}/edit/", "anna")
        yield Place(f"change-of-{name}", f"/admin/demo/album/{album.pk}/change/", "carla")
        yield Place(f"history-of-{name}", f"/admin/demo/album/{album.pk}/history/", "carla")


def details() -> Iterator[ContentFile]:
    """Yield details of the photographs, from their upper left corners on, in turn."""
    opened = [(name, Image.open(path)) for name, path in photographs()]
    for step in count():
        for name, photograph in opened:
            left, top = step % 10 * photograph.width // 20, step // 10 * photograph.height // 12
            detail = photograph.crop((left, top, left + 160, top + 120)).convert("RGB")
            out = BytesIO()
            detail.save(out, "JPEG", quality=80)
            yield ContentFile(out.getvalue(), f"{name} {step + 1}.jpg")


def _open_first(page: Any) -> None:
    """Look at the first picture, which has a caption, in the lightbox."""
    page.locator("a.gallery-link").first.click()
    page.locator("dialog[open] img").wait_for()


def _arrange_differently(page: Any) -> None:
    """Somebody turns the album around while the form puts its second image first."""
    album = Album.objects.get(title="A quarrel")
    first, second, third = album.photos
    album.photos = [third, second, first]
    album.save()
    page.locator(".gallery-arranged").wait_for()
    GalleryForm(page).place(second, 1)
    leads(page, page.locator("form:has([type=file]) [type=submit]").first)


def _choose_all(page: Any) -> None:
    for box in page.locator("[name=_selected_action]").all():
        box.check()
    page.locator("[name=action]").select_option("delete_selected")
    leads(page, page.locator("[name=index]"))


def _send_too_much(page: Any) -> None:
    page.locator("[name=title]").fill("Too much")
    add_inputs(page.locator("form:has([type=file])"), settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    leads(page, page.locator("form:has([type=file]) [type=submit]").first)


def _send_what_is_wrong(page: Any) -> None:
    detail = next(details())
    good = {"name": detail.name, "mimeType": "image/jpeg", "buffer": detail.read()}
    letter = {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear Anna"}
    page.locator("form:has([type=file])").evaluate("form => form.noValidate = true")
    page.locator("[type=file]").set_input_files([good, letter])
    leads(page, page.locator("form:has([type=file]) [type=submit]").first)
