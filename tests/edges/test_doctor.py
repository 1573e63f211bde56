"""What the doctor says, and what it sets right."""

import io
import json

import pytest
from django.core.checks import Error, register
from django.core.checks.registry import registry
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Entry, Verification
from gallery_events.exceptions import SweepRefused
from gallery_events.flows.sweep import sweep
from gallery_events.models import SweepRun
from gallery_events.signals import sweep_starting
from tests.factories import make_album
from tests.sweeping import installed_before, write_gallery

pytestmark = pytest.mark.django_db


def doctor(*arguments):
    """Return (exit code, standard output, standard error)."""
    out, error = io.StringIO(), io.StringIO()
    try:
        call_command("gallery_doctor", *arguments, stdout=out, stderr=error, no_color=True)
    except CommandError as refusal:
        return refusal.returncode, out.getvalue(), error.getvalue()
    return 0, out.getvalue(), error.getvalue()


@pytest.fixture
def quiet(settings):
    """Silence what the test project is warned of on purpose."""
    settings.SILENCED_SYSTEM_CHECKS = ["gallery_events.W009"]


def test_a_sound_project_is_well(quiet):
    installed_before()
    sweep()
    code, out, _ = doctor()

    assert (code, "--  " in out) == (0, False), out
    for name in ("migrations applied", "storages belong to this database", "clocks agree"):
        assert f"ok  {name}\n" in out


def test_what_would_refuse_the_sweep_is_named_with_its_cure(quiet, settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": 0}
    code, out, _ = doctor()

    assert code == 3
    assert "--  settings\n" in out
    assert "Give a number of days" in out


def test_what_only_needs_a_look_ends_with_2(quiet):
    code, out, _ = doctor()

    assert code == 2
    assert "is it scheduled?" in out


def test_as_json(quiet):
    installed_before()
    sweep()
    code, out, _ = doctor("--json")

    assert code == 0
    assert json.loads(out)["foreign keys enforced"] == []


def test_the_doctor_writes_nothing_unless_told(quiet):
    doctor()

    assert not SweepRun.objects.exists()


def test_changes_are_accepted(quiet):
    installed_before()
    sweep()
    run = SweepRun.objects.order_by("pk").last()
    run.world["sources"] = ["shop.images"]
    run.save()
    assert doctor()[0] == 3

    assert doctor("--accept-changes")[0] == 0
    assert sweep().reported_only == ""


def crash(**kwargs):
    raise RuntimeError("no connection")


def veto(now, dry_run, **kwargs):
    raise SweepRefused("The backup is running: wait for its end.")


@pytest.mark.parametrize(
    "receiver, told",
    [
        (veto, "      The backup is running: wait for its end.\n"),
        (crash, "      A receiver of sweep_starting fails (RuntimeError('no connection')), and a "),
    ],
)
def test_who_objects_to_a_sweep_is_asked_too(quiet, receiver, told):
    installed_before()
    sweep()
    assert "ok  nobody objects\n" in doctor()[1]
    sweep_starting.connect(receiver)
    try:
        code, out, _ = doctor()
    finally:
        sweep_starting.disconnect(receiver)
    assert code == 3
    assert f"--  nobody objects\n{told}" in out


def test_with_the_trail_installed_drift_is_in_the_table(quiet, settings):
    settings.GALLERY_AUDIT = {"DRIFT": "refuse"}
    installed_before()
    album = make_album()
    sweep()
    write_gallery(album, "photos", "[7]")
    before = [model.objects.count() for model in (Entry, Verification, SweepRun)]
    code, out, _ = doctor()
    assert code == 3
    assert "--  nobody objects\n      Galleries and their history differ (1): photos of " in out
    assert "manage.py audit_reconcile" in out
    assert [model.objects.count() for model in (Entry, Verification, SweepRun)] == before


def test_an_error_of_the_checks_for_which_the_command_refuses_ends_with_3(quiet):
    installed_before()
    sweep()

    @register("gallery_events")
    def broken(app_configs, **kwargs):
        return [Error("It is broken.", hint="Mend it.", id="gallery_events.E999")]

    try:
        code, out, _ = doctor()
    finally:
        registry.registered_checks.discard(broken)
    assert code == 3
    assert "It is broken. Mend it. (gallery_events.E999)" in out


@pytest.mark.sqlite
def test_a_database_without_tables_is_told_in_a_sentence(tmp_path):
    from tests.processes import project

    call = project(tmp_path)
    for command in (["gallery_why", "1"], ["gallery_trash", "list"], ["gallery_prune"]):
        done = call(*command, DATABASE=str(tmp_path / "empty.sqlite3"))
        assert done.returncode == 1
        assert "manage.py migrate" in done.stderr
        assert "Traceback" not in done.stderr
