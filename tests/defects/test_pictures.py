"""What becomes of pictures: B14, B30 to B34, X6, X7 and X9 of the predecessor's defects."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import transaction
from PIL import Image as Pillow
from PIL import ImageCms

from gallery_events.domain.edits import Edit
from gallery_events.flows import edit, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.edges.sheets import opened
from tests.factories import again, make_album, make_image
from tests.imaging.made import CORNERS, alike, animation, corners, quarters, saved
from tests.pictures import picture
from tests.project.models import Album
from tests.sweeping import DAY, GRACE, RETENTION, TRASH, make_due, save_at, state, sweep_daily

pytestmark = pytest.mark.django_db

RED, GREEN, BLUE, YELLOW = CORNERS
#: The EXIF tag of the orientation, and where it is said that the camera stood.
ORIENTATION, PLACE = 0x0112, 0x8825
#: What turns a stored picture upright, by its orientation.
LYING = {
    1: None,
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}


def received(data, **options):
    return upload.receive(io.BytesIO(data), **options)


def pixels(image):
    with image.file.open() as file:
        found = Pillow.open(io.BytesIO(file.read()))
        found.load()
    return found


def files(folder):
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_b14_a_thumbnail_has_the_one_size_of_the_settings_wherever_it_is_shown(settings, anns):
    settings.GALLERY_EVENTS = {"THUMBNAIL_SIZE": 120}
    answer = anns.post("/gallery/upload/?thumbnail_size=80x60", {"file": picture(size=(600, 300))})
    image = Image.objects.get()
    shown = opened(instance=make_album([image.pk])).html

    assert answer.status_code == 201
    assert (image.made()["thumbnail"]["width"], image.made()["thumbnail"]["height"]) == (120, 60)
    assert answer.json()["thumbnail"] in shown
    assert 'width="120" height="60"' in shown


@pytest.mark.parametrize("way", ["update", "bulk_create"])
def test_b30_an_image_is_kept_however_it_came_into_a_gallery(way):
    image = make_due()
    if way == "update":
        Album.objects.filter(pk=make_album().pk).update(photos=[image.pk])
    else:
        Album.objects.bulk_create([Album(title="x", photos=[image.pk])])
    other = make_album([image.pk])
    other.photos = []
    other.save()
    sweep_daily(NOW + GRACE, days=3)

    assert state(image) == "kept"


def test_b30_the_images_of_a_deleted_gallery_are_cleared_away_in_their_time():
    image = make_due()
    album = save_at(Album(title="x", photos=[image.pk]), NOW)
    album.delete()
    future = NOW + 400 * DAY
    sweep(now=future)
    assert state(image) == "trashed"
    sweep(now=future + TRASH + DAY)

    assert state(image) == "purged"


@pytest.mark.django_db(transaction=True)
def test_b30_a_save_that_is_undone_deletes_no_file(media):
    image = make_image()
    album = make_album([image.pk])
    before = files(media)
    with transaction.atomic():
        album.photos = []
        album.save()
        transaction.set_rollback(True)

    assert again(album).photos == [image.pk]
    assert files(media) == before
    assert storages["default"].exists(image.file.name)


def test_b31_a_flip_is_made_and_not_forgotten():
    image = received(saved(quarters(), "PNG"))
    made = edit.derive(image, Edit(flip=True))

    assert all(map(alike, corners(pixels(made)), [GREEN, RED, YELLOW, BLUE]))


@pytest.mark.parametrize("orientation", LYING)
def test_b32_a_crop_takes_what_was_seen_however_the_camera_was_held(orientation):
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation
    turn = LYING[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    image = received(saved(stored, "JPEG", exif=exif, quality=95))
    made = edit.derive(image, Edit(crop=(48, 0, 48, 32), size=(96, 64)))

    assert pixels(made).getexif().get(ORIENTATION, 1) == 1
    assert all(alike(each, GREEN) for each in corners(pixels(made)))


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
def test_b33_an_animation_keeps_its_frames_when_it_is_cropped(name):
    image = received(animation(name, frames=4))
    made = edit.derive(image, Edit(crop=(0, 0, 20, 15)))

    assert (image.frames, made.frames) == (4, 4)
    assert pixels(made).n_frames == 4


def test_b33_colours_keep_their_profile_and_each_edit_is_made_of_the_original():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noise = Pillow.effect_noise((96, 64), 90).convert("RGB")
    image = received(saved(noise, "JPEG", icc_profile=profile))
    turned = edit.derive(image, Edit(rotate=90))
    twice = edit.derive(turned, Edit(rotate=90))

    assert pixels(turned).info["icc_profile"] == profile
    assert twice.sha256 == edit.derive(image, Edit(rotate=180)).sha256


def test_b34_an_original_lives_as_long_as_its_edit_and_no_longer():
    image = received(saved(quarters(), "PNG"), now=NOW - GRACE)
    made = edit.derive(image, Edit(rotate=90), now=NOW)
    album = save_at(Album(title="x", photos=[made.pk]), NOW)
    made.refresh_from_db()
    assert made.original_id == image.pk
    assert (made.file.name, made.sha256) != (image.file.name, image.sha256)
    sweep_daily(NOW + GRACE, days=2)
    assert (state(image), state(made)) == ("kept", "kept")

    album.photos = []
    save_at(album, NOW + DAY)
    day = NOW + RETENTION + timedelta(days=400)
    for at in range(0, 200, 10):
        sweep(now=day + at * DAY)
    assert (state(made), state(image)) == ("purged", "purged")


@pytest.mark.parametrize("asked", ["6000x6000", "w6000", "thumbnail-6000", "..", "w641"])
def test_x06_nobody_orders_a_size(asked, client, media):
    image = received(saved(quarters((700, 500)), "PNG"))
    good = image.rendition_address("w320")
    before = files(media)
    for address in (good.replace("w320", asked), f"{good}?thumbnail_size={asked}"):
        client.get(address, {"size": asked})

    made = {each["width"] for each in Image.objects.get().made().values()}
    assert len(files(media)) <= len(before) + 1, "only the one that a page has signed"
    assert max(made) <= 640


@pytest.mark.parametrize(
    "crop", ["0,0,9000,9000", "0,0,100000,100000", "0,0,0,5", "0,0,-1,5", "-1,0,5,5", "60,40,9,9"]
)
def test_x07_a_crop_that_reaches_out_of_the_picture_is_refused(crop, anns, ann):
    image = received(saved(quarters((64, 48)), "PNG"), user=ann)
    answer = anns.post(f"/gallery/edit/{image.pk}/", {"crop": crop})

    assert (answer.status_code, answer.json()["code"]) == (400, "crop")
    assert Image.objects.count() == 1


@pytest.mark.parametrize("strip", [True, False])
def test_x09_where_a_picture_was_taken_is_not_kept_unless_it_is_wanted(strip, settings):
    settings.GALLERY_EVENTS = {"STRIP_METADATA": strip}
    exif = Pillow.Exif()
    exif.get_ifd(PLACE)[1] = "N"
    exif[0x010F] = "A camera"
    image = received(saved(quarters(), "JPEG", exif=exif))
    found = pixels(image).getexif()

    assert bool(found.get_ifd(PLACE)) is not strip
    assert bool(found.get(0x010F)) is not strip
