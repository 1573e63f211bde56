import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from gallery_events.models import Reference
from gallery_events.signals import snapshot_recorded
from tests.factories import current, events, make_album, make_ids, recent
from tests.project.models import Album, AlbumProxy, Club

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "delete",
    [
        lambda album: album.delete(),
        lambda album: Album.objects.filter(pk=album.pk).delete(),
        lambda album: Album._base_manager.filter(pk=album.pk).delete(),
        lambda album: AlbumProxy.objects.get(pk=album.pk).delete(),
        lambda album: Album.objects.only("title").get(pk=album.pk).delete(),
        lambda album: album.club.delete(),
        lambda _album: Club.objects.all().delete(),
    ],
)
def test_a_deletion_is_recorded_with_the_list_it_took_away(delete):
    a, b = make_ids(2)
    album = make_album([a, b], club=Club.objects.create(name="Alpine"))
    pk = album.pk
    delete(album)

    record = Album.history.filter(id=pk).order_by("gallery_version").last()
    assert (record.gallery_version, record.gallery_event, record.history_type) == (
        2,
        "deleted",
        "-",
    )
    assert (record.photos, record.title) == ([a, b], "Summer")
    album.pk = pk
    assert current(album) == set()
    assert recent(album) == {(a, 1, 2), (b, 1, 2)}


def test_what_was_in_memory_only_is_not_said_to_be_deleted():
    a, b = make_ids(2)
    album = make_album([a])
    album.photos, album.title = [b], "unsaved"
    album.delete()

    record = Album.history.first()
    assert (record.photos, record.title) == ([a], "Summer")


def test_a_deletion_names_its_user_and_reason():
    user = get_user_model().objects.create_user("anna")
    album = make_album()
    album._history_user, album._change_reason = user, "no longer needed"
    album.delete()

    record = Album.history.first()
    assert (record.history_user, record.actor) == (user, "anna")
    assert record.history_change_reason == "no longer needed"


def test_a_deletion_is_announced():
    heard = []
    album = make_album(make_ids(1))

    def receive(snapshot, **kwargs):
        heard.append(snapshot)

    snapshot_recorded.connect(receive)
    try:
        album.delete()
    finally:
        snapshot_recorded.disconnect(receive)

    assert [(each.version, each.event) for each in heard] == [(2, "deleted")]


@pytest.mark.django_db(transaction=True)
def test_a_deletion_that_cannot_be_recorded_does_not_happen():
    (a,) = make_ids(1)
    album = make_album([a])

    def fail(**kwargs):
        raise RuntimeError

    snapshot_recorded.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            album.delete()
        with pytest.raises(RuntimeError), transaction.atomic():
            Album.objects.all().delete()
    finally:
        snapshot_recorded.disconnect(fail)

    assert Album.objects.get().photos == [a]
    assert current(album) == {a}
    assert events(album) == [(1, "created")]


def test_an_image_that_was_written_past_the_signals_is_in_the_last_list_too():
    a, b = make_ids(2)
    album = make_album([a])
    Album._base_manager.update(photos=[a, b])
    pk = album.pk
    Album.objects.all().delete()

    assert Album.history.filter(id=pk).first().photos == [a, b]
    assert set(
        Reference.objects.filter(until__isnull=False).values_list("image_id", flat=True)
    ) >= {a}
