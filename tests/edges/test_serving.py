"""The files of images, sent by our own view to those who may see them."""

import logging
import re
from datetime import timedelta
from io import BytesIO

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.test import AsyncClient
from django.urls import NoReverseMatch, reverse
from django.utils.http import http_date

from gallery_events.flows import trash, upload
from gallery_events.models import Image
from gallery_events.views import file_view
from tests import NOW, named
from tests.factories import make_album
from tests.pictures import picture
from tests.project.models import Photo, Poster

pytestmark = pytest.mark.django_db

OPENED = []


class Stream(BytesIO):
    """A file that can only be read on, and says whether it was closed."""

    size = None

    def seekable(self):
        return False

    def seek(self, *args):
        raise OSError("not seekable")

    def tell(self):
        raise OSError("not seekable")


class Streams(Storage):
    """A storage without paths, whose files cannot be sought and do not know their size."""

    files = {}

    def _save(self, name, content):
        self.files[name] = b"".join(content.chunks())
        return name

    def _open(self, name, mode="rb"):
        if name not in self.files:
            raise FileNotFoundError(name)
        OPENED.append(self.stream(self.files[name]))
        return OPENED[-1]

    def stream(self, data):
        return Stream(data)

    def exists(self, name):
        return name in self.files

    def delete(self, name):
        self.files.pop(name, None)

    def url(self, name):
        return f"https://bucket.example/{name}"


class Sized(Streams):
    """The same, but the files know their size."""

    def stream(self, data):
        stream = File(Stream(data))
        stream.size = len(data)
        return stream


class Broken(Streams):
    """The same, but it fails when the file is looked at."""

    def stream(self, data):
        return BrokenStream(data)


class BrokenStream(Stream):
    @property
    def size(self):
        raise LookupError("the bucket is away")


@pytest.fixture(autouse=True)
def view(settings):
    """Serve images by the view, from any of three storages."""
    OPENED.clear()
    Streams.files.clear()
    settings.STORAGES = {
        **settings.STORAGES,
        "streams": {"BACKEND": f"{__name__}.Streams"},
        "sized": {"BACKEND": f"{__name__}.Sized"},
        "broken": {"BACKEND": f"{__name__}.Broken"},
        "memory": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    settings.GALLERY_EVENTS = {"SERVE": "view"}


@pytest.fixture
def stored(ann, settings):
    """Return a function that uploads an image to one of the storages."""

    def receive(storage):
        settings.GALLERY_EVENTS = {"SERVE": "view", "STORAGE": storage}
        image = upload.receive(picture("Sunset.png"), user=ann)
        OPENED.clear()
        return image

    return receive


@pytest.fixture
def data(image):
    with image.file.storage.open(image.file.name) as file:
        return file.read()


def address(model="gallery_events.image", pk=1, rendition="original"):
    return reverse("gallery_events:file", args=[model, pk, rendition])


def told(response):
    """Return all that somebody learns of an answer."""
    return response.status_code, dict(response.headers), response.getvalue()


# Addresses.


def test_by_the_view_an_image_has_addresses_of_ours(image):
    assert image.file.url == address(pk=image.pk)
    assert image.rendition_url() == address(pk=image.pk, rendition="thumbnail")
    assert image.rendition_url("poster") == image.file.url


def test_by_the_storage_an_image_has_the_addresses_of_its_storage(image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "storage"}

    assert image.file.url == storages["default"].url(image.file.name)
    assert image.rendition_url() == storages["default"].url(image.renditions["thumbnail"]["name"])


def test_a_proxy_has_the_address_of_its_model(image):
    from tests.project.models import Picture

    assert Picture.objects.get(pk=image.pk).file.url == image.file.url


@pytest.mark.parametrize("serve", ["view", "storage"])
def test_without_a_file_there_is_no_address(settings, serve):
    settings.GALLERY_EVENTS = {"SERVE": serve}

    with pytest.raises(ValueError, match="no file"):
        _ = Image().file.url
    with pytest.raises(ValueError, match="no file"):
        Image().rendition_url()


def test_an_image_that_is_not_saved_has_no_address_yet():
    with pytest.raises(ValueError, match="save it first"):
        _ = Image(file="a.png").file.url


def test_without_our_urls_there_is_no_address(image, settings):
    settings.ROOT_URLCONF = ()

    with pytest.raises(NoReverseMatch):
        _ = image.file.url


def test_where_the_storage_serves_the_view_does_not(anns, image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "storage"}

    assert anns.get(address(pk=image.pk)).status_code == 404


# The whole file.


def test_the_file_comes_as_it_is_stored(anns, image, data):
    response = anns.get(image.file.url)

    assert response.getvalue() == data
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Length"] == str(len(data))
    assert response.headers["Content-Disposition"] == 'inline; filename="Sunset.png"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == f'"{image.sha256}"'
    assert response.headers["Last-Modified"] == http_date(image.uploaded_at.timestamp())


def test_a_rendition_comes_with_its_own_type_name_and_tag(anns, image):
    response = anns.get(image.rendition_url("thumbnail"))
    made = image.renditions["thumbnail"]

    assert len(response.getvalue()) == made["size"]
    assert response.headers["Content-Type"] == made["content_type"]
    assert "Sunset-thumbnail." in response.headers["Content-Disposition"]
    assert response.headers["ETag"] != f'"{image.sha256}"'


def test_browsers_ask_again_and_nobody_else_remembers(anns, image):
    response = anns.head(image.file.url)
    kept = response.headers["Cache-Control"]

    assert "private" in kept
    assert "must-revalidate" in kept
    assert int(re.search(r"max-age=(\d+)", kept)[1]) <= 300
    assert "Cookie" in response.headers["Vary"]


def test_a_head_request_tells_the_same_and_sends_nothing(anns, image, data):
    whole, head = anns.get(image.file.url), anns.head(image.file.url)

    assert (whole.getvalue(), head.getvalue()) == (data, b"")
    assert dict(head.headers) == dict(whole.headers)
    assert anns.head(image.file.url, headers={"Range": "bytes=0-1"}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_other_methods_are_not_allowed(anns, image, method):
    assert getattr(anns, method)(image.file.url).status_code == 405


def test_images_in_the_trash_are_still_served(anns, image, data):
    trash.trash(image)

    assert anns.get(image.file.url).getvalue() == data


def test_images_of_other_models_are_served_by_their_keys(anns, ann):
    photo = upload.receive(picture("a.webp"), user=ann, field=Poster._meta.get_field("photos"))
    assert isinstance(photo, Photo)

    assert anns.head(photo.file.url).headers["Content-Type"] == "image/webp"
    assert anns.head(photo.rendition_url()).status_code == 200


# What a row says is not trusted with the browser.


def changed(image, **columns):
    Image._base_manager.filter(pk=image.pk).update(**columns)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/html", "text/xml", "application/xhtml+xml", "image/png\r\nX: y", "IMAGE/PNG"],
)
def test_what_is_no_known_image_is_downloaded(anns, image, content_type):
    changed(image, content_type=content_type)
    response = anns.get(image.file.url)
    response.getvalue()

    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="Sunset.bin"'


@pytest.mark.parametrize(
    "name, disposition",
    [
        ("photo.PNG", 'inline; filename="photo.png"'),
        ("photo.jpeg", 'inline; filename="photo.png"'),
        ("invoice.exe", 'inline; filename="invoice.exe.png"'),
        ("no dot", 'inline; filename="no dot.png"'),
        ("", 'inline; filename="image.png"'),
        (".png", 'inline; filename="image.png"'),
        ("../../etc/passwd", 'inline; filename="passwd.png"'),
        ('a"b\\c.png', 'inline; filename="c.png"'),
        ('say "hi".png', 'inline; filename="say \\"hi\\".png"'),
        ("a\r\nSet-Cookie: x=1.png", 'inline; filename="aSet-Cookie: x=1.png"'),
        ("Größe.png", "inline; filename*=utf-8''Gr%C3%B6%C3%9Fe.png"),
        ("\u202egpj.png", 'inline; filename="gpj.png"'),
    ],
    ids=named,
)
def test_a_name_that_a_sender_chose_does_no_harm(anns, image, name, disposition):
    changed(image, name=name)
    response = anns.get(image.file.url)
    response.getvalue()

    assert response.headers["Content-Disposition"] == disposition


def test_without_hashes_the_names_tell_files_apart(anns, image):
    changed(image, sha256="")
    tags = {
        anns.head(url).headers["ETag"] for url in (image.file.url, image.rendition_url("thumbnail"))
    }

    assert len(tags) == 2


# Parts.


@pytest.mark.parametrize("storage", ["default", "memory", "sized"])
@pytest.mark.parametrize(
    "range_, part", [("0-9", (0, 10)), ("20-", (20, None)), ("-7", (-7, None))]
)
def test_one_part_is_sent_alone_from_any_storage(anns, stored, storage, range_, part):
    image = stored(storage)
    data = anns.get(image.file.url).getvalue()
    response = anns.get(image.file.url, headers={"Range": f"bytes={range_}"})
    expected = data[slice(*part)]

    assert response.status_code == 206
    assert response.getvalue() == expected
    assert response.headers["Content-Length"] == str(len(expected))
    start = data.index(expected, part[0] if part[0] >= 0 else len(data) + part[0])
    end = start + len(expected) - 1
    assert response.headers["Content-Range"] == f"bytes {start}-{end}/{len(data)}"
    assert response.headers["ETag"] == f'"{image.sha256}"'
    assert all(file.closed for file in OPENED)


@pytest.mark.parametrize("range_", ["bytes=0-1,5-6", "lines=1-2", "bytes=x", "", "bytes=5-1", "²"])
def test_what_asks_for_no_single_part_gets_the_whole(anns, image, data, range_):
    response = anns.get(image.file.url, headers={"Range": range_})

    assert (response.status_code, response.getvalue()) == (200, data)
    assert "Content-Range" not in response.headers


@pytest.mark.parametrize("range_", ["bytes=100000-", f"bytes={10**30}-", "bytes=-0"])
def test_a_part_behind_the_end_cannot_be_had(anns, image, data, range_):
    response = anns.get(image.file.url, headers={"Range": range_})

    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(data)}"
    assert "no-store" in response.headers["Cache-Control"]


def test_a_file_that_does_not_know_its_size_is_sent_whole(anns, stored):
    image = stored("streams")
    response = anns.get(image.file.url, headers={"Range": "bytes=0-1"})

    assert response.status_code == 200
    assert response.getvalue() == Streams.files[image.file.name]
    assert "Accept-Ranges" not in response.headers
    assert "Content-Length" not in response.headers
    assert OPENED
    assert all(file.closed for file in OPENED)


def test_a_part_continues_only_the_file_it_was_begun_with(anns, image):
    def status(known):
        asked = anns.get(image.file.url, headers={"Range": "bytes=0-1", "If-Range": known})
        asked.getvalue()
        return asked.status_code

    uploaded = image.uploaded_at.timestamp()
    assert status(f'"{image.sha256}"') == 206
    assert status(http_date(uploaded)) == 206
    assert status(f'W/"{image.sha256}"') == 200
    assert status('"another"') == 200
    assert status(http_date(uploaded - 60)) == 200
    assert status("nonsense") == 200


def test_files_of_many_chunks_arrive_whole_and_in_parts(anns, ann):
    image = upload.receive(picture("Big.png", size=(1200, 900)), user=ann)
    storage = image.file.storage
    storage.delete(image.file.name)
    data = bytes(range(256)) * 1000
    storage.save(image.file.name, File(BytesIO(data)))

    assert anns.get(image.file.url).getvalue() == data
    part = anns.get(image.file.url, headers={"Range": "bytes=70000-200000"})
    assert part.getvalue() == data[70000:200001]


def test_parts_of_streams_of_many_chunks_skip_what_comes_before(anns, stored):
    image = stored("sized")
    data = Streams.files[image.file.name] = bytes(range(256)) * 1000
    part = anns.get(image.file.url, headers={"Range": "bytes=70000-200000"})

    assert part.getvalue() == data[70000:200001]


# Not again what a browser has.


@pytest.mark.parametrize(
    "header, value",
    [
        ("If-None-Match", '"{sha256}"'),
        ("If-None-Match", 'W/"{sha256}"'),
        ("If-None-Match", '"x", "{sha256}"'),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "{date}"),
    ],
)
def test_what_a_browser_has_is_not_sent_again_and_not_opened(
    anns, image, header, value, monkeypatch
):
    known = value.format(sha256=image.sha256, date=http_date(image.uploaded_at.timestamp()))
    image.file.storage.delete(image.file.name)
    response = anns.get(image.file.url, headers={header: known})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == f'"{image.sha256}"'
    assert "private" in response.headers["Cache-Control"]
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"If-None-Match": '"old"'}, 200),
        ({"If-Modified-Since": http_date(0)}, 200),
        ({"If-Modified-Since": "nonsense"}, 200),
        ({"If-Match": '"old"'}, 412),
        ({"If-Unmodified-Since": http_date(1)}, 412),
    ],
)
def test_what_a_browser_has_not_is_sent(anns, image, headers, status):
    response = anns.get(image.file.url, headers=headers)
    response.getvalue()

    assert response.status_code == status


def test_a_withdrawn_right_is_asked_again_before_it_is_said_that_nothing_changed(client, image):
    tag = {"If-None-Match": f'"{image.sha256}"'}
    user = get_user_model().objects.create_user("bob")
    user.user_permissions.add(Permission.objects.get(codename="view_image"))
    client.force_login(user)
    assert client.get(image.file.url, headers=tag).status_code == 304

    user.user_permissions.clear()
    assert client.get(image.file.url, headers=tag).status_code == 404


# Who sees.


@pytest.mark.parametrize(
    "who, status",
    [
        ("anonymous", 404),
        ("ordinary", 404),
        ("staff", 404),
        ("inactive", 404),
        ("superuser", 200),
        ("uploader", 200),
        ("gallery_events.view_image", 200),
        ("gallery_events.change_image", 200),
        ("project.view_album", 200),
        ("project.view_poster", 404),
    ],
)
@pytest.mark.parametrize("rendition", ["original", "thumbnail"])
def test_files_go_to_those_who_may_see_the_image(client, image, who, status, rendition):
    make_album([image.pk])
    columns = {
        "staff": {"is_staff": True},
        "superuser": {"is_superuser": True},
        "inactive": {"is_active": False, "is_superuser": True},
    }.get(who, {})
    user = (
        image.uploaded_by
        if who == "uploader"
        else get_user_model().objects.create_user("bob", **columns)
    )
    if "." in who:
        user.user_permissions.add(Permission.objects.get(codename=who.partition(".")[2]))
    if who != "anonymous":
        client.force_login(user)
    response = client.get(address(pk=image.pk, rendition=rendition))
    response.getvalue()

    assert response.status_code == status


def test_nobody_learns_whether_there_is_what_he_may_not_see(client, image):
    client.force_login(get_user_model().objects.create_user("bob"))
    hidden = told(client.get(address(pk=image.pk)))

    assert hidden[0] == 404
    for other in (
        address(pk=image.pk + 1),
        address(pk=image.pk, rendition="nothing"),
        address(model="no.where"),
        address(pk="x"),
    ):
        assert told(client.get(other)) == hidden


@pytest.mark.parametrize(
    "pk",
    [
        *("0", "-1", "1.0", " 1", "1 ", "+1", "1e0", "null", "None", "true", "\u00b2", "\u0661"),
        *(str(10**22), "9223372036854775808", "..", "../1", "%00", "1%00", "\x00", "\ud7ff", "'"),
        *("%2e%2e%2f1", "1;drop", "x" * 5000, "[1]", "{}", "1,2", "%ff", "é"),
    ],
    ids=named,
)
@pytest.mark.parametrize("model", ["gallery_events.image", "project.photo"])
def test_malformed_keys_are_not_found(anns, model, pk):
    from urllib.parse import quote

    for given in (pk, quote(pk, safe="")):
        path = f"/gallery/file/{model}/{quote(given, safe='')}/original/"
        assert anns.get(path).status_code == 404
        path = f"/gallery/image/{model}/{quote(given, safe='')}/"
        assert anns.get(path).status_code == 404


@pytest.mark.parametrize(
    "model",
    [
        *(
            "auth.user",
            "gallery_events.Image",
            "gallery_events.reference",
            "project.album",
            "image",
        ),
        *("project.picture", "gallery_events.tombstone", "..", ".", "a.b.c", "\u00b2", "x" * 5000),
        *("%00", "project.", ".photo", "None"),
    ],
    ids=named,
)
def test_unknown_models_are_not_found(anns, image, model):
    from urllib.parse import quote

    for path in (f"file/{quote(model)}/{image.pk}/original/", f"image/{quote(model)}/{image.pk}/"):
        assert anns.get(f"/gallery/{path}").status_code == 404


@pytest.mark.parametrize(
    "rendition", ["", "Original", "..", "%00", "__class__", "name", "x" * 5000]
)
def test_unknown_renditions_are_not_found(anns, image, rendition):
    path = f"/gallery/file/gallery_events.image/{image.pk}/{rendition}/"

    assert anns.get(path).status_code == 404


# Files that are gone, and clients that are.


def test_a_file_that_is_gone_is_not_found_and_logged(anns, image, caplog):
    image.file.storage.delete(image.file.name)

    assert anns.get(image.file.url).status_code == 404
    [record] = [each for each in caplog.records if each.name == "gallery_events.serving"]
    assert record.levelno == logging.ERROR
    assert image.file.name in record.getMessage()


@pytest.mark.parametrize("name", ["../outside.png", "/etc/passwd", "."])
def test_a_name_that_leaves_the_storage_is_not_found(anns, image, name):
    changed(image, file=name)

    assert anns.get(image.file.url).status_code == 404


@pytest.mark.parametrize("chunks", [0, 1])
@pytest.mark.parametrize("storage", ["streams", "sized"])
def test_the_file_is_closed_when_the_client_goes(rf, stored, ann, storage, chunks):
    image = stored(storage)
    request = rf.get("/")
    request.user = ann
    response = file_view(request, "gallery_events.image", str(image.pk), "original")
    for _ in range(chunks):
        next(iter(response))
    [file] = OPENED
    assert not file.closed

    for close in response._resource_closers:  # as a server does, by response.close()
        close()
    assert file.closed


@pytest.mark.parametrize("headers", [{"Range": "bytes=100000-"}, {}], ids=["416", "HEAD"])
def test_the_file_is_closed_when_nothing_of_it_is_sent(anns, stored, headers):
    image = stored("sized")
    (anns.get if headers else anns.head)(image.file.url, headers=headers)

    [file] = OPENED
    assert file.closed


def test_the_file_is_closed_when_its_storage_fails(anns, stored):
    image = stored("broken")

    with pytest.raises(LookupError):
        anns.get(image.file.url)
    [file] = OPENED
    assert file.closed


def test_an_image_without_a_file_is_not_found(anns, image):
    changed(image, file="")

    assert anns.head(image.rendition_url()).status_code == 200
    assert anns.get(address(pk=image.pk)).status_code == 404


# Other servers.


def test_an_asynchronous_server_streams_without_a_warning(ann, image, data):
    browser = AsyncClient()
    browser.force_login(ann)

    @async_to_sync
    async def ask(**headers):
        response = await browser.get(image.file.url, headers=headers)
        assert response.is_async
        parts = [part async for part in response.streaming_content]
        return response.status_code, b"".join(parts)

    assert ask() == (200, data)
    assert ask(Range="bytes=3-5") == (206, data[3:6])


def test_nginx_is_handed_the_file_under_its_prefix(anns, image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view", "SENDFILE": ("X-Accel-Redirect", "/protected/")}
    response = anns.get(image.file.url, headers={"Range": "bytes=0-1"})

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-Accel-Redirect"] == f"/protected/{image.file.name}"
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in response.headers["Cache-Control"]


def test_a_name_that_a_header_cannot_hold_is_quoted(anns, image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view", "SENDFILE": ("X-Accel-Redirect", "/p/")}
    changed(image, file="a b/ü%2F.png")

    assert anns.get(image.file.url).headers["X-Accel-Redirect"] == "/p/a%20b/%C3%BC%252F.png"


def test_what_lies_in_another_storage_is_not_handed_to_nginx(anns, stored, settings):
    image = stored("memory")
    settings.GALLERY_EVENTS = {"SERVE": "view", "SENDFILE": ("X-Accel-Redirect", "/protected/")}
    response = anns.get(image.file.url)

    assert "X-Accel-Redirect" not in response.headers
    assert len(response.getvalue()) == image.size


def test_apache_is_handed_the_path(anns, image, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view", "SENDFILE": ("X-Sendfile", "")}
    response = anns.get(image.file.url)

    assert response.content == b""
    assert response.headers["X-Sendfile"] == image.file.path


def test_a_storage_without_paths_is_streamed_all_the_same(anns, stored, settings):
    image = stored("streams")
    settings.GALLERY_EVENTS = {"SERVE": "view", "SENDFILE": ("X-Sendfile", "")}
    response = anns.get(image.file.url)

    assert "X-Sendfile" not in response.headers
    assert len(response.getvalue()) == image.size


@pytest.mark.parametrize("header", [("X-Accel-Redirect", "/protected/"), ("X-Sendfile", "")])
def test_no_path_is_told_to_those_who_may_not_see(client, image, settings, header):
    settings.GALLERY_EVENTS = {"SERVE": "view", "SENDFILE": header}
    response = client.get(image.file.url)

    assert response.status_code == 404
    assert header[0] not in response.headers


def test_parts_are_not_compressed_by_a_middleware(anns, image, data, settings):
    settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *settings.MIDDLEWARE]
    response = anns.get(image.file.url, headers={"Range": "bytes=0-299", "Accept-Encoding": "gzip"})

    assert response.getvalue() == data[:300]


# What it costs.


@pytest.mark.parametrize(
    "path", ["gallery/file/gallery_events.image/{}/original/", "gallery/image/{}/"]
)
def test_an_answer_costs_few_queries(anns, image, path, django_assert_max_num_queries):
    make_album([image.pk])

    with django_assert_max_num_queries(5):  # session, user, image, and two for permissions
        anns.get("/" + path.format(image.pk)).getvalue()


def test_uploaded_long_ago_is_told_as_such(anns, ann):
    image = upload.receive(picture("Old.png"), user=ann, now=NOW - timedelta(days=3000))

    expected = http_date((NOW - timedelta(days=3000)).timestamp())
    assert anns.head(image.file.url).headers["Last-Modified"] == expected
