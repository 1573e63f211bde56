"""The checks of the schedule: each stands for a way in which django-crontab loses a job."""

import sys
from pathlib import Path

import pytest

from gallery_events.checks import check_schedule

JOB = "gallery_events.cron.sweep"
TIME = "17 3 * * *"


def one(id_):
    """Return the one message of the checks, which has a cure."""
    messages = check_schedule()
    assert [each.id for each in messages] == [f"gallery_events.{id_}"], messages
    assert messages[0].hint.endswith(".")
    assert not messages[0].is_serious(), "an error would keep every scheduler from sweeping"
    return messages[0]


def one_or_none(id_, *, warned):
    """Tell whether the one message is there, when it should be."""
    if warned:
        one(id_)
    else:
        assert check_schedule() == []


@pytest.fixture
def manage(settings, tmp_path):
    """Return a function that writes the manage.py that django-crontab would use."""

    def write(text, name="manage.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        settings.CRONTAB_DJANGO_MANAGE_PATH = str(path)
        return path

    return write


def test_django_crontab_is_missing(settings):
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != "django_crontab"]

    assert "Add 'django_crontab' to INSTALLED_APPS" in one("W034").hint


@pytest.mark.parametrize(
    "jobs, id_",
    [
        ([], "W035"),
        ([(TIME, "other.job")], "W035"),
        (None, "W035"),
        (5, "W035"),
        ([5], "W035"),
        ([[TIME, JOB, ">> sweep.log"]], None),
        ([("1 1 * * *", "django.core.management.call_command", ["gallery_sweep"])], None),
    ],
)
def test_no_job_sweeps(settings, jobs, id_):
    settings.CRONJOBS = jobs

    if id_ is None:
        assert check_schedule() == []
    else:
        assert JOB in one(id_).hint


def test_more_than_one_job_sweeps(settings):
    settings.CRONJOBS = [(TIME, JOB), ("17 15 * * *", JOB), (TIME, "other.job")]
    message = one("W039")

    assert "2 entries" in message.msg
    assert '"17 3,15 * * *"' in message.hint


def test_a_job_of_another_kind_is_nobodys_business(settings):
    settings.CRONJOBS = [(TIME, JOB), ("@daily", "other.job", [object()])]

    assert check_schedule() == []


# Which settings the job would run with.


@pytest.mark.parametrize(
    "text, words",
    [
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.project.settings")', None),
        ("os.environ.setdefault('DJANGO_SETTINGS_MODULE' , 'tests.project.settings')", None),
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.dev")', "with 'mysite.dev'"),
        ("import secret_wiring", "whatever manage.py falls back to"),
        (
            'setdefault("DJANGO_SETTINGS_MODULE", "a"); setdefault("DJANGO_SETTINGS_MODULE", "b")',
            "whatever manage.py falls back to",
        ),
    ],
    ids=["the same", "the same, written otherwise", "another", "unknown", "two"],
)
def test_a_line_that_does_not_name_its_settings(settings, manage, text, words):
    del settings.CRONTAB_DJANGO_SETTINGS_MODULE
    manage(text)

    if words is None:
        assert check_schedule() == []
    else:
        message = one("W036")
        assert words in message.msg
        assert "another database" in message.msg
        assert 'CRONTAB_DJANGO_SETTINGS_MODULE = "tests.project.settings"' in message.hint


@pytest.mark.parametrize(
    "name, warned",
    [("tests.project.settings", False), ("tests.project.nowhere", True), ("nowhere.at", True)],
)
def test_a_line_that_names_settings_which_are_none(settings, name, warned):
    settings.CRONTAB_DJANGO_SETTINGS_MODULE = name

    one_or_none("W036", warned=warned)


# What its lines are known by.


@pytest.mark.parametrize(
    "comment, words",
    [
        ("mysite", None),
        ("sweep #1 of mysite", None),
        ("", "every line of the user's crontab"),
        ("  ", "every line of the user's crontab"),
        (" mysite", "one more with each"),
        ("my\nsite", "one more with each"),
    ],
)
def test_a_comment_that_django_crontab_does_not_know_its_lines_by(settings, comment, words):
    settings.CRONTAB_COMMENT = comment

    if words is None:
        assert check_schedule() == []
    else:
        assert words in one("W037").msg


def test_no_comment_of_ones_own(settings):
    del settings.CRONTAB_COMMENT
    message = one("W037")

    assert "would remove this job" in message.msg
    assert "crontab remove" in message.hint


# What becomes of its output.


@pytest.mark.parametrize(
    "job, suffix, warned",
    [
        ((TIME, JOB), "", True),
        ((TIME, JOB), "--verbosity 0", True),
        ((TIME, JOB), ">> sweep.log 2>&1", False),
        ((TIME, JOB), "2>&1 | logger -t sweep", False),
        ((TIME, JOB, ">> sweep.log"), "", False),
        ((TIME, JOB, [], {}, ">> sweep.log"), "", False),
        ((TIME, JOB, [], {}), "", True),
    ],
)
def test_output_that_goes_nowhere(settings, job, suffix, warned):
    settings.CRONJOBS = [job]
    settings.CRONTAB_COMMAND_SUFFIX = suffix

    one_or_none("W038", warned=warned)


# What neither cron nor django-crontab can read.


@pytest.mark.parametrize(
    "schedule, warned",
    [
        ("*/5 * * * *", False),
        ("@daily", True),
        ("03:17", True),
        ("17 3 * *", True),
        ("17 3 * * * root", True),
        ("17 24 * * *", True),
        (17, True),
    ],
)
def test_a_schedule_that_loses_the_job(settings, schedule, warned):
    settings.CRONJOBS = [(schedule, JOB)]

    one_or_none("W051", warned=warned)


@pytest.mark.parametrize("name", ["CRONTAB_COMMAND_PREFIX", "CRONTAB_COMMAND_SUFFIX"])
@pytest.mark.parametrize(
    "text, words",
    [
        ("> /tmp/$(date +\\%F)", None),
        ("> /tmp/$(date +%F)", "% without"),
        ("> '/tmp/#1'", "has #"),
        ("> /tmp/log\n", "a line break"),
    ],
)
def test_signs_that_cut_the_line(settings, name, text, words):
    settings.CRONJOBS = [(TIME, JOB, ">> sweep.log")]
    setattr(settings, name, text)

    if words is None:
        assert check_schedule() == []
    else:
        assert words in one("W052").msg


def test_an_interpreter_below_a_path_with_a_space(settings, tmp_path):
    python = tmp_path / "my site" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    settings.CRONTAB_PYTHON_EXECUTABLE = str(python)
    message = one("W053")

    assert "my site" in message.msg
    assert "CRONTAB_PYTHON_EXECUTABLE" in message.hint
    assert "gallery_schedule" in message.hint


def test_a_command_in_place_of_an_interpreter_is_the_projects_own_affair(settings):
    settings.CRONTAB_PYTHON_EXECUTABLE = f"nice -n 10 {sys.executable}"

    assert check_schedule() == []


def test_a_manage_py_below_a_path_with_a_space(manage):
    manage("", name="my site/manage.py")

    assert "CRONTAB_DJANGO_MANAGE_PATH" in one("W053").hint


@pytest.mark.parametrize("path, words", [("/nowhere/manage.py", "no file"), ("demo/m", "no file")])
def test_a_manage_py_that_is_not_there(settings, path, words):
    settings.CRONTAB_DJANGO_MANAGE_PATH = path

    assert words in one("W054").msg


def test_a_manage_py_that_only_this_folder_finds(settings, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])
    settings.CRONTAB_DJANGO_MANAGE_PATH = "demo/manage.py"

    assert "cron starts elsewhere" in one("W054").msg


@pytest.fixture
def on_the_path(tmp_path, monkeypatch):
    """Return a folder that modules are imported from."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "place, project, warned",
    [
        ("manage.py", "nowhere", False),
        ("here/manage.py", "here", False),
        ("other/manage.py", "nowhere", True),
        (None, "tests.project", True),
    ],
)
def test_a_manage_py_that_django_crontab_has_to_look_for(
    settings, on_the_path, place, project, warned
):
    del settings.CRONTAB_DJANGO_MANAGE_PATH
    settings.CRONTAB_DJANGO_PROJECT_NAME = project
    if place:
        (on_the_path / place).parent.mkdir(exist_ok=True)
        (on_the_path / place).write_text("")

    one_or_none("W054", warned=warned)


@pytest.mark.parametrize(
    "job, words",
    [
        ((TIME, JOB, [], {}), None),
        ((TIME, JOB, [], {"limit": 5}), "limit"),
        ((TIME, JOB, [5]), "positional"),
        ((TIME, JOB, [], {"media": Path("/srv")}), "not JSON serializable"),
    ],
)
def test_arguments_that_the_job_cannot_have(settings, job, words):
    settings.CRONJOBS = [job]

    if words is None:
        assert check_schedule() == []
    else:
        assert words in one("W055").msg
