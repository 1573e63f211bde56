"""A history of a project's own making: simple-history's arguments, kept through every road."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from simple_history.signals import pre_create_historical_record

from gallery_events import galleries
from gallery_events.flows import restore
from tests.factories import make_ids
from tests.project.models import Gazette

pytestmark = pytest.mark.django_db


def test_the_snapshots_lie_in_the_named_table_under_keys_of_the_named_kind():
    (a,) = make_ids(1)
    gazette = Gazette.objects.create(title="Spring", pages=[a])

    record = gazette.history.get()

    assert isinstance(record.pk, uuid.UUID)
    assert "gazette_log" in connection.introspection.table_names()
    assert record.pages == [a]


def test_a_column_of_ones_own_gets_its_default_and_a_receiver_may_fill_it():
    gazette = Gazette.objects.create()

    def stamp(sender, history_instance, **kwargs):
        history_instance.stamp = "by the editor"

    pre_create_historical_record.connect(stamp, sender=Gazette.history.model)
    try:
        gazette.save()
        gazette_key = gazette.pk
        gazette.delete()
    finally:
        pre_create_historical_record.disconnect(stamp, sender=Gazette.history.model)

    past = Gazette.history.filter(id=gazette_key).order_by("gallery_version")
    assert [record.stamp for record in past] == ["unstamped", "by the editor", "by the editor"]


def test_the_user_is_kept_by_number_where_the_history_says_so():
    user = get_user_model().objects.create(username="anna")
    gazette = Gazette(title="Summer")
    gazette._history_user = user
    gazette.save()

    record = gazette.history.get()

    assert record.history_user_id == user.pk
    assert record.history_user == user
    assert record.actor == "anna"


def test_an_excluded_column_is_in_no_snapshot_and_survives_a_restore_of_everything():
    a, b = make_ids(2)
    gazette = Gazette.objects.create(title="one", scratch="first", pages=[a])
    gazette.title, gazette.scratch, gazette.pages = "two", "second", [b]
    gazette.save()

    restore.restore(gazette, 1, scope="all")

    assert (gazette.title, gazette.scratch, gazette.pages) == ("one", "second", [a])
    assert [each.version for each in galleries.timeline(gazette)] == [3, 2, 1]


def test_a_deleted_owner_comes_back_with_the_default_of_an_excluded_column():
    (a,) = make_ids(1)
    gazette = Gazette.objects.create(title="gone", scratch="notes", pages=[a])
    key = gazette.pk
    gazette.delete()

    back = restore.undelete(Gazette, key)

    assert (back.pk, back.title, back.scratch, back.pages) == (key, "gone", "", [a])
    assert back.gallery_version == 3
