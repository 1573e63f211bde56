"""Drift: whatever is written past the signals is found, and said in words."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from audit import drift
from audit.drift import Kind, marks, witness
from audit.models import Entry, Verification
from gallery_events import conf, references
from gallery_events.flows.repair.scope import Scope
from gallery_events.models import Image, Reference
from gallery_events.signals import snapshot_recorded
from tests import NOW
from tests.audit import ways
from tests.factories import again, make_album, make_ids, make_image
from tests.faults.driver import PATIENCE, actors
from tests.project.models import (
    Album,
    Catalogue,
    Club,
    Diptych,
    Gazette,
    Photo,
    Portrait,
    Poster,
)
from tests.sweeping import make_trashed, write_gallery

pytestmark = pytest.mark.django_db


def found(**how):
    """Return (kind, key, gallery) of all that is found."""
    return [(each.kind, each.pk, each.field) for each in drift.find(now=NOW, **how)]


def texts(**how):
    return [str(each) for each in drift.find(now=NOW, **how)]


def verify(**how):
    """Verify and return the kinds that were found."""
    told = []
    drift.verify(now=NOW, tell=told.append, **how)
    return [each.kind for each in told]


@pytest.fixture
def ids():
    return make_ids(3)


@pytest.fixture
def album(ids):
    return make_album(ids[:2])


@pytest.mark.parametrize("full", [True, False])
def test_nothing_is_found_where_all_was_saved(album, ids, full):
    album.photos = ids
    album.save()
    Album.objects.filter(pk=album.pk).update(photos=ids[1:])
    make_album(ids).delete()
    Diptych.objects.create(left=ids[:2], right=None)
    Poster.objects.create(photos=[make_image(Photo).pk])
    Gazette.objects.create(pages=ids)
    Catalogue.objects.create(code="x", plates=ids)
    assert found(full=full) == []


@pytest.mark.parametrize("way", ways.CHANGES)
def test_each_way_past_the_signals_is_found(way, album, ids):
    make_album(ids)
    ways.CHANGES[way](again(album), [ids[2], ids[0]])
    assert found() == [(Kind.CHANGED, album.pk, "photos")]
    a, b, c = ids
    assert texts() == [
        (
            f"photos of project.Album {album.pk}: the last snapshot (1) holds [{a}, {b}]; "
            f"the row holds [{c}, {a}]"
        )
    ]


def test_a_row_that_nobody_recorded_is_found(ids):
    ways.insert_raw(7, ids[:1])
    assert texts() == [f"project.Album 7 has no snapshot; the row holds [{ids[0]}] in photos"]
    assert found() == [(Kind.UNRECORDED, 7, "")]


def test_a_row_that_a_migration_created_is_found(ids):
    row = ways.frozen().objects.create(title="migrated", photos=ids, gallery_version=0)
    assert found() == [(Kind.UNRECORDED, row.pk, "")]


def test_a_version_that_no_snapshot_records_is_found(album, ids):
    ways.muted_post_save(album, ids)
    (text, *_) = texts()
    assert "has version 2, which no snapshot records; the last is 1: was post_save muted?" in text
    assert found()[0] == (Kind.AHEAD, album.pk, "")


def test_a_row_put_back_from_an_older_backup_is_found(album):
    before = again(album).photos
    album.photos = []
    album.save()
    models.QuerySet(Album).filter(pk=album.pk).update(photos=before, gallery_version=1)
    assert found() == [(Kind.BEHIND, album.pk, "")]
    assert "has version 1, and its last snapshot is 2: was an older backup put back?" in texts()[0]


def test_a_row_that_returned_after_its_deletion_is_found(album):
    pk = album.pk
    album.delete()
    ways.insert_raw(pk, [], version=2)
    assert found() == [(Kind.RETURNED, pk, "")]
    assert "is there, and its last snapshot (2) records its deletion" in texts()[0]


@pytest.mark.parametrize("how", [ways.delete_raw, ways.muted_delete])
def test_a_row_that_vanished_is_found(how, album, ids):
    pk = album.pk
    how(again(album))
    assert found() == [(Kind.VANISHED, pk, "")]
    a, b, _ = ids
    assert texts() == [
        (
            f"project.Album {pk} is gone, and its last snapshot (1) records no deletion: "
            f"[{a}, {b}] in photos"
        )
    ]


def test_each_gallery_of_an_owner_is_told_by_itself(ids):
    diptych = Diptych.objects.create(left=ids[:2], right=None)
    models.QuerySet(Diptych).filter(pk=diptych.pk).update(right=[])
    assert found() == [(Kind.CHANGED, diptych.pk, "right")]
    models.QuerySet(Diptych).filter(pk=diptych.pk).update(left=[], right=ids)
    assert [field for _, _, field in found()] == ["left", "right"]


def test_long_lists_and_strange_ones_are_told_in_short(album):
    write_gallery(album, "photos", json.dumps(list(range(1, 40))))
    assert "the row holds [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, and 27 more]" in texts()[0]
    write_gallery(album, "photos", '{"not": "a list"}')
    assert "the row holds no list ({'not': 'a list'})" in texts()[0]
    write_gallery(album, "photos", "[]")
    assert texts()[0].endswith("the row holds no image")


def test_the_same_list_written_in_another_way_is_not_found(album, ids):
    write_gallery(album, "photos", f"[{ids[0]},{ids[1]}]")
    assert found() == []


def test_more_than_one_page_is_found_in_key_order(monkeypatch, ids):
    monkeypatch.setattr("gallery_events.flows.repair.drift.PAGE", 2)
    from gallery_events.flows.repair import drift as rows

    rows._drift_statement.cache_clear()
    rows._gone_statement.cache_clear()
    changed = [make_album(ids[:1]).pk for _ in range(5)]
    gone = [make_album(ids[:1]) for _ in range(5)]
    models.QuerySet(Album).filter(pk__in=changed).update(photos=ids)
    for each in gone:
        ways.delete_raw(each)
    try:
        assert [pk for _, pk, _ in found()] == [*changed, *(each.pk for each in gone)]
    finally:
        rows._drift_statement.cache_clear()
        rows._gone_statement.cache_clear()


def test_a_reference_that_is_missing_is_found(album, ids):
    Reference.objects.filter(image_id=ids[0]).delete()
    assert found(full=True) == [(Kind.MISSING, album.pk, "photos")]
    assert texts(full=True) == [
        (
            f"project.Album {album.pk}: no reference protects image {ids[0]} in photos since version 1, "
            "which its history needs"
        )
    ]


def test_a_reference_that_is_surplus_is_found(album, ids):
    Reference.objects.filter(image_id=ids[0]).update(image_id=ids[2])
    assert found(full=True) == [
        (Kind.MISSING, album.pk, "photos"),
        (Kind.SURPLUS, album.pk, "photos"),
    ]


def test_a_reference_that_is_there_twice_is_found(album, ids):
    album.photos = ids[:1]
    album.save()
    twice = Reference.objects.get(until__isnull=False)
    twice.pk = None
    twice.save(force_insert=True)
    assert found(full=True) == [(Kind.SURPLUS, album.pk, "photos")]


def test_references_of_an_owner_that_never_was_are_found(album):
    Reference.objects.filter(object_id=album.pk).update(object_id="999")
    kinds = [(kind, pk) for kind, pk, _ in found(full=True)]
    assert (Kind.UNKNOWN, "999") in kinds
    assert (
        "there are references of project.Album 999, and neither a row nor a snapshot of it"
        in texts(full=True)
    )


def test_an_image_that_is_gone_is_lost(album, ids):
    ways.execute("DELETE FROM gallery_events_reference WHERE image_id = %s", ids[0])
    models.QuerySet(Image).filter(pk=ids[0])._raw_delete("default")
    assert found(full=True) == [(Kind.LOST, album.pk, "photos")]
    assert "there is no such image any more" in texts(full=True)[0]


def test_at_most_as_many_as_asked_for_are_returned(ids):
    for _ in range(3):
        make_album(ids[:1])
    models.QuerySet(Album).update(photos=ids)
    assert len(found(limit=2)) == 2


def test_what_is_found_can_be_told_as_json(album):
    ways.raw_sql(album, [])
    (each,) = drift.find(now=NOW)
    told = json.loads(json.dumps(each.as_json()))
    assert told == {
        "kind": "changed",
        "model": "project.Album",
        "key": str(album.pk),
        "field": "photos",
        "version": 1,
        "text": str(each),
    }


def test_finding_writes_nothing(album, ids):
    ways.raw_sql(album, ids)
    before = Verification.objects.count()
    with CaptureQueriesContext(connection) as asked:
        list(drift.find(full=True))
    words = ("SELECT", "WITH", "DECLARE")
    assert not [each for each in asked if not each["sql"].lstrip("(").startswith(words)]
    assert Verification.objects.count() == before


#: What makes an owner by a number, for each way to write down its key.
OWNERS = {
    "number": lambda at: Album.objects.create(title=str(at)),
    "uuid": lambda at: Poster.objects.create(title=str(at)),
    "text": lambda at: Catalogue.objects.create(code=f"No. {at}"),
    "key of another": lambda at: Portrait.objects.create(club=Club.objects.create(name=str(at))),
}


class TestWitness:
    """What the history says and the trail does not."""

    @pytest.fixture(autouse=True)
    def installed(self):
        Verification.objects.all().delete()
        marks.install(using="default")

    def test_a_snapshot_recorded_while_the_witness_was_muted_is_found(self, album, ids):
        with ways.muted(snapshot_recorded):
            album.photos = ids
            album.save()
        assert found() == [(Kind.UNWITNESSED, album.pk, "")]
        assert texts() == [
            (
                f"the trail does not tell of snapshot 2 of project.Album {album.pk} (images_added): "
                "was the witness muted?"
            )
        ]

    def test_a_deletion_that_nobody_witnessed_is_found(self, album):
        pk = album.pk
        with ways.muted(snapshot_recorded):
            album.delete()
        assert found() == [(Kind.UNWITNESSED, pk, "")]

    def test_a_history_without_numbers_is_asked_by_its_dates(self, ids):
        with ways.muted(snapshot_recorded):
            gazette = Gazette.objects.create(pages=ids)
            early = Gazette(pages=ids)
            early._history_date = NOW - timedelta(days=999)
            early.save()
        assert found() == [(Kind.UNWITNESSED, gazette.pk, "")]

    def test_what_was_recorded_before_the_witness_came_is_not_asked(self, ids):
        with ways.muted(snapshot_recorded):
            make_album(ids)
        Verification.objects.all().delete()
        assert found(full=True) == []
        marks.install(using="default")
        assert found(full=True) == []

    def test_a_model_that_came_after_the_witness_is_asked_from_its_first_snapshot(self, ids):
        with ways.muted(snapshot_recorded):
            album = make_album(ids)
        row = Verification.objects.get()
        del row.marks["project.Album"]
        row.save()
        assert found() == [(Kind.UNWITNESSED, album.pk, "")]

    def test_what_was_pruned_from_the_trail_is_not_asked(self, ids):
        from audit.pruning import prune

        make_album(ids)
        entries = Entry.objects.filter(kind="snapshot_recorded").count()
        latest = Entry.objects.order_by("pk").last().at
        assert prune(now=latest + timedelta(days=9), days=1) >= entries
        assert found(full=True) == []
        with ways.muted(snapshot_recorded):
            album = make_album(ids)
        assert found(full=True) == [(Kind.UNWITNESSED, album.pk, "")]

    @pytest.mark.parametrize("full", [True, False])
    @pytest.mark.parametrize("make", OWNERS.values(), ids=OWNERS)
    def test_between_owners_with_keys_of_any_kind_one_that_was_muted_is_found(self, make, full):
        make(1)
        with ways.muted(snapshot_recorded):
            owner = make(2)
        make(3)
        assert found(full=full) == [(Kind.UNWITNESSED, owner.pk, "")]

    @pytest.mark.parametrize("full", [True, False])
    def test_no_other_entry_stands_for_the_one_that_is_missing(self, album, full):
        with ways.muted(snapshot_recorded):
            album.save()
        told = {"kind": "snapshot_recorded", "owner_model": "project.Album"}
        told |= {"owner_key": str(album.pk), "version": 2}
        other = {"kind": "image_trashed", "owner_model": "project.Diptych", "owner_key": "0"}
        for wrong in [*other.items(), ("version", None), ("version", 3)]:
            Entry.objects.create(**{**told, wrong[0]: wrong[1]})
        assert found(full=full) == [(Kind.UNWITNESSED, album.pk, "")]
        Entry.objects.create(**told)
        assert found(full=full) == []

    @pytest.mark.parametrize("muted", [0, 1, 2, 3, 7])
    def test_as_many_as_were_muted_are_found(self, album, muted, monkeypatch):
        monkeypatch.setattr(witness, "ROWS", 2)
        others = [make_album() for _ in range(3)]
        for number in range(muted):
            with ways.muted(snapshot_recorded):
                again(album if number % 2 else others[1]).save()
            again(others[0]).save()
        assert len(found(full=True)) == muted

    def test_a_trail_that_tells_of_all_is_asked_by_as_many_statements_however_long_it_is(
        self, album, monkeypatch, django_assert_num_queries
    ):
        monkeypatch.setattr(witness, "ROWS", 2)
        scope = Scope(Album, "default", NOW, conf.current().retention)
        for _ in range(9):
            album.save()
        make_album()
        mark = marks.last()["project.Album"]
        with django_assert_num_queries(2):  # what was pruned, and what is not told
            assert list(witness.unwitnessed(scope, mark, full=True)) == []

    def test_installing_again_changes_nothing(self):
        marks.install(using="default")
        assert Verification.objects.count() == 1
        marks.install(using="other")
        assert Verification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestIncremental:
    """References are compared from where the last verification came to."""

    def test_what_was_compared_once_is_not_read_again(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        (key,) = make_ids(1)
        old = make_album([key])
        until(caught_up)
        Reference.objects.all().delete()
        assert found() == [], "only a full one looks at references of old snapshots"
        assert [kind for kind, *_ in found(full=True)] == [Kind.MISSING]
        new = make_album([key])
        Reference.objects.all().delete()
        assert found() == [(Kind.MISSING, new.pk, "photos")]
        assert verify(full=True) == [Kind.MISSING] * 2
        assert {pk for _, pk, _ in found()} == {old.pk, new.pk}, "what differed is looked at again"

    def test_what_differed_is_looked_at_again_until_it_agrees(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        album = make_album(make_ids(1))
        told = list(Reference.objects.values())
        Reference.objects.all().delete()
        assert verify() == verify() == [Kind.MISSING]
        Reference.objects.bulk_create([Reference(**each) for each in told])
        assert verify() == []
        assert marks.last()["project.Album"].again == ()
        until(caught_up)
        Reference.objects.all().delete()
        assert found() == []
        assert found(full=True) == [(Kind.MISSING, album.pk, "photos")]

    def test_with_too_many_that_differ_the_mark_stays(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        monkeypatch.setattr("audit.drift.search.MOST_AGAIN", 2)
        assert verify() == []
        before = marks.last()["project.Album"]
        for key in make_ids(3):
            make_album([key])
        Reference.objects.all().delete()
        assert verify() == [Kind.MISSING] * 3
        assert marks.last()["project.Album"] == before
        assert verify() == [Kind.MISSING] * 3

    def test_an_owner_that_drifted_has_its_references_compared_too(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        album = make_album(make_ids(1))
        verify()
        Reference.objects.all().delete()
        ways.raw_sql(album, [])
        assert found() == [
            (Kind.CHANGED, album.pk, "photos"),
            (Kind.MISSING, album.pk, "photos"),
        ]

    def test_a_history_without_numbers_is_always_compared_whole(self):
        gazette = Gazette.objects.create(pages=make_ids(1))
        assert verify() == []
        Reference.objects.all().delete()
        assert found() == [(Kind.MISSING, gazette.pk, "pages")]
        assert "project.Gazette" not in marks.last()

    def test_a_history_that_became_shorter_is_compared_whole(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        first, last = make_album(make_ids(1)), make_album(make_ids(1))
        verify()
        models.QuerySet(Album.history.model).filter(id=last.pk)._raw_delete("default")
        ways.delete_raw(last)
        Reference.objects.all().delete()
        assert found() == [(Kind.MISSING, first.pk, "photos")]

    @pytest.mark.postgresql
    def test_a_snapshot_that_commits_late_is_not_passed_over(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        (key,) = make_ids(1)
        verify()
        with actors(2) as (slow, quick):
            slow.begin()
            late = slow.do(make_album, [key])
            early = quick.do(make_album, [key])
            assert verify() == []
            mark = marks.last()["project.Album"]
            assert mark.safe < late.history.model.objects.get(id=early.pk).history_id - 1
            slow.do(Reference.objects.filter(object_id=late.pk).delete)
            slow.commit()
        assert verify() == [Kind.MISSING], "its number is lower than one that was seen before"
        assert verify() == [Kind.MISSING]

    @pytest.mark.postgresql
    def test_a_mark_moves_on_once_the_transactions_of_its_time_have_ended(self, monkeypatch):
        monkeypatch.setattr(marks, "MARGIN", 0)
        verify()
        with actors(2) as (slow, other):
            slow.begin()
            slow.do(make_album)
            other.do(make_album)
            verify()
            stuck = marks.last()["project.Album"]
            verify()
            assert marks.last()["project.Album"].safe == stuck.safe
            slow.commit()
            other.begin()
            other.do(make_album)  # somebody writes at every moment
            until(lambda: marks.last()["project.Album"].safe == stuck.seen)
            other.commit()
        until(caught_up)


def caught_up():
    newest = Album.history.order_by("history_id").last().history_id
    return marks.last()["project.Album"].safe == newest


def until(holds):
    """Verify until something holds: other tests have transactions open in this server too."""
    end = time.monotonic() + 6 * PATIENCE
    while not holds():
        assert time.monotonic() < end, "the mark does not move"
        verify()


def test_rows_beside_snapshots_cost_two_statements_a_model(django_assert_num_queries):
    from audit.drift.findings import of_rows

    for _ in range(5):
        make_album(make_ids(2))
    with django_assert_num_queries(2):
        assert list(of_rows(Album, "default")) == []


def test_the_trash_is_no_drift_by_itself():
    make_trashed()
    assert found(full=True) == []
    assert references.content_type(Album, "default")
