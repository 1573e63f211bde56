"""What pages cost: P1 to P4 of the predecessor's defects."""

import re

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext

from gallery_events import galleries
from tests.edges.sheets import AlbumForm, destroy, many, opened, sent_to_owner
from tests.factories import again, make_album
from tests.project.models import Album, Painting

pytestmark = pytest.mark.django_db

PaintingForm = modelform_factory(Painting, fields=["pictures"])
#: What may be asked of a storage while a page is made: nothing.
asked = []


class Asked(FileSystemStorage):
    """Notes each question that would be a call to an object store."""

    def _note(self, *question):
        asked.append(question)
        raise AssertionError(question)

    exists = size = path = get_modified_time = listdir = _open = _note


def queries(act):
    with CaptureQueriesContext(connection) as caught:
        act()
    return [each["sql"] for each in caught]


@pytest.mark.parametrize("number", [30, 100])
def test_p01_a_form_costs_the_same_however_many_images_it_shows(number, settings):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.Asked"}}
    asked.clear()
    owner = again(Painting.objects.create(pictures=many(number)))
    spent = queries(lambda: str(PaintingForm(instance=owner)))

    assert len(spent) <= 3
    assert asked == []
    assert opened(PaintingForm, instance=owner).shown.count("<img") == number


def test_p02_images_that_are_gone_cost_no_query_of_their_own():
    ids = many(40)
    album = make_album(ids)
    sheet = opened(instance=album)
    whole = len(queries(sent_to_owner(sheet, album).full_clean))
    destroy(*ids[:30])
    holed = len(queries(sent_to_owner(sheet, album).full_clean))

    assert holed <= whole + 1, "one more, for their names"


def test_p03_reading_a_gallery_costs_one_plain_query_and_many_cost_no_more():
    ids = many(50)
    albums = [make_album(ids[at:]) for at in range(20)]
    albums = list(Album.objects.filter(pk__in=[each.pk for each in albums]))
    (sql,) = queries(albums[0].photos.images)
    assert "CASE" not in sql
    assert len(queries(lambda: galleries.prefetch_images(albums, "photos"))) == 1
    assert queries(lambda: [each.photos.images() for each in albums]) == []


def test_p03_what_is_asked_for_does_not_grow_faster_than_the_list():
    few, lots = many(10), many(1000)
    lengths = []
    for ids in (few, lots):
        album = Painting.objects.create(pictures=ids)
        lengths.append(sum(map(len, queries(again(album).pictures.images))))

    assert lengths[1] - lengths[0] < 12 * 1000


def test_p04_no_address_grows_with_the_gallery():
    few, lots = make_album(many(2)), make_album(many(50))
    longest = [
        max(
            len(each) for each in re.findall(r'="(/[^"]*|\?[^"]*)"', str(AlbumForm(instance=album)))
        )
        for album in (few, lots)
    ]

    assert longest[1] <= longest[0] + 10
