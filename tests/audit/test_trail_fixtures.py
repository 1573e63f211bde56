"""dumpdata and loaddata with the trail in them: each entry comes once, and none is changed."""

import json
from collections import Counter

import pytest
from django.core.management import call_command

from audit.models import Entry
from gallery_events.models import SweepRun
from tests import NOW
from tests.factories import make_album, make_ids
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

#: In the order of a whole project, and with the trail behind what it tells of.
WHOLE = ["gallery_events", "gallery_audit", "project"]
TRAIL_LAST = ["project", "gallery_events", "gallery_audit"]


@pytest.fixture
def dump(tmp_path):
    def write(*labels, kind="json"):
        path = tmp_path / f"fixture.{kind}"
        options = {"natural_foreign": True, "output": path, "verbosity": 0}
        call_command("dumpdata", *labels, format=kind, **options)
        if kind == "json":
            # dumpdata sorts by app; loaddata takes what comes.
            rows = json.loads(path.read_text())
            rows.sort(key=lambda row: labels.index(row["model"].partition(".")[0]))
            path.write_text(json.dumps(rows))
        return path

    return write


@pytest.fixture
def album():
    """Return an album with a past, told under the first keys of the trail."""
    empty(reset_sequences=True)
    album = make_album(make_ids(3))
    album.photos = album.photos[:1]
    album.save()
    Entry.objects.create(kind="sweep_starting", detail={"now": NOW.isoformat()})
    return album


def load(path):
    call_command("loaddata", path, verbosity=0)


def empty(*, reset_sequences):
    call_command("flush", interactive=False, verbosity=0, reset_sequences=reset_sequences)


def told():
    """Return how often the trail says what, to the milliseconds of a fixture."""
    rows = Entry.objects.values()
    return Counter(
        json.dumps({**row, "id": None, "at": row["at"].isoformat("T", "milliseconds")})
        for row in rows
    )


def dated(found):
    """Return what was told of an album that was loaded only now."""
    return [json.loads(each) for each in found.elements()]


@pytest.mark.parametrize("reset_sequences", [True, False], ids=["new", "old"])
@pytest.mark.parametrize("labels", [WHOLE, TRAIL_LAST], ids=["whole", "trail last"])
def test_a_whole_project_is_loaded_into_an_emptied_database(dump, album, labels, reset_sequences):
    before = told()
    path = dump(*labels)
    empty(reset_sequences=reset_sequences)
    load(path)

    assert before <= told()
    assert [each["event"] for each in dated(told() - before)] == ["baseline"]


@pytest.mark.parametrize("labels", [WHOLE, TRAIL_LAST], ids=["whole", "trail last"])
def test_what_is_loaded_twice_comes_once(dump, album, labels):
    before = told()
    path = dump(*labels)
    empty(reset_sequences=True)
    for _ in range(3):
        load(path)

    assert {each: told()[each] for each in before} == before


@pytest.mark.parametrize("kind", ["json", "xml", "yaml"])
def test_the_trail_alone_comes_back_as_it_was(dump, album, kind):
    before = {each.pk: told_of for each, told_of in zip(Entry.objects.all(), told(), strict=True)}
    path = dump("gallery_audit", kind=kind)
    empty(reset_sequences=True)
    load(path)
    load(path)

    assert {
        each.pk: told_of for each, told_of in zip(Entry.objects.all(), told(), strict=True)
    } == (before)


def test_loaded_entries_change_none_that_are_there(dump, album):
    path = dump("gallery_audit")
    empty(reset_sequences=True)
    make_album()
    mine = Entry.objects.values().get()
    load(path)

    assert Entry.objects.values().get(pk=mine["id"]) == mine
    assert Entry.objects.count() == 4


@pytest.mark.parametrize("gap", [0, 2, 100_000])
def test_the_work_goes_on_behind_loaded_entries(dump, album, gap):
    path = dump("gallery_audit")
    empty(reset_sequences=True)
    rows = json.loads(path.read_text())
    for row in rows:
        if row["model"] == "gallery_audit.entry":
            row["pk"] += gap
    path.write_text(json.dumps(rows))
    load(path)
    count = Entry.objects.count()
    for _ in range(4):
        make_album()

    assert Entry.objects.count() == count + 4


def test_raw_columns_under_a_taken_key_are_another_entry(album):
    before = list(Entry.objects.order_by("pk").values())
    entry = Entry.objects.first()
    entry.event = "x"
    entry.save_base(raw=True)

    assert list(Entry.objects.order_by("pk").values())[:-1] == before
    assert Entry.objects.latest("pk").event == "x"


def test_two_deeds_that_look_alike_stay_two(dump):
    for _ in range(2):
        Entry.objects.create(kind="sweep_starting", at=NOW)
    path = dump("gallery_audit")
    empty(reset_sequences=True)
    load(path)
    load(path)

    assert Entry.objects.count() == 2


def test_an_entry_of_a_fixture_without_key_and_time_is_added(tmp_path):
    path = tmp_path / "fixture.json"
    path.write_text(json.dumps([{"model": "gallery_audit.entry", "fields": {"kind": "x"}}]))
    load(path)

    assert Entry.objects.get().kind == "x"
    assert not SweepRun.objects.exists()
    assert not Album.objects.exists()
