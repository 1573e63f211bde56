"""What the checks warn of is what django-crontab does: each is shown with its own code."""

import subprocess
import time

import pytest
from django_crontab.crontab import Crontab

from tests.project import settings as project_settings

# It never waits for the crontab program that it reads from.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

JOB = "gallery_events.cron.sweep"
OTHERS = "7 * * * * /bin/false\n0 5 * * * /bin/true # of another project\n"

FAKE = """#!/bin/sh
table="$(dirname "$0")/table"
case "$1" in -l) cat "$table" ;; *) cat "$1" > "$table" ;; esac
"""


@pytest.fixture
def table(settings, tmp_path):
    """Give the file that is the crontab; other jobs stand in it."""
    (tmp_path / "crontab").write_text(FAKE)
    (tmp_path / "crontab").chmod(0o755)
    settings.CRONTAB_EXECUTABLE = str(tmp_path / "crontab")
    (tmp_path / "table").write_text(OTHERS)
    yield tmp_path / "table"
    # Python would close what was left open at the next process that any test starts, and warn.
    while subprocess._active:
        subprocess._cleanup()
        time.sleep(0.01)


def add(verbosity=0):
    with Crontab(verbosity=verbosity) as crontab:
        crontab.remove_jobs()
        crontab.add_jobs()


def ours(table):
    return [line for line in table.read_text().splitlines(True) if line not in OTHERS]


def test_with_the_settings_of_the_tests_it_does_nothing_wrong(table):
    add()
    add()

    (line,) = ours(table)
    assert " crontab run " in line
    assert line.endswith(f" >> /dev/null 2>&1 # {project_settings.CRONTAB_COMMENT}\n")
    assert table.read_text().startswith(OTHERS)


def test_w036_the_line_does_not_name_the_settings_of_the_environment(settings, table):
    del settings.CRONTAB_DJANGO_SETTINGS_MODULE
    add()

    assert "settings" not in ours(table)[0]


def test_w037_an_empty_comment_removes_the_lines_of_others(settings, table):
    settings.CRONTAB_COMMENT = ""
    add()

    assert "/bin/false" not in table.read_text()


def test_w037_two_projects_of_one_name_remove_each_others_jobs(settings, table):
    del settings.CRONTAB_COMMENT
    add()
    settings.CRONTAB_DJANGO_SETTINGS_MODULE = "tests.another.settings"
    add()

    assert len(ours(table)) == 1


@pytest.mark.parametrize(
    "name, value",
    [
        ("CRONTAB_COMMENT", " mysite"),
        ("CRONTAB_COMMAND_SUFFIX", ">> '/tmp/#1'"),
        ("CRONTAB_COMMAND_PREFIX", "TAG='#1'"),
    ],
)
def test_w037_and_w052_a_line_that_is_not_known_again_is_added_again(settings, table, name, value):
    setattr(settings, name, value)
    add()
    add()

    assert len(ours(table)) == 2


def test_a_sign_in_the_middle_of_the_comment_harms_nobody(settings, table):
    settings.CRONTAB_COMMENT = "sweep #1 of mysite"
    add()
    add()

    assert len(ours(table)) == 1


def test_w051_a_schedule_of_one_word_is_taken_away_by_the_second_add(settings, table):
    settings.CRONJOBS = [("@daily", JOB)]
    add(verbosity=1)
    assert len(ours(table)) == 1
    with pytest.raises((IndexError, RuntimeError)):  # by what the words of the line happen to be
        add(verbosity=1)

    assert ours(table) == []


def test_w053_a_path_with_a_space_is_not_quoted(settings, table):
    settings.CRONTAB_PYTHON_EXECUTABLE = "/srv/my site/bin/python"
    add()

    assert " /srv/my site/bin/python /" in ours(table)[0]


def test_w055_arguments_that_are_not_json_cannot_be_added(settings, table):
    settings.CRONJOBS = [("17 3 * * *", JOB, [], {"media": object()})]
    with pytest.raises(TypeError, match="not JSON serializable"):
        add()


@pytest.mark.parametrize("error", [ValueError("wrong"), SystemExit(3)])
def test_what_a_job_raises_is_swallowed(settings, table, caplog, error):
    settings.CRONJOBS = [("17 3 * * *", f"{__name__}.fail", [], {"number": 1})]
    fail.error = error
    add()
    (hash_,) = (line.partition(" crontab run ")[2].split()[0] for line in ours(table))
    Crontab().run_job(hash_)

    assert "Failed to complete cronjob" in caplog.text
    assert type(error).__name__ in caplog.text


def fail(number):
    raise fail.error
