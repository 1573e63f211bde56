from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import RequestFactory
from django.utils import timezone
from simple_history.middleware import HistoryRequestMiddleware
from simple_history.models import registered_models
from simple_history.signals import post_create_historical_record, pre_create_historical_record
from simple_history.utils import (
    bulk_create_with_history,
    bulk_update_with_history,
    update_change_reason,
)

from gallery_events import galleries
from gallery_events.exceptions import HistoryBypassed
from gallery_events.history import GalleryHistory
from tests.factories import again, events, make_album, make_ids, make_image
from tests.project.models import Album, AlbumProxy, Painting, Photo, Poster

pytestmark = pytest.mark.django_db


@pytest.fixture
def album():
    """Return an album with the snapshots [a], [a, b], [b]."""
    a, b = make_ids(2)
    album = make_album([a])
    for photos in ([a, b], [b]):
        album.photos = photos
        album.save()
    return album


@pytest.mark.parametrize(
    "change",
    [
        lambda _album, record: record.save(),
        lambda _album, record: record.save_base(),
        lambda _album, record: models.Model.save(record),
        lambda _album, record: record.delete(),
        lambda _album, record: models.Model.delete(record),
        lambda album, _record: album.history.update(title="x"),
        lambda album, _record: album.history.all().update(title="x"),
        lambda album, _record: album.history.all().delete(),
        lambda album, _record: album.history.filter(gallery_version=1).delete(),
        lambda album, _record: album.history.create(title="x", gallery_version=9),
        lambda album, _record: album.history.get_or_create(gallery_version=9),
        lambda album, _record: album.history.update_or_create(gallery_version=1, defaults={}),
        lambda album, record: album.history.bulk_create([record]),
        lambda album, record: album.history.bulk_update([record], ["title"]),
        lambda _album, _record: Album.history.all().delete(),
        lambda _album, record: type(record).objects.all().delete(),
        lambda _album, record: type(record).objects.update(title="x"),
        lambda _album, record: type(record).objects.create(title="x", gallery_version=9),
        lambda _album, record: type(record).objects.bulk_create([record]),
        lambda album, _record: Album.history.bulk_history_create([album]),
        lambda album, _record: update_change_reason(album, "because"),
    ],
)
def test_a_snapshot_is_not_changed_by_hand(album, change):
    before = list(album.history.values())
    record = album.history.get(gallery_version=1)
    with pytest.raises(HistoryBypassed, match="gallery_prune"), transaction.atomic():
        change(album, record)

    assert list(album.history.values()) == before


@pytest.mark.parametrize(
    "call",
    [
        lambda _album: bulk_create_with_history([Album(title="x")], Album),
        lambda album: bulk_update_with_history([album], Album, ["photos"]),
        lambda album: bulk_update_with_history([album], Album, ["title"]),
        lambda _album: call_command("clean_old_history", "--auto", days=0, verbosity=0),
        lambda _album: call_command("clean_duplicate_history", "--auto", verbosity=0),
    ],
)
def test_simple_historys_own_writers_are_refused(album, call, monkeypatch):
    # The models of other tests, which have no tables, stay known to simple-history.
    installed = set(apps.get_models())
    for table, model in list(registered_models.items()):
        if model not in installed:
            monkeypatch.delitem(registered_models, table)
    for _ in range(2):
        album._history_date = timezone.now() - timedelta(days=90)
        album.save()
    before = list(album.history.values())
    with pytest.raises(HistoryBypassed, match="gallery_prune"), transaction.atomic():
        call(album)

    assert list(album.history.values()) == before
    assert Album.objects.count() == 1


def test_populate_history_is_refused():
    Album._base_manager.bulk_create([Album(title="unrecorded")])
    with pytest.raises(HistoryBypassed, match="gallery_rebuild"):
        call_command("populate_history", "project.Album", verbosity=0)


def test_a_number_is_unique_in_the_database(album):
    table = album.history.model._meta.db_table
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET gallery_version = 1")


def test_a_proxy_shares_the_history(album):
    proxy = AlbumProxy.objects.get()
    proxy.photos = []
    proxy.save()

    assert events(album) == events(proxy)
    assert events(proxy)[-1] == (4, "images_removed")
    assert AlbumProxy.history.model is Album.history.model
    assert [each.version for each in galleries.timeline(proxy)] == [4, 3, 2, 1]


def test_simple_historys_questions_keep_working(album):
    first, second, third = album.history.order_by("gallery_version")
    a, b = second.photos

    assert (first.next_record, third.prev_record) == (second, second)
    assert album.history.most_recent().photos == [b]
    assert album.history.as_of(second.history_date).photos == [a, b]
    assert [each.photos for each in Album.history.as_of(first.history_date)] == [[a]]
    assert list(Album.history.latest_of_each()) == [third]
    assert album.history.first() == album.history.latest() == third
    (change,) = second.diff_against(first).changes
    assert (change.field, change.old, change.new) == ("photos", [a], [a, b])
    assert (
        second.instance.photos.images()
        == album.history.model.objects.get(pk=second.pk).photos.images()
    )


def test_a_past_image_is_shown_from_the_snapshot(album):
    record = album.history.get(gallery_version=2)

    assert [image.pk for image in record.photos.images()] == record.photos


@pytest.mark.parametrize("explicit", [True, False])
def test_the_user_of_the_request_or_of_the_instance_is_recorded(explicit):
    anna, bert = (get_user_model().objects.create_user(name) for name in ("anna", "bert"))
    request = RequestFactory().post("/")
    request.request_id = "r-7"
    request.user = anna
    album = Album(title="Summer")
    if explicit:
        album._history_user = bert

    def view(request):
        album.save()
        return "answer"

    HistoryRequestMiddleware(view)(request)
    record = album.history.get()

    assert record.history_user == (bert if explicit else anna)
    assert record.actor == ("bert" if explicit else "anna")
    assert (record.request_id, record.source) == ("r-7", "web")


def test_the_actor_outlives_the_user():
    user = get_user_model().objects.create_user("anna")
    album = Album(title="Summer")
    album._history_user = user
    album.save()
    user.delete()

    record = album.history.get()
    assert (record.history_user, record.actor) == (None, "anna")


def test_reason_and_date_are_recorded():
    album = Album(title="Summer")
    album._change_reason = "r" * 500
    album._history_date = timezone.now() - timedelta(days=3)
    album.save()

    record = album.history.get()
    assert record.history_change_reason == "r" * 500
    assert record.history_date == album._history_date


def test_simple_historys_signals_are_sent_and_may_fill_a_column():
    heard = []

    def fill(instance, history_instance, **kwargs):
        history_instance.source = "importer"
        heard.append((instance.title, list(history_instance.photos), history_instance.pk))

    def tell(instance, history_instance, **kwargs):
        heard.append(history_instance.pk)

    pre_create_historical_record.connect(fill)
    post_create_historical_record.connect(tell)
    try:
        album = make_album(make_ids(1))
    finally:
        pre_create_historical_record.disconnect(fill)
        post_create_historical_record.disconnect(tell)

    record = album.history.get()
    assert record.source == "importer"
    assert heard == [("Summer", album.photos, None), record.pk]


def test_a_history_of_ones_own():
    photo = make_image(Photo)
    poster = Poster.objects.create(photos=[photo.pk])

    assert poster.history.model.__name__ == "PosterRecord"
    assert list(poster.records.all()) == list(poster.history.all())
    assert Painting.history.model._meta.db_table == "project_historicalpainting"


@pytest.mark.parametrize(
    "arguments",
    [
        {"m2m_fields": ["x"]},
        {"cascade_delete_history": True},
    ],
)
def test_arguments_that_would_break_the_history_are_refused(arguments):
    with pytest.raises(TypeError, match="Leave the argument out"):
        GalleryHistory(**arguments)


def test_a_history_without_its_gallery_is_refused():
    from django.test.utils import isolate_apps

    from gallery_events.fields import GalleryField
    from gallery_events.models import GalleryModel

    with isolate_apps("tests.project"), pytest.raises(TypeError, match="photos"):

        class Careless(GalleryModel):
            photos = GalleryField()
            history = GalleryHistory(excluded_fields=["photos"])

            class Meta:
                app_label = "project"


def test_the_timeline_tells_who_when_and_what(album):
    newest, middle, oldest = galleries.timeline(album)
    a, b = middle.lists["photos"]

    assert [each.version for each in (newest, middle, oldest)] == [3, 2, 1]
    assert newest.delta["photos"].removed == ((0, a),)
    assert middle.delta["photos"].added == ((1, b),)
    comparison = galleries.compare(album, 1, 3)
    assert (comparison.added, comparison.removed) == ({"photos": [b]}, {"photos": [a]})


def test_a_row_that_a_trigger_moves_on_is_not_recorded_wrongly():
    """A receiver of post_save that writes the row past us cannot make the snapshot lie."""
    album = make_album()

    def meddle(instance, **kwargs):
        Album._base_manager.filter(pk=instance.pk).update(gallery_version=99)

    pre_create_historical_record.connect(meddle)
    try:
        with pytest.raises(IntegrityError, match="rolled back"), transaction.atomic():
            album.save()
    finally:
        pre_create_historical_record.disconnect(meddle)

    assert again(album).gallery_version == 1
