"""GalleryField as a Django field: lists, copies, pickles, migrations, queries."""

import copy
import pickle
from io import StringIO

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter

from gallery_events import galleries
from gallery_events.fields import GalleryField, GalleryImages
from gallery_events.models import Image
from tests.factories import again, make_album, make_ids, make_image
from tests.project.models import Album, AlbumProxy, Diptych, Photo, Poster

pytestmark = pytest.mark.django_db


# The list.


def test_images_come_in_gallery_order_in_one_query(django_assert_num_queries):
    a, b, c = make_ids(3)
    album = again(make_album([c, a, b]))
    with django_assert_num_queries(1):
        images = album.photos.images()

    assert [image.pk for image in images] == [c, a, b]


def test_images_are_those_of_the_list_as_it_is_now():
    a, b, c = make_ids(3)
    album = make_album([a])
    album.photos.append(b)
    album.photos.insert(0, c)
    album.photos.remove(a)

    assert [image.pk for image in album.photos.images()] == [c, b]
    assert [image.pk for image in album.photos[:1].images()] == [c]
    assert [image.pk for image in (album.photos + [a]).images()] == [c, b, a]  # noqa: RUF005


def test_ids_without_a_row_are_told_not_hidden():
    (a,) = make_ids(1)
    Album._base_manager.bulk_create([Album(title="x", photos=[a, a + 9])])
    album = Album.objects.get()

    assert [image.pk for image in album.photos.images()] == [a]
    assert album.photos.missing() == [a + 9]


def test_a_list_takes_images_as_well_as_ids():
    one, other = make_image(), make_image()
    album = make_album([one, other.pk])

    assert album.photos == [one.pk, other.pk]
    assert album.photos == again(album).photos


@pytest.mark.parametrize("image", [Image(file="x"), Photo()])
def test_an_image_that_cannot_be_there_is_named(image):
    with pytest.raises(Exception, match="Entry 1"):
        make_album([image])


def test_a_list_is_not_shared_between_owners():
    (a,) = make_ids(1)
    one = make_album([a])
    other = Album(title="x", photos=one.photos)
    other.photos.clear()

    assert one.photos == [a]
    assert other.photos.owner is other
    assert Album().photos is not Album().photos


@pytest.mark.parametrize(
    "duplicate",
    [
        copy.copy,
        copy.deepcopy,
        lambda album: pickle.loads(pickle.dumps(album)),
    ],
)
def test_a_copy_has_a_list_of_its_own(duplicate):
    a, b = make_ids(2)
    album = make_album([a])
    other = duplicate(album)
    other.photos.append(b)

    assert (album.photos, other.photos) == ([a], [a, b])
    assert [image.pk for image in other.photos.images()] == [a, b]
    other.save()
    assert again(album).photos == [a, b]


def test_a_list_that_was_pickled_alone_says_so():
    (a,) = make_ids(1)
    ids = pickle.loads(pickle.dumps(make_album([a]).photos))

    assert ids == [a]
    with pytest.raises(TypeError, match="pickle the owner"):
        ids.images()


def test_a_deep_copy_of_the_list_alone_still_knows_its_gallery():
    (a,) = make_ids(1)
    ids = copy.deepcopy(make_album([a]).photos)

    assert [image.pk for image in ids.images()] == [a]


def test_null_stays_null_until_something_is_added():
    diptych = Diptych.objects.create(right=None)
    diptych = again(diptych)
    assert diptych.right == []
    diptych.save()
    assert Diptych.objects.filter(right__isnull=True).count() == 1

    diptych.right.extend(make_ids(1))
    diptych.save()
    assert not Diptych.objects.filter(right__isnull=True).exists()
    diptych.right = []
    diptych.save()
    assert not Diptych.objects.filter(right__isnull=True).exists()


def test_refresh_from_db_brings_the_list_that_is_saved():
    a, b = make_ids(2)
    album = make_album([a])
    album.photos.append(b)
    album.refresh_from_db()
    assert album.photos == [a]
    album.photos.append(b)
    album.refresh_from_db(fields=["photos"])

    assert album.photos == [a]


def test_an_empty_gallery_is_refused_where_it_is_not_blank():
    field = GalleryField(name="photos")
    field.model = Album
    with pytest.raises(Exception, match="blank"):
        field.clean([], None)


def test_uuids_are_text_in_json_and_uuids_elsewhere():
    photo = make_image(Photo)
    poster = again(Poster.objects.create(photos=[str(photo.pk)]))

    assert poster.photos == [photo.pk]
    assert poster.photos.images() == [photo]
    with connection.cursor() as cursor:
        cursor.execute("SELECT photos FROM project_poster")
        assert str(photo.pk) in str(cursor.fetchone()[0])


def test_what_somebody_else_wrote_is_shown_as_it_is_and_refused_on_save():
    album = make_album()
    Album._base_manager.update(photos=models.Value(["x", 1, 1], models.JSONField()))
    album = again(album)

    assert album.photos == ["x", 1, 1]
    with pytest.raises(Exception, match="Entry 1"):
        album.full_clean()


# Many galleries.


@pytest.mark.parametrize("number", [1, 20])
def test_images_of_many_galleries_are_read_in_one_query(number, django_assert_num_queries):
    ids = make_ids(3)
    for _ in range(number):
        make_album(ids)
    albums = list(Album.objects.all())
    with django_assert_num_queries(1):
        galleries.prefetch_images(albums, "photos")
        shown = [[image.pk for image in album.photos.images()] for album in albums]
        assert all(album.photos.missing() == [] for album in albums)

    assert shown == [ids] * number


def test_owners_of_several_models_cost_one_query_for_each_image_model(django_assert_num_queries):
    a, b = make_ids(2)
    make_album([a])
    Diptych.objects.create(left=[a, b], right=[b])
    Poster.objects.create(photos=[make_image(Photo).pk])
    owners = [*Album.objects.all(), *Diptych.objects.all(), *Poster.objects.all()]
    with django_assert_num_queries(2):
        galleries.prefetch_images(owners)
        for owner in owners:
            for name in ("photos", "left", "right"):
                if hasattr(owner, name):
                    getattr(owner, name).images()


def test_what_was_added_since_is_asked_for(django_assert_num_queries):
    a, b = make_ids(2)
    album = make_album([a])
    galleries.prefetch_images([album])
    album.photos.append(b)
    with django_assert_num_queries(1):
        assert [image.pk for image in album.photos.images()] == [a, b]


def test_prefetching_a_gallery_that_there_is_not_names_those_there_are():
    with pytest.raises(FieldDoesNotExist, match="photos"):
        galleries.prefetch_images([Album()], "pictures")


# Migrations.


def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=StringIO())


@pytest.mark.parametrize(
    "field",
    [
        GalleryField(),
        GalleryField("Pictures", blank=True, null=True),
        GalleryField(to="project.Photo", max_images=5, min_images=2),
        GalleryField(to=Photo, help_text="x"),
        GalleryField(formats=["PNG"], max_bytes=5, max_pixels=6, min_size=(7, 8), aspect=(4, 3)),
        GalleryField(aspect=[[3, 4], [16, 9]]),
    ],
)
def test_a_field_is_rebuilt_from_what_it_deconstructs_to(field):
    name, path, args, kwargs = field.deconstruct()
    again_ = GalleryField(*args, **kwargs)

    assert path == "gallery_events.fields.GalleryField"
    assert again_.deconstruct() == (name, path, args, kwargs)
    assert (again_.to, again_.max_images, again_.min_images, again_.null) == (
        field.to,
        field.max_images,
        field.min_images,
        field.null,
    )
    text, imports = MigrationWriter.serialize(field)
    scope = {}
    exec("\n".join(imports), scope)
    assert eval(text, scope).deconstruct()[1:] == field.deconstruct()[1:]


def test_what_a_default_says_is_left_out_of_migrations():
    assert GalleryField().deconstruct()[3] == {}


def test_a_limit_is_no_change_of_the_table():
    before, after = ProjectState(), ProjectState()
    for state, field in ((before, GalleryField()), (after, GalleryField(max_images=3))):
        state.add_model(
            ModelState("shop", "Shop", [("id", models.AutoField(primary_key=True)), ("p", field)])
        )
    fields = [
        state.apps.get_model("shop", "Shop")._meta.get_field("p") for state in (before, after)
    ]

    assert MigrationAutodetector(before, after)._detect_changes().keys() == {"shop"}
    assert not connection.schema_editor()._field_should_be_altered(*fields)


def test_a_migration_reads_and_writes_galleries_by_its_own_state():
    """What RunPython does: the models of the state, without our base class."""
    (a,) = make_ids(1)
    make_album([a])
    state = MigrationLoader(connection).project_state(("project", "0001_initial"))
    historical = state.apps.get_model("project", "Album")

    row = historical.objects.get()
    assert row.photos == [a]
    assert [image.pk for image in row.photos.images()] == [a]
    row.title = "by a migration"
    row.save()
    assert Album.objects.get().title == "by a migration"


# Queries.


def test_galleries_can_be_asked_for():
    a, b = make_ids(2)
    album = make_album([a, b])

    assert Album.objects.filter(photos=[a, b]).get() == album
    assert not Album.objects.filter(photos=[b, a]).exists()
    assert Album.objects.filter(photos__0=a).get() == album
    assert list(Album.objects.values_list("photos", flat=True)) == [[a, b]]
    assert AlbumProxy.objects.get().photos == [a, b]


def test_the_empty_list_is_a_list():
    assert isinstance(Album().photos, GalleryImages)
    assert Album().photos == []
