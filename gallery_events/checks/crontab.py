"""Checks of the lines that django-crontab would write: what loses the job, or misdirects it."""

from __future__ import annotations

import inspect
import json
import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's own name

from gallery_events import cron
from gallery_events.domain.schedule import Schedule
from gallery_events.management import manage_py

JOB = "gallery_events.cron.sweep"
INSTEAD = 'Or install what "manage.py gallery_schedule" prints.'

#: A percent sign that cron would take for the end of the command.
PERCENT = re.compile(r"(?<!\\)%")


def check_line() -> Iterator[CheckMessage]:
    """Check what all jobs of the project share."""
    yield from _check_settings_module()
    yield from _check_comment()
    yield from _check_paths()


def _check_settings_module() -> Iterator[CheckMessage]:
    now = manage_py.settings_module()
    named = getattr(settings, "CRONTAB_DJANGO_SETTINGS_MODULE", None)
    hint = f'Write CRONTAB_DJANGO_SETTINGS_MODULE = "{now}". {INSTEAD}'
    if named:
        if not _is_module(str(named)):
            yield _warning(
                "W036",
                f"CRONTAB_DJANGO_SETTINGS_MODULE names {named!r}, which is no module: the job "
                "would fail before it begins.",
                hint,
            )
        return
    manage = manage_py.manage_path()
    if manage is None or (default := manage_py.default_settings(manage)) == now:
        return
    run = f"with {default!r}" if default else "with whatever manage.py falls back to"
    yield _warning(
        "W036",
        f"django-crontab does not tell the job which settings to use: it would run {run}, not "
        f"with {now!r}, and perhaps sweep another database.",
        hint,
    )


def _check_comment() -> Iterator[CheckMessage]:
    if problem := _wrong_comment(getattr(settings, "CRONTAB_COMMENT", None)):
        yield _warning(
            "W037",
            problem,
            "Give it a text that no other project of this user has. Before a change run "
            '"manage.py crontab remove": lines with the old text would stay.',
        )


def _wrong_comment(comment: Any) -> str | None:
    if comment is None:
        return (
            'CRONTAB_COMMENT is missing: "crontab add" of another project whose package has the '
            "same name would remove this job."
        )
    if not str(comment).strip():
        return (
            'CRONTAB_COMMENT is empty: "crontab add" removes every line of the user\'s crontab '
            "that has no comment, whosesoever it is."
        )
    if str(comment) != str(comment).lstrip() or "\n" in str(comment):
        return (
            "CRONTAB_COMMENT begins with a space, or has more than one line: django-crontab would "
            'not know its lines again, and add one more with each "crontab add".'
        )
    return None


def _check_paths() -> Iterator[CheckMessage]:
    manage = manage_py.manage_path()
    named = getattr(settings, "CRONTAB_DJANGO_MANAGE_PATH", None)
    if manage is None or not Path(manage).is_absolute():
        what = "names no file" if manage is None else "is relative, and cron starts elsewhere"
        yield _warning(
            "W054",
            "django-crontab does not find manage.py."
            if named is None
            else f"CRONTAB_DJANGO_MANAGE_PATH = {str(named)!r} {what}.",
            f"Name the absolute path in CRONTAB_DJANGO_MANAGE_PATH. {INSTEAD}",
        )
    for name, path in (
        ("CRONTAB_PYTHON_EXECUTABLE", manage_py.python_path()),
        ("CRONTAB_DJANGO_MANAGE_PATH", manage or ""),
    ):
        if path and shlex.quote(path) != path:
            yield _warning(
                "W053",
                f"django-crontab writes the path {path!r} without quotes: the job cannot start.",
                "Make a symbolic link with a plain path to the folder (of the whole environment, for "
                f"an interpreter), and name the file in it in {name}. {INSTEAD}",
            )


def check_job(job: Any) -> Iterator[CheckMessage]:
    """Check one entry of CRONJOBS."""
    try:
        Schedule.parse(str(job[0]))
    except ValueError as error:
        yield _warning(
            "W051",
            f"The schedule of {job!r} is none that django-crontab can install, or take away again.",
            f'{error} "@daily" and the like are "0 0 * * *" and the like.',
        )
    yield from _check_arguments(job)
    prefix = str(getattr(settings, "CRONTAB_COMMAND_PREFIX", ""))
    suffix = f"{_suffix(job)} {getattr(settings, 'CRONTAB_COMMAND_SUFFIX', '')}"
    if not re.search(r"[>|]", suffix):
        yield _warning(
            "W038",
            "What the job prints is lost, unless cron can send mail here.",
            "Write CRONTAB_COMMAND_SUFFIX = f\">> {BASE_DIR / 'sweep.log'} 2>&1\".",
        )
    for what, found in {
        "#": "#" in prefix + suffix,
        "a line break": "\n" in prefix + suffix,
        "% without a backslash": PERCENT.search(prefix + suffix),
    }.items():
        if found:
            yield _warning(
                "W052",
                f"The prefix or suffix of {job!r} has {what}: the line would be cut there, or not "
                "be known again.",
                "Write what needs it into a script, and call that.",
            )


def _check_arguments(job: Any) -> Iterator[CheckMessage]:
    args = job[2] if len(job) > 2 and not isinstance(job[2], str) else []
    kwargs = job[3] if len(job) > 3 else {}
    try:
        json.dumps(job)
        if job[1] == JOB:
            inspect.signature(cron.sweep).bind(*args, **kwargs)
    except TypeError as error:
        yield _warning(
            "W055",
            f"The arguments of {job!r} would make the job fail: {error}.",
            f'Write ("17 3 * * *", "{JOB}"): it takes none.',
        )


def _suffix(job: Any) -> str:
    """Return the suffix of one job, from where django-crontab takes it."""
    if len(job) > 2 and isinstance(job[2], str):
        return job[2]
    return str(job[4]) if len(job) > 4 else ""


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _warning(id_: str, message: str, hint: str) -> CheckMessage:
    return Warning(message, hint=hint, id=f"gallery_events.{id_}")
