"""Who may do what, and what it may cost: X1 to X5, X8 and X10 to X12 of the predecessor's defects."""

import io
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.test import Client
from PIL import Image as Pillow

from gallery_events.access import OwnerAccess
from gallery_events.flows import upload
from gallery_events.models import Image
from gallery_events.widgets import GalleryWidget
from tests.edges.sheets import AlbumForm, opened
from tests.factories import again, make_album, make_ids
from tests.pictures import picture
from tests.project.models import Album

pytestmark = pytest.mark.django_db


class ReadOnlyForm(AlbumForm):
    class Meta(AlbumForm.Meta):
        widgets = {"photos": GalleryWidget(attrs={"readonly": True})}


def form_of(user, **data):
    form = AlbumForm({"title": "x", **data}, instance=Album(title="x"))
    form.fields["photos"].user = user
    return form


@pytest.fixture
def bob(django_user_model):
    return django_user_model.objects.create_user("bob")


def test_x01_nobody_puts_an_image_of_somebody_else_into_a_gallery(image, bob, ann):
    for data in ({f"photos-order-{image.pk}": "1"}, {"photos": f"[{image.pk}]"}):
        form = form_of(bob, **data)
        assert [each.code for each in form.errors["photos"].as_data()] == ["unavailable"]
        assert form_of(ann, **data).is_valid()

    unknown = form_of(bob, **{"photos-order-999999": ""}).errors["photos"][0]
    known = form_of(bob, **{f"photos-order-{image.pk}": ""}).errors["photos"][0]
    assert known.replace(str(image.pk), "N") == unknown.replace("999999", "N"), (
        "not even told apart"
    )


def test_x02_what_somebody_else_has_not_saved_yet_cannot_be_destroyed(image, bob, media):
    before = Image.objects.values().get()
    for data in (
        {f"photos-order-{image.pk}": "1"},
        {f"photos-order-{image.pk}": "1", "photos-remove": [image.pk]},
        {"photos-remove": [image.pk]},
    ):
        form = form_of(bob, **data)
        if form.is_valid():
            form.save()

    assert Image.objects.values().get() == before
    assert image.file.storage.exists(image.file.name)


@pytest.mark.parametrize("serve", ["storage", "view"])
def test_x03_nobody_edits_an_image_of_somebody_else(serve, image, bobs, settings):
    settings.GALLERY_EVENTS = {"SERVE": serve}
    for address in (
        f"/gallery/edit/{image.pk}/",
        f"/gallery/edit/gallery_events.image/{image.pk}/",
    ):
        answer = bobs.post(address, {"rotate": "90"})
        assert answer.status_code in (403, 404)
        assert "url" not in answer.json()

    assert Image.objects.count() == 1


def test_x04_the_small_copies_of_a_private_image_are_as_private_as_it_is(
    image, anns, bobs, settings
):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    addresses = [image.rendition_url("thumbnail"), image.file.url, image.shown_url()]

    for address in addresses:
        assert address.startswith("/gallery/file/")
        assert b"".join(anns.get(address)), "the file itself"
        assert bobs.get(address).status_code == 404
        assert Client().get(address).status_code == 404


def written(kind, size):
    out = io.BytesIO()
    Pillow.new("RGB", size).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    "code, kind, size",
    [
        ("bytes", "BMP", (3000, 3000)),
        ("pixels", "PNG", (13000, 13000)),
        ("format", "EPS", (8, 8)),
        ("format", "PPM", (8, 8)),
        ("format", "TGA", (8, 8)),
        ("format", "ICO", (8, 8)),
    ],
)
def test_x05_the_server_has_limits_of_its_own(code, kind, size, anns, monkeypatch):
    content = written(kind, size)
    drawn = []
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", drawn.append)
    answer = anns.post("/gallery/upload/", {"file": ContentFile(content, "innocent.jpg")})

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not drawn, "it is refused before it is decoded"
    assert not Image.objects.exists()


def test_x05_nobody_fills_the_storage(image, anns, settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (2, 10**9)}
    codes = [
        anns.post("/gallery/upload/", {"file": picture(f"{n}.png")}).json().get("code")
        for n in range(3)
    ]

    assert codes == [None, "quota", "quota"]
    assert Image.objects.count() == 2


class PastTheDeadline(OwnerAccess):
    """Nobody uploads and edits any more."""

    def may_upload(self, user, field):
        return False

    def may_edit(self, user, image):
        return False


def test_x08_what_may_only_be_read_is_not_changed_by_whoever_posts(image, anns, settings):
    album = make_album([image.pk])
    asked = {"photos-base": "1", "photos-remove": [image.pk], f"photos-alt-{image.pk}": "Mine"}
    form = ReadOnlyForm({"title": "x", **asked}, {}, instance=again(album))
    assert form.is_valid()
    form.save()
    assert again(album).photos == [image.pk]
    assert Image.objects.get().alt == ""

    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.PastTheDeadline"}
    assert anns.post("/gallery/upload/", {"file": picture()}).status_code == 403
    assert anns.post(f"/gallery/edit/{image.pk}/", {"rotate": "90"}).status_code == 403
    assert Image.objects.count() == 1


def test_x10_the_form_has_no_script_and_no_style_of_its_own_in_the_page():
    html = opened(instance=make_album(make_ids(3))).html

    assert not re.search(r"\sstyle=|\son\w+=|javascript:|<style", html)
    assert all("application/json" in each for each in re.findall(r"<script[^>]*>", html))
    addresses = re.findall(r'(?:href|src)="([^"]*)"', str(AlbumForm().media))
    assert addresses
    assert not [each for each in addresses if "//" in each]


def test_x11_a_header_of_scripts_opens_no_door_and_its_absence_shuts_none(ann, settings):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    forged = {"X-Requested-With": "XMLHttpRequest"}
    assert browser.post("/gallery/upload/", {"file": picture()}, headers=forged).status_code == 403

    browser.cookies["csrftoken"] = "a" * 32
    honest = {"file": picture(), "csrfmiddlewaretoken": "a" * 32}
    assert browser.post("/gallery/upload/", honest).status_code == 201


class Failing(FileSystemStorage):
    def _save(self, name, content):
        raise OSError(28, "No space left on /dev/secret")


@pytest.mark.parametrize("journey", ["upload", "edit"])
def test_x12_what_went_wrong_inside_is_logged_and_not_told(journey, image, anns, settings, caplog):
    settings.STORAGES = {**settings.STORAGES, "failing": {"BACKEND": f"{__name__}.Failing"}}
    settings.GALLERY_EVENTS = {"STORAGE": "failing"}
    asked = {"upload": ("/gallery/upload/", {"file": picture()}),
             "edit": (f"/gallery/edit/{image.pk}/", {"rotate": "90"})}[journey]  # fmt: skip
    answer = anns.post(*asked)

    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert not re.search(r"OSError|secret|Traceback", answer.text)
    assert "/dev/secret" in caplog.text
    assert upload.logger.name.startswith("gallery_events")
