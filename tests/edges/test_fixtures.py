"""dumpdata and loaddata: whatever comes in is recorded, and overwrites nothing."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError
from django.utils import timezone

from gallery_events import galleries, references
from gallery_events.domain.intervals import Held, intervals
from gallery_events.exceptions import GalleryError, HistoryBypassed
from gallery_events.history import lists_of
from gallery_events.models import Image, Reference
from tests.factories import again, current, events, make_album, make_ids, make_image, recent
from tests.project.models import Album, Diptych, Photo, PhotoReference, Poster

pytestmark = pytest.mark.django_db(transaction=True)
OWNERS = [
    "gallery_events.image",
    "project.photo",
    "project.album",
    "project.poster",
    "project.diptych",
]
EVERYTHING = ["gallery_events", "project"]
HISTORY_FIRST = [
    "project.historicalalbum",
    "project.posterrecord",
    "project.historicaldiptych",
    "project.album",
    "project.poster",
    "project.diptych",
    "gallery_events",
    "project.photo",
    "project.photoreference",
]
WITHOUT_REFERENCES = [
    "project.album",
    "project.historicalalbum",
    "project.poster",
    "project.posterrecord",
    "project.diptych",
    "project.historicaldiptych",
    "gallery_events.image",
    "project.photo",
]


@pytest.fixture
def dump(tmp_path):
    def write(*labels, kind="json"):
        path = tmp_path / f"fixture.{kind}"
        # Without natural keys, content types of a new database may have other numbers.
        options = {"natural_foreign": True, "output": path, "verbosity": 0}
        call_command("dumpdata", *labels, format=kind, **options)
        return path

    return write


@pytest.fixture
def album():
    """Return an album with a past: a (1 to 2), b (1 to now), c (3 to now)."""
    a, b, c = make_ids(3)
    album = make_album([a, b])
    for photos in ([b], [b, c]):
        album.photos = photos
        album.save()
    Poster.objects.create(photos=[make_image(Photo).pk])
    Diptych.objects.create(left=[a, b], right=None)
    Diptych.objects.create(left=[], right=[])
    return album


def load(path):
    call_command("loaddata", path, verbosity=0)


def empty():
    """Leave the database as a new one, sequences included."""
    call_command("flush", interactive=False, verbosity=0, reset_sequences=True)


def hold_the_laws():
    """Every list is its last snapshot, protected; every span of the log is; law 1."""
    for model in galleries.owner_models():
        for owner in model._base_manager.all():
            log = list(owner.history.order_by("gallery_version"))
            numbers = [record.gallery_version for record in log]
            assert numbers == sorted(set(numbers))
            assert log[-1].gallery_version == owner.gallery_version
            assert lists_of(log[-1]) == lists_of(owner)
            for name in lists_of(owner):
                told = intervals(
                    Held(each.gallery_version, each.history_date, {name: lists_of(each)[name]})
                    for each in log
                )
                field = owner._meta.get_field(name)
                rows = references.of_gallery(model, owner.pk, field, using="default")
                found = set(rows.values_list("image_id", "since_version", "until_version"))
                assert {(s.key, s.since_version, s.until_version) for s in told} <= found
    for image_model in (Image, Photo):
        assert not image_model.objects.filter(references=None, review_after=None).exists()


@pytest.mark.parametrize("kind", ["json", "xml", "yaml"])
@pytest.mark.parametrize("labels", [OWNERS, EVERYTHING, HISTORY_FIRST, WITHOUT_REFERENCES])
def test_a_fixture_fills_an_empty_database(dump, album, labels, kind):
    path = dump(*labels, kind=kind)
    photos = list(album.photos)
    poster = list(Poster.objects.get().photos)
    empty()
    load(path)

    assert again(album).photos == photos
    assert current(album) == set(photos)
    assert Poster.objects.get().photos == poster
    assert [each.right.null for each in Diptych.objects.order_by("pk")] == [True, False]
    assert events(album)[-1] == (4, "baseline")
    hold_the_laws()
    album = again(album)
    album.photos.reverse()
    album.save()
    hold_the_laws()


@pytest.mark.parametrize("kind", ["json", "xml", "yaml"])
@pytest.mark.parametrize("labels", [OWNERS, EVERYTHING, HISTORY_FIRST])
def test_a_fixture_loaded_over_its_own_database_loses_nothing(dump, album, labels, kind):
    path = dump(*labels, kind=kind)
    before = set(Reference.objects.values_list("id", "image_id", "since_version", "until_version"))
    log = list(Album.history.filter(id=album.pk).values().order_by("gallery_version"))
    load(path)
    load(path)

    after = set(Reference.objects.values_list("id", "image_id", "since_version", "until_version"))
    assert after == before
    assert (
        list(
            Album.history.filter(id=album.pk, gallery_version__lte=3)
            .values()
            .order_by("gallery_version")
        )
        == log
    )
    assert events(album)[3:] == [(4, "baseline"), (5, "baseline")]
    assert PhotoReference.objects.count() == 1
    hold_the_laws()


@pytest.mark.parametrize("labels", [EVERYTHING, HISTORY_FIRST, WITHOUT_REFERENCES])
def test_the_whole_past_comes_with_the_history(dump, album, labels):
    path = dump(*labels)
    a, b, c = album.history.get(gallery_version=1).photos + album.photos[1:]
    empty()
    load(path)

    assert [version for version, _ in events(album)] == [1, 2, 3, 4]
    assert recent(album) == {(a, 1, 2)}
    assert set(
        Reference.objects.filter(object_id=str(album.pk), field="photos", until=None).values_list(
            "image_id", "since_version"
        )
    ) == {(b, 1), (c, 3)}


def test_an_older_fixture_over_newer_rows_is_one_more_change(dump, album):
    path = dump(*EVERYTHING)
    a, b, c = album.history.get(gallery_version=1).photos + album.photos[1:]
    (d,) = make_ids(1)
    album.photos = [d, a]
    album.save()
    load(path)

    assert again(album).photos == [b, c]
    assert events(album)[3:] == [(4, "images_changed"), (5, "baseline")]
    assert current(album) == {b, c}
    assert {(d, 4, 5), (a, 4, 5), (b, 1, 4), (a, 1, 2)} <= recent(album)
    hold_the_laws()


def test_other_rows_with_the_same_keys_are_not_overwritten(dump, album):
    path = dump("project.historicalalbum", "gallery_events")
    empty()
    ids = [make_image(pk=pk).pk for pk in (501, 502, 503)]
    other = make_album(ids, pk=album.pk + 50)
    load_over = list(other.history.values())
    kept = list(Reference.objects.order_by("pk").values())
    load(path)

    assert list(other.history.values()) == load_over
    assert list(Reference.objects.filter(object_id=str(other.pk)).order_by("pk").values()) == kept
    assert current(other) == set(other.photos)


def test_another_image_under_the_same_key_is_refused(dump):
    image = make_image()
    path = dump("gallery_events.image")
    empty()
    mine = make_image(pk=image.pk)
    with pytest.raises(GalleryError, match="another image"):
        load(path)

    assert Image.objects.get().file.name == mine.file.name


def test_a_fixture_that_rewrites_history_is_refused_whole(dump, album):
    path = dump(*EVERYTHING)
    rows = json.loads(path.read_text())
    for row in rows:
        if row["model"] == "project.historicalalbum" and row["fields"]["gallery_version"] == 1:
            row["fields"]["photos"] = []
    path.write_text(json.dumps(rows))
    before = list(album.history.values())
    with pytest.raises(HistoryBypassed, match="photos differs"):
        load(path)

    assert list(album.history.values()) == before
    assert again(album).gallery_version == 3


def test_snapshots_that_are_newer_than_the_row_are_refused(dump, album):
    path = dump("project.historicalalbum")
    empty()
    Album.objects.create(pk=album.pk, title="Another")
    with pytest.raises(HistoryBypassed):
        load(path)

    assert events(album) == [(1, "created")]


def test_an_image_that_is_not_in_the_fixture_refuses_it(dump, album):
    path = dump("project.album")
    empty()
    with pytest.raises(IntegrityError):
        load(path)

    assert not Album.objects.exists()
    assert not Reference.objects.exists()


@pytest.mark.parametrize("photos", [["x"], [1, 1], "x", [True], [-1], [[1]], {"a": 1}])
def test_a_fixture_with_a_bad_list_is_refused(tmp_path, photos):
    path = tmp_path / "bad.json"
    row = {"model": "project.album", "pk": 1, "fields": {"title": "x", "photos": photos}}
    path.write_text(json.dumps([row]))
    with pytest.raises((DeserializationError, IntegrityError, ValidationError)):
        load(path)

    assert not Album.objects.exists()


def test_a_loaded_image_gets_a_review_and_leaves_the_trash_for_a_gallery(dump):
    trashed = make_image(trashed_at=timezone.now())
    loose = make_image(review_after=None)
    path = dump("gallery_events.image")
    make_album([trashed.pk])
    load(path)

    assert Image.objects.get(pk=trashed.pk).trashed_at is None
    assert Image.objects.get(pk=loose.pk).review_after > timezone.now() + timedelta(days=1)


def test_a_loaded_gallery_rescues_its_images(dump, album):
    path = dump("project.album")
    Album.objects.all().delete()
    Image.objects.update(trashed_at=timezone.now())
    load(path)

    assert not Image.objects.filter(pk__in=album.photos, trashed_at__isnull=False).exists()


def test_a_deleted_owner_stays_deleted_and_its_past_protected(dump, album):
    pk, photos = album.pk, list(album.photos)
    album.delete()
    path = dump(*EVERYTHING)
    empty()
    load(path)

    album.pk = pk
    assert current(album) == set()
    assert {(key, until) for key, _, until in recent(album)} >= {(key, 4) for key in photos}


def test_the_xml_of_a_gallery_is_a_list(album):
    out = StringIO()
    call_command("dumpdata", "project.album", format="xml", stdout=out)

    assert f"[{album.photos[0]}, {album.photos[1]}]" in out.getvalue()
