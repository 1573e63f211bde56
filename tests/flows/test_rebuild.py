import threading
import tracemalloc
import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.flows.prune import prune
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.repair import comparing, unknown
from gallery_events.flows.restore import undelete
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from tests.factories import again, current, events, make_album, make_ids, make_image, recent
from tests.project.models import Album, AlbumProxy, Club, Diptych, Photo, PhotoReference, Poster

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


def row(image_model=Image, **columns):
    """Return a saved image without a file: these tests are about rows."""
    return image_model.objects.create(file=f"images/{uuid.uuid4()}/a.png", **columns)


def references(model=Reference):
    """Return everything that is stored of references, except their own keys and marks."""
    return sorted(
        map(
            repr,
            model.objects.values_list(
                *("content_type_id", "object_id", "field", "image_id"),
                *("since_version", "since", "until_version", "until"),
            ),
        )
    )


def everything():
    """Return all rows of all tables."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    }


def check(now=NOW):
    """Return the report of a check, which has written nothing."""
    before = everything()
    report = rebuild(now=now, check=True)
    assert everything() == before
    return report


def raw(model, pk, **columns):
    """Write past everything that listens."""
    models.QuerySet.update(model._base_manager.filter(pk=pk), **columns)


def open_reference(owner_id, image, *, owner_model=Album, field="photos", **columns):
    values = {"since_version": 1, "since": NOW, **columns}
    return Reference.objects.create(
        content_type=ContentType.objects.get_for_model(owner_model),
        object_id=str(owner_id),
        field=field,
        image_id=image,
        **values,
    )


# Laws, over random histories of two owners.


class Story:
    """Two owners, five images, and whatever happens to them."""

    def __init__(self):
        self.images = [row().pk for _ in range(5)]
        self.pks = [make_album().pk, make_album().pk]
        self.now = NOW

    def tell(self, step):
        kind, which, keys, age = step
        pk = self.pks[which]
        owner = Album._base_manager.filter(pk=pk).first()
        if kind == "sweep":
            self.now = max(self.now, NOW + age * DAY)
            sweep(now=NOW + age * DAY)
        elif kind == "prune":
            prune(now=self.now)
        elif owner is None:
            undelete(Album, pk, partial=True)
        else:
            owner._history_date = NOW - age * DAY
            self.save_or_delete(owner, kind, keys)

    def save_or_delete(self, owner, kind, keys):
        if kind == "delete":
            owner.delete()
            return
        there = set(Image.objects.values_list("pk", flat=True))
        owner.photos = [self.images[each] for each in keys if self.images[each] in there]
        owner.save()


@contextmanager
def story(steps):
    """Tell a story, and undo it afterwards."""
    settings = {"KEEP_SNAPSHOTS": steps[0], "BREAKER": {"SHARE_FROM": 10**6}}
    block = transaction.atomic()
    block._from_testcase = True  # as Django marks the transaction around a test
    with override_settings(GALLERY_EVENTS=settings), block:
        told = Story()
        for step in steps[1]:
            told.tell(step)
        yield told
        transaction.set_rollback(True)


def stories(*kinds):
    step = st.tuples(
        st.sampled_from(["save", "save", "save", "delete", *kinds]),
        st.integers(0, 1),
        st.lists(st.integers(0, 4), unique=True, max_size=4),
        st.integers(0, 70),
    )
    return st.tuples(st.integers(1, 3), st.lists(step, max_size=9))


def still_needed(keep, now):
    """Return the stored references that the words of the settings keep."""
    last = {str(pk): version for pk, version in Album.objects.values_list("pk", "gallery_version")}
    return [
        each
        for each in Reference.objects.all()
        if each.until is None
        or each.until > now - 30 * DAY
        or each.until_version - 1 > last.get(each.object_id, 10**9) - keep
    ]


@given(stories())
def test_rebuilding_from_nothing_gives_exactly_what_saves_had_written(steps):
    with story(steps) as told:
        wanted = {each.pk for each in still_needed(steps[0], told.now)}
        Reference.objects.exclude(pk__in=wanted)._raw_delete("default")
        before = references()
        Reference.objects.all()._raw_delete("default")
        report = rebuild(now=told.now)

        assert references() == before
        assert (report.surplus, report.lost, report.unrecorded) == (0, 0, 0)


@given(stories("sweep", "prune"))
def test_a_check_after_any_history_is_clean_and_a_rebuild_then_changes_nothing(steps):
    with story(steps) as told:
        report = check(told.now)
        assert report.is_clean, report.examples
        before = set(references())
        assert rebuild(now=told.now).is_clean
        assert before <= set(references())


@given(stories("sweep", "prune"))
def test_what_a_pruned_history_still_holds_is_protected_again(steps):
    with story(steps) as told:
        ends = {
            (each.object_id, each.image_id, each.until_version)
            for each in still_needed(steps[0], told.now)
        }
        known = {
            (str(pk), version) for pk, version in Album.history.values_list("id", "gallery_version")
        }
        Reference.objects.all()._raw_delete("default")
        rebuild(now=told.now)
        found = set(Reference.objects.values_list("object_id", "image_id", "until_version"))

        assert {end for end in ends if end[2] is None or (end[0], end[2] - 1) in known} <= found
        assert check(told.now).is_clean


@given(stories("sweep"), st.data())
def test_rebuild_mends_whatever_is_wrong_and_the_check_tells_of_it(steps, data):
    with story(steps) as told:
        rows = list(Reference.objects.order_by("pk"))
        for each in rows:
            damage = data.draw(st.sampled_from(["none", "gone", "since", "until"]))
            if damage == "gone":
                each.delete()
            elif damage == "since":
                Reference.objects.filter(pk=each.pk).update(since_version=each.since_version + 7)
            elif damage == "until" and each.until is None:
                Reference.objects.filter(pk=each.pk).update(until=told.now, until_version=99)
        rebuild(now=told.now)

        assert check(told.now).is_clean
        unprotected = Image.objects.filter(references=None, review_after=None)
        assert not unprotected.exists()


# One kind of difference at a time.


def test_a_surplus_reference_goes_and_its_image_comes_up_for_review():
    (a,) = make_ids(1)
    album = make_album()
    open_reference(album.pk, a)
    raw(Image, a, review_after=None)

    assert check().surplus == 1
    assert rebuild(now=NOW).surplus == 1
    assert current(album) == set()
    assert Image.objects.get(pk=a).review_after == NOW
    assert check().is_clean


def test_a_surplus_reference_does_not_bring_up_an_image_that_another_gallery_names():
    (a,) = make_ids(1)
    make_album([a])
    raw(Image, a, review_after=None)
    open_reference(make_album().pk, a)
    rebuild(now=NOW)

    assert Image.objects.get(pk=a).review_after is None


def test_a_missing_reference_comes_back_and_takes_its_image_out_of_the_trash():
    (a,) = make_ids(1)
    album = make_album([a])
    Reference.objects.all().delete()
    raw(Image, a, trashed_at=NOW, review_after=NOW)

    assert check().missing == 1
    assert rebuild(now=NOW).missing == 1
    assert current(album) == {a}
    assert Image.objects.get(pk=a).trashed_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"since_version": 9},
        {"since": NOW - 400 * DAY},
        {"until": NOW, "until_version": 5},
        {"field": "gone"},
    ],
)
def test_a_wrong_reference_is_replaced_by_the_right_one(wrong):
    (a,) = make_ids(1)
    make_album([a])
    before = references()
    Reference.objects.update(**wrong)

    report = check()
    assert (report.missing, report.surplus) == (1, 1)
    rebuild(now=NOW)
    assert references() == before
    assert Image.objects.get(pk=a).review_after is not None


@pytest.mark.parametrize("owner_id", ["999999", "no number", "-1", "9" * 30])
def test_references_of_an_owner_that_never_was_are_removed(owner_id):
    (a,) = make_ids(1)
    raw(Image, a, review_after=None)
    open_reference(owner_id, a)

    assert check().surplus == 1
    assert rebuild(now=NOW).surplus == 1
    assert not Reference.objects.exists()
    assert Image.objects.get(pk=a).review_after == NOW


def test_unknown_owners_are_found_on_every_page(monkeypatch):
    monkeypatch.setattr(unknown, "PAGE", 2)
    ids = make_ids(2)
    album = make_album(ids)
    for owner_id in ("901", "902", "903"):
        for each in ids:
            open_reference(owner_id, each)

    assert rebuild(now=NOW).surplus == 6
    assert set(Reference.objects.values_list("object_id", flat=True)) == {str(album.pk)}


def test_references_of_models_that_are_no_owners_are_left_alone():
    (a,) = make_ids(1)
    open_reference(1, a, owner_model=Club)

    assert rebuild(now=NOW).is_clean
    assert Reference.objects.count() == 1


def test_a_gallery_that_shows_images_of_another_model_now_has_no_use_for_its_old_references():
    photo = row(Photo)
    poster = Poster.objects.create(photos=[photo.pk])
    (a,) = make_ids(1)
    open_reference(poster.pk, a, owner_model=Poster)

    assert rebuild(now=NOW).surplus == 1
    assert not Reference.objects.exists()
    assert PhotoReference.objects.count() == 1


def test_an_owner_from_before_its_galleries_were_recorded_gets_a_baseline():
    a, b = make_ids(2)
    raw(Image, b, trashed_at=NOW)
    album = Album(title="old", photos=[a, b])
    models.QuerySet.bulk_create(Album._base_manager.all(), [album])

    assert check().unrecorded == 1
    assert rebuild(now=NOW).unrecorded == 1
    album = again(Album.objects.get(title="old"))
    assert events(album) == [(1, "baseline")]
    assert album.history.get().history_type == "+"
    assert current(album) == {a, b}
    assert Image.objects.get(pk=b).trashed_at is None
    assert check().is_clean
    album.photos.remove(a)
    album.save()
    assert recent(album) == {(a, 1, 2)}


def test_an_old_owner_that_names_images_that_are_gone_gets_its_baseline_all_the_same():
    (a,) = make_ids(1)
    album = Album(title="old", photos=[a, a + 1000])
    models.QuerySet.bulk_create(Album._base_manager.all(), [album])
    report = rebuild(now=NOW)

    assert (report.unrecorded, report.lost) == (1, 1)
    assert str(a + 1000) in " ".join(report.examples)
    album = again(Album.objects.get(title="old"))
    assert (current(album), album.history.get().photos) == ({a}, [a, a + 1000])


def test_more_old_owners_than_one_batch_all_get_their_baselines(monkeypatch):
    monkeypatch.setattr(comparing, "BATCH", 3)
    (a,) = make_ids(1)
    models.QuerySet.bulk_create(
        Album._base_manager.all(), [Album(title=str(n), photos=[a]) for n in range(10)]
    )

    assert rebuild(now=NOW).unrecorded == 10
    assert Reference.objects.count() == 10
    assert check().is_clean


def test_what_only_the_row_shows_loses_no_protection():
    (a,) = make_ids(1)
    album = make_album()
    open_reference(album.pk, a)
    raw(Album, album.pk, photos=[a])
    rebuild(now=NOW)

    assert current(album) == {a}


def test_whatever_somebody_wrote_into_a_snapshot_is_read_as_far_as_it_can_be():
    (a,) = make_ids(1)
    album = make_album([a])
    rubbish = f'[{a}, "x", [1], {{"y": 2}}, null, true]'
    table = connection.ops.quote_name(Album.history.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET photos = %s", [rubbish])

    assert check().is_clean
    assert current(album) == {a}


def test_images_that_nothing_names_and_no_review_awaits_get_one():
    free, named = row(review_after=None), row(review_after=None)
    make_album([named.pk])

    assert check().unscheduled == 1
    assert rebuild(now=NOW).unscheduled == 1
    assert Image.objects.get(pk=free.pk).review_after == NOW
    assert Image.objects.get(pk=named.pk).review_after is None


def test_images_that_are_gone_are_reported_as_lost_by_check_and_rebuild_alike():
    image, other = row(), row()
    album = make_album([image.pk, other.pk])
    Reference.objects.filter(image=image).delete()
    Image.objects.filter(pk=image.pk)._raw_delete("default")

    for report in (check(), rebuild(now=NOW), check()):
        assert (report.lost, report.missing) == (1, 0)
        assert not report.is_clean
        assert f"image {image.pk} in photos" in " ".join(report.examples)
    assert current(album) == {other.pk}


def test_after_a_run_as_of_a_later_day_what_it_expired_is_not_called_missing():
    (a,) = make_ids(1)
    album = make_album([a])
    album.photos = []
    album.save()
    sweep(now=NOW + 60 * DAY)
    assert recent(album) == set()

    assert check().is_clean
    assert rebuild(now=NOW).is_clean
    assert recent(album) == set()


def test_an_owner_that_came_back_after_its_images_expired_is_in_order(settings):
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": 3}
    (a,) = make_ids(1)
    album = make_album([a])
    pk = album.pk
    album.delete()
    sweep(now=NOW + 40 * DAY)
    undelete(Album, pk)

    assert check().is_clean


def test_uuids_and_two_galleries_of_one_owner_are_told_apart():
    photos = [row(Photo).pk for _ in range(3)]
    poster = Poster.objects.create(photos=photos)
    poster.photos = photos[:1]
    poster.save()
    a, b = make_ids(2)
    diptych = Diptych.objects.create(left=[a, b], right=[b])
    diptych.right = None
    diptych.save()
    before = references(PhotoReference), references()
    PhotoReference.objects.all().delete()
    Reference.objects.all().delete()
    rebuild(now=NOW)

    assert (references(PhotoReference), references()) == before


def test_only_the_models_asked_for_are_looked_at():
    (a,) = make_ids(1)
    make_album([a])
    Diptych.objects.create(right=[a])
    Reference.objects.all().delete()
    free = row(review_after=None)

    assert rebuild([Diptych], now=NOW).missing == 1
    assert Reference.objects.get().content_type.model == "diptych"
    # Beside galleries that are not yet rebuilt, nobody can say what is an orphan.
    assert Image.objects.get(pk=free.pk).review_after is None


def test_saves_of_a_proxy_are_found_under_the_model_they_are_of():
    (a,) = make_ids(1)
    AlbumProxy.objects.create(title="proxy", photos=[a])

    assert check().is_clean


def test_the_dates_decide_at_the_microsecond():
    (a,) = make_ids(1)
    album = make_album([a])
    album.photos, album._history_date = [], NOW - 30 * DAY
    album.save()
    Reference.objects.all().delete()

    assert check(NOW).is_clean
    assert check(NOW - timedelta(microseconds=1)).missing == 1


# Size, and company.


def test_progress_is_told_by_the_batch(monkeypatch):
    monkeypatch.setattr(comparing, "BATCH", 2)
    for _ in range(5):
        make_album()
    seen = []
    rebuild([Album], now=NOW, progress=lambda *told: seen.append(told))

    assert seen == [("project.Album", done, 5) for done in (2, 4, 5)]


def test_the_number_of_queries_depends_on_the_batches_not_on_the_owners(
    monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(comparing, "BATCH", 50)
    (a,) = make_ids(1)
    for _ in range(100):
        make_album([a])

    with django_assert_max_num_queries(3 * 10 + 12):
        assert rebuild([Album], now=NOW, check=True).checked == 100


def test_a_long_history_is_read_one_snapshot_at_a_time():
    ids = [row().pk for _ in range(300)]
    models.QuerySet.bulk_create(
        Album.history.model._base_manager.all(),
        [
            Album.history.model(
                id=1,
                title="long",
                photos=ids,
                gallery_version=number,
                history_date=NOW,
                history_type="~",
                gallery_event="touched",
            )
            for number in range(1, 1001)
        ],
    )
    Album.history.model.objects.count()
    tracemalloc.start()
    rebuild([Album], now=NOW, check=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # All lists at once are a thousand times 300 pointers and numbers: far more than 5 MB.
    assert peak < 5 * 1024 * 1024


@pytest.mark.django_db(transaction=True)
def test_saves_beside_a_rebuild_lose_nothing_and_leave_a_clean_check():
    ids = [make_image().pk for _ in range(6)]
    albums = [make_album(ids[:3]) for _ in range(8)]
    failed = []

    def save():
        try:
            for turn in range(12):
                album = again(albums[turn % len(albums)])
                album.photos = ids[turn % 3 : turn % 3 + 3]
                album.save(expected_version=None)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            connection.close()

    saver = threading.Thread(target=save)
    saver.start()
    while saver.is_alive():
        Reference.objects.filter(object_id=str(albums[0].pk)).delete()
        rebuild(now=NOW)
    saver.join()

    assert failed == []
    rebuild(now=NOW)
    assert check().is_clean
    for album in albums:
        assert current(album) == set(again(album).photos)
