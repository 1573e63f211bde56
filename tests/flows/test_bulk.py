import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from gallery_events.exceptions import HistoryBypassed, ImagesLost, StaleGallery
from gallery_events.models import Image, Reference
from tests.factories import again, current, events, make_album, make_ids, make_image, recent
from tests.project.models import Album, AlbumProxy, Club, Photo, Poster

pytestmark = pytest.mark.django_db


def test_bulk_create_records_each_owner():
    a, b = make_ids(2)
    albums = Album.objects.bulk_create([Album(title="x", photos=[a, b]), Album(title="y")])

    assert [events(album) for album in albums] == [[(1, "created")], [(1, "created")]]
    assert [again(album).gallery_version for album in albums] == [1, 1]
    assert current(albums[0]) == {a, b}
    albums[0].photos = [b]
    albums[0].save()
    assert recent(albums[0]) == {(a, 1, 2)}


def test_bulk_create_goes_on_from_the_last_number_of_a_key():
    album = make_album()
    pk = album.pk
    album.delete()
    (album,) = Album.objects.bulk_create([Album(pk=pk, title="x")])

    assert events(album)[-1] == (3, "created")


def test_bulk_create_takes_uuid_keys():
    photo = make_image(Photo)
    (poster,) = Poster.objects.bulk_create([Poster(photos=[photo.pk])])

    assert current(poster) == {photo.pk}


@pytest.mark.parametrize(
    "refused, error",
    [
        (
            lambda a: Album.objects.bulk_create([Album(photos=[a]), Album(photos=[a + 9])]),
            ImagesLost,
        ),
        (
            lambda a: Album.objects.bulk_create([Album(photos=[a]), Album(photos=[a, a])]),
            ValidationError,
        ),
        (lambda _a: Album.objects.bulk_create([Album()], ignore_conflicts=True), HistoryBypassed),
        (lambda _a: Album.objects.bulk_create([Album()], None, True), HistoryBypassed),
        (
            lambda _a: Album.objects.bulk_create(
                [Album()], update_conflicts=True, update_fields=["title"], unique_fields=["id"]
            ),
            HistoryBypassed,
        ),
        (lambda a: Album.objects.update(photos=[a + 9]), ImagesLost),
        (lambda _a: Album.objects.update(photos=["x"]), ValidationError),
        (lambda _a: Album.objects.update(photos=None), ValidationError),
        (lambda _a: Album.objects.update(photos=F("title")), HistoryBypassed),
        (lambda _a: Album.objects.update(gallery_version=7), HistoryBypassed),
        (lambda a: Album.objects.update(photos=[a], nonsense=1), FieldDoesNotExist),
        (lambda a: Album.objects.all()[:1].update(photos=[a]), TypeError),
        (lambda a: Album.objects.bulk_update([Album(photos=[a])], ["photos"]), ValueError),
        (
            lambda _a: Album.objects.bulk_update(Album.objects.all(), ["gallery_version"]),
            HistoryBypassed,
        ),
        (
            lambda _a: Album.objects.bulk_update(Album.objects.all(), ["photos", "nonsense"]),
            ValueError,
        ),
    ],
)
def test_a_refused_bulk_call_leaves_the_callers_transaction_as_it_was(refused, error):
    with transaction.atomic():
        a, b = make_ids(2)
        album = make_album([b])
        with pytest.raises(error):
            refused(a)
        album.photos.append(a)
        album.save()

    assert Album.objects.count() == 1
    assert events(album) == [(1, "created"), (2, "images_added")]


@pytest.mark.django_db(transaction=True)
def test_a_bulk_create_that_fails_can_be_repeated():
    albums = [Album(pk=7, title="x"), Album(pk=8, title="y", photos=make_ids(1))]
    blocker = Album.objects.create(pk=8, title="there")
    with pytest.raises(IntegrityError):
        Album.objects.bulk_create(albums)
    assert not Reference.objects.exists()
    albums[1].pk = 9
    Album.objects.bulk_create(albums)

    assert [events(each) for each in (*albums, blocker)] == [[(1, "created")]] * 3


def test_update_of_a_gallery_records_each_owner():
    a, b, c = make_ids(3)
    one, other, third = make_album([a]), make_album([b]), make_album([b])
    count = Album.objects.exclude(pk=third.pk).update(photos=[a, c], title="Same")

    assert count == 2
    assert events(one)[-1] == (2, "images_added")
    assert events(other)[-1] == (2, "images_changed")
    assert events(third) == [(1, "created")]
    assert current(one) == current(other) == {a, c}
    record = other.history.get(gallery_version=2)
    assert (record.photos, record.title) == ([a, c], "Same")


def test_update_through_a_relation_or_a_proxy_is_recorded():
    (a,) = make_ids(1)
    club = Club.objects.create(name="Alpine")
    album = make_album(club=club)
    club.album_set.update(photos=[a])
    AlbumProxy.objects.update(photos=[])

    assert [event for _, event in events(album)] == ["created", "images_added", "images_removed"]
    assert recent(album) == {(a, 2, 3)}


def test_update_of_other_columns_is_djangos_own():
    album = make_album()
    assert Album.objects.update(title="Winter") == 1

    assert events(album) == [(1, "created")]


def test_update_counts_on_from_the_history_where_a_row_lags_behind():
    album = make_album()
    album.save()
    Album._base_manager.update(gallery_version=0)
    Album.objects.update(photos=make_ids(1))

    assert events(album)[-1] == (3, "images_added")
    assert again(album).gallery_version == 3


def test_bulk_update_of_a_gallery_records_each_owner():
    a, b, c = make_ids(3)
    albums = [make_album([a]), make_album([b])]
    for album in albums:
        album.photos.append(c)
        album.title = "unsaved"
    assert Album.objects.bulk_update(albums, ["photos"]) == 2

    assert [events(album)[-1] for album in albums] == [(2, "images_added")] * 2
    assert [again(album).title for album in albums] == ["Summer", "Summer"]
    assert current(albums[1]) == {b, c}


def test_bulk_update_refuses_all_before_it_writes_one():
    a, b = make_ids(2)
    with transaction.atomic():
        good, bad = make_album([a]), make_album([a])
        good.photos, bad.photos = [b], [b + 9]
        with pytest.raises(ImagesLost):
            Album.objects.bulk_update([good, bad], ["photos"])

    assert (again(good).photos, events(good)) == ([a], [(1, "created")])


def test_bulk_update_merges_and_tells_conflicts():
    a, b, c = make_ids(3)
    mine = make_album([a, b])
    theirs = again(mine)
    theirs.photos = [b, a]
    theirs.save()
    mine.photos = [a, b, c]
    Album.objects.bulk_update([mine], ["photos"])
    assert set(again(mine).photos) == {a, b, c}


def test_bulk_update_tells_conflicts_before_it_writes():
    a, b, c = make_ids(3)
    mine, other = make_album([a, b, c]), make_album([a])
    theirs = again(mine)
    theirs.photos = [b, a, c]
    theirs.save()
    mine.photos, other.photos = [c, b, a], []
    with transaction.atomic(), pytest.raises(StaleGallery):
        Album.objects.bulk_update([other, mine], ["photos"])

    assert (again(mine).photos, again(other).photos) == ([b, a, c], [a])


def test_bulk_calls_of_nothing_do_nothing():
    assert Album.objects.bulk_create([]) == []
    assert Album.objects.bulk_update([], ["photos"]) == 0
    assert Album.objects.none().update(photos=[]) == 0


def test_get_or_create_and_update_or_create_are_saves():
    a, b = make_ids(2)
    album, _ = Album.objects.get_or_create(title="Summer", defaults={"photos": [a]})
    Album.objects.update_or_create(title="Summer", defaults={"photos": [b]})

    assert [event for _, event in events(album)] == ["created", "images_changed"]
    assert current(album) == {b}


def test_images_are_not_deleted_directly():
    image = make_image()
    for delete in (image.delete, Image.objects.all().delete, Image.objects.filter(pk=1).delete):
        with pytest.raises(Exception, match="sweep"):
            delete()

    assert Image.objects.exists()
