"""Each signal becomes an entry, in the transaction of its deed: no entry, no deed."""

from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from simple_history.middleware import HistoryRequestMiddleware

from audit import receivers
from audit.models import PRUNED, Entry
from gallery_events import signals
from gallery_events.domain.edits import Edit
from gallery_events.flows import edit, restore, trash, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, AlbumProxy, Club, Diptych, Photo, Portrait, Poster
from tests.sweeping import DAY, make_due, make_trashed

pytestmark = pytest.mark.django_db


def entry(**which):
    return Entry.objects.get(**which)


def columns(found):
    """Return what an entry tells, but for its number and its moment, without what is empty."""
    empty = {"id", "at"}
    told = {each.attname: getattr(found, each.attname) for each in Entry._meta.concrete_fields}
    return {name: told[name] for name in told.keys() - empty if told[name] not in ("", None)}


def in_request(deed, user=None, *, given=None, **headers):
    """Do something as a view does, and return the request; a middleware may have *given* it an id."""
    request = RequestFactory().post("/", **headers)
    request.user = user or AnonymousUser()
    if given is not None:
        request.request_id = given
    HistoryRequestMiddleware(lambda _request: deed() or "answer")(request)
    return request


@pytest.fixture
def anna():
    return get_user_model().objects.create_user("anna")


# An entry for each signal, with all its columns.


def test_every_signal_has_a_receiver():
    sent = {name for name, value in vars(signals).items() if isinstance(value, signals.Signal)}

    assert receivers.RECEIVERS.keys() == sent


def test_a_save_is_entered_with_all_that_it_changed(anna):
    one, two, three, four = make_ids(4)
    album = make_album([one, two, three])
    album.photos = [three, one, four]
    album._history_user = anna
    album._change_reason = "nicer"
    album.save()

    assert columns(entry(version=2)) == {
        "kind": "snapshot_recorded",
        "event": "images_changed",
        "owner_model": "project.Album",
        "owner_key": str(album.pk),
        "version": 2,
        "actor_key": str(anna.pk),
        "actor": "anna",
        "source": "code",
        "detail": {
            "photos": {
                "removed": [two],
                "from": [1],
                "added": [four],
                "at": [2],
                "moved": [three],
                "to": [0],
            },
            "reason": "nicer",
        },
    }


def test_a_restore_says_from_what(anna):
    album = make_album(make_ids(2))
    album.photos = []
    album.save()
    restore.restore(album, 1, user=anna, reason="a mistake")

    found = entry(version=3)

    assert (found.event, found.source, found.actor) == ("restored", "restore", "anna")
    assert found.detail["restored_from"] == 1
    assert found.detail["reason"] == "a mistake"


def test_keys_are_told_as_text():
    photo = Photo.objects.create(file="a.jpg", storage="default")
    poster = Poster.objects.create(photos=[photo.pk])
    portrait = Portrait.objects.create(club=Club.objects.create(pk=7))

    assert entry(owner_model="project.Poster").owner_key == str(poster.pk)
    assert entry(owner_model="project.Poster").detail["photos"]["added"] == [str(photo.pk)]
    assert entry(owner_model="project.Portrait").owner_key == "7" == str(portrait.pk)


def test_a_proxy_is_entered_as_what_it_stands_for():
    AlbumProxy.objects.create(title="Summer")

    assert entry().owner_model == "project.Album"


def test_a_long_change_is_entered_whole():
    ids = list(range(1, 301))
    Image.objects.bulk_create(Image(pk=key, file=f"{key}.jpg", storage="default") for key in ids)
    Diptych.objects.create(right=ids)

    told = entry().detail["right"]

    assert (told["added"], told["at"]) == (ids, list(range(300)))


def test_an_upload_is_entered(anna, picture):
    image = upload.receive(picture("sunset.jpg"), user=anna)

    assert columns(entry()) == {
        "kind": "image_uploaded",
        "image_model": "gallery_events.Image",
        "image_key": str(image.pk),
        "actor_key": str(anna.pk),
        "actor": "anna",
        "source": "code",
        "detail": {"name": "sunset.jpg", "size": image.size},
    }


def test_an_edit_is_entered(anna, picture):
    original = upload.receive(picture("sunset.jpg", size=(64, 48)))
    edited = edit.derive(original, Edit(rotate=90), user=anna)

    found = entry(kind="image_edited")

    assert (found.image_key, found.actor) == (str(edited.pk), "anna")
    assert found.detail == {
        "name": "sunset.jpg",
        "size": edited.size,
        "original": str(original.pk),
        "edit": {"rotate": 90, "size": [64, 48]},
    }


def test_what_a_person_puts_into_the_trash_and_takes_out_is_entered(anna):
    image = make_image()
    request = in_request(lambda: trash.trash(image, reason="ugly"), anna)
    trash.rescue(image, user=anna)

    put, taken = entry(kind="image_trashed"), entry(kind="image_rescued")

    assert columns(put) == {
        "kind": "image_trashed",
        "image_model": "gallery_events.Image",
        "image_key": str(image.pk),
        "actor_key": str(anna.pk),
        "actor": "anna",
        "request_id": request._gallery_request_id,
        "source": "web",
        "detail": {"name": "picture.png", "reason": "ugly", "size": 0},
    }
    assert (taken.actor, taken.source) == ("anna", "code")
    assert taken.detail["reason"] == trash.BY_HAND


def test_an_image_rescued_by_a_save_names_the_owner():
    image = make_trashed()
    album = make_album()
    album.photos.append(image.pk)
    album.save()

    found = entry(kind="image_rescued")

    assert (found.owner_model, found.owner_key) == ("project.Album", str(album.pk))
    assert found.image_key == str(image.pk)


def test_a_sweep_is_entered_from_start_to_end():
    due, trashed = make_due(), make_trashed()
    report = sweep(now=NOW)

    starting, put, purged, finished = Entry.objects.order_by("pk")

    assert [each.source for each in (starting, put, purged, finished)] == ["sweep"] * 4
    assert columns(starting) == {
        "kind": "sweep_starting",
        "source": "sweep",
        "detail": {"now": NOW.isoformat()},
    }
    assert (put.kind, put.image_key) == ("image_trashed", str(due.pk))
    assert put.detail["run"] == report.run
    assert (purged.kind, purged.image_key) == ("image_purged", str(trashed.pk))
    tombstone = Tombstone.objects.get()
    assert purged.detail == {
        "name": "picture.png",
        "size": 0,
        "reason": tombstone.reason,
        "evidence": tombstone.evidence,
    }
    assert finished.kind == "sweep_finished"
    assert finished.detail["run"] == report.run
    assert (finished.detail["trashed"], finished.detail["purged"]) == (1, 1)
    assert finished.detail["exit_code"] == report.exit_code


def test_an_image_that_a_sweep_takes_out_of_the_trash_names_the_run():
    image = make_trashed(pinned_until=NOW + 30 * DAY)
    report = sweep(now=NOW)

    found = entry(kind="image_rescued")

    assert (found.image_key, found.source) == (str(image.pk), "sweep")
    assert found.detail["run"] == report.run


def test_removed_files_are_entered():
    make_trashed()
    sweep(now=NOW)
    sweep(now=NOW + 2 * DAY)

    tombstone = Tombstone.objects.get()
    found = entry(kind="files_removed")

    assert (found.image_model, found.image_key) == (tombstone.image_model, tombstone.key)
    assert found.detail["files"] == tombstone.files
    assert found.source == "sweep"


def test_a_dry_run_leaves_no_entry():
    make_due()
    make_trashed()
    sweep(now=NOW, dry_run=True)

    assert not Entry.objects.exists()


def test_the_time_is_the_databases():
    album = make_album()
    album._history_date = NOW - timedelta(days=365)
    album.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        theirs = models.DateTimeField().to_python(str(cursor.fetchone()[0]))

    away = entry(version=2).at.replace(tzinfo=None) - theirs.replace(tzinfo=None)

    assert abs(away) < timedelta(minutes=5)


# Who and from where.


def test_everything_of_one_request_has_its_id_and_its_user(anna, picture):
    def deed():
        album = Album.objects.create(title="Summer")
        image = upload.receive(picture("sunset.jpg"))
        album.photos = [image.pk]
        album.save()

    request = in_request(deed, anna)

    assert Entry.objects.of_request(request._gallery_request_id).count() == 3
    assert {(each.actor, each.source) for each in Entry.objects.all()} == {("anna", "web")}
    assert set(Album.history.values_list("request_id", flat=True)) == {request._gallery_request_id}


def test_two_requests_have_two_ids():
    ids = {in_request(make_album)._gallery_request_id for _ in range(20)}

    assert len(ids) == 20
    assert {len(each) for each in ids} == {15}
    assert all(each.isalnum() for each in ids)


@pytest.mark.parametrize(
    "given, kept",
    [
        ("0af7651916cd43dd", "0af7651916cd43dd"),
        ("<b>\x00 x\ty'\"", "bxy"),
        ("a" * 300, "a" * 64),
        (UUID(int=7), str(UUID(int=7))),
    ],
    ids=["plain", "unfit", "long", "uuid"],
)
def test_an_id_that_the_project_gave_a_request_is_kept_without_what_is_no_part_of_one(given, kept):
    in_request(make_album, given=given)

    assert entry().request_id == kept
    assert Album.history.get().request_id == kept


@pytest.mark.parametrize("given", ["  ''  ", "", None])
def test_without_an_id_of_the_project_it_is_one_of_ours(given):
    in_request(make_album, given=given)

    assert len(entry().request_id) == 15


def test_a_stranger_joins_no_request_of_somebody_else(anna):
    anna_did = in_request(make_album, anna)
    theirs = entry().request_id
    in_request(make_album, HTTP_X_REQUEST_ID=theirs, HTTP_REQUEST_ID=theirs)

    assert Entry.objects.of_request(theirs).get().actor == "anna"
    assert Album.history.filter(request_id=theirs).count() == 1
    assert anna_did._gallery_request_id == theirs


def test_nobody_in_particular_is_no_actor():
    in_request(make_album)

    assert (entry().actor_key, entry().actor) == ("", "")


@pytest.mark.parametrize(
    "audit, told, kept",
    [
        ({}, "192.0.2.7", None),
        ({"RECORD_ADDRESS": True}, "192.0.2.7", "192.0.2.7"),
        ({"RECORD_ADDRESS": True}, "fe80::1%eth0", "fe80::1"),
        ({"RECORD_ADDRESS": True}, "", None),
        ({"RECORD_ADDRESS": True}, "unix:", None),
    ],
    ids=["off", "on", "zone", "none", "socket"],
)
def test_an_address_is_kept_only_where_it_is_allowed_and_is_one(settings, audit, told, kept):
    settings.GALLERY_AUDIT = audit
    in_request(make_album, REMOTE_ADDR=told)

    assert entry().address == kept


def forwarded_for(request):
    return request.META["HTTP_X_FORWARDED_FOR"].split(",")[-1]


@pytest.mark.parametrize("how", [forwarded_for, f"{__name__}.forwarded_for"], ids=["it", "name"])
def test_a_project_says_where_a_request_behind_a_proxy_came_from(settings, how):
    settings.GALLERY_AUDIT = {"RECORD_ADDRESS": True, "CLIENT_ADDRESS": how}
    in_request(make_album, HTTP_X_FORWARDED_FOR="198.51.100.9, 203.0.113.5")

    assert entry().address == "203.0.113.5"


def test_the_user_is_read_without_a_query_of_ours(anna):
    album = make_album(make_ids(2))
    album.photos = album.photos[1:]

    def deed():
        with CaptureQueriesContext(connection) as asked:
            album.save()
        statements.extend(each["sql"] for each in asked)

    statements = []
    in_request(deed, anna)

    assert not [each for each in statements if "auth_user" in each and "SELECT" in each[:6]]


# No entry, no deed; no deed, no entry.

TABLES = [Album, Album.history.model, Image, Reference, Tombstone, Entry]


def rows():
    return [list(model._base_manager.order_by("pk").values()) for model in TABLES]


class Full(Exception):
    """The trail takes no more entries, as on a full disk."""


@contextmanager
def full_trail(*kinds):
    """Let no entry be written, or none of these kinds."""

    def refuse(sender, instance, **kwargs):
        if not kinds or instance.kind in kinds:
            raise Full

    models.signals.pre_save.connect(refuse, sender=Entry)
    try:
        yield
    finally:
        models.signals.pre_save.disconnect(refuse, sender=Entry)


def change():
    album = Album.objects.get()
    album.photos = []
    album.save()


def take_from_the_trash():
    album = Album.objects.get()
    album.photos.append(Image.objects.get(trashed_at__isnull=False).pk)
    album.save()


DEEDS = {
    "create": make_album,
    "change": change,
    "update": lambda: Album.objects.update(photos=[]),
    "bulk_create": lambda: Album.objects.bulk_create([Album(title="a"), Album(title="b")]),
    "delete": lambda: Album.objects.get().delete(),
    "delete a club": lambda: Club.objects.get().delete(),
    "restore": lambda: restore.restore(Album.objects.get(), 1),
    "save what was in the trash": take_from_the_trash,
    "trash": lambda: trash.trash(Image.objects.get(pin_reason="free")),
    "rescue": lambda: trash.rescue(Image.objects.get(trashed_at__isnull=False)),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_what_cannot_be_entered_is_not_done(deed):
    make_album(make_ids(2), club=Club.objects.create(name="Photographers"))
    make_image(pin_reason="free")
    make_trashed()
    before = rows()

    with full_trail(), pytest.raises(Full):
        deed()

    assert rows() == before
    deed()
    assert Entry.objects.count() > len(before[-1])


@pytest.mark.django_db(transaction=True)
def test_a_save_with_a_rescue_is_undone_when_the_rescue_cannot_be_entered():
    make_album()
    make_trashed()
    before = rows()

    with full_trail("image_rescued"), pytest.raises(Full):
        take_from_the_trash()

    assert rows() == before


def test_an_upload_that_cannot_be_entered_leaves_neither_row_nor_file(picture, media):
    with full_trail(), pytest.raises(Full):
        upload.receive(picture("sunset.jpg"))

    assert not Image.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_an_edit_that_cannot_be_entered_leaves_neither_row_nor_file(picture, media):
    image = upload.receive(picture("sunset.jpg"))
    before = {path for path in media.rglob("*") if path.is_file()}

    with full_trail(), pytest.raises(Full):
        edit.derive(image, Edit(rotate=90))

    assert list(Image.objects.all()) == [image]
    assert {path for path in media.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "make, kind",
    [
        (make_due, "image_trashed"),
        (make_trashed, "image_purged"),
        (lambda: make_trashed(pinned_until=NOW + 30 * DAY), "image_rescued"),
    ],
    ids=["trash", "purge", "rescue"],
)
def test_a_sweep_leaves_alone_what_it_cannot_enter(make, kind):
    image = make()
    trashed_at = Image.objects.get().trashed_at

    with full_trail(kind):
        report = sweep(now=NOW)

    assert report.failed == 1
    assert Image.objects.get(pk=image.pk).trashed_at == trashed_at
    assert not Tombstone.objects.exists()
    assert not Entry.objects.filter(kind=kind).exists()


def test_a_sweep_that_cannot_be_entered_does_not_begin():
    make_due()
    make_trashed()
    before = rows()

    with full_trail("sweep_starting"), pytest.raises(Full):
        sweep(now=NOW)

    assert rows()[:-1] == before[:-1]


def test_files_that_are_gone_stay_gone_and_the_failure_is_logged(caplog):
    make_trashed()
    sweep(now=NOW)

    with full_trail("files_removed", "sweep_finished"):
        report = sweep(now=NOW + 2 * DAY)

    assert report.files_removed == 1
    assert "on_files_removed" in caplog.text
    assert "on_sweep_finished" in caplog.text


def test_a_save_that_is_rolled_back_leaves_no_entry():
    album = make_album(make_ids(1))
    count = Entry.objects.count()

    with suppress(Full), transaction.atomic():
        album.photos = []
        album.save()
        assert Entry.objects.count() == count + 1
        raise Full

    assert Entry.objects.count() == count


# What it costs, and what is found.


@pytest.mark.parametrize("deed", ["create", "change", "delete"])
def test_a_save_costs_one_more_statement(deed, anna):
    def statements():
        album = make_album(make_ids(3))
        album._history_user = anna
        album.photos = album.photos[1:]
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            {"create": make_album, "change": album.save, "delete": album.delete}[deed]()
        return len(asked)

    statements()  # what is read once: content types
    with_trail = statements()
    signals.snapshot_recorded.disconnect(dispatch_uid="gallery_audit.snapshot_recorded")
    try:
        without = statements()
    finally:
        receivers.connect()

    assert with_trail - without == 1


@pytest.mark.postgresql
def test_the_entry_of_a_save_costs_at_most_400_bytes_with_its_indexes(anna):
    ids = make_ids(101)
    album = make_album(ids[:100])
    album.photos = ids[1:]
    in_request(album.save, anna)
    assert entry(version=2).request_id
    other = {each.column for each in Entry._meta.concrete_fields}
    names = ", ".join(sorted(other - {"id", "owner_key", "request_id"}))
    many = 4_000  # pages are counted whole
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('gallery_audit_entry')")
        (before,) = cursor.fetchone()
        # The same save of other albums, ten of each, in requests of their own.
        cursor.execute(
            f"INSERT INTO gallery_audit_entry ({names}, owner_key, request_id) "
            f"SELECT {names}, (n / 10)::text, left(repeat(md5(n::text), 2), length(request_id)) "
            "FROM gallery_audit_entry, generate_series(1, %s) n WHERE version = 2",
            [many],
        )
        assert cursor.rowcount == many
        cursor.execute("SELECT pg_total_relation_size('gallery_audit_entry')")
        (after,) = cursor.fetchone()

    assert 200 < (after - before) / many <= 400


def test_what_happened_to_an_owner_is_found_in_order_also_when_it_is_gone():
    album, _other = make_album(make_ids(1)), make_album()
    pk = album.pk
    album.photos = []
    album.save()
    about = [each.event for each in Entry.objects.about_owner(album)]
    album.delete()

    assert about == ["created", "images_removed"]
    assert [each.event for each in Entry.objects.about_owner(Album, pk)] == [*about, "deleted"]
    assert Entry.objects.about_owner("project.AlbumProxy", pk).count() == 3
    assert not Entry.objects.about_owner(Album()).exists()


@pytest.mark.parametrize("model", [Image, Photo])
def test_what_happened_to_an_image_is_found_with_the_saves_that_named_it(model):
    one, two, three = (make_image(model) for _ in range(3))
    make_owner, name = (
        (lambda ids: Diptych(right=ids), "right")
        if model is Image
        else (lambda ids: Poster(photos=ids), "photos")
    )
    owner = make_owner([one.pk, two.pk])
    owner.save()
    for ids in ([one.pk, two.pk, three.pk], [three.pk, one.pk, two.pk], [one.pk, two.pk], []):
        setattr(owner, name, ids)
        owner.save()

    def versions(image):
        return [each.version for each in Entry.objects.about_image(image)]

    assert versions(one) == [1, 5]
    assert versions(three) == [2, 3, 4]


def test_one_key_of_two_image_models_is_two_images():
    photo = make_image(Photo)
    make_album(make_ids(1))
    Poster.objects.create(photos=[photo.pk])

    assert Entry.objects.about_image(photo).get().owner_model == "project.Poster"
    assert not Entry.objects.about_image(Image, str(photo.pk)).exists()
    assert not Entry.objects.about_image(Photo, "1").exists()


def test_the_trail_of_a_purged_image_goes_on_under_its_tombstone():
    image = make_trashed()
    sweep(now=NOW)

    assert [each.kind for each in Entry.objects.about_image(Tombstone.objects.get())] == [
        "image_purged"
    ]
    assert Entry.objects.about_image(Image, image.pk).count() == 1


def plan(queryset):
    """Return how the database would read a long trail."""
    Entry.objects.bulk_create(
        Entry(kind="snapshot_recorded", owner_model="project.Album", owner_key=number)
        for number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return queryset.explain()


@pytest.mark.parametrize(
    "index, ask",
    [
        ("gallery_audit_owner", lambda: Entry.objects.about_owner(Album, 7)),
        ("gallery_audit_request", lambda: Entry.objects.of_request("r-7")),
        ("gallery_audit_actor", lambda: Entry.objects.of_person("7")),
        ("gallery_audit_pruned", lambda: Entry.objects.filter(kind=PRUNED).order_by("-pk")[:1]),
    ],
    ids=["owner", "request", "person", "pruned"],
)
def test_what_is_asked_of_the_trail_is_read_from_an_index(index, ask):
    assert index in plan(ask())


def test_nobody_in_particular_and_no_request_are_not_found():
    make_album()

    assert not Entry.objects.of_request("").exists()
    assert not Entry.objects.of_person("").exists()
