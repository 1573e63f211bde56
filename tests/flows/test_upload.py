"""Upload: a file comes in, and is an image when everything about it is right."""

import hashlib
import io
import logging
import os
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import (
    InMemoryUploadedFile,
    SimpleUploadedFile,
    TemporaryUploadedFile,
)
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from PIL import Image as Pillow

from gallery_events.domain.retention import NEVER
from gallery_events.exceptions import UploadRefused
from gallery_events.flows import upload
from gallery_events.imaging.thumbhash import aspect_ratio
from gallery_events.models import Image, Reference
from gallery_events.signals import image_uploaded
from tests.imaging import planted
from tests.imaging.made import animation, saved
from tests.imaging.storages import StorageDown
from tests.project.models import Album, Photo, Poster

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def files(media):
    """Return a function that lists everything in the storage, folders included."""

    def listed():
        return sorted(str(path.relative_to(media)) for path in media.rglob("*"))

    return listed


@pytest.fixture
def user():
    return get_user_model().objects.create_user("ada")


@pytest.fixture
def shaky(settings):
    """Return a function that puts another storage in the place of the usual one."""

    def use(name="ShakyStorage", **options):
        backend = f"tests.imaging.storages.{name}"
        settings.STORAGES = {
            **settings.STORAGES,
            "shaky": {"BACKEND": backend, "OPTIONS": options},
        }
        settings.GALLERY_EVENTS = {"STORAGE": "shaky"}

    return use


@pytest.fixture
def hearing():
    """Return a function that connects a receiver for this test."""
    connected = []

    def connect(receiver):
        image_uploaded.connect(receiver)
        connected.append(receiver)

    yield connect
    for receiver in connected:
        image_uploaded.disconnect(receiver)


def refusal(file, **options):
    with pytest.raises(UploadRefused) as caught:
        upload.receive(file, **options)
    assert not Image.objects.exists()
    return caught.value


def test_the_row_says_what_the_file_is(picture, user, media):
    data = picture("Strand.jpg", size=(900, 600)).read()
    image = upload.receive(ContentFile(data, "Strand.jpg"), user=user, now=NOW)
    image.refresh_from_db()
    assert image.sha256 == image.upload_sha256 == hashlib.sha256(data).hexdigest()
    assert (image.width, image.height, image.size) == (900, 600, len(data))
    assert (image.content_type, image.frames, image.name) == ("image/jpeg", 1, "Strand.jpg")
    assert (image.uploaded_by, image.uploaded_at, image.storage) == (user, NOW, "default")
    assert (media / image.file.name).read_bytes() == data


def test_metadata_is_cut_out_of_what_is_stored_and_the_row_says_so(media):
    data = planted.jpeg(6)
    image = upload.receive(ContentFile(data, "a.jpg"))
    image.refresh_from_db()
    kept = (media / image.file.name).read_bytes()
    assert planted.SECRET not in kept
    assert (image.treatment, image.size) == ("cut", len(kept))
    assert image.sha256 == hashlib.sha256(kept).hexdigest()
    assert image.upload_sha256 == hashlib.sha256(data).hexdigest()
    assert (image.width, image.height) == (64, 96)
    assert planted.seen(kept, "JPEG") == planted.seen(data, "JPEG")


def test_metadata_may_stay(media, settings):
    settings.GALLERY_EVENTS = {"STRIP_METADATA": False}
    data = planted.jpeg(6)
    image = upload.receive(ContentFile(data, "a.jpg"))
    assert (media / image.file.name).read_bytes() == data
    assert (image.treatment, image.size, image.sha256) == ("kept", len(data), image.upload_sha256)


def test_what_cannot_be_cut_is_encoded_again_and_the_row_says_so(media):
    plain = saved(Pillow.effect_noise((64, 64), 90), "JPEG", quality=95)
    middle = plain.index(b"\xff\xda") + 900
    data = plain[:middle] + planted.segment(0xFE, planted.SECRET) + plain[middle:]
    image = upload.receive(ContentFile(data, "a.jpg"))
    kept = (media / image.file.name).read_bytes()
    assert (image.treatment, image.size) == ("encoded", len(kept))
    assert planted.SECRET not in kept


def test_a_large_file_is_cut_without_being_held_in_memory(media):
    noise = Pillow.effect_noise((2200, 2200), 100)
    data = saved(noise, "PNG", compress_level=0, pnginfo=text(planted.SECRET.decode()))
    image = upload.receive(ContentFile(data, "a.png"))
    assert image.treatment == "cut"
    assert 4 * 1024 * 1024 < image.size < len(data)
    assert (media / image.file.name).read_bytes() == saved(noise, "PNG", compress_level=0)


def text(words):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", words)
    return info


def test_a_blurred_miniature_is_on_the_row(picture):
    image = upload.receive(picture(size=(90, 60)))
    image.refresh_from_db()
    assert 0 < len(image.placeholder) <= 36
    assert aspect_ratio(image.placeholder) > 1


def test_the_thumbnail_is_described_and_lies_beside_the_original(picture, media):
    image = upload.receive(picture(size=(900, 600)))
    image.refresh_from_db()
    [described] = image.renditions.values()
    assert image.renditions.keys() == {"thumbnail"}
    path = media / described["name"]
    assert path.parent == (media / image.file.name).parent
    assert path.stat().st_size == described["size"]
    with Pillow.open(path) as small:
        assert small.size == (described["width"], described["height"]) == (400, 267)
        assert small.get_format_mimetype() == described["content_type"] == "image/jpeg"


def test_all_files_of_an_image_lie_in_a_folder_of_its_own(picture):
    images = [upload.receive(picture()) for _ in range(3)]
    folders = {PurePosixPath(name).parent for image in images for name in image.file_names()}
    assert len(folders) == 3
    assert all(len(image.file_names()) == 2 for image in images)


@pytest.mark.parametrize(
    "name,content_type", [("a.png", "image/png"), ("a.gif", "image/gif"), ("a.webp", "image/webp")]
)
def test_the_other_formats_are_received_too(picture, name, content_type):
    image = upload.receive(picture(name))
    assert image.content_type == content_type
    assert image.file.name.endswith("original" + name[1:])


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_received_with_its_frames(name):
    assert upload.receive(ContentFile(animation(name, frames=4), "a")).frames == 4


def test_a_turned_picture_is_as_high_as_it_is_shown(picture):
    exif = Pillow.Exif()
    exif[0x0112] = 6
    image = upload.receive(picture(size=(90, 60), exif=exif))
    assert (image.width, image.height) == (60, 90)


def test_neither_name_nor_declared_type_is_believed(picture):
    data = picture("a.jpg").read()
    image = upload.receive(SimpleUploadedFile("a.png", data, content_type="image/gif"))
    assert image.content_type == "image/jpeg"
    assert image.file.name.endswith("/original.jpg")
    assert image.name == "a.png"


@pytest.mark.parametrize(
    "name,kept",
    [
        ("../../x.jpg", "x.jpg"),
        ("a\x00\nb.jpg", "ab.jpg"),
        ("ä" * 400 + ".jpg", "ä" * 251 + ".jpg"),
    ],
)
def test_the_name_of_the_client_is_kept_clean_and_not_used(picture, name, kept):
    file = picture()
    file.name = name
    image = upload.receive(file)
    image.refresh_from_db()
    assert image.name == kept
    assert kept not in image.file.name


def test_a_file_without_a_name_is_received(picture):
    assert upload.receive(io.BytesIO(picture().read())).name == ""


def test_a_file_by_number_has_no_name(picture):
    with tempfile.TemporaryFile() as file:
        file.write(picture().read())
        assert upload.receive(file).name == ""


def test_every_kind_of_file_is_read_from_its_start_and_left_open(picture, tmp_path):
    data = picture().read()
    (tmp_path / "a.jpg").write_bytes(data)
    temporary = TemporaryUploadedFile("a.jpg", "image/jpeg", len(data), None)
    temporary.write(data)
    with (tmp_path / "a.jpg").open("rb") as plain, temporary:
        for file in (
            plain,
            temporary,
            File(io.BytesIO(data)),
            InMemoryUploadedFile(io.BytesIO(data), None, "a.jpg", "", 1, None),
        ):
            file.seek(7)
            assert upload.receive(file).size == len(data)
            assert not file.closed


def test_a_large_file_is_received_by_way_of_the_disk(media):
    noise = Pillow.effect_noise((2200, 2200), 100)
    data = saved(noise, "PNG")
    assert len(data) > 4 * 1024 * 1024
    image = upload.receive(ContentFile(data, "noise.png"))
    assert (media / image.file.name).read_bytes() == data


def test_a_file_that_cannot_be_sought_is_received(picture):
    data = picture().read()
    read, write = os.pipe()
    with os.fdopen(write, "wb") as sender:
        sender.write(data)
    with os.fdopen(read, "rb") as pipe:
        assert upload.receive(pipe).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("said", [1, 10**12, None, "many"])
def test_what_a_file_says_of_its_size_is_not_believed(picture, said):
    data = picture().read()
    file = ContentFile(data, "a.jpg")
    file.size = said
    assert upload.receive(file).size == len(data)


@pytest.mark.parametrize("thing", [None, "a.jpg", b"bytes", 7, io.StringIO("text"), object()])
def test_what_is_no_file_is_refused(thing):
    assert refusal(thing).code == "not_a_file"


def test_a_closed_file_is_refused(tmp_path, picture):
    file = io.BytesIO(picture().read())
    file.close()
    assert refusal(file).code == "not_a_file"
    wrapped = File((tmp_path / "a").open("wb+"))
    wrapped.close()
    assert refusal(wrapped).code == "not_a_file"


def test_an_empty_file_is_refused(files):
    assert refusal(ContentFile(b"", "a.jpg")).code == "empty"
    assert files() == []


def test_bytes_are_bounded_to_the_last_one(picture, settings, files):
    file = picture()
    settings.GALLERY_EVENTS = {"MAX_BYTES": file.size - 1}
    error = refusal(file)
    assert (error.code, error.limit) == ("bytes", file.size - 1)
    assert files() == []
    settings.GALLERY_EVENTS = {"MAX_BYTES": file.size}
    assert upload.receive(file).size == file.size


@pytest.mark.parametrize(
    "setting,value,code",
    [
        ("FORMATS", ["PNG", "WEBP"], "format"),
        ("MAX_PIXELS", 1199, "pixels"),
        ("MAX_FRAMES", 2, "frames"),
    ],
)
def test_the_settings_bound_what_is_accepted(settings, files, setting, value, code):
    settings.GALLERY_EVENTS = {setting: value}
    assert refusal(ContentFile(animation("GIF"), "a.gif")).code == code
    assert files() == []
    settings.GALLERY_EVENTS = {"FORMATS": ["GIF"], "MAX_PIXELS": 1200, "MAX_FRAMES": 3}
    assert upload.receive(ContentFile(animation("GIF"), "a.gif")).frames == 3


def test_the_size_of_the_thumbnail_is_a_setting(picture, settings):
    settings.GALLERY_EVENTS = {"THUMBNAIL_SIZE": 50}
    image = upload.receive(picture(size=(100, 80)))
    assert image.renditions["thumbnail"]["width"] == 50


def test_a_damaged_file_is_refused_and_nothing_of_it_is_kept(picture, files):
    data = picture(size=(300, 200)).read()
    assert refusal(ContentFile(data[:-500], "a.jpg")).code == "broken"
    assert files() == []


def test_html_that_begins_like_a_gif_is_refused():
    assert refusal(ContentFile(b"GIF89a/*<script>*/=1;alert(1)//" * 9, "a.gif")).code == "broken"


def test_the_grace_begins_when_the_file_is_received(picture, settings):
    assert upload.receive(picture(), now=NOW).review_after == NOW + timedelta(days=14)
    settings.GALLERY_EVENTS = {"UPLOAD_GRACE_DAYS": None}
    assert upload.receive(picture(), now=NOW).review_after == NEVER


def test_the_clock_is_read_when_no_moment_is_given(picture):
    before = timezone.now()
    assert before <= upload.receive(picture()).uploaded_at <= timezone.now()


def test_the_gallery_decides_on_the_image_model(picture, user):
    poster = upload.receive(picture(), field=Poster._meta.get_field("photos"), user=user)
    assert isinstance(poster, Photo)
    assert Photo.objects.get().file_names() == poster.file_names()
    assert isinstance(upload.receive(picture(), field=Album._meta.get_field("photos")), Image)


@pytest.mark.parametrize("field", ["photos", Album, Album._meta.get_field("title")])
def test_what_is_no_gallery_is_no_place_to_upload_to(picture, field):
    with pytest.raises(TypeError, match="GalleryField"):
        upload.receive(picture(), field=field)


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_nobody_in_particular_may_be_the_sender(picture, nobody):
    assert upload.receive(picture(), user=nobody).uploaded_by is None


@pytest.mark.django_db(transaction=True)
def test_the_receipt_is_announced_inside_the_transaction(picture, user, hearing):
    heard = []

    def receiver(sender, image, user, **kwargs):
        heard.append((sender, Image.objects.get(), user, connection.in_atomic_block))

    hearing(receiver)
    image = upload.receive(picture(), user=user)
    assert heard == [(Image, image, user, True)]


def test_received_and_refused_files_are_in_the_log(picture, caplog):
    with caplog.at_level(logging.INFO, "gallery_events.upload"):
        image = upload.receive(picture("sea.jpg"))
        with pytest.raises(UploadRefused):
            upload.receive(ContentFile(b"no", "la\nnd.jpg"))
    received, refused = caplog.messages
    assert f"Received 'sea.jpg' from None as image {image.pk}" in received
    assert "Refused 'land.jpg' from None (format)" in refused


# When something fails, nothing is left.


@pytest.mark.parametrize("file", ["original", "thumbnail"])
@pytest.mark.parametrize("step", ["before", "half", "after"])
def test_a_storage_that_fails_leaves_nothing(shaky, picture, files, file, step):
    shaky(steps=[step], file=file)
    with pytest.raises(StorageDown, match=step):
        upload.receive(picture())
    assert not Image.objects.exists()
    assert not [name for name in files() if "." in name]
    assert all(len(name) <= len("gallery/ab") for name in files())


def test_a_folder_that_cannot_be_removed_is_no_harm(shaky, picture):
    shaky(steps=["after", "folder"])
    with pytest.raises(StorageDown, match="after") as caught:
        upload.receive(picture())
    assert not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, SystemExit])
def test_an_upload_that_is_interrupted_leaves_nothing(shaky, picture, files, error):
    shaky(steps=["after"], file="thumbnail", error=error)
    with pytest.raises(error):
        upload.receive(picture())
    assert not Image.objects.exists()
    assert not [name for name in files() if "." in name]


def test_a_storage_that_cannot_remove_does_not_hide_the_first_error(shaky, picture, files, caplog):
    shaky(steps=["after", "delete"], file="thumbnail")
    with pytest.raises(StorageDown, match="after") as caught:
        upload.receive(picture())
    left = [name for name in files() if "." in name]
    assert len(left) == 2
    [note] = caught.value.__notes__
    assert all(name in note for name in left)
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 2


@pytest.mark.parametrize("step", ["image_uploaded", "insert"])
def test_a_row_that_cannot_be_written_leaves_no_file(picture, files, user, hearing, step):
    def receiver(image, **kwargs):
        if step == "image_uploaded":
            raise RuntimeError
        Image.objects.create(storage=image.storage, file=image.file.name)

    hearing(receiver)
    with pytest.raises((RuntimeError, DatabaseError)):
        upload.receive(picture(), user=user)
    assert not Image.objects.exists()
    assert not [name for name in files() if "." in name]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_refused_at_the_commit_leaves_no_file(picture, files, hearing, user):
    def receiver(image, **kwargs):
        # Deferred foreign keys are looked at when the transaction ends.
        Image.objects.filter(pk=image.pk).update(uploaded_by_id=user.pk + 1)

    hearing(receiver)
    with pytest.raises(DatabaseError):
        upload.receive(picture(), user=user)
    assert not Image.objects.exists()
    assert not [name for name in files() if "." in name]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [RuntimeError, IntegrityError, KeyboardInterrupt])
def test_what_fails_after_the_commit_takes_no_file_from_the_image(picture, media, hearing, error):
    def receiver(image, **kwargs):
        def fail():
            raise error

        transaction.on_commit(fail)

    hearing(receiver)
    with pytest.raises(error):
        upload.receive(picture())
    image = Image.objects.get()
    assert all((media / name).exists() for name in image.file_names())


@pytest.fixture
def commit(monkeypatch):
    """Return a function that puts another commit in the place of the connection's own."""
    really = connection._commit

    def use(*steps):
        def answer_lost():
            if "written" in steps:
                really()
            if "no more queries" in steps:
                connection.execute_wrappers.append(unreachable)
            message = "the connection was lost"
            raise OperationalError(message)

        monkeypatch.setattr(connection, "_commit", answer_lost)

    yield use
    connection.execute_wrappers[:] = [
        wrapper for wrapper in connection.execute_wrappers if wrapper is not unreachable
    ]


def unreachable(*args, **kwargs):
    raise OperationalError


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_leaves_no_file(picture, files, commit):
    commit()
    with pytest.raises(OperationalError):
        upload.receive(picture())
    assert not Image.objects.exists()
    assert not [name for name in files() if "." in name]


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_answer_is_lost_takes_no_file_from_the_image(picture, media, commit):
    commit("written")
    with pytest.raises(OperationalError):
        upload.receive(picture())
    image = Image.objects.get()
    assert all((media / name).exists() for name in image.file_names())


@pytest.mark.django_db(transaction=True)
def test_while_nobody_can_tell_whether_the_image_is_there_its_files_stay(
    picture, files, commit, caplog
):
    commit("no more queries")
    with pytest.raises(OperationalError, match="lost"):
        upload.receive(picture())
    assert len([name for name in files() if "." in name]) == 2
    assert "may not be there" in caplog.text


def test_a_refusal_leaves_the_transaction_of_the_caller_usable(picture):
    with transaction.atomic():
        with pytest.raises(UploadRefused):
            upload.receive(ContentFile(b"no", "a.jpg"))
        image = upload.receive(picture())
    assert Image.objects.get() == image


def test_the_name_that_the_storage_gives_is_the_one_that_is_kept(shaky, picture, media):
    shaky(steps=["elsewhere"], file="")
    image = upload.receive(picture())
    image.refresh_from_db()
    assert [PurePosixPath(name).name for name in image.file_names()] == ["renamed.jpg", "small.jpg"]
    assert all((media / name).exists() for name in image.file_names())


def test_a_renamed_file_is_removed_under_the_name_it_got(shaky, picture, files, hearing):
    def receiver(image, **kwargs):
        raise RuntimeError

    shaky(steps=["elsewhere"], file="")
    hearing(receiver)
    with pytest.raises(RuntimeError):
        upload.receive(picture())
    assert not [name for name in files() if "." in name]


def test_names_in_the_row_have_forward_slashes(shaky, picture):
    shaky("BackslashStorage")
    image = upload.receive(picture())
    assert not [name for name in image.file_names() if "\\" in name]


def test_a_storage_may_close_what_it_is_given(shaky, picture):
    shaky("ClosingStorage")
    file = picture()
    assert upload.receive(file).storage == "shaky"
    assert not file.closed


def test_no_path_is_needed(settings, picture):
    settings.STORAGES = {
        **settings.STORAGES,
        "memory": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    settings.GALLERY_EVENTS = {"STORAGE": "memory"}
    file = picture()
    image = Image.objects.get(pk=upload.receive(file).pk)
    with image.file.open() as stored:
        file.seek(0)
        assert stored.read() == file.read()


# The quota: what a user has uploaded and nothing names.


def test_the_number_of_unclaimed_images_is_bounded(settings, picture, user, files):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (2, 10**9)}
    upload.receive(picture(), user=user)
    upload.receive(picture(), user=user)
    before = files()
    with pytest.raises(UploadRefused) as caught:
        upload.receive(picture(), user=user)
    assert (caught.value.code, caught.value.limit) == ("quota", (2, 10**9))
    assert files() == before


def test_the_bytes_of_unclaimed_images_are_bounded_to_the_last_one(settings, picture, user):
    first, second = picture(), picture()
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (9, first.size + second.size - 1)}
    upload.receive(first, user=user)
    with pytest.raises(UploadRefused) as caught:
        upload.receive(second, user=user)
    assert caught.value.code == "quota"
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (9, first.size + second.size)}
    upload.receive(second, user=user)


def test_images_in_a_gallery_in_the_trash_or_of_others_do_not_count(settings, picture, user):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (1, 10**9)}
    claimed = upload.receive(picture(), user=user)
    refer(claimed)
    trashed = upload.receive(picture(), user=user)
    Image.objects.filter(pk=trashed.pk).update(trashed_at=NOW)
    upload.receive(picture(), user=get_user_model().objects.create_user("grace"))
    upload.receive(picture())
    assert upload.receive(picture(), user=user)


@pytest.mark.parametrize("quota", [None, (1, 1)])
def test_nobody_in_particular_and_no_quota_mean_no_bound(settings, picture, user, quota):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": quota}
    assert upload.receive(picture(), user=None if quota else user)


def refer(image):
    from django.contrib.contenttypes.models import ContentType

    Reference.objects.create(
        image=image,
        content_type=ContentType.objects.get_for_model(Album),
        object_id="1",
        field="photos",
        since_version=1,
        since=NOW,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="counts what /proc shows")
def test_no_file_stays_open(picture):
    def opened():
        return len(list(Path("/proc/self/fd").iterdir()))

    noise = ContentFile(saved(Pillow.effect_noise((2200, 2200), 100), "PNG"), "noise.png")
    upload.receive(picture())
    before = opened()
    for file in (picture(), noise, ContentFile(animation("GIF")), ContentFile(b"no")):
        with suppress(UploadRefused):
            upload.receive(file)
    assert opened() == before
