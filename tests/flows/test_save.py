from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.db.models.signals import post_save, pre_save
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery_events.exceptions import HistoryBypassed, ImagesLost, StaleGallery
from gallery_events.models import Image, Reference
from gallery_events.signals import image_rescued, snapshot_recorded
from tests.factories import again, current, events, make_album, make_ids, make_image, recent
from tests.project.models import Album, Club, Diptych, Painting, Photo, Poster

pytestmark = pytest.mark.django_db


def fails(*args, **kwargs):
    raise RuntimeError


@pytest.fixture
def heard():
    """Return a list of what a signal tells; connect it with heard.to(signal)."""

    class Heard(list):
        def to(self, signal):
            signal.connect(self.receive)
            connected.append(signal)
            return self

        def receive(self, sender, **told):
            self.append(told)

    connected, heard = [], Heard()
    yield heard
    for signal in connected:
        signal.disconnect(heard.receive)


# What a save records.


def test_a_save_is_one_snapshot_numbered_without_gaps():
    a, b, c = make_ids(3)
    album = make_album([a])
    for photos in ([a, b], [b, a], [b], [b], [c]):
        album.photos = photos
        album.save()

    assert events(album) == [
        (1, "created"),
        (2, "images_added"),
        (3, "images_reordered"),
        (4, "images_removed"),
        (5, "touched"),
        (6, "images_changed"),
    ]
    assert again(album).gallery_version == 6


def test_references_follow_by_difference():
    a, b, c = make_ids(3)
    album = make_album([a, b])
    album.photos = [c, a]
    album.save()
    album.photos = [a, b]
    album.save()

    assert current(album) == {a, b}
    assert recent(album) == {(b, 1, 2), (c, 2, 3)}


def test_references_are_dated_as_their_snapshots(django_assert_num_queries):
    a, b = make_ids(2)
    album = make_album([a])
    album._history_date = timezone.now() - timedelta(days=40)
    album.photos = [b]
    album.save()

    moment = album.history.get(gallery_version=2).history_date
    assert moment == album._history_date
    assert Reference.objects.get(image=a).until == moment
    assert Reference.objects.get(image=b).since == moment


def test_a_save_that_left_the_gallery_alone_writes_no_reference_and_no_image():
    album = make_album(make_ids(3))
    album.title = "Winter"
    with CaptureQueriesContext(connection) as asked:
        album.save()

    written = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    touched = [q for q in written if "reference" in q or '"gallery_events_image"' in q]
    assert touched == []
    assert events(album)[-1] == (2, "touched")


def test_several_galleries_are_one_snapshot():
    a, b, c = make_ids(3)
    diptych = Diptych.objects.create(left=[a, b], right=[c])
    diptych.left, diptych.right = [b, a], None
    diptych.save()

    assert events(diptych) == [(1, "created"), (2, "images_changed")]
    assert current(diptych, "left") == {a, b}
    assert recent(diptych, "right") == {(c, 1, 2)}
    assert Diptych.objects.filter(right__isnull=True).exists()


def test_owners_that_share_an_image_protect_it_each_for_itself():
    (a,) = make_ids(1)
    one, other = make_album([a]), make_album([a])
    one.photos = []
    one.save()

    assert current(one) == set()
    assert current(other) == {a}


def test_uuid_keys_and_an_image_model_of_ones_own():
    photo = make_image(Photo)
    poster = Poster.objects.create(photos=[photo.pk])
    poster.photos = [str(photo.pk)]
    poster.save()

    assert again(poster).photos == [photo.pk]
    assert current(poster) == {photo.pk}
    assert [each for (each,) in poster.history.values_list("gallery_version")] == [2, 1]


def test_an_abstract_owner_gives_each_model_its_own_history():
    painting = Painting.objects.create(pictures=make_ids(1))

    assert events(painting) == [(1, "created")]
    assert painting.history.model.__name__ == "HistoricalPainting"


def test_update_fields_writes_these_and_records_the_row():
    a, b = make_ids(2)
    album = make_album([a])
    album.title, album.photos = "Winter", [a, b]
    album.save(update_fields=["photos"])

    record = album.history.get(gallery_version=2)
    assert (record.title, record.photos) == ("Summer", [a, b])
    assert current(album) == {a, b}


def test_update_fields_without_the_gallery_keeps_the_references():
    a, b = make_ids(2)
    album = make_album([a])
    album.title, album.photos = "Winter", [b]
    album.save(update_fields=["title"])

    assert again(album).photos == [a]
    assert current(album) == {a}
    assert events(album)[-1] == (2, "touched")


def test_no_update_fields_is_no_save():
    album = make_album()
    album.save(update_fields=[])

    assert events(album) == [(1, "created")]


@pytest.mark.parametrize(
    "load",
    [
        lambda: Album.objects.only("title").get(),
        lambda: Album.objects.defer("photos").get(),
        lambda: Album.objects.defer("photos", "gallery_version").get(),
        lambda: Album._base_manager.only("title").get(),
    ],
)
def test_an_owner_with_deferred_columns_is_saved_without_them(load):
    (a,) = make_ids(1)
    make_album([a])
    album = load()
    album.title = "Winter"
    album.save()

    assert (again(album).title, again(album).photos) == ("Winter", [a])
    assert current(album) == {a}
    assert album.history.get(gallery_version=2).photos == [a]


def test_a_deferred_gallery_comes_with_the_version_it_belongs_to():
    a, b = make_ids(2)
    make_album([a])
    mine = Album._base_manager.only("photos").get()
    theirs = Album.objects.get()
    assert mine.photos == [a]
    theirs.photos = [a, b]
    theirs.save()
    mine = Album.objects.only("photos").get()
    again_theirs = Album.objects.get()
    again_theirs.photos = [a]
    again_theirs.save()
    mine.photos.append(make_ids(1)[0])
    mine.save()

    assert b not in again(mine).photos


def test_an_expression_for_another_column_is_recorded_as_the_database_worked_it_out():
    album = make_album()
    album.title = Concat(F("title"), Value(" 2026"))
    album.save()

    assert album.history.first().title == "Summer 2026"


def test_an_expression_for_the_gallery_is_refused():
    album = make_album()
    album.photos = F("notes")
    with pytest.raises(HistoryBypassed, match="list of ids"):
        album.save()


def test_a_snapshot_is_announced_with_what_it_holds(heard):
    a, b = make_ids(2)
    album = make_album([a])
    heard.to(snapshot_recorded)
    album.photos = [b]
    album.save()

    (told,) = heard
    assert told["owner"] is album
    assert told["snapshot"].lists == {"photos": [b]}
    assert told["snapshot"].delta["photos"].added == ((0, b),)


def test_replacing_one_of_a_thousand_images_takes_six_statements():
    ids = [
        image.pk
        for image in Image.objects.bulk_create(
            Image(file=f"many/{number}.png") for number in range(1001)
        )
    ]
    album = make_album(ids[:1000])
    album = again(album)
    album.photos[500] = ids[1000]
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        album.save()

    entries = [q for q in asked if "gallery_audit_entry" in q["sql"]]
    assert len(entries) == 1  # the trail's own, where it is installed
    most = 6 + len(entries) + (connection.vendor == "sqlite")
    assert len(asked) <= most, [q["sql"][:90] for q in asked]


# What a save refuses, before anything is written.


@pytest.mark.parametrize(
    "entry, named",
    [
        (True, "True"),
        (-1, "-1"),
        (1.5, "1.5"),
        ("x", "'x'"),
        (None, "None"),
        ([1], "[1]"),
        ({"pk": 1}, "{'pk': 1}"),
        (10**30, "1000000"),
        ("9" * 40, "9999"),
        (b"1", "b'1'"),
        (float("nan"), "nan"),
        ("\u0661", "\u0661"),
        ("1\x00", "\\x00"),
        (object, "object"),
    ],
)
@pytest.mark.parametrize("act", [lambda album: album.full_clean(), lambda album: album.save()])
def test_an_entry_that_is_no_id_is_named(entry, named, act):
    (a,) = make_ids(1)
    album = make_album([a])
    album.photos = [a, entry]
    with transaction.atomic(), pytest.raises(ValidationError) as raised:
        act(album)

    (message,) = raised.value.message_dict["photos"]
    assert "Entry 2" in message
    assert named in message
    assert again(album).photos == [a]


@pytest.mark.parametrize("value", ["12", 7, {"a": 1}, True, object()])
@pytest.mark.parametrize("act", [lambda album: album.full_clean(), lambda album: album.save()])
def test_what_is_no_list_is_refused(value, act):
    album = make_album()
    album.photos = value
    with pytest.raises(ValidationError) as raised:
        act(album)

    assert "is a list of image ids" in raised.value.message_dict["photos"][0]


@pytest.mark.parametrize("act", [lambda album: album.full_clean(), lambda album: album.save()])
def test_a_duplicate_is_named_by_its_place(act):
    a, b = make_ids(2)
    album = make_album()
    album.photos = [a, b, str(a)]
    with pytest.raises(ValidationError) as raised:
        act(album)

    assert "Entry 3" in raised.value.message_dict["photos"][0]


def test_full_clean_names_each_unknown_id():
    (a,) = make_ids(1)
    album = Album(title="Summer", photos=[a + 7, a, a + 8])
    with pytest.raises(ValidationError) as raised:
        album.full_clean()

    assert [message.split(")")[0] for message in raised.value.message_dict["photos"]] == [
        f"Entry 1 ({a + 7}",
        f"Entry 3 ({a + 8}",
    ]


def test_none_is_the_empty_gallery_where_it_is_not_null():
    album = make_album(make_ids(1))
    album.photos = None
    album.full_clean()
    album.save()

    assert again(album).photos == []
    assert events(album)[-1] == (2, "images_removed")


@pytest.mark.parametrize("column", ["left", "right"])
def test_nothing_at_all_is_kept_as_the_column_can(column):
    diptych = Diptych.objects.create()

    assert getattr(again(diptych), column) == []


@pytest.mark.parametrize("photos, code", [(4, "too_many"), (1, "too_few")])
def test_limits_are_checked_by_full_clean(photos, code):
    diptych = Diptych(left=make_ids(photos))
    with pytest.raises(ValidationError) as raised:
        diptych.full_clean()

    assert raised.value.error_dict["left"][0].code == code


def test_lost_images_are_refused_by_name_and_the_callers_transaction_goes_on():
    (a,) = make_ids(1)
    with transaction.atomic():
        album = make_album([a])
        album.photos = [a + 70, a, a + 71]
        with pytest.raises(ImagesLost) as raised:
            album.save()
        kept = make_album([a])

    assert raised.value.ids == [a + 70, a + 71]
    assert (again(album).photos, again(album).gallery_version) == ([a], 1)
    assert album.gallery_version == 1
    assert again(kept).photos == [a]


def test_a_list_that_named_a_lost_image_before_may_still_be_saved_without_it():
    a, b = make_ids(2)
    album = make_album([a])
    Album._base_manager.update(photos=[a, b + 50])
    album = again(album)
    album.title = "Winter"
    album.save(update_fields=["title"])

    assert again(album).title == "Winter"
    album.photos.remove(b + 50)
    album.save()
    assert current(album) == {a}


def _unsaved_club(album):
    album.club = Club(name="new")
    album.save()


@pytest.mark.parametrize(
    "refused, error",
    [
        (lambda album: album.save(update_fields=["nonsense"]), ValueError),
        (lambda album: album.save(update_fields=["id"]), ValueError),
        (lambda album: album.save(force_insert=True, update_fields=["title"]), ValueError),
        (lambda _album: Album(title="x").save(update_fields=["title"]), ValueError),
        (lambda _album: Album(title="x").save(force_update=True), ValueError),
        (lambda _album: Album(pk=10**6, title="x").save(force_update=True), DatabaseError),
        (_unsaved_club, ValueError),
        (lambda album: album.save(expected_version=99), StaleGallery),
        (lambda album: Album(pk=album.pk, title="x").save(), StaleGallery),
        (lambda album: album.save_base(), HistoryBypassed),
        (lambda album: album.save_without_historical_record(), HistoryBypassed),
    ],
)
def test_a_refusal_leaves_the_callers_transaction_as_it_was(refused, error):
    with transaction.atomic():
        album = make_album()
        with pytest.raises(error):
            refused(album)
        album.title = "Winter"
        album.club = None
        album.save()

    assert again(album).title == "Winter"
    assert events(album) == [(1, "created"), (2, "touched")]


def test_creating_a_row_that_exists_fails_as_in_django():
    album = make_album()
    with pytest.raises(IntegrityError), transaction.atomic():
        Album.objects.create(pk=album.pk, title="Second")

    assert again(album).title == "Summer"


@pytest.mark.parametrize(
    "act",
    [
        lambda album: album.save(),
        lambda album: album.delete(),
        lambda _album: Album.objects.update(photos=[]),
        lambda album: Album.objects.bulk_update([album], ["photos"]),
        lambda _album: Album.objects.bulk_create([Album(title="x")]),
    ],
)
def test_a_history_that_is_switched_off_refuses_every_write(act, settings):
    album = make_album()
    settings.SIMPLE_HISTORY_ENABLED = False
    with transaction.atomic():
        with pytest.raises(HistoryBypassed, match="SIMPLE_HISTORY_ENABLED"):
            act(album)
        assert Album.objects.count() == 1


def test_skip_history_when_saving_is_refused():
    album = make_album()
    album.skip_history_when_saving = True
    with pytest.raises(HistoryBypassed, match="skip_history_when_saving"):
        album.save()


def test_a_list_exchanged_by_a_receiver_after_its_images_were_checked_is_refused():
    a, b = make_ids(2)
    album = make_album([a])

    def exchange(instance, **kwargs):
        instance.photos = [b]

    pre_save.connect(exchange, sender=Album)
    try:
        with pytest.raises(HistoryBypassed, match="pre_save"), transaction.atomic():
            album.save()
    finally:
        pre_save.disconnect(exchange, sender=Album)

    assert again(album).photos == [a]
    assert current(album) == {a}


# Trash.


def test_a_trashed_image_is_rescued_and_announced(heard):
    image = make_image(trashed_at=timezone.now(), reviews=3)
    heard.to(image_rescued)
    album = make_album([image.pk])

    image.refresh_from_db()
    assert (image.trashed_at, image.reviews) == (None, 0)
    assert image.review_after is not None
    assert [(told["image"], told["by"]) for told in heard] == [(image, album)]


def test_a_rescue_is_undone_with_the_save():
    image = make_image(trashed_at=timezone.now())
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        make_album([image.pk])
        raise RuntimeError

    image.refresh_from_db()
    assert image.trashed_at is not None


# A save that fails half-way is no save.


@pytest.fixture(params=["post_save", "snapshot_recorded", "pre_save"])
def failing_receiver(request):
    signal = {"post_save": post_save, "pre_save": pre_save}.get(request.param, snapshot_recorded)
    signal.connect(fails, sender=Album)
    yield
    signal.disconnect(fails, sender=Album)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("failing_receiver")
def test_a_receiver_that_raises_undoes_the_creation_and_the_instance_can_be_saved_again():
    album = Album(title="Summer", photos=make_ids(1))
    with pytest.raises(RuntimeError):
        album.save()

    assert (Album.objects.count(), album.history.model.objects.count()) == (0, 0)
    assert not Reference.objects.exists()
    assert (album.pk, album.gallery_version) == (None, 0)
    for signal in (post_save, pre_save, snapshot_recorded):
        signal.disconnect(fails, sender=Album)
    album.save()
    assert events(album) == [(1, "created")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("failing_receiver")
def test_a_receiver_that_raises_leaves_the_caller_nothing_to_commit():
    with transaction.atomic():
        Club.objects.create(name="before")
        with pytest.raises(RuntimeError):
            Album.objects.create(title="Summer")
        with pytest.raises(transaction.TransactionManagementError):
            Club.objects.exists()

    assert not Club.objects.exists()
    assert not Album.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_that_the_database_refuses_undoes_the_save():
    album = make_album()
    table = album.history.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX only_one ON {table} (title)")
    try:
        album.notes = "more"
        with pytest.raises(IntegrityError):
            album.save()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX only_one")

    assert (again(album).notes, again(album).gallery_version) == ("", 1)
    album.save()
    assert events(album) == [(1, "created"), (2, "touched")]


# Deleted, rolled back, overtaken.


@pytest.mark.django_db(transaction=True)
def test_an_instance_whose_saves_were_rolled_back_can_be_saved_again():
    a, b, c = make_ids(3)
    album = make_album([a])
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        album.photos = [a, b]
        album.save()
        album.photos = [a, b, c]
        album.save()
        raise RuntimeError
    album.save()

    assert again(album).photos == [a, b, c]
    assert events(album) == [(1, "created"), (2, "images_added")]
    assert current(album) == {a, b, c}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("saves", [1, 2, 3])
def test_what_others_saved_under_a_number_that_was_rolled_back_is_not_overwritten(saves):
    a, b, c = make_ids(3)
    album = make_album([a])
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        album.photos = [a, b]
        album.save()
        raise RuntimeError
    theirs = again(album)
    theirs.photos = [a, c]
    for _ in range(saves):
        theirs.save()
    album.save()

    assert set(again(album).photos) == {a, b, c}
    assert current(album) == {a, b, c}


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolls_back_to_the_save_before_it():
    a, b, c = make_ids(3)
    album = make_album([a])
    with transaction.atomic():
        album.photos = [a, b]
        album.save()
        with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
            album.photos = [a, b, c]
            album.save()
            raise RuntimeError
        album.photos = [b]
        album.save()

    assert again(album).photos == [b]
    assert events(album)[-1] == (3, "images_removed")


@pytest.mark.django_db(transaction=True)
def test_a_refreshed_instance_forgets_what_was_rolled_back():
    a, b = make_ids(2)
    album = make_album([a])
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        album.save()
        raise RuntimeError
    theirs = again(album)
    theirs.photos = [a, b]
    theirs.save()
    album.refresh_from_db()
    album.photos = [a]
    album.save()

    assert again(album).photos == [a]


def test_saving_an_owner_that_somebody_deleted_is_refused():
    album = make_album(make_ids(1))
    again(album).delete()
    with transaction.atomic():
        with pytest.raises(StaleGallery) as raised:
            album.save()
        assert not Album.objects.exists()

    assert (raised.value.expected, raised.value.current) == (1, 2)


def test_a_deleted_owner_that_is_overwritten_comes_back_and_its_numbers_go_on():
    album = make_album(make_ids(1))
    again(album).delete()
    album.save(expected_version=None)

    assert events(album) == [(1, "created"), (2, "deleted"), (3, "created")]


def test_a_key_that_is_used_again_goes_on_from_the_last_number():
    (a,) = make_ids(1)
    album = make_album([a])
    pk = album.pk
    album.delete()
    new = Album.objects.create(pk=pk, title="Another", photos=[a])

    assert new.gallery_version == 3
    assert events(new) == [(1, "created"), (2, "deleted"), (3, "created")]
    assert current(new) == {a}


def test_a_copy_without_key_is_a_new_owner():
    (a,) = make_ids(1)
    album = make_album([a])
    old = album.pk
    album.pk = None
    album._state.adding = True
    album.save()

    assert album.pk != old
    assert (events(album), current(album)) == ([(1, "created")], {a})
    assert events(Album.objects.get(pk=old)) == [(1, "created")]


@pytest.mark.parametrize("deleted", [False, True])
def test_saving_the_instance_of_a_snapshot_reverts_to_it(deleted):
    a, b = make_ids(2)
    album = make_album([a])
    album.photos = [b]
    album.save()
    record = album.history.get(gallery_version=1)
    if deleted:
        again(album).delete()
    record.instance.save()

    assert again(album).photos == [a]
    newest = album.history.order_by("-gallery_version").first()
    assert newest.gallery_event == ("undeleted" if deleted else "restored")
    assert newest.restored_from == 1
