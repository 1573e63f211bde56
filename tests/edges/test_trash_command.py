"""gallery_trash: what is in the trash, out of it again, and kept out of it; with its exit codes."""

import io
import json

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, SweepRun, Tombstone
from gallery_events.signals import image_rescued
from tests import named
from tests.factories import make_image
from tests.project.models import Album, Photo
from tests.sweeping import DAY, TRASH, make_due, make_trashed, save_at, state

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(autouse=True)
def no_breaker(settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"SHARE_FROM": 10**6}}


def run(*arguments, **options):
    """Return (standard output, error) of gallery_trash."""
    out = io.StringIO()
    try:
        call_command("gallery_trash", *map(str, arguments), stdout=out, stderr=out, **options)
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


def refused(*arguments, **options):
    """Return the sentence by which it was refused, without having done anything."""
    before = list(Image.objects.order_by("pk").values()), list(Tombstone.objects.values())
    out, error = run(*arguments, **options)
    assert error is not None, out
    assert error.returncode == 3
    assert (list(Image.objects.order_by("pk").values()), list(Tombstone.objects.values())) == before
    return str(error)


def trashed(model=Image, **columns):
    """Return an image that came into the trash just now."""
    return make_trashed(model, since=NOW, **columns)


def purged(model=Image, **columns):
    """Return an image that was purged just now, and its tombstone."""
    image = make_trashed(model, since=NOW - TRASH, **columns)
    sweep(now=NOW)
    return image, Tombstone.objects.get(key=str(image.pk))


# list


def test_the_trash_is_listed_with_who_took_what_out_and_when_it_goes():
    image = make_due(at=NOW, size=2048)
    album = save_at(Album(title="Summer", photos=[image.pk]), NOW - 90 * DAY)
    album.photos, album._history_user = [], get_user_model().objects.create_user("anna")
    save_at(album, NOW - 60 * DAY)
    sweep(now=NOW)
    gone, _ = purged(size=1024)
    out, error = run("list")
    assert error is None
    lines = out.splitlines()
    assert lines[0] == "In the trash: 1 image (2.0 KB of originals)"
    assert lines[1] == f"  gallery_events.Image {image.pk} 'picture.png', 2.0 KB"
    assert f"last in Album {album.pk} 'Summer', by its snapshot 1 (taken out on" in out
    assert "by anna)" in out
    assert "earliest deletion" in out
    assert "Purged, and can still be had back: 1 image (1.0 KB of originals)" in lines
    assert f"gallery_trash rescue {gone.pk} --model gallery_events.Image' brings it back" in out


def test_the_list_is_json_too():
    image = trashed(size=7)
    gone, stone = purged(Photo, size=9)
    found = json.loads(run("list", "--json")[0])
    assert (found["number"], found["bytes"], found["number_purged"]) == (1, 7, 1)
    (listed,), (buried,) = found["images"], found["purged"]
    assert (listed["image"], listed["key"], listed["bytes"]) == (
        *("gallery_events.Image", image.pk),
        7,
    )
    assert listed["since"] == NOW.isoformat()
    assert listed["until"] == (NOW + TRASH).isoformat()
    assert (buried["key"], buried["until"]) == (str(gone.pk), stone.due.isoformat())
    assert buried["purged_at"] == NOW.isoformat()
    assert listed["why"]
    only = json.loads(run("list", "--json", model="gallery_events.Image")[0])
    assert (only["number"], only["number_purged"]) == (1, 0)


def test_an_empty_trash_is_told_and_nothing_touched_can_be_had_back():
    _, stone = purged()
    Tombstone.objects.filter(pk=stone.pk).update(attempts=1)
    assert run("list")[0].splitlines() == [
        "In the trash: 0 images (0 bytes of originals)",
        "Purged, and can still be had back: 0 images (0 bytes of originals)",
    ]


def test_of_a_very_full_trash_some_are_listed_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr("gallery_events.management.commands.gallery_trash.MOST_IMAGES", 2)
    for _ in range(5):
        trashed()
    assert run("list")[0].splitlines()[-2] == "  and 3 more"
    assert "more" not in run("list", verbosity=2)[0]
    assert len(json.loads(run("list", "--json")[0])["images"]) == 5


# rescue


def test_images_come_out_of_the_trash_by_key_and_by_name():
    heard = []

    def listen(user, by, **kwargs):
        heard.append((str(user), by))

    first, second = trashed(), trashed()
    get_user_model().objects.create_user("anna")
    image_rescued.connect(listen)
    try:
        out, error = run("rescue", first.pk, second.file.name, "--user", "anna")
    finally:
        image_rescued.disconnect(listen)
    assert error is None
    assert out.splitlines() == [
        f"gallery_events.Image {each.pk} 'picture.png' is back." for each in (first, second)
    ]
    assert {state(first), state(second)} == {"kept"}
    assert heard == [("anna", "rescued by hand")] * 2


@pytest.mark.parametrize("model", [Image, Photo])
def test_a_purged_image_comes_back_under_its_key(model):
    image, _ = purged(model)
    out, error = run("rescue", image.pk, model=model._meta.label)
    assert (error, state(image)) == (None, "kept")
    assert f"{image.pk} 'picture.png' is back" in out


def test_too_late_says_why():
    image, stone = purged()
    Tombstone.objects.filter(pk=stone.pk).update(attempts=1)
    assert "the removal of its files has begun" in refused("rescue", image.pk)


def test_one_that_fails_does_not_stop_the_others():
    image, (late, stone) = trashed(), purged()
    Tombstone.objects.filter(pk=stone.pk).update(attempts=1)
    out, error = run("rescue", late.pk, "nothing.png", image.pk)
    assert error.returncode == 2
    assert f"{image.pk} 'picture.png' is back." in out
    assert "has begun" in str(error)
    assert "Nothing is known of 'nothing.png'." in str(error)
    assert state(image) == "kept"


def test_so_it_does_as_json():
    image = trashed()
    out, error = run("rescue", image.pk, "nothing.png", "--json")
    assert error.returncode == 2
    assert json.loads(out) == {
        "done": [f"gallery_events.Image {image.pk} 'picture.png' is back."],
        "failed": {"nothing.png": "Nothing is known of 'nothing.png'."},
    }


def test_what_is_not_in_the_trash_is_told_and_left_alone():
    image = make_image()
    out, error = run("rescue", image.pk)
    assert error is None
    assert out == f"gallery_events.Image {image.pk} 'picture.png' is not in the trash.\n"


def test_an_ambiguous_name_is_refused():
    trashed()
    trashed()
    assert "give the key" in refused("rescue", "picture.png")


def test_an_edit_and_its_original_come_back_together():
    original = make_trashed(since=NOW - TRASH)
    edit = make_trashed(original=original, since=NOW - TRASH)
    sweep(now=NOW)
    Image.objects.update(trashed_at=NOW - TRASH, review_after=NOW)
    sweep(now=NOW)
    assert not Image.objects.exists()
    assert run("rescue", edit.pk, original.pk)[1] is None
    assert Image.objects.get(pk=edit.pk).original_id == original.pk


def test_a_whole_run_is_taken_back():
    due, dying, other = make_due(at=NOW), make_trashed(since=NOW - TRASH), trashed()
    Image.objects.filter(pk=other.pk).update(trashed_at=NOW - DAY)
    number = sweep(now=NOW).run
    assert (state(due), state(dying)) == ("trashed", "purged")
    out, error = run("rescue", "--run", number)
    assert error is None
    assert len(out.splitlines()) == 2
    assert (state(due), state(dying), state(other)) == ("kept", "kept", "trashed")
    assert f"Nothing of run {number} can be rescued" in refused("rescue", "--run", number)


def test_of_a_run_that_can_be_taken_back_in_part_the_rest_is_told(media):
    dying = [make_trashed(since=NOW - TRASH) for _ in range(2)]
    number = sweep(now=NOW).run
    (media / dying[0].file.name).unlink()
    _, error = run("rescue", run=number)
    assert error.returncode == 2
    assert "are missing in the storage" in str(error)
    assert [state(each) for each in dying] == ["purged", "kept"]


# pin and unpin


def test_a_pinned_image_leaves_the_trash_and_stays_through_its_last_day():
    image = trashed()
    day = (NOW + 40 * DAY).date()
    out, error = run("pin", image.pk, "--until", day, "--reason", "for the court")
    assert error is None
    assert "is pinned until" in out
    image.refresh_from_db()
    assert timezone.localtime(image.pinned_until).date() == day
    assert (state(image), image.pin_reason) == ("kept", "for the court")
    assert run("unpin", image.pk)[1] is None
    image.refresh_from_db()
    assert image.pinned_until is None


def test_a_purged_image_is_not_pinned_and_the_cure_is_named():
    image, stone = purged()
    pinning = ("pin", image.pk, "--until", "2999-01-01", "--reason", "x")
    assert f"gallery_trash rescue {image.pk}" in refused(*pinning)
    Tombstone.objects.filter(pk=stone.pk).update(attempts=1)
    assert "gallery_trash" not in refused(*pinning)
    assert "it cannot be pinned" in refused("unpin", image.pk)


# retry


def test_files_that_nobody_tried_any_more_are_tried_again():
    _, stone = purged()
    Tombstone.objects.filter(pk=stone.pk).update(attempts=Tombstone.MAX_ATTEMPTS)
    assert json.loads(run("retry", "--json", storage="default")[0]) == {"retried": 1}
    assert Tombstone.objects.get().attempts == 1
    assert run("retry")[0] == "The next sweep tries the files of 0 purged images again.\n"
    assert "none of STORAGES: default" in refused("retry", storage="nowhere")


# Refused.


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["rescue"], "Say which images to rescue: their keys or names, or --run N"),
        (["rescue", "1", "--run", "1"], "and not both"),
        (["rescue", "--run", "4711"], "There is no run 4711."),
        (["rescue", "--run", "x"], "invalid int value: 'x'"),
        (["rescue", "4711"], "Nothing is known of '4711'."),
        (["rescue", "1", "--until", "2999-01-01"], "rescue takes no --until."),
        (["rescue", "1", "--user", "nobody"], "There is no user whose username is 'nobody'."),
        (["rescue", "1", "--model", "project.Album"], "none of the models that have images"),
        (["list", "1"], "list takes no images."),
        (["pin"], "Give --until"),
        (["pin", "1", "--until", "2999-01-01"], "Give --reason"),
        (["pin", "--until", "2999-01-01", "--reason", "x"], "Say which images to pin"),
        (["pin", "1", "--until", "tomorrow", "--reason", "x"], "'tomorrow' is no day: give YYYY"),
        (["pin", "ID", "--until", "2020-01-01", "--reason", "x"], "has passed"),
        (["pin", "ID", "--until", "2999-01-01", "--reason", " "], "needs a reason"),
        (["unpin", "1", "--reason", "x"], "unpin takes no --reason."),
        (["empty"], "invalid choice: 'empty'"),
        ([], "required: action"),
    ],
    ids=named,
)
def test_what_cannot_be_meant_is_refused(arguments, words):
    image = trashed()
    said = refused(*(image.pk if each == "ID" else each for each in arguments))
    assert words in said
    assert "\n" not in said
    assert not SweepRun.objects.exists()
