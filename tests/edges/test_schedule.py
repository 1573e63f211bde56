"""gallery_schedule: what it prints is what a shell and systemd would run."""

import io
import shlex
import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from gallery_events.domain.entries import LONGEST, Job, crontab, systemd
from gallery_events.domain.schedule import Schedule

SETTINGS = "tests.project.settings"


def printed(*arguments):
    """Return what the command prints."""
    out = io.StringIO()
    call_command("gallery_schedule", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments):
    """Return the sentence by which the command was refused."""
    with pytest.raises(CommandError) as error:
        printed(*arguments)
    assert error.value.returncode == 3
    return str(error.value)


def line(*arguments):
    """Return the one line that is no remark."""
    (found,) = (each for each in printed(*arguments).splitlines() if not each.startswith("#"))
    return found


def a_job(schedule="17 3 * * *", folder="/srv/site", **columns):
    """Return a job in a folder."""
    return Job(
        **{
            "schedule": Schedule.parse(schedule),
            "python": f"{folder}/bin/python",
            "manage": f"{folder}/manage.py",
            "settings": "mysite.settings",
            **columns,
        }
    )


# Schedules.


@pytest.mark.parametrize(
    "text, cron",
    [
        ("17 3 * * *", "17 3 * * *"),
        ("  17\t3  * * * ", "17 3 * * *"),
        ("03:17", "17 3 * * *"),
        ("0:00", "0 0 * * *"),
        ("23:59", "59 23 * * *"),
        ("*/5 0-6/2,12 1,15 jan-MAR mon-fri", "*/5 0-6/2,12 1,15 jan-MAR mon-fri"),
        ("0 0 * * 7", "0 0 * * 7"),
    ],
)
def test_a_schedule_that_cron_takes(text, cron):
    assert Schedule.at(text).text == cron


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "Write five fields"),
        ("@daily", "Write five fields"),
        ("daily", "Write five fields"),
        ("17 3 * *", "Write five fields"),
        ("17 3 * * * *", "Write five fields"),
        ("24:00", "'24' is no hour: give 0 to 23"),
        ("03:60", "'60' is no minute: give 0 to 59"),
        ("60 3 * * *", "'60' is no minute"),
        ("17 24 * * *", "'24' is no hour"),
        ("17 3 0 * *", "'0' is no day of the month: give 1 to 31"),
        ("17 3 32 * *", "'32' is no day of the month"),
        ("17 3 * 13 *", "'13' is no month"),
        ("17 3 * * 8", "'8' is no day of the week"),
        ("17 3 * mon *", "'mon' is no month"),
        ("17 3 * * monday", "'monday' is no day of the week"),
        ("-1 3 * * *", "'-1' is no minute"),
        ("1, 3 * * *", "'' is no minute"),
        ("5/15 3 * * *", "a range upwards, and a step of one, such as 0-59/15"),
        ("*/0 3 * * *", "'*/0' is no minute"),
        ("50-10 3 * * *", "'50-10' is no minute"),
        ("17 3 * * sat-sun", "a range upwards"),
        ("17 3 ? * *", "'?' is no day of the month"),
        ("17;rm 3 * * *", "is no minute"),
        ("१७ 3 * * *", "is no minute"),
    ],
)
def test_a_schedule_that_cron_does_not_take_is_refused_with_its_cure(text, words):
    with pytest.raises(ValueError, match=r"\.$") as error:
        Schedule.at(text)

    assert words in str(error.value)


@pytest.mark.parametrize(
    "text, calendars",
    [
        ("17 3 * * *", ["*-*-* 03:17:00"]),
        ("* * * * *", ["*-*-* *:*:00"]),
        ("*/20 0-6/3 * * *", ["*-*-* 00,03,06:00,20,40:00"]),
        ("0 4 1 jan,7 *", ["*-01,07-01 04:00:00"]),
        ("0 4 * * mon-fri", ["Mon,Tue,Wed,Thu,Fri *-*-* 04:00:00"]),
        ("0 4 * * 0-7", ["*-*-* 04:00:00"]),
        ("0 4 * * 7", ["Sun *-*-* 04:00:00"]),
        ("0 4 1 * 5", ["*-*-01 04:00:00", "Fri *-*-* 04:00:00"]),
        ("0 4 */15 * 5", ["Fri *-*-01,16,31 04:00:00"]),
    ],
)
def test_a_schedule_means_the_same_to_systemd(text, calendars):
    assert list(Schedule.parse(text).calendars()) == calendars


# The command.


def test_a_line_for_a_crontab_starts_the_command_itself():
    found = line()

    schedule, command = found[:11], found[11:]
    assert schedule == "17 3 * * * "
    folder, _, start = command.partition(" && ")
    assert folder.startswith("cd /")
    python, manage, *rest = shlex.split(start)
    assert python == sys.executable
    assert manage.startswith("/")
    assert manage.endswith("/demo/manage.py")
    assert rest == ["gallery_sweep", f"--settings={SETTINGS}"]


def test_what_is_not_told_is_cron_at_17_past_3():
    assert printed() == printed("--format", "cron", "--time", "17 3 * * *")


def test_the_time_may_be_one_of_the_clock():
    assert line("--time", "4:05").startswith("5 4 * * * cd ")


def test_with_a_user_the_line_is_one_for_cron_d():
    assert line("--user", "www-data").startswith("17 3 * * * www-data cd /")
    assert "/etc/cron.d/" in printed("--user", "www-data")
    assert "crontab -e" in printed()


def test_the_remarks_say_where_output_and_exit_code_go():
    text = printed()

    assert "4 breaker" in text
    assert "2>&1 | logger" in text
    assert "MAILTO" in text


@pytest.mark.parametrize("format_", ["cron", "systemd"])
def test_nothing_of_the_environment_but_the_name_of_the_settings_is_printed(monkeypatch, format_):
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")

    assert "hunter2" not in printed("--format", format_)
    assert SETTINGS in printed("--format", format_)


def test_the_units_fail_with_each_exit_code_and_catch_up():
    text = printed("--format", "systemd", "--user", "www-data")

    assert "\nType=oneshot\n" in text
    assert "\nUser=www-data\n" in text
    assert f"\nExecStart={sys.executable} /" in text
    assert "\nPersistent=true\n" in text
    assert "\nRandomizedDelaySec=" in text
    assert "\nOnCalendar=*-*-* 03:17:00\n" in text
    assert "#OnFailure=" in text
    assert "SuccessExitStatus" not in text


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--time", "@daily"], "Write five fields"),
        (["--time", "25:00"], "give 0 to 23"),
        (["--user", "me; rm -rf /"], "is no name of a user"),
        (["--user", ""], "is no name of a user"),
        (["--format", "celery"], "invalid choice"),
    ],
)
def test_wrong_input_is_refused_with_its_cure(arguments, words):
    assert words in refused(*arguments)


def test_without_a_manage_py_the_cure_is_named(settings):
    settings.CRONTAB_DJANGO_MANAGE_PATH = "/nowhere/manage.py"

    assert "CRONTAB_DJANGO_MANAGE_PATH" in refused()


def test_settings_that_are_no_module_are_refused(monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")

    assert "is no module of settings" in refused()


def test_a_stable_interpreter_stands_in_for_the_one_of_this_release(settings, tmp_path):
    stable = tmp_path / "python"
    stable.symlink_to(sys.executable)
    settings.CRONTAB_PYTHON_EXECUTABLE = str(stable)

    assert f" && {stable} " in line()


# Quoting.


@pytest.mark.parametrize(
    "path", ["relative/python", "/srv/back\\slash", "/srv/line\nbreak", "/srv/bell\a"], ids=repr
)
@pytest.mark.parametrize("name", ["python", "manage"])
def test_a_path_that_no_quoting_saves_is_refused(name, path):
    with pytest.raises(ValueError, match="symbolic link"):
        a_job(**{name: path})


def test_a_line_that_is_longer_than_cron_takes_is_refused():
    room = LONGEST - len(crontab(a_job(folder="/srv/x")).splitlines()[-1]) + len("17 3 * * * ")
    longest = "x" * (1 + room // 3)  # the folder stands in the line three times

    assert len(crontab(a_job(folder=f"/srv/{longest}")).splitlines()[-1]) <= LONGEST + 11
    with pytest.raises(ValueError, match="longer than the 998 bytes"):
        crontab(a_job(folder=f"/srv/{longest}x"))


@pytest.mark.parametrize("sign", ["$", "'", '"'])
def test_systemd_is_not_asked_for_an_interpreter_that_it_would_not_start(sign):
    with pytest.raises(ValueError, match=r"a quote or a dollar sign.*symbolic link"):
        systemd(a_job(folder=f"/srv/a{sign}b"))


HARD = 'it\'s 100% "my" site; $HOME `id` & é'


def test_a_shell_reads_the_line_as_it_was_meant(tmp_path):
    folder = tmp_path / HARD
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text('#!/bin/sh\npwd\nprintf "%s\\n" "$@"\nexit 4\n')
    python.chmod(0o755)
    command = crontab(a_job(folder=str(folder))).splitlines()[-1].removeprefix("17 3 * * * ")

    assert "%" not in command.replace("\\%", "")
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%")],
        check=False, cwd="/", env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 4, done.stderr
    assert done.stdout.splitlines() == [
        str(folder),
        f"{folder}/manage.py",
        "gallery_sweep",
        "--settings=mysite.settings",
    ]


@pytest.mark.parametrize("name", ["plain", HARD])
def test_systemd_takes_the_units(tmp_path, name):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: nobody has read the units")
    folder = tmp_path / name
    folder.mkdir()
    python = tmp_path / "100% my; python"
    python.symlink_to(sys.executable)
    job = a_job("0 4 1,15 * mon", folder=str(folder), python=str(python), user="root")
    text = systemd(job)
    service, timer = text.split("\n# /etc/systemd/system/gallery-sweep.timer\n")
    (tmp_path / "gallery-sweep.service").write_text(service)
    (tmp_path / "gallery-sweep.timer").write_text(timer)

    done = subprocess.run(
        ["systemd-analyze", "verify", "gallery-sweep.service", "gallery-sweep.timer"],
        check=False, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("schedule", ["17 3 * * *", "*/7 * */2 2-11/3 mon-fri", "0 0 1 1 0"])
def test_systemd_takes_the_calendars(schedule):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: nobody has read the calendars")
    for calendar in Schedule.parse(schedule).calendars():
        subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)
