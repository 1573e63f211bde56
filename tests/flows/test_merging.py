import pytest
from django.db import transaction

from gallery_events.exceptions import StaleGallery
from tests.factories import again, current, events, make_album, make_ids
from tests.project.models import Album, Diptych

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """Return ids and a function that saves a second loaded instance with another list."""
    ids = make_ids(6)
    mine = make_album(ids[:3])

    def theirs(photos=None, **columns):
        other = again(mine)
        for name, value in columns.items():
            setattr(other, name, value)
        if photos is not None:
            other.photos = [ids[at] for at in photos]
        other.save()

    return ids, mine, theirs


@pytest.mark.parametrize(
    "mine, theirs, merged",
    [
        ([0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 2, 3, 4]),
        ([3, 0, 1, 2], [0, 4, 1, 2], [3, 0, 4, 1, 2]),
        ([0, 1], [1, 2], [1]),
        ([2, 1, 0], [0, 1, 2, 4], [2, 4, 1, 0]),
        ([2, 0, 1], [0, 1], [0, 1]),
        ([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]),
        ([0, 1, 2], [], []),
        ([], [0, 1, 2], []),
        ([], [0, 1, 2, 5], [5]),
    ],
)
def test_two_changes_of_one_list_are_put_together(two, mine, theirs, merged):
    ids, album, save_theirs = two
    save_theirs(theirs)
    album.photos = [ids[at] for at in mine]
    album.save()

    found = [ids.index(key) for key in again(album).photos]
    assert sorted(found) == sorted(merged)
    assert current(album) == {ids[at] for at in merged}
    assert album.photos == again(album).photos
    assert album.gallery_version == again(album).gallery_version == 3


def test_two_different_orders_are_a_conflict_that_tells_both_sides(two):
    ids, album, save_theirs = two
    save_theirs([1, 0, 2])
    album.photos = [ids[2], ids[1], ids[0]]
    with transaction.atomic():
        with pytest.raises(StaleGallery) as raised:
            album.save()
        assert again(album).photos == [ids[1], ids[0], ids[2]]

    assert (raised.value.expected, raised.value.current) == (1, 2)
    assert raised.value.changes == {
        "photos": (ids[:3], [ids[2], ids[1], ids[0]], [ids[1], ids[0], ids[2]])
    }
    assert album.photos == [ids[2], ids[1], ids[0]]


def test_a_result_that_breaks_a_limit_is_a_conflict():
    ids = make_ids(4)
    diptych = Diptych.objects.create(left=ids[:2])
    theirs = again(diptych)
    theirs.left = [*ids[:2], ids[2]]
    theirs.save()
    diptych.left = [*ids[:2], ids[3]]
    with pytest.raises(StaleGallery):
        diptych.save()

    assert again(diptych).left == ids[:3]


def test_other_columns_merge_as_well(two):
    _, album, save_theirs = two
    save_theirs(title="Theirs")
    album.notes = "mine"
    album.save()

    saved = again(album)
    assert (saved.title, saved.notes) == ("Theirs", "mine")
    assert album.title == "Theirs"


def test_two_changes_of_one_column_are_a_conflict(two):
    _, album, save_theirs = two
    save_theirs(title="Theirs")
    album.title = "Mine"
    with pytest.raises(StaleGallery) as raised:
        album.save()

    assert raised.value.changes == {"title": ("Summer", "Mine", "Theirs")}


def test_none_as_expected_version_overwrites(two):
    ids, album, save_theirs = two
    save_theirs([4], title="Theirs")
    album.save(expected_version=None)

    assert (again(album).title, again(album).photos) == ("Summer", ids[:3])
    assert events(album)[-1] == (3, "images_changed")


def test_an_older_expected_version_says_what_the_change_was_made_on(two):
    ids, album, save_theirs = two
    save_theirs([0, 1, 2, 4])
    album = again(album)
    album.photos = [*ids[:3], ids[5]]
    album.save(expected_version=1)

    assert set(again(album).photos) == {*ids[:3], ids[4], ids[5]}


def test_what_update_fields_left_out_is_not_overwritten_by_the_next_save():
    a, b, c = make_ids(3)
    mine = Diptych.objects.create(left=[a])
    theirs = again(mine)
    theirs.right, theirs.title = [b], "Theirs"
    theirs.save()
    mine.left = [a, c]
    mine.save(update_fields=["left"])
    mine.save()

    saved = again(mine)
    assert (saved.left, saved.right, saved.title) == ([a, c], [b], "Theirs")
    assert current(mine, "right") == {b}


def test_a_merge_asks_for_the_images_that_the_result_adds_only(two):
    ids, album, save_theirs = two
    save_theirs([1, 2])
    album.photos = [*ids[:3], ids[3]]
    album.save()

    assert again(album).photos == [ids[1], ids[2], ids[3]]


def test_a_pickled_owner_still_knows_what_it_was_made_on(two):
    import pickle

    ids, album, save_theirs = two
    stored = pickle.dumps(again(album))
    save_theirs([0, 1, 2, 4])
    album = pickle.loads(stored)
    album.photos.append(ids[5])
    album.save()

    assert set(Album.objects.get().photos) == {*ids[:3], ids[4], ids[5]}
