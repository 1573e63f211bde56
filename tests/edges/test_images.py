import pickle
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery_events.exceptions import GalleryError, HistoryBypassed
from gallery_events.models import Image
from tests import named
from tests.factories import make_album, make_image
from tests.project.models import Album, Photo, Poster

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LIFE_CYCLE = ("review_after", "reviews", "trashed_at")


def row(image):
    """Return the columns as they are in the database."""
    return type(image)._base_manager.filter(pk=image.pk).values().get()


@pytest.fixture
def image():
    return make_image()


# A save writes what may change.


@pytest.mark.parametrize("trashed", [True, False])
def test_a_stale_save_leaves_the_life_cycle_alone(image, trashed):
    Image.objects.filter(pk=image.pk).update(trashed_at=None if trashed else timezone.now())
    stale = Image.objects.get(pk=image.pk)
    now = {
        "review_after": timezone.now() + 3 * DAY,
        "reviews": 2,
        "trashed_at": timezone.now() if trashed else None,
    }
    Image.objects.filter(pk=image.pk).update(**now)
    stale.alt = "A harbour"
    stale.save()

    assert row(image)["alt"] == "A harbour"
    assert {name: row(image)[name] for name in LIFE_CYCLE} == now


def test_a_stale_save_never_takes_the_review_away():
    stale = make_image(review_after=None)
    Image.objects.update(review_after=timezone.now())
    stale.save()

    assert row(stale)["review_after"] is not None


def test_a_stale_save_forgets_no_rendition(image):
    stale = Image.objects.get(pk=image.pk)
    made = {"w320": {"name": "a/w320.webp", "width": 320, "size": 5}}
    Image.objects.filter(pk=image.pk).update(renditions=made)
    stale.alt = "A harbour"
    stale.save()

    assert row(image)["renditions"] == made


def test_nor_does_one_that_was_refreshed_or_loaded_them_late(image):
    late = Image.objects.defer("renditions").get(pk=image.pk)
    assert late.renditions == {}
    for made in ({"a": {"name": "a"}}, {"a": {"name": "a"}, "b": {"name": "b"}}):
        Image.objects.filter(pk=image.pk).update(renditions=made)
        image.save()
        late.save()
        assert row(image)["renditions"] == made
        image.refresh_from_db()
        late.refresh_from_db(fields=["renditions"])


@pytest.mark.parametrize(
    "values",
    [
        {"alt": "A harbour", "caption": "In the morning"},
        {"renditions": {"thumbnail": {"name": "t.webp"}}, "placeholder": "abc"},
        {"pinned_until": timezone.now() + DAY, "pin_reason": "for the court"},
        {"name": "harbour.jpg"},
    ],
    ids=" ".join,
)
def test_what_may_change_is_saved(image, values):
    for name, value in values.items():
        setattr(image, name, value)
    image.save()

    assert values.items() <= row(image).items()


def test_so_are_the_columns_of_a_model_of_ones_own():
    photo = make_image(Photo, licence="CC0")
    photo.licence = "CC BY"
    photo.save()

    assert row(photo)["licence"] == "CC BY"


@pytest.mark.parametrize(
    "name", [*LIFE_CYCLE, "storage", "sha256", "size", "original", "original_id", "edit"]
)
@pytest.mark.parametrize(
    "write",
    [
        lambda image, name: image.save(update_fields=["alt", name]),
        lambda image, name: Image.objects.bulk_update([image], ["alt", name]),
        lambda image, name: Image.objects.bulk_create(
            [Image(pk=image.pk, file="x")],
            update_conflicts=True,
            update_fields=[name],
            unique_fields=["pk"],
        ),
    ],
    ids=["save", "bulk_update", "bulk_create"],
)
def test_columns_that_no_save_writes_are_refused_by_name(image, name, write):
    before = row(image)
    with pytest.raises(GalleryError, match=rf"^{name} is not written by save.*flows\.upload"):
        write(image, name)

    assert row(image) == before


def test_a_deferred_column_stays_deferred(image, django_assert_num_queries):
    Image.objects.update(caption="In the morning")
    part = Image.objects.only("alt").get(pk=image.pk)
    part.alt = "A harbour"
    with django_assert_num_queries(1):
        part.save()

    assert part.get_deferred_fields() >= {"caption", "file"}
    assert (row(image)["alt"], row(image)["caption"]) == ("A harbour", "In the morning")


def test_a_save_costs_one_query(image):
    for each in (image, Image.objects.get(pk=image.pk)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            each.save()
        assert len(queries) == 1


def test_update_or_create_writes_what_it_is_given(image):
    Image.objects.update_or_create(pk=image.pk, defaults={"alt": "A harbour"})
    Image.objects.update_or_create(pk=image.pk, defaults={})

    assert row(image)["alt"] == "A harbour"
    with pytest.raises(GalleryError, match="file is not written"):
        Image.objects.update_or_create(pk=image.pk, defaults={"file": "other.png"})


def test_an_image_that_is_gone_does_not_come_back_by_a_save(image):
    Image.objects.filter(pk=image.pk)._raw_delete("default")
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        image.save()

    assert not Image.objects.exists()


def test_a_fixture_writes_no_life_cycle_over_a_row(image, tmp_path):
    Image.objects.update(trashed_at=timezone.now(), alt="then")
    path = tmp_path / "images.json"
    call_command("dumpdata", "gallery_events.image", output=str(path))
    Image.objects.update(trashed_at=None, reviews=2, alt="now")
    now = row(image)
    call_command("loaddata", str(path), verbosity=0)

    assert row(image)["alt"] == "then"
    assert [row(image)[name] for name in LIFE_CYCLE] == [now[name] for name in LIFE_CYCLE]


# The file stays.


def _assign(image, name, value):
    setattr(image, name, value)
    image.save()


@pytest.mark.parametrize(
    "write",
    [
        lambda image: _assign(image, "file", "other.png"),
        lambda image: _assign(image, "file", None),
        lambda image: _assign(image, "file", ContentFile(b"x", name=image.file.name)),
        lambda image: _assign(image, "storage", "archive"),
        lambda _image: _assign(Image.objects.defer("file").get(), "file", "other.png"),
        lambda _image: _assign(Image.objects.defer("storage").get(), "storage", "archive"),
        lambda image: image.file.save("other.png", ContentFile(b"x")),
        lambda image: image.file.save("other.png", ContentFile(b"x"), save=False),
        lambda image: image.file.delete(),
        lambda image: image.file.delete(save=False),
        lambda _image: Image.objects.update(file="other.png"),
        lambda _image: Image.objects.update(storage="archive"),
    ],
    ids=named,
)
def test_the_file_of_a_saved_image_is_not_exchanged(image, write, media):
    before, files = row(image), sorted(media.rglob("*"))
    with pytest.raises(GalleryError, match=r"cannot be exchanged.*flows\.upload\.receive"):
        write(image)

    assert row(image) == before
    assert sorted(media.rglob("*")) == files


def test_one_that_was_created_in_bulk_is_no_other(image):
    (made,) = Image.objects.bulk_create([Image(file="some/a.png")])
    made.alt = "A harbour"
    made.save()
    assert row(made)["alt"] == "A harbour"

    made.file = "some/b.png"
    with pytest.raises(GalleryError, match="cannot be exchanged"):
        made.save()


def test_a_new_image_may_store_its_file_itself(picture):
    image = Image()
    image.file.save("a.png", picture("a.png"), save=False)
    image.file.delete(save=False)
    image.file.save("b.png", picture("b.png"))

    assert storages["default"].exists(row(image)["file"])


@pytest.mark.parametrize("options", [{}, {"force_update": True}], ids=named)
def test_another_image_under_a_key_that_is_there_is_refused(image, options):
    before = row(image)
    with pytest.raises(GalleryError, match=f"There is an image {image.pk} already.*Load it"):
        Image(pk=image.pk, file="other.png").save(**options)

    assert row(image) == before


def test_the_database_refuses_it_too(image):
    with pytest.raises(IntegrityError), transaction.atomic():
        Image(pk=image.pk, file="other.png").save(force_insert=True)


def test_a_key_of_ones_own_is_free_to_choose():
    Image(pk=4711, file="some/a.png").save()

    assert Image.objects.get().pk == 4711


@pytest.mark.parametrize(
    "again",
    [
        lambda image: pickle.loads(pickle.dumps(image)),
        lambda _image: Image.objects.defer("file").get(),
        lambda _image: Image.objects.defer("storage").get(),
    ],
    ids=["pickled", "without file", "without storage"],
)
def test_a_file_is_looked_for_in_the_storage_of_its_row(settings, tmp_path, again):
    backend = settings.STORAGES["default"]
    archive = {**backend, "OPTIONS": {"location": str(tmp_path / "archive")}}
    settings.STORAGES = {**settings.STORAGES, "archive": archive}
    image = Image.objects.create(file="a.png", storage="archive")

    assert image.file.url
    assert again(image).file.storage is storages["archive"]


# Keys.


@pytest.mark.parametrize("name", ["pk", "id"])
def test_keys_of_images_and_owners_are_never_updated(image, name):
    make_album([image.pk])
    with pytest.raises(GalleryError, match="A key is never updated"):
        Image.objects.update(**{name: 4711})
    with pytest.raises(HistoryBypassed, match="A key is never updated"):
        Album.objects.update(**{name: 4711})
    with pytest.raises(HistoryBypassed, match="A key is never updated"):
        Poster.objects.filter(pk=None).update(**{name: None, "photos": []})
