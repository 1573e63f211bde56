import io
import json
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from gallery_events.flows.health import health
from gallery_events.models import Image, Reference, SweepRun
from gallery_events.signals import sweep_finished
from tests.factories import again, current, events, make_album, make_ids, make_image
from tests.processes import project
from tests.project.models import Album, Poster

NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=90)
ROOT = Path(__file__).parents[2]


class Terminal(io.StringIO):
    """A stream that says that somebody looks at it."""

    def isatty(self):
        return True


def run(*arguments, stderr=None, **options):
    """Return (standard output, error) of a command."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=stderr or io.StringIO(), **options)
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


def refused(*arguments, **options):
    """Return the sentence by which a command was refused, without having written anything."""
    before = (list(Album.history.values_list()), list(Image.objects.values_list()))
    out, error = run(*arguments, **options)
    assert error is not None, out
    assert error.returncode == 3
    assert (list(Album.history.values_list()), list(Image.objects.values_list())) == before
    message = str(error)
    assert "\n" not in message
    assert message.endswith((".", ")"))
    return message


# gallery_sweep


@pytest.mark.django_db
def test_the_first_run_only_reports():
    make_image(review_after=LONG_AGO)
    out, error = run("gallery_sweep", "--json")

    assert error.returncode == 2
    assert "first run" in json.loads(out)["reported_only"]
    assert Image.objects.get().trashed_at is None
    assert SweepRun.objects.get().outcome == "reported"

    _, error = run("gallery_sweep")
    assert error is None
    assert Image.objects.get().trashed_at is not None


@pytest.mark.django_db
def test_a_sweep_prints_its_report():
    make_image(review_after=LONG_AGO)
    out, error = run("gallery_sweep", "--first-run-ok")

    assert error is None
    assert "images trashed: 1" in out
    assert Image.objects.get().trashed_at is not None


@pytest.mark.django_db
def test_a_dry_run_says_what_would_happen_and_writes_nothing():
    make_image(review_after=LONG_AGO)
    out, error = run("gallery_sweep", dry_run=True)

    assert error is None
    assert "would be trashed" in out
    assert f"would trash gallery_events.Image {Image.objects.get().pk} 'picture.png'" in out
    assert "What 7 daily runs from now on would do, if nobody saved anything:" in out
    assert Image.objects.get().trashed_at is None
    assert not SweepRun.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_names_some_images_and_with_more_words_all(monkeypatch):
    monkeypatch.setattr("gallery_events.management.commands.gallery_sweep.MOST_IMAGES", 2)
    for _ in range(4):
        make_image(review_after=LONG_AGO)

    out = run("gallery_sweep", dry_run=True)[0]
    assert (out.count("would trash gallery_events.Image"), "and 2 more images" in out) == (2, True)
    out = run("gallery_sweep", dry_run=True, verbosity=2)[0]
    assert (out.count("would trash gallery_events.Image"), "more images" in out) == (4, False)
    assert len(json.loads(run("gallery_sweep", "--json", dry_run=True)[0])["images"]) == 4


@pytest.mark.django_db
def test_what_is_left_ends_with_2_and_the_report_all_the_same():
    make_image(review_after=LONG_AGO)
    make_image(review_after=LONG_AGO)
    out, error = run("gallery_sweep", "--json", limit=1)

    assert error.returncode == 2
    assert json.loads(out)["left"] is True
    assert json.loads(out)["trashed"] == 1


@pytest.mark.django_db
def test_a_breaker_ends_with_4_until_it_is_acknowledged(settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 0}}
    make_image(review_after=LONG_AGO, trashed_at=LONG_AGO)
    out, error = run("gallery_sweep", "--json")
    number = SweepRun.objects.get().pk

    assert error.returncode == 4
    assert f"--acknowledge {number} 1" in str(error)
    assert json.loads(out)["breaker"]
    assert "not stopped for 2 images" in refused("gallery_sweep", acknowledge=[number, 2])
    assert "agrees to nothing" in refused("gallery_sweep", "--dry-run", acknowledge=[number, 1])
    _, error = run("gallery_sweep", acknowledge=[number, 1])
    assert error is None
    assert not Image.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "option, value",
    [("limit", 0), ("limit", -5), ("max_seconds", 0.0), ("max_seconds", -1.0)],
)
def test_limits_that_would_do_nothing_are_refused(option, value):
    make_image(review_after=LONG_AGO)

    assert "give a number above 0" in refused("gallery_sweep", **{option: value})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [("--limit", "abc"), ("--max-seconds", "soon"), ("--acknowledge", "1"), ("--no-such",)],
)
def test_arguments_that_are_none_are_refused(arguments):
    assert refused("gallery_sweep", *arguments)


@pytest.mark.django_db
def test_a_refusal_as_json_is_one_document_with_every_reason(settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": 0, "KEEP_SNAPSHOTS": 0}
    out, error = run("gallery_sweep", "--json")

    assert error.returncode == 3
    assert len(json.loads(out)["refused"]) == 2


@pytest.mark.django_db
def test_an_acknowledgement_of_nothing_is_refused_as_json_too():
    out, error = run("gallery_sweep", "--json", acknowledge=[7, 7])

    assert error.returncode == 3
    assert json.loads(out) == {
        "refused": ["Run 7 was not stopped for 7 images: no run is waiting for it."]
    }


@pytest.mark.django_db
def test_a_project_with_errors_of_ours_is_not_swept(settings):
    settings.DATABASE_ROUTERS = [SplitOff()]

    assert "Route them to one database" in refused("gallery_sweep")
    settings.SILENCED_SYSTEM_CHECKS = ["gallery_events.E043"]
    assert run("gallery_sweep")[1] is None


@pytest.mark.django_db
def test_such_a_refusal_leaves_its_trace_unless_it_was_a_dry_run(settings, caplog):
    reports = []

    def listen(report, **kwargs):
        reports.append(report.refused)

    settings.DATABASE_ROUTERS = [SplitOff()]
    sweep_finished.connect(listen)
    try:
        refused("gallery_sweep", "--dry-run")
        assert not SweepRun.objects.exists()
        message = refused("gallery_sweep")
    finally:
        sweep_finished.disconnect(listen)

    (row,) = SweepRun.objects.all()
    assert row.outcome == "refused"
    assert " ".join(row.report["refused"]) in message
    assert reports[-1] == row.report["refused"]
    assert caplog.records[-1].levelname == "ERROR"
    assert "Route them to one database" in caplog.text
    assert "Route them to one database" in " ".join(health(now=timezone.now()).problems)


@pytest.mark.django_db
def test_nothing_is_agreed_to_by_a_run_that_is_refused(settings):
    row = SweepRun.objects.create(started_at=NOW, judged_at=NOW, breaker=3)
    settings.DATABASE_ROUTERS = [SplitOff()]

    assert "Route them" in refused("gallery_sweep", acknowledge=[row.pk, 3])
    row.refresh_from_db()
    assert row.acknowledged_at is None


class SplitOff:
    def db_for_write(self, model, **hints):
        return "other" if model._meta.label == "project.PosterRecord" else None


# gallery_restore


@pytest.mark.django_db
def test_a_restore_saves_the_older_list_as_a_new_version():
    a, b = make_ids(2)
    user = get_user_model().objects.create_user("anna")
    album = make_album([a, b])
    album.photos = []
    album.save()
    out, error = run(
        "gallery_restore", "project.Album", str(album.pk), "1", user="anna", reason="by mistake"
    )

    assert error is None
    assert out == f"project.Album {album.pk} is as it was in version 1, saved as version 3.\n"
    assert again(album).photos == [a, b]
    last = album.history.first()
    assert (last.history_user, last.history_change_reason) == (user, "by mistake")
    assert events(album)[-1] == (3, "restored")


@pytest.mark.django_db
def test_other_fields_come_back_only_when_asked_for():
    album = make_album()
    album.title = "Winter"
    album.save()
    run("gallery_restore", "project.Album", str(album.pk), "1")
    assert again(album).title == "Winter"
    run("gallery_restore", "project.Album", str(album.pk), "1", all_fields=True)
    assert again(album).title == "Summer"


@pytest.mark.django_db
def test_a_preview_says_what_would_come_and_writes_nothing():
    a, b, c = make_ids(3)
    album = make_album([a, b, c])
    album.photos = []
    album.save()
    Image.objects.filter(pk=b).update(trashed_at=NOW)
    Reference.objects.filter(image=c).delete()
    Image.objects.filter(pk=c)._raw_delete("default")
    out, error = run("gallery_restore", "project.Album", str(album.pk), "1", preview=True)

    assert error is None
    assert f"photos: 3 images: {a}, {b}, {c}" in out
    assert f"back out of the trash: {b} " in out
    assert f"gone for good: image {c} of photos" in out
    assert len(events(album)) == 2


@pytest.mark.django_db
def test_lost_images_are_named_and_the_rest_comes_when_asked_for():
    a, b = make_ids(2)
    album = make_album([a, b])
    album.photos = []
    album.save()
    Reference.objects.filter(image=b).delete()
    Image.objects.filter(pk=b)._raw_delete("default")

    message = refused("gallery_restore", "project.Album", str(album.pk), "1")
    assert str(b) in message
    assert "partial" in message
    assert run("gallery_restore", "project.Album", str(album.pk), "1", partial=True)[1] is None
    assert again(album).photos == [a]


@pytest.mark.django_db
def test_a_deleted_owner_comes_back():
    poster = Poster.objects.create(title="lost")
    pk = poster.pk
    poster.delete()

    assert "--undelete" in refused("gallery_restore", "project.Poster", str(pk), "1")
    out, error = run("gallery_restore", "project.Poster", str(pk), undelete=True)
    assert (out, error) == (f"project.Poster {pk} is back, as version 3.\n", None)
    assert Poster.objects.get().title == "lost"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments, words",
    [
        (("project.Nothing", "1", "1"), "none of the models that have galleries: project.Album"),
        (("project.Club", "1", "1"), "none of the models that have galleries"),
        (("Album", "1", "1"), "none of the models that have galleries"),
        (("a.b.c", "1", "1"), "none of the models that have galleries"),
        (("project.Album", "abc", "1"), "'abc' cannot be a key of project.Album"),
        (("project.Album", "1.5", "1"), "'1.5' cannot be a key"),
        (("project.Album", "9" * 30, "1"), "it is too large"),
        (("project.Poster", "17", "1"), "'17' cannot be a key of project.Poster"),
        (("project.Poster", str(uuid.UUID(int=7)), "1"), "There is no project.Poster"),
        (("project.Album", "999999", "1"), "There is no project.Album 999999"),
        (("project.Album", "PK", "99"), "has no snapshot 99"),
        (("project.Album", "PK", "-1"), "has no snapshot -1"),
        (("project.Album", "PK", "9" * 30), "has no snapshot 9"),
        (("project.Album", "PK"), "Say which VERSION"),
        (("project.Album", "PK", "one"), "invalid int value: 'one'"),
        (("project.Album", "PK", "1", "--user", "nobody"), "There is no user whose username"),
        (("project.Album", "PK", "--undelete"), "nothing to undelete"),
        (("project.Album", "PK", "1", "--undelete"), "give no VERSION"),
        (("project.Album",), "required: pk"),
    ],
)
def test_what_cannot_be_restored_is_refused_in_a_sentence(arguments, words):
    pk = str(make_album().pk)

    assert words in refused(
        "gallery_restore", *(pk if each == "PK" else each for each in arguments)
    )


# gallery_why


@pytest.mark.django_db
def test_why_an_image_is_still_here():
    (a,) = make_ids(1)
    album = make_album([a])
    out, error = run("gallery_why", str(a))

    assert error is None
    assert f"in Album {album.pk} 'Summer' now" in out
    assert run("gallery_why", str(a), model="gallery_events.Image")[0] == out
    assert run("gallery_why", Image.objects.get().file.name)[0] == out


@pytest.mark.django_db
def test_why_is_json_too():
    (a,) = make_ids(1)
    make_album([a])
    out, error = run("gallery_why", str(a), "--json")

    assert error is None
    found = json.loads(out)
    assert (found["state"], found["image"], found["key"]) == ("in use", "gallery_events.Image", a)
    assert len(found["lines"]) == 1

    out, error = run("gallery_why", "nothing.png", "--json")
    assert (error.returncode, json.loads(out)["state"]) == (2, "unknown")


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["12345", "nothing.png", "9" * 30, str(uuid.UUID(int=7)), ""])
def test_of_what_nothing_is_known_the_answer_is_found_2(subject):
    out, error = run("gallery_why", subject)

    assert "unknown" in out
    assert error.returncode == 2


@pytest.mark.django_db
def test_a_name_that_two_images_have_is_refused():
    make_ids(2)

    message = refused("gallery_why", "picture.png")
    assert "give the key" in message
    assert "--model" in message


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["project.Album", "nowhere", "a.b"])
def test_why_of_a_model_without_images_is_refused(model):
    assert "have images: gallery_events.Image" in refused("gallery_why", "1", model=model)


# gallery_rebuild


@pytest.mark.django_db
def test_a_check_ends_with_2_when_something_differs_and_with_0_after_a_rebuild():
    (a,) = make_ids(1)
    album = make_album([a])
    assert run("gallery_rebuild", check=True)[1] is None
    Reference.objects.all().delete()

    out, error = run("gallery_rebuild", check=True)
    assert error.returncode == 2
    assert f"project.Album {album.pk}: no reference protects image {a} in photos" in out
    assert not Reference.objects.exists()
    assert run("gallery_rebuild", "project.Poster")[1] is None
    assert not Reference.objects.exists()
    assert run("gallery_rebuild", "project.AlbumProxy", "project.Album")[1] is None
    assert current(album) == {a}
    assert run("gallery_rebuild", check=True)[1] is None


@pytest.mark.django_db
def test_lost_images_end_a_rebuild_with_2():
    image = make_image()
    make_album([image.pk])
    Reference.objects.all().delete()
    Image.objects.all()._raw_delete("default")
    out, error = run("gallery_rebuild")

    assert error.returncode == 2
    assert "1 images lost" in out


@pytest.mark.django_db
@pytest.mark.parametrize("label", ["project.Club", "project.Nothing", "Album", ""])
def test_a_rebuild_of_what_has_no_galleries_is_refused(label):
    assert "have galleries: project.Album" in refused("gallery_rebuild", label)


@pytest.mark.django_db
def test_on_a_terminal_a_bar_grows_and_elsewhere_there_are_few_lines(monkeypatch):
    monkeypatch.setattr("gallery_events.flows.repair.comparing.BATCH", 2)
    for _ in range(4):
        make_album()
    terminal, file = Terminal(), io.StringIO()
    run("gallery_rebuild", "project.Album", stderr=terminal)
    run("gallery_rebuild", "project.Album", stderr=file)

    half, whole = terminal.getvalue().lstrip("\r").split("\r")
    assert half == f"project.Album [{'#' * 15}{' ' * 15}] 2/4"
    assert whole == f"project.Album [{'#' * 30}] 4/4\n"
    assert file.getvalue() == "project.Album: 4 of 4\n"
    silent = Terminal()
    run("gallery_rebuild", "project.Album", stderr=silent, verbosity=0)
    assert silent.getvalue() == ""


# gallery_prune


def old_album():
    album = Album(title="old")
    for age in (90, 80, 70):
        album._history_date = NOW - timedelta(days=age)
        album.save()
    return album


@pytest.mark.django_db
def test_prune_tells_how_many_went():
    album = old_album()

    assert "project.Album: 2 snapshots would be deleted\n" in run("gallery_prune", dry_run=True)[0]
    assert len(events(album)) == 3
    out, error = run("gallery_prune", keep=2)
    assert error is None
    assert "project.Album: 1 snapshots deleted\n" in out
    assert [version for version, _ in events(album)] == [2, 3]
    assert run("gallery_rebuild", check=True)[1] is None


@pytest.mark.django_db
def test_prune_says_when_no_snapshot_can_ever_go(settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": None}

    assert "RETENTION_DAYS is None" in run("gallery_prune")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        *[("--days", "-1"), ("--days", "nan"), ("--days", "inf"), ("--days", "soon")],
        *[("--keep", "0"), ("--keep", "-3"), ("--keep", "2.5"), ("--days", "1e9")],
    ],
)
def test_prune_refuses_numbers_that_make_no_sense(arguments):
    old_album()

    assert refused("gallery_prune", *arguments)


# All of them.


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        ("gallery_sweep",),
        ("gallery_prune",),
        ("gallery_rebuild",),
        ("gallery_rebuild", "--check"),
    ],
)
def test_wrong_settings_refuse_a_command_in_a_sentence_with_the_cure(settings, arguments):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": -1}

    assert "Give a number of days" in refused(*arguments)


# The real process.


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """Return what runs a command in a process of its own, on a database of its own."""
    return project(tmp_path_factory.mktemp("process"))


CREATE = (
    "from datetime import timedelta; from django.utils import timezone; "
    "from gallery_events.models import Image; ago = timezone.now() - timedelta(days=90); "
    "[Image.objects.create(file=f'{n}.png', review_after=ago, trashed_at=%s) for n in %s]"
)


@pytest.mark.sqlite
def test_the_exit_codes_are_those_of_the_process(process, tmp_path):
    done = process("gallery_sweep", "--json")
    assert (done.returncode, json.loads(done.stdout)["trashed"]) == (0, 0)

    crashed = process("gallery_sweep", DJANGO_SETTINGS_MODULE="no.such.settings")
    assert crashed.returncode == 1

    empty = process("gallery_sweep", DATABASE=str(tmp_path / "empty.sqlite3"))
    assert empty.returncode == 3
    assert "Run 'manage.py migrate'" in empty.stderr

    created = process("shell", "-c", CREATE % ("None", "'ab'"))
    assert created.returncode == 0, created.stderr
    left = process("gallery_sweep", "--json", "--limit", "1")
    assert left.returncode == 2
    assert json.loads(left.stdout)["left"] is True
    assert "see the report" in left.stderr

    wrong = process("gallery_sweep", "--json", SETTINGS='{"TRASH_DAYS": 0}')
    assert wrong.returncode == 3
    assert "Give a number of days" in json.loads(wrong.stdout)["refused"][0]
    assert "Traceback" not in wrong.stderr
    for arguments in (("--limit", "-1"), ("--limit", "abc"), ("--no-such-option",)):
        refused_ = process("gallery_sweep", *arguments)
        assert (refused_.returncode, refused_.stdout) == (3, "")
        assert "Traceback" not in refused_.stderr

    process("shell", "-c", CREATE % ("ago", "'c'"))
    stopped = process("gallery_sweep", "--json", SETTINGS='{"BREAKER": {"PER_RUN": 0}}')
    assert stopped.returncode == 4
    number = json.loads(stopped.stdout)["run"]
    again_ = process("gallery_sweep", "--acknowledge", str(number), "1")
    assert again_.returncode == 0, again_.stderr


@pytest.mark.sqlite
def test_other_commands_exit_as_they_say(process):
    assert process("gallery_rebuild", "--check").returncode == 0
    assert process("gallery_prune", "--dry-run").returncode == 0
    assert process("gallery_why", "nothing").returncode == 2
    gone = process("gallery_restore", "project.Album", "abc", "1")
    assert gone.returncode == 3
    assert gone.stderr.count("\n") == 1
    assert gone.stderr.startswith("CommandError: 'abc' cannot be a key of project.Album: ")
