"""What cannot be meant is refused in one sentence that names the cure."""

from datetime import date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from gallery_events import galleries
from gallery_events.exceptions import SnapshotDoesNotExist, SweepRefused
from gallery_events.flows import restore, trash, upload
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, SweepRun
from tests import NOW
from tests.factories import events, make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Album, AlbumProxy, Club, Exhibit, Poster

pytestmark = pytest.mark.django_db

NAIVE = datetime(2026, 5, 1, 12)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "call",
    [
        galleries.timeline,
        lambda owner: galleries.snapshot(owner, 1),
        lambda owner: galleries.as_of(owner, NOW),
        lambda owner: galleries.compare(owner, 1, 2),
        lambda owner: restore.preview(owner, 1),
        lambda owner: restore.restore(owner, 1),
    ],
)
def test_what_is_no_owner_has_no_history(call):
    record = make_album().history.get()
    for owner in (Club.objects.create(name="x"), Album, record, 5, None):
        with pytest.raises(TypeError, match=r"no owner of galleries: give an instance of a model"):
            call(owner)


@pytest.mark.parametrize("model", [Club, Exhibit, "project.Club", "project.Nothing", "Album", 5])
def test_only_owners_are_undeleted(model):
    with pytest.raises(TypeError, match=r"no model with galleries: give .*project\.Album"):
        restore.undelete(model, 1)


@pytest.mark.parametrize("model", [Album, AlbumProxy, "project.Album", "project.albumproxy"])
def test_an_owner_is_undeleted_by_its_model_or_its_label(model):
    album = make_album()
    pk = album.pk
    album.delete()

    assert restore.undelete(model, pk).pk == pk


def test_an_image_is_explained_by_its_model_or_its_label():
    image = make_image()

    assert explain(image.pk, model="gallery_events.Image") == explain(image.pk, model=Image)


@pytest.mark.parametrize("model", ["project.Album", Album, "Image", "no.Model", 5])
def test_only_images_are_explained(model):
    with pytest.raises(TypeError, match=r"no image model: give one of .*gallery_events\.Image"):
        explain(1, model=model)


@pytest.mark.parametrize(
    "wrong",
    [
        {"now": date(2026, 5, 1)},
        {"now": "2026-05-01"},
        {"now": NAIVE},
        {"limit": "3"},
        {"limit": 2.5},
        {"limit": True},
        {"max_seconds": "60"},
        {"max_seconds": float("nan")},
    ],
    ids=str,
)
def test_a_sweep_refuses_what_it_cannot_count_with(wrong):
    [name] = wrong
    with pytest.raises(SweepRefused, match=rf"{name}=.*: give a") as refused:
        sweep(**{"now": NOW, **wrong})

    assert len(refused.value.reasons) == 1
    assert not SweepRun.objects.exists()


@pytest.mark.parametrize(
    "call",
    [
        lambda now: upload.receive(None, now=now),
        lambda now: galleries.as_of(make_album(), now),
        lambda now: explain(1, now=now),
        lambda now: trash.trash(make_image(), now=now),
        lambda now: trash.rescue(make_image(), now=now),
        lambda now: restore.restore(make_album(), 1, now=now),
        lambda now: restore.undelete(Album, 1, now=now),
    ],
)
def test_a_moment_that_does_not_fit_the_calendar_of_the_project_is_refused(call):
    with pytest.raises(ValueError, match="does not fit USE_TZ: give an aware datetime"):
        call(NAIVE)
    with pytest.raises(TypeError, match="is no moment: give an aware datetime"):
        call(date(2026, 5, 1))


def test_without_time_zones_an_aware_moment_is_refused(settings):
    settings.USE_TZ = False
    with pytest.raises(ValueError, match="give a naive datetime"):
        explain(1, now=NOW)


@pytest.mark.parametrize("user", ["bob", 1])
@pytest.mark.parametrize(
    "call",
    [
        lambda album, user: restore.restore(album, 1, user=user),
        lambda album, user: restore.undelete(Album, album.pk, user=user),
        lambda _album, user: upload.receive(picture("a.png"), user=user),
    ],
)
def test_what_is_no_user_does_nothing(call, user):
    album = make_album()
    with pytest.raises(TypeError, match="is no user: give an instance of"):
        call(album, user)
    assert events(album) == [(1, "created")]
    assert not Image.objects.exists()


def test_who_is_not_logged_in_restores_as_nobody():
    album = make_album()

    assert restore.restore(album, 1, user=AnonymousUser()).actor == ""


@pytest.mark.parametrize("call", [restore.restore, restore.preview])
@pytest.mark.parametrize("model", [Album, Poster])
def test_an_owner_that_is_not_saved_yet_has_nothing_to_restore(call, model):
    with pytest.raises(SnapshotDoesNotExist, match=r"not saved yet.*save\(\) it first"):
        call(model(title="new"), 1)


def test_an_owner_that_this_instance_deleted_is_undeleted():
    album = make_album()
    album.delete()
    with pytest.raises(SnapshotDoesNotExist, match=r"undelete\('project.Album', pk\)"):
        restore.restore(album, 1)


@pytest.mark.parametrize(
    "version, error", [(True, TypeError), ("x", TypeError), (1.0, TypeError), (-1, ValueError)]
)
def test_a_version_that_can_be_none_saves_nothing(version, error):
    album = make_album()
    album.photos = make_ids(1)
    for call in (album.save, lambda **how: restore.restore(album, 1, **how)):
        with pytest.raises(error, match=r"expected_version=.*: give the gallery_version"):
            call(expected_version=version)
    assert events(album) == [(1, "created")]
