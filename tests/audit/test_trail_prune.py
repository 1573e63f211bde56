from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Entry
from audit.pruning import PRUNED, prune
from tests import NOW
from tests.factories import make_album

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1000)


def make_entries(*ages, now=NOW):
    return [Entry.objects.create(kind="image_trashed", at=now - age).pk for age in ages]


def left():
    return list(Entry.objects.exclude(kind=PRUNED).order_by("pk").values_list("pk", flat=True))


def test_entries_go_when_they_are_too_old_and_not_a_moment_earlier():
    _old, exact, young = make_entries(30 * DAY + TICK, 30 * DAY, DAY)

    assert prune(now=NOW, days=30) == 1
    assert left() == [exact, young]


def test_what_went_is_told_in_the_trail():
    first, last, _young = make_entries(40 * DAY, 31 * DAY, DAY)
    prune(now=NOW, days=30)

    told = Entry.objects.get(kind=PRUNED)

    assert told.detail == {"count": 2, "first": first, "last": last, "days": 30}
    assert told.source == "command"


def test_each_batch_tells_what_it_took():
    keys = make_entries(*[40 * DAY] * 5)
    prune(now=NOW, days=30, batch=2)

    told = [each.detail for each in Entry.objects.filter(kind=PRUNED).order_by("pk")]

    assert [(each["count"], each["first"], each["last"]) for each in told] == [
        (2, keys[0], keys[1]),
        (2, keys[2], keys[3]),
        (1, keys[4], keys[4]),
    ]
    assert left() == []


def test_an_old_entry_between_young_ones_goes_alone():
    young, _old, also_young = make_entries(DAY, 40 * DAY, DAY)
    _first, *_between, _last = make_entries(40 * DAY, DAY, 40 * DAY)

    assert prune(now=NOW, days=30) == 3
    assert left() == [young, also_young, *_between]


def test_what_was_pruned_is_never_forgotten():
    make_entries(40 * DAY)
    prune(now=NOW, days=30)

    assert prune(now=timezone.now() + 10_000 * DAY, days=30) == 0
    assert Entry.objects.filter(kind=PRUNED).count() == 1


def test_nothing_to_prune_leaves_no_entry():
    make_entries(DAY)

    assert prune(now=NOW, days=30) == 0
    assert not Entry.objects.filter(kind=PRUNED).exists()


def test_a_dry_run_only_counts(capsys):
    keys = make_entries(40 * DAY, DAY, now=timezone.now())
    call_command("audit_prune", days=30, dry_run=True)

    assert capsys.readouterr().out == "1 entries would be deleted\n"
    assert left() == keys
    assert not Entry.objects.filter(kind=PRUNED).exists()


def test_the_command_keeps_the_days_of_the_settings(settings, capsys):
    settings.GALLERY_AUDIT = {"KEEP_DAYS": 30}
    _old, young = make_entries(40 * DAY, DAY, now=timezone.now())
    call_command("audit_prune")

    assert capsys.readouterr().out == "1 entries deleted\n"
    assert left() == [young]


def test_the_command_judges_by_the_days_it_is_given(settings):
    settings.GALLERY_AUDIT = {"KEEP_DAYS": 30}
    keys = make_entries(40 * DAY, DAY, now=timezone.now())
    call_command("audit_prune", "--days", "50")

    assert left() == keys


@pytest.mark.parametrize(
    "arguments, cure",
    [
        ([], "KEEP_DAYS"),
        (["--days", "0"], "from 1"),
        (["--days", "0.9"], "from 1"),
        (["--days", "-1"], "from 1"),
        (["--days", "nan"], "from 1"),
        (["--days", "1e9"], "from 1"),
        (["--days", "x"], "float"),
    ],
    ids=["none", "zero", "part", "negative", "nan", "endless", "text"],
)
def test_what_cannot_be_meant_is_refused(arguments, cure):
    make_album()

    with pytest.raises(CommandError, match=cure) as refused:
        call_command("audit_prune", *arguments)

    assert refused.value.returncode == 3
    assert Entry.objects.count() == 1
