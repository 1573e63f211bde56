"""Owners that are out of the ordinary: keys that people choose, computed columns, proxies."""

import pytest
from django.contrib.admin.sites import AdminSite
from django.db import connection
from simple_history.admin import SimpleHistoryAdmin

from gallery_events import galleries
from gallery_events.exceptions import SnapshotDoesNotExist
from gallery_events.flows import restore
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import again, make_album, make_ids, make_image
from tests.project.models import Album, Catalogue, Picture
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
