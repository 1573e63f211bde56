"""Edits: a new image of the original's pixels, and an original that lives as long as it is needed."""

import io
import sys
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import storages
from django.db import connection, transaction
from PIL import Image as Pillow
from PIL import ImageOps

from gallery_events.domain.edits import Edit
from gallery_events.exceptions import EditRefused, GalleryError, ImagesLost, UploadRefused
from gallery_events.flows import edit, trash, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from gallery_events.signals import image_edited, image_rescued, image_uploaded
from tests import NOW
from tests.factories import make_album, make_image
from tests.imaging.made import CORNERS, alike, animation, corners, quarters, saved
from tests.project.models import Photo, Poster
from tests.sweeping import GRACE, RETENTION, TRASH, save_at, state, sweep_daily

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
#: The corners of the picture, turned clockwise.
TURNED = [CORNERS[2], CORNERS[0], CORNERS[3], CORNERS[1]]


@pytest.fixture
def user():
    return get_user_model().objects.create_user("ada")


@pytest.fixture
def files(media):
    """Return a function that lists all files in the storage."""
    return lambda: sorted(str(path) for path in media.rglob("*") if path.is_file())


@pytest.fixture
def hearing():
    """Return a function that connects a receiver to a signal for this test."""
    connected = []

    def connect(signal, receiver):
        signal.connect(receiver)
        connected.append((signal, receiver))

    yield connect
    for signal, receiver in connected:
        signal.disconnect(receiver)


def received(data=None, *, name="Beach.png", **options):
    data = saved(quarters(), "PNG") if data is None else data
    return upload.receive(io.BytesIO(data) if not hasattr(data, "read") else data, **options)


def named(image, **columns):
    for name, value in columns.items():
        setattr(image, name, value)
    image.save()
    return image


def pixels(image):
    with image.file.open() as file:
        found = Pillow.open(io.BytesIO(file.read()))
        found.load()
    return found


def refused(code, image, change, **options):
    before = Image.objects.count()
    with pytest.raises(EditRefused) as caught:
        edit.derive(image, change, **options)
    assert caught.value.code == code
    assert Image.objects.count() == before
    return caught.value


# What is made.


def test_an_edit_makes_a_new_image_and_leaves_the_old_one(files):
    image = received()
    before = files()

    made = edit.derive(image, Edit(rotate=90), now=NOW)
    made.refresh_from_db()

    assert made.pk != image.pk
    assert (made.width, made.height) == pixels(made).size == (64, 96)
    assert all(map(alike, corners(pixels(made)), TURNED))
    assert all(map(alike, corners(pixels(image)), CORNERS))
    assert set(before) < set(files())


def test_the_row_says_what_was_made_of_what_by_whom_and_until_when(user):
    image = received(user=user)

    made = edit.derive(image, Edit((0, 0, 30, 40), 90), user=user, now=NOW)
    made.refresh_from_db()

    assert made.original_id == image.pk
    assert made.edit == {"rotate": 90, "crop": [0, 0, 30, 40], "size": [96, 64]}
    assert (made.uploaded_by, made.uploaded_at) == (user, NOW)
    assert made.review_after == NOW + GRACE
    assert (made.treatment, made.frames, made.content_type) == ("encoded", 1, "image/png")
    assert made.size == storages["default"].size(made.file.name)
    assert len(made.sha256) == 64
    assert made.sha256 != image.sha256


def test_it_has_a_thumbnail_and_a_placeholder_as_an_upload_has():
    image = received()
    made = edit.derive(image, Edit(rotate=90))

    assert made.renditions.keys() == image.renditions.keys()
    told = made.renditions["thumbnail"]
    assert (told["width"], told["height"]) == (64, 96)
    with storages["default"].open(told["name"]) as file:
        assert all(map(alike, corners(Pillow.open(file)), TURNED))
    assert bool(made.placeholder) == bool(image.placeholder)


def test_words_are_copied_and_the_life_of_the_old_one_is_not():
    columns = {"name": "Beach.png", "alt": "A beach", "caption": "In May", "decorative": True}
    image = named(received(), **columns)
    trash.pin(image, until=NOW + 9999 * DAY, reason="for the court", now=NOW)

    made = edit.derive(image, Edit(flip=True))

    assert {name: getattr(made, name) for name in columns} == columns
    assert (made.pinned_until, made.pin_reason, made.trashed_at) == (None, "", None)


def test_an_image_model_of_ones_own_gets_images_of_its_own():
    image = received(field=Poster._meta.get_field("photos"))

    assert type(edit.derive(image, Edit(rotate=90))) is type(image) is Photo


def test_it_goes_where_new_images_go(settings, tmp_path):
    image = received()
    other = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "other")},
    }
    settings.STORAGES = {**settings.STORAGES, "other": other}
    settings.GALLERY_EVENTS = {"STORAGE": "other"}

    made = edit.derive(image, Edit(rotate=90))

    assert (image.storage, made.storage) == ("default", "other")
    assert pixels(made).size == (64, 96)


def test_an_upload_that_lay_on_its_side_is_edited_as_it_was_seen():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    lying = quarters().rotate(90, expand=True)
    image = received(saved(lying, "JPEG", exif=exif, quality=95))

    assert (image.width, image.height) == (96, 64)
    made = edit.derive(image, Edit((0, 0, 48, 32), size=(96, 64)))
    assert set(corners(pixels(made))) <= {corners(pixels(made))[0]}
    assert alike(corners(pixels(made))[0], CORNERS[0])


def test_an_animation_stays_one():
    image = received(animation("GIF", frames=4, loop=2))
    made = edit.derive(image, Edit((0, 0, 20, 20)))

    assert (made.frames, made.content_type) == (4, "image/gif")
    assert pixels(made).info["loop"] == 2


def test_a_format_of_which_no_edited_file_is_made_becomes_one_for_browsers():
    image = received(saved(quarters(), "TIFF"))

    assert image.content_type == "image/tiff"
    assert edit.derive(image, Edit(rotate=90)).content_type == "image/png"


# Edits of edits.


def test_an_edit_of_an_edit_is_one_edit_of_the_original():
    image = received()
    first = edit.derive(image, Edit((10, 0, 54, 90), rotate=90))
    second = edit.derive(first, Edit((0, 0, 50, 50), flip=True, size=(54, 90)))

    assert (first.original_id, second.original_id) == (image.pk, image.pk)
    wanted = ImageOps.mirror(
        quarters().rotate(-90, expand=True).crop((10, 0, 64, 90))
    ).crop((0, 0, 50, 50))  # fmt: skip
    assert pixels(second).convert("RGB").tobytes() == wanted.tobytes()


def test_an_edit_of_an_edit_loses_nothing_more():
    """It is made from the original's pixels: one loss, not two."""
    image = received(saved(Pillow.effect_noise((96, 64), 90).convert("RGB"), "JPEG"))
    turned = edit.derive(image, Edit(rotate=90))
    twice = edit.derive(turned, Edit(rotate=90))
    once = edit.derive(image, Edit(rotate=180))

    assert twice.sha256 == once.sha256


def test_an_edit_whose_making_nobody_wrote_down_is_edited_by_itself():
    image = received()
    made = edit.derive(image, Edit(rotate=90))
    Image.objects.filter(pk=made.pk).update(edit=None)

    again = edit.derive(made, Edit(rotate=90))
    assert again.original_id == made.pk
    assert again.edit == {"rotate": 90, "size": [64, 96]}


@pytest.mark.parametrize("change", [Edit(), Edit((0, 0, 96, 64)), Edit(size=(96, 64))], ids=str)
def test_an_edit_that_changes_nothing_is_refused(change):
    assert "turn the picture" in str(refused("nothing", received(), change))


def test_an_edit_that_undoes_the_earlier_ones_goes_back_to_the_original():
    image = received()
    made = edit.derive(edit.derive(image, Edit(rotate=90)), Edit(rotate=180))

    assert edit.derive(made, Edit(rotate=90)) == image
    assert edit.derive(made, Edit()) == image
    assert Image.objects.count() == 3


def test_one_goes_back_to_the_original_and_finds_it_out_of_the_trash():
    image = received()
    made = edit.derive(image, Edit(rotate=90))
    Image.objects.filter(pk=image.pk).update(trashed_at=NOW, review_after=NOW)

    found = edit.original_of(made, now=NOW)

    assert found == image
    assert (found.trashed_at, found.review_after) == (None, NOW + GRACE)
    assert edit.original_of(image) == image


# What is refused.


def test_numbers_of_a_picture_of_another_size_are_refused():
    image = received()

    assert "Load it again" in str(refused("size", image, Edit(rotate=90, size=(64, 96))))
    made = edit.derive(image, Edit(rotate=90, size=(96, 64)))
    refused("size", made, Edit(flip=True, size=(96, 64)))


def test_a_crop_may_reach_to_the_edge_and_not_over_it():
    image = received()

    refused("crop", image, Edit((1, 0, 96, 64)))
    assert edit.derive(image, Edit((1, 0, 95, 64))).width == 95


def test_a_picture_that_nobody_measured_is_refused():
    refused("size", make_image(), Edit(rotate=90))


def test_what_is_no_edit_is_refused_before_anything():
    with pytest.raises(TypeError, match="give an Edit"):
        edit.derive(received(), {"rotate": 90})
    with pytest.raises(ValueError, match="now"):
        edit.derive(received(), Edit(rotate=90), now=NOW.replace(tzinfo=None))


def test_a_file_that_was_damaged_since_is_refused(media):
    image = received()
    path = media / image.file.name
    path.write_bytes(path.read_bytes()[:-20])

    refused("broken", image, Edit(rotate=90))


def test_limits_that_became_lower_hold_for_edits(settings):
    image = received()
    settings.GALLERY_EVENTS = {"MAX_PIXELS": 96 * 64 - 1}

    assert refused("pixels", image, Edit(rotate=90)).limit == 96 * 64 - 1


def test_formats_that_are_taken_no_more_can_still_be_edited(settings):
    image = received(saved(quarters(), "GIF"))
    settings.GALLERY_EVENTS = {"FORMATS": ("JPEG",)}

    assert edit.derive(image, Edit(rotate=90)).content_type == "image/gif"


def test_a_format_whose_decoder_is_not_there_any_more_is_refused_with_the_cure(monkeypatch):
    heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    heif.from_pillow(quarters()).save(out)
    image = received(out.getvalue())
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setitem(sys.modules, "pillow_heif.as_plugin", None)

    assert "install what its format needs" in str(refused("format", image, Edit(rotate=90)))


def test_a_quota_counts_edits_as_uploads(settings, user):
    image = received()
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (2, 10**9)}

    for _ in range(2):
        edit.derive(image, Edit(rotate=90), user=user)
    assert refused("quota", image, Edit(rotate=90), user=user).limit == (2, 10**9)
    # A program has none.
    edit.derive(image, Edit(rotate=90), user=AnonymousUser())


def test_a_quota_of_bytes_is_one_of_what_is_made(settings, user):
    image = received()
    size = edit.derive(image, Edit(rotate=90)).size
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (9, size - 1)}
    refused("quota", image, Edit(rotate=90), user=user)

    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (9, size)}
    edit.derive(image, Edit(rotate=90), user=user)


def test_an_image_that_is_purged_is_lost(files):
    image = received()
    Image.objects.filter(pk=image.pk)._raw_delete("default")

    for deed in (lambda: edit.derive(image, Edit(rotate=90)), lambda: edit.original_of(image)):
        with pytest.raises(ImagesLost) as lost:
            deed()
        assert lost.value.ids == [image.pk]


def test_an_original_that_is_purged_between_two_looks_is_lost():
    original = received()
    derived = edit.derive(original, Edit(rotate=90))
    looks = []

    def purge_after_the_first(execute, sql, *others):
        done = execute(sql, *others)
        looks.append(sql)
        if len(looks) == 1:
            Image.objects.filter(pk__in=[original.pk, derived.pk])._raw_delete("default")
        return done

    with connection.execute_wrapper(purge_after_the_first), pytest.raises(ImagesLost) as lost:
        edit.original_of(derived)
    assert lost.value.ids == [original.pk]


@pytest.mark.parametrize("row_too", [True, False], ids=["with its row", "alone"])
def test_a_file_that_goes_while_it_is_read_says_what_is_lost(settings, row_too):
    image = received()

    def meanwhile():
        if row_too:
            Image.objects.filter(pk=image.pk)._raw_delete("default")

    backend = "tests.imaging.storages.OvertakenStorage"
    overtaken = {"BACKEND": backend, "OPTIONS": {"meanwhile": meanwhile}}
    settings.STORAGES = {**settings.STORAGES, "default": overtaken}
    # A file that is missing although its row is there is the operator's to see.
    with pytest.raises(ImagesLost if row_too else FileNotFoundError):
        edit.derive(image, Edit(rotate=90))


# Who hears of it.


def test_an_edit_is_announced_inside_its_transaction(hearing, user):
    image, heard, uploads = received(), [], []
    hearing(image_uploaded, lambda **told: uploads.append(told))

    def listen(sender, image, original, edit, user, **kwargs):
        assert transaction.get_connection().in_atomic_block
        assert Image.objects.filter(pk=image.pk).exists()
        heard.append((sender, image, original, edit, user))

    hearing(image_edited, listen)
    first = edit.derive(image, Edit(rotate=90), user=user)
    second = edit.derive(first, Edit(rotate=90), user=user)

    assert heard == [
        (Image, first, image, Edit(rotate=90, size=(96, 64)), user),
        (Image, second, image, Edit(rotate=180, size=(96, 64)), user),
    ]
    assert uploads == []


@pytest.mark.parametrize("error", [ValueError("no"), UploadRefused("no", code="forbidden")])
def test_a_receiver_that_raises_stops_the_edit(hearing, files, error):
    image = received()
    Image.objects.filter(pk=image.pk).update(trashed_at=NOW, review_after=NOW)
    before = files()

    def object_to(**kwargs):
        raise error

    hearing(image_edited, object_to)
    with pytest.raises((ValueError, EditRefused)) as caught:
        edit.derive(image, Edit(rotate=90))

    assert getattr(caught.value, "code", "forbidden") == "forbidden"
    assert files() == before
    assert list(Image.objects.all()) == [image]
    assert state(image) == "trashed", "it was rescued for nothing"


def test_a_refused_edit_leaves_the_callers_transaction_whole():
    image = received()
    with transaction.atomic():
        album = make_album([image.pk])
        refused("crop", image, Edit((0, 0, 999, 1)))
        made = edit.derive(image, Edit(rotate=90))
        album.photos.append(made.pk)
        album.save()
    assert album.photos.missing() == []


# The life of originals.


def test_a_trashed_original_is_rescued_by_an_edit(hearing, user):
    image, heard = received(), []
    Image.objects.filter(pk=image.pk).update(trashed_at=NOW, review_after=NOW + TRASH)
    hearing(
        image_rescued, lambda **told: heard.append([told[each] for each in ("image", "user", "by")])
    )

    edit.derive(image, Edit(rotate=90), user=user)

    assert state(image) == "kept"
    assert heard == [[image, user, "an edited image was made from it"]]


def test_an_original_lives_as_long_as_its_derivatives_and_goes_afterwards():
    image = received(now=NOW)
    made = edit.derive(image, Edit(rotate=90), now=NOW)
    album = make_album([made.pk])
    sweep_daily(NOW, 40)
    assert (state(image), state(made)) == ("kept", "kept")

    emptied = NOW + 40 * DAY
    album.photos = []
    save_at(album, emptied)
    sweep_daily(NOW + 40 * DAY, 29)
    assert (state(image), state(made)) == ("kept", "kept")

    # Its retention, its time in the trash, and the day between them; then the original's own.
    sweep_daily(NOW + 69 * DAY, 10)
    assert state(made) == "purged"
    assert state(image) in ("kept", "trashed")
    sweep_daily(NOW + 79 * DAY, 10)
    assert state(image) == "purged"


def test_an_original_in_no_gallery_keeps_while_another_derivative_is_there():
    image = received(now=NOW)
    first, second = (edit.derive(image, Edit(rotate=way), now=NOW) for way in (90, 180))
    make_album([second.pk])
    sweep_daily(NOW, 45)

    assert (state(image), state(first), state(second)) == ("kept", "purged", "kept")
    assert pixels(Image.objects.get(pk=image.pk)).size == (96, 64)


def test_an_original_is_not_trashed_by_hand_while_something_is_made_from_it():
    image = received()
    edit.derive(image, Edit(rotate=90))

    with pytest.raises(GalleryError, match="made from it"):
        trash.trash(image)


def test_law_1_holds_for_edits():
    edit.derive(received(), Edit(rotate=90))

    assert not Image.objects.filter(review_after=None).exists()
    assert not Reference.objects.exists()
    assert sweep(now=NOW).purged == 0
    assert RETENTION > GRACE
