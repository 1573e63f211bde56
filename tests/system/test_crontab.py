"""The job from the crontab to the file it removes: a fake crontab everywhere, cron where it is."""

import shlex
from contextlib import ExitStack

import pytest

from tests.system import crondaemon
from tests.system.newproject import Project, run

# The projects have SQLite files of their own: once is enough.
pytestmark = pytest.mark.sqlite

JOB = "gallery_events.cron.sweep"
#: What cron gives a job.
CRON = {"PATH": "/usr/bin:/bin", "HOME": "/", "SHELL": "/bin/sh", "LOGNAME": "nobody"}
OTHERS = "MAILTO=ops\n# backup\n0 5 * * * /bin/true # of another project\n7 * * * * /bin/false\n"

FAKE = """#!/bin/sh
# crontab(1) with a file for its table.
table="$(dirname "$0")/table"
case "$1" in
    -l) cat "$table" ;;
    -r) rm "$table" ;;
    *) cat "$1" > "$table" ;;
esac
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return Project.start(tmp_path_factory.mktemp("template") / "project")


@pytest.fixture
def project(template, tmp_path):
    return template.copied(tmp_path / "project")


@pytest.fixture
def table(project, tmp_path):
    """Return the file that is the project's crontab; other jobs stand in it."""
    folder = tmp_path / "fake"
    folder.mkdir()
    (folder / "crontab").write_text(FAKE)
    (folder / "crontab").chmod(0o755)
    (folder / "table").write_text(OTHERS)
    project.configure(f"CRONTAB_EXECUTABLE = {str(folder / 'crontab')!r}")
    return folder / "table"


def installed(table):
    """Return the lines of a crontab that others did not write."""
    return [line for line in table.read_text().splitlines(keepends=True) if line not in OTHERS]


def as_cron_does(line):
    """Run the command of a line of a crontab in a shell, and return what became of it."""
    command = line.split(maxsplit=5)[5].replace("\\%", "%").rstrip("\n")
    return run("/bin/sh", "-c", command, cwd="/", env=CRON)


def fire(project, table):
    """Install the job, run its line, and return (exit code, what is in the log then)."""
    project.succeed("crontab", "add")
    (line,) = installed(table)
    done = as_cron_does(line)
    assert done.stdout + done.stderr == "", "the suffix takes all output"
    return done.returncode, project.log.read_text()


def test_the_readmes_settings_are_right_as_they_are(template):
    done = template.manage("check", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr


# django-crontab, with a crontab that is a file.


def test_the_job_is_installed_once_shown_and_removed(project, table):
    first = project.succeed("crontab", "add")
    once = table.read_text()
    project.succeed("crontab", "add")

    assert JOB in first
    assert table.read_text() == once
    assert once.startswith(OTHERS)
    (line,) = installed(table)
    assert line.startswith("17 3 * * * /")
    assert " --settings=mysite.settings " in line
    assert line.endswith(f">> {project.log} 2>&1 # mysite\n")
    assert JOB in project.succeed("crontab", "show")
    project.succeed("crontab", "remove")
    assert table.read_text() == OTHERS


def test_a_changed_schedule_is_installed_by_a_silent_add(project, table):
    project.succeed("crontab", "add")
    project.configure(f'CRONJOBS = [("18 4 * * *", "{JOB}")]')
    project.succeed("crontab", "add", "-v", "0")

    (line,) = installed(table)
    assert line.startswith("18 4 * * * ")


def test_the_installed_line_sweeps(project, table):
    code, log = fire(project, table)

    assert code == 0
    assert log == ""
    assert project.outcomes() == ["done", "done"]
    assert project.files() == []
    (report,) = project.heard()
    assert (report["purged"], report["files_removed"]) == (1, 2)


# Runs that fail: django-crontab ends with 0 all the same.


@pytest.mark.parametrize(
    "what, outcome, cure",
    [
        ("backup", "refused", "The backup is running: wait for its end."),
        ("broken", "crashed", "the disk is full"),
    ],
)
def test_a_run_that_fails_is_seen_in_log_row_and_signal(project, table, what, outcome, cure):
    (project.folder / what).touch()
    code, log = fire(project, table)

    assert code == 0, "should it ever change, the documentation has to"
    assert cure in log
    assert "Traceback" in log
    assert project.outcomes() == ["done", outcome]
    (report,) = project.heard()
    assert cure in f"{report['refused']} {report['crash']}"
    assert len(project.files()) == 2


def test_a_run_without_its_tables_is_seen_in_the_log_and_by_the_signal(project, table):
    (project.folder / "db.sqlite3").unlink()
    code, log = fire(project, table)

    assert code == 0
    assert "manage.py migrate" in log
    assert "could not be written down" in log
    assert "manage.py migrate" in str(project.heard()[0]["refused"])
    assert len(project.files()) == 2


def test_wrong_settings_stop_django_before_the_job(project, table):
    project.configure('GALLERY_EVENTS = {"TRASH_DAYS": 0}')
    project.succeed("crontab", "add", "--skip-checks")
    (line,) = installed(table)
    done = as_cron_does(line)

    assert done.returncode == 1
    assert "Give a number of days" in project.log.read_text()
    assert project.outcomes() == ["done"]
    assert len(project.files()) == 2


# What gallery_schedule prints, in a folder that has to be quoted.


@pytest.fixture
def hard(template, tmp_path):
    """Return a project in a folder whose name no shell reads as it is."""
    return template.copied(tmp_path / 'it\'s 100% my "site"')


def printed(project):
    """Return the line that gallery_schedule prints for a crontab."""
    text = project.succeed("gallery_schedule", "--time", "* * * * *")
    (line,) = (each for each in text.splitlines() if not each.startswith("#"))
    return line


@pytest.mark.parametrize("what, code, outcome", [(None, 0, "done"), ("backup", 3, "refused")])
def test_the_printed_line_sweeps_and_keeps_the_exit_code(hard, what, code, outcome):
    if what:
        (hard.folder / what).touch()
    done = as_cron_does(printed(hard))

    assert done.returncode == code, done.stderr
    assert hard.outcomes() == ["done", outcome]
    assert len(hard.files()) == (2 if what else 0)


# A real cron daemon.


@pytest.fixture
def crontab():
    """Return the reader of this user's real crontab, which a daemon reads too."""
    with ExitStack() as stack:
        try:
            read = stack.enter_context(crondaemon.crontab_of_this_user())
            stack.enter_context(crondaemon.daemon())
        except crondaemon.NoCron as error:
            pytest.skip(f"NOT PROVEN: that a cron daemon starts the job: {error}.")
        yield read


def test_a_cron_daemon_starts_the_job_and_the_printed_line(crontab, project, hard, tmp_path):
    before = crontab() or ""
    comment = f"test of {tmp_path}"
    project.configure(f'CRONJOBS = [("* * * * *", "{JOB}")]\nCRONTAB_COMMENT = {comment!r}')

    project.succeed("crontab", "add")
    (line,) = (each for each in crontab().splitlines() if comment in each)
    beats = tmp_path / "beats"
    own = f"{printed(hard)} > {shlex.quote(str(tmp_path / 'printed.log'))} 2>&1"
    crondaemon.write(f"{crontab()}{own}\n* * * * * touch {beats}\n")
    if not crondaemon.eventually(beats.exists):
        pytest.skip("NOT PROVEN: the cron daemon of this machine starts nothing at all.")

    swept = crondaemon.eventually(lambda: not project.files() and not hard.files())
    seen = [path.read_text() for path in (project.log, tmp_path / "printed.log") if path.exists()]
    assert swept, (line, own, seen)
    # The files go before a run says that it is done; a minute later the next one may be under way.
    for each in (project, hard):
        assert crondaemon.eventually(lambda each=each: each.outcomes()[1:2] != ["running"])
        assert each.outcomes()[:2] == ["done", "done"]
    project.succeed("crontab", "remove")
    assert comment not in crontab()
    assert crontab().startswith(before)
