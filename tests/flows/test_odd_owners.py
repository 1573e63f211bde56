"""Owners that are out of the ordinary: keys that people choose, computed columns, proxies."""

import pytest
from django.contrib.admin.sites import AdminSite
from django.db import connection, models
from simple_history.admin import SimpleHistoryAdmin

from gallery_events import galleries
from gallery_events.exceptions import SnapshotDoesNotExist
from gallery_events.fields.keys import key_of
from gallery_events.flows import restore
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import again, events, make_album, make_ids, make_image
from tests.project.models import Album, Catalogue, Club, Picture, Portrait
from tests.sweeping import DAY, make_trashed, state

pytestmark = pytest.mark.django_db


def test_a_computed_column_is_computed_again_and_in_no_way_of_a_save():
    (a,) = make_ids(1)
    catalogue = Catalogue.objects.create(code="spring", title="one", plates=[a])
    stale = again(catalogue)
    catalogue.title = "two"
    catalogue.save()
    stale.plates = []
    stale.save()

    assert again(catalogue).loud == "TWO"
    assert [record.loud for record in catalogue.history.order_by("gallery_version")] == [
        "ONE",
        "TWO",
        "TWO",
    ]
    restore.restore(catalogue, 1, scope="all")
    assert (catalogue.title, catalogue.loud, catalogue.plates) == ("one", "ONE", [a])
    assert galleries.compare(catalogue, 1, 2).fields["title"] == ("one", "two")


def test_a_gallery_gives_the_images_as_the_proxy_it_names():
    (a,) = make_ids(1)
    catalogue = Catalogue.objects.create(code="spring", plates=[Picture.objects.get(pk=a)])

    (shown,) = catalogue.plates.images()

    assert type(shown) is Picture
    assert catalogue.plates == [a]


def test_what_a_raw_list_of_a_proxy_gallery_shows_is_never_purged():
    image = make_trashed()
    catalogue = Catalogue(code="spring")
    catalogue._history_date = NOW - 60 * DAY
    catalogue.save()
    write_gallery_by_key(catalogue, [image.pk])

    report = sweep(now=NOW)

    assert (state(image), len(report.drift)) == ("kept", 1)
    assert again(catalogue).plates.missing() == []


def write_gallery_by_key(catalogue, ids):
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE project_catalogue SET plates = %s{cast} WHERE code = %s",
            [str(ids), catalogue.pk],
        )


def test_the_tombstones_of_a_proxy_gallery_are_found():
    image = make_image()
    catalogue = Catalogue(code="spring", plates=[image.pk])
    catalogue._history_date = NOW - 100 * DAY
    catalogue.save()
    catalogue.plates = []
    catalogue._history_date = NOW - 90 * DAY
    catalogue.save()
    Image.objects.filter(pk=image.pk).update(review_after=NOW - 50 * DAY)
    for days in (50, 40, 30):
        sweep(now=NOW - days * DAY)

    preview = restore.preview(catalogue, 1)

    assert [each.image_pk for each in preview.lost] == [image.pk]


@pytest.mark.parametrize("text", ["", "null", "[]"])
def test_a_gallery_is_emptied_in_the_plain_admin(text):
    album = make_album(make_ids(1))
    form = SimpleHistoryAdmin(Album, AdminSite()).get_form(None)(
        {"title": "Summer", "notes": "", "photos": text}, instance=album
    )

    assert form.is_valid(), form.errors
    form.save()
    assert again(album).photos == []


@pytest.mark.parametrize("text", ["[" * 5000, "{", "[true]", "[999999]", '{"a": 1}', "[[1]]"])
def test_rubbish_in_the_plain_admin_is_an_error_of_the_field(text):
    album = make_album(make_ids(1))
    form = SimpleHistoryAdmin(Album, AdminSite()).get_form(None)(
        {"title": "Summer", "notes": "", "photos": text}, instance=album
    )

    assert not form.is_valid()
    assert list(form.errors) == ["photos"]


def test_who_saved_first_comes_first_where_two_editors_add_at_the_same_place():
    a, b, c = make_ids(3)
    album = make_album([a])
    first, second = again(album), again(album)
    first.photos.append(b)
    first.save()
    second.photos.append(c)
    second.save()

    assert again(album).photos == [a, b, c]


def test_as_of_gives_what_was_in_effect_at_a_moment():
    a, b = make_ids(2)
    album = Album(title="Then", photos=[a])
    for day, ids in ((0, [a]), (2, [a, b]), (4, [b])):
        album.photos = ids
        album._history_date = NOW + day * DAY
        album.save()

    assert galleries.as_of(album, NOW + 3 * DAY).lists == {"photos": [a, b]}
    assert galleries.as_of(album, NOW).version == 1
    with pytest.raises(SnapshotDoesNotExist, match="no snapshot as old"):
        galleries.as_of(album, NOW - DAY)


def test_an_owner_whose_key_is_another_row_is_saved_restored_deleted_and_checked():
    a, b = make_ids(2)
    club = Club.objects.create(name="Light")
    portrait = Portrait.objects.create(club=club, faces=[a])
    portrait.faces = [b]
    portrait.save()

    assert restore.restore(portrait, 1).lists == {"faces": [a]}
    assert rebuild(now=NOW, check=True).is_clean

    portrait.delete()
    back = restore.undelete(Portrait, club.pk)
    assert (back.club, back.faces, back.gallery_version) == (club, [a], 5)
    assert rebuild(now=NOW, check=True).is_clean


def test_a_key_that_the_database_gives_again_goes_on_from_its_last_number():
    a, b = make_ids(2)
    album = make_album([a])
    key = album.pk
    album.delete()
    give_again(key)

    created = make_album([b])
    assert (created.pk, created.gallery_version) == (key, 3)
    created.delete()
    give_again(key)

    (bulk,) = Album.objects.bulk_create([Album(title="again", photos=[a])])
    assert (bulk.pk, bulk.gallery_version, again(bulk).gallery_version) == (key, 5, 5)
    assert [number for number, _ in events(bulk)] == [1, 2, 3, 4, 5]
    assert rebuild(now=NOW, check=True).is_clean


def give_again(key):
    """Let the database give a key again, as after the restore of a backup."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('project_album', 'id'), %s, false)", [key]
            )
        else:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = %s WHERE name = 'project_album'", [key - 1]
            )


@pytest.mark.parametrize("value", ["", 7, None, "too long a key", b"abc"])
def test_a_key_of_text_is_text_of_its_length(value):
    pk = models.CharField(max_length=5, primary_key=True)

    assert key_of("abc", pk) == "abc"
    with pytest.raises(ValueError):  # noqa: PT011 - the words are Django's
        key_of(value, pk)
