"""The journeys once more, with files in a real object store: nothing there has a path or a folder."""

import os
from contextlib import closing
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image as Pillow

from gallery_events.domain.edits import Edit
from gallery_events.exceptions import UploadRefused
from gallery_events.flows import edit, renditions, restore, upload
from gallery_events.flows.preflight.markers import MARKERS
from gallery_events.flows.sweep import sweep
from gallery_events.flows.trash import rescue, trash
from gallery_events.models import Image, Tombstone
from gallery_events.signals import image_uploaded
from tests import NOW
from tests.edges.resuming import Resuming, row
from tests.factories import again, make_album
from tests.faults import parts
from tests.objectstore import BUCKET, NoObjectStore, client, server
from tests.pictures import picture
from tests.sweeping import DAY, GRACE, TRASH, installed_before

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running():
    """Return the options of a running store; visibly skipped where none can be had."""
    try:
        with server() as options:
            yield options
    except NoObjectStore as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT PROVEN: {error}")


@pytest.fixture(autouse=True)
def store(running, settings):
    """Put the store in the place of the disk, empty; return a client that looks past Django."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": running},
    }
    with closing(client(running)) as found:
        for key in keys(found):
            found.delete_object(Bucket=BUCKET, Key=key)
        yield found
        # The pool of connections of the storage is its own; left open it is a warning.
        storages["default"].connection.meta.client.close()


def keys(store):
    """Return the names of all objects there are."""
    listed = store.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return sorted(each["Key"] for each in listed)


def of(store, image):
    """Return the objects in the folder of one image."""
    folder = image.file.name.rpartition("/")[0]
    return [key for key in keys(store) if key.startswith(f"{folder}/")]


def read(store, key):
    return store.get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp", "a.avif", "a.bmp", "a.tif"])
def test_an_upload_is_stored_with_its_thumbnail_and_read_back_whole(store, name):
    image = upload.receive(picture(name, size=(800, 600)), now=NOW)

    stored = read(store, image.file.name)
    assert (len(stored), sha256(stored).hexdigest()) == (image.size, image.sha256)
    assert of(store, image) == sorted(image.file_names())
    small = Pillow.open(BytesIO(read(store, image.renditions["thumbnail"]["name"])))
    assert small.size == (400, 300)
    with image.file.open() as file:
        assert file.read() == stored
    head = store.head_object(Bucket=BUCKET, Key=image.file.name)
    assert head["ContentType"] == image.content_type


def test_what_is_refused_or_undone_leaves_no_object(store):
    def stop(**kwargs):
        raise LookupError

    with pytest.raises(UploadRefused):
        upload.receive(ContentFile(b"no picture", "a.jpg"), now=NOW)
    image_uploaded.connect(stop)
    try:
        with pytest.raises(LookupError):
            upload.receive(picture("a.jpg"), now=NOW)
    finally:
        image_uploaded.disconnect(stop)

    assert keys(store) == []
    assert not Image.objects.exists()


def test_a_gallery_is_saved_changed_and_restored_while_its_objects_stay(store):
    first, second = (upload.receive(picture("a.jpg"), now=NOW) for _ in range(2))
    album = make_album([first.pk])
    before = keys(store)
    album.photos = [second.pk]
    album.save()
    restore.restore(album, 1)

    assert list(again(album).photos) == [first.pk]
    assert keys(store) == before


def test_an_orphan_goes_with_all_its_objects_and_nobody_elses(store):
    installed_before()
    orphan, kept = (upload.receive(picture("a.jpg", size=(500, 400)), now=NOW) for _ in range(2))
    make_album([kept.pk])
    # Where names are all there is, a neighbour's may begin the same.
    neighbour = f"{orphan.file.name.rpartition('/')[0]}0/original.jpg"
    store.put_object(Bucket=BUCKET, Key=neighbour, Body=b"not ours")
    sweep(now=NOW + GRACE)
    sweep(now=NOW + GRACE + TRASH)
    assert len(of(store, orphan)) == len(orphan.file_names())
    report = sweep(now=NOW + GRACE + TRASH + DAY)

    assert report.files_removed == len(orphan.file_names())
    assert of(store, orphan) == []
    assert of(store, kept) == sorted(kept.file_names())
    assert read(store, neighbour) == b"not ours"


def test_a_purged_image_is_rescued_with_its_objects_before_they_are_touched(store):
    installed_before()
    image = upload.receive(picture("a.png"), now=NOW)
    trash(image, now=NOW)
    sweep(now=NOW + TRASH)
    assert not Image.objects.exists()
    rescue(Tombstone.objects.get(), now=NOW + TRASH)

    back = Image.objects.get()
    assert back.pk == image.pk
    assert sha256(read(store, back.file.name)).hexdigest() == image.sha256


def test_objects_that_are_gone_already_are_counted_and_stop_nothing(store):
    installed_before()
    image = upload.receive(picture("a.png"), now=NOW)
    trash(image, now=NOW)
    sweep(now=NOW + TRASH)
    store.delete_object(Bucket=BUCKET, Key=image.file.name)
    sweep(now=NOW + TRASH + DAY)

    assert keys(store) == []
    assert Tombstone.objects.get().done_at == NOW + TRASH + DAY


def test_our_view_sends_an_object_whole_and_in_parts(store, settings, admin_client):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    image = upload.receive(picture("a.jpg", size=(300, 200)), now=NOW)
    whole = admin_client.get(image.file.url)
    part = admin_client.get(image.file.url, headers={"range": "bytes=10-19"})

    stored = read(store, image.file.name)
    assert whole.getvalue() == stored
    assert (part.status_code, part.getvalue()) == (206, stored[10:20])


def test_the_address_of_an_object_is_signed_by_the_storage(store):
    image = upload.receive(picture("a.jpg"), now=NOW)

    assert image.file.url.startswith("http://127.0.0.1:")
    assert "X-Amz-Signature=" in image.file.url


@pytest.mark.django_db(transaction=True)
def test_renditions_are_made_shown_and_removed_with_their_image(store):
    installed_before()
    image = upload.receive(picture("a.jpg", size=(1000, 700)), now=NOW)
    made = renditions.make(image, now=NOW)
    image.refresh_from_db()

    assert set(made) >= {"w320", "w640"}
    assert of(store, image) == sorted(image.file_names())
    for key in made:
        entry = image.renditions[key]
        with Pillow.open(BytesIO(read(store, entry["name"]))) as found:
            assert found.size == (entry["width"], entry["height"])
        assert "X-Amz-Signature=" in image.rendition_url(key)
    trash(image, now=NOW)
    sweep(now=NOW + TRASH)
    sweep(now=NOW + TRASH + DAY)
    assert of(store, image) == []


@pytest.mark.django_db(transaction=True)
def test_a_rendition_whose_file_was_written_before_a_crash_keeps_its_name(store):
    image = upload.receive(picture("a.jpg", size=(1000, 700)), now=NOW)
    renditions.make(image, keys=["w320"], now=NOW)
    image.refresh_from_db()
    name = image.renditions["w320"]["name"]
    # As if the process had died between the file and the row.
    Image.objects.filter(pk=image.pk).update(
        renditions={**image.renditions, "w320": {"name": name, "size": 0}}
    )
    assert renditions.make(image, keys=["w320"], now=NOW) == ["w320"]
    image.refresh_from_db()

    assert image.renditions["w320"]["name"] == name
    assert of(store, image) == sorted(image.file_names())


@pytest.mark.parametrize("name", ["a.jpg", "a.gif", "a.tif"])
def test_an_edit_is_made_of_the_objects_pixels_and_has_objects_of_its_own(store, name):
    original = upload.receive(picture(name, size=(120, 80)), now=NOW)
    derived = edit.derive(original, Edit(crop=(10, 20, 40, 60), rotate=90), now=NOW)

    with Pillow.open(BytesIO(read(store, derived.file.name))) as found:
        assert found.size == (derived.width, derived.height) == (40, 60)
    assert of(store, derived) == sorted(derived.file_names())
    assert of(store, original) == sorted(original.file_names())


# Files that come in parts.


def test_parts_that_arrive_are_objects_and_become_one(store, settings, admin_client):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}
    content = picture("a.jpg", size=(800, 600)).read()
    sender, third = Resuming(admin_client), len(content) // 3
    address = sender.begin(len(content))
    for start, end in ((0, third), (third, 2 * third), (2 * third, 2 * third + 10)):
        assert sender.patch(address, content[start:end], start).status_code == 204
        assert keys(store) == sorted(row(address).names())
    read_back = b"".join(read(store, name) for name, _size in row(address).chunks)
    assert read_back == content[: 2 * third + 10]
    assert sender.patch(address, content[2 * third + 10 :], 2 * third + 10).status_code == 204

    image = Image.objects.get(pk=sender.image(address).json()["id"])
    assert image.upload_sha256 == sha256(content).hexdigest()
    assert keys(store) == sorted(image.file_names())


def test_a_part_that_was_changed_on_its_way_leaves_no_object(store, settings, admin_client):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}
    sender = Resuming(admin_client)
    address = sender.begin(1000)
    wrong = sender.patch(
        address, b"x" * 100, 0, headers={"Upload-Checksum": "md5 " + "A" * 22 + "=="}
    )

    assert wrong.status_code == 460
    assert keys(store) == []


def test_parts_that_the_store_has_lost_are_asked_for_again(store, settings, admin_client):
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}
    content = picture("a.png", size=(200, 100), mode="RGB").read()
    sender, half = Resuming(admin_client), len(content) // 2
    address = sender.begin(len(content))
    sender.patch(address, content[:half], 0)
    store.delete_object(Bucket=BUCKET, Key=row(address).chunks[0][0])

    lost = sender.patch(address, content[half:], half)
    assert (lost.status_code, lost["Upload-Offset"]) == (409, "0")
    assert sender.patch(address, content, 0).status_code == 204
    image = Image.objects.get(pk=sender.image(address).json()["id"])
    assert image.upload_sha256 == sha256(content).hexdigest()
    assert set(image.file_names()) <= set(keys(store))


def test_what_nobody_went_on_with_goes_and_the_rest_stays(store):
    content = picture("a.jpg", size=(300, 200)).read()
    abandoned = parts.add(parts.add(parts.begun(content), content[:40]), content[40:90])
    later = parts.add(parts.begun(content, now=NOW + DAY), content[:40], now=NOW + DAY)
    image = upload.receive(picture("b.jpg"), now=NOW)
    kept = sorted([*image.file_names(), *later.names()])
    assert keys(store) == sorted([*kept, *abandoned.names()])

    predicted = sweep(now=NOW + parts.LIFETIME, dry_run=True)
    assert keys(store) == sorted([*kept, *abandoned.names()])
    report = sweep(now=NOW + parts.LIFETIME)

    for each in (predicted, report):
        assert (each.uploads_removed, each.upload_bytes_removed) == (1, 90)
    assert [key for key in keys(store) if key not in MARKERS] == kept
    assert parts.again(abandoned) is None
