"""What a scheduler is told: an entry for cron, units for systemd, that start one command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from gallery_events.domain.schedule import Schedule

#: A crontab takes no longer command.
LONGEST = 998

USER = re.compile(r"[a-z_][a-z0-9_.-]{0,31}", re.ASCII | re.IGNORECASE)
MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")

#: Linked to alone, an interpreter would not find its environment.
LINK = (
    "Make a symbolic link with a short, plain, absolute path to the folder (of the whole "
    "environment, for an interpreter), and name the file in it in CRONTAB_PYTHON_EXECUTABLE or "
    "CRONTAB_DJANGO_MANAGE_PATH."
)

CODES = "0 done, 1 crashed, 2 something was left or found, 3 refused, 4 breaker"


@dataclass(frozen=True, slots=True)
class Job:
    """
    The sweep of one project, as a scheduler starts it.

    Paths are absolute; *settings* is the name of a module. Nothing else of
    the environment goes into an entry: it may hold passwords, and an entry is
    read by others. Raises ValueError, with the cure, for what an entry cannot hold.
    """

    schedule: Schedule
    python: str
    manage: str
    settings: str
    user: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no quoting makes safe in each of the formats."""
        for path in (self.python, self.manage):
            if not path.startswith("/") or "\\" in path or not path.isprintable():
                message = f"The path {path!r} cannot stand in an entry. {LINK}"
                raise ValueError(message)
        if not MODULE.fullmatch(self.settings):
            message = (
                f"{self.settings!r} is no module of settings: give --settings=mysite.settings."
            )
            raise ValueError(message)
        if self.user is not None and not USER.fullmatch(self.user):
            message = f"{self.user!r} is no name of a user: give one that /etc/passwd may hold."
            raise ValueError(message)

    @property
    def folder(self) -> str:
        """The folder that the command runs in."""
        return str(PurePosixPath(self.manage).parent)

    @property
    def words(self) -> tuple[str, ...]:
        """The command."""
        return (self.python, self.manage, "gallery_sweep", f"--settings={self.settings}")


def crontab(job: Job) -> str:
    """
    Return a line for a crontab, below remarks that say how to use it.

    With a user it is one for /etc/cron.d, without one for ``crontab -e``.
    """
    command = f"cd {shlex.quote(job.folder)} && {shlex.join(job.words)}"
    command = command.replace("%", r"\%")  # cron itself would end the line there
    if len(command.encode()) > LONGEST:
        message = f"The command is longer than the {LONGEST} bytes that cron takes. {LINK}"
        raise ValueError(message)
    place = "/etc/cron.d/gallery-sweep" if job.user else "crontab -e"
    return f"""\
# For {place}. Exit codes: {CODES}.
# cron mails what is printed, to MAILTO. To keep it instead, append to the line
#     >> /var/log/gallery-sweep.log 2>&1       which keeps the exit code, or
#     2>&1 | logger -t gallery-sweep           which does not.
# cron passes on no variables of your shell: what the settings read has to come from a file.
{job.schedule.text} {f"{job.user} " if job.user else ""}{command}
"""


def systemd(job: Job) -> str:
    """Return a service and its timer, each below the name of its file."""
    if set(job.python) & set("$'\""):
        message = f"systemd starts nothing with a quote or a dollar sign: {job.python!r}. {LINK}"
        raise ValueError(message)
    folder = job.folder.replace("%", "%%")
    calendars = "\n".join(f"OnCalendar={each}" for each in job.schedule.calendars())
    return f"""\
# /etc/systemd/system/gallery-sweep.service
[Unit]
Description=Sweep of the image galleries of {job.settings}
Wants=network-online.target
After=network-online.target
# Exit codes: {CODES}.
# All but 0 make the unit fail. To hear of it, name a unit of yours that tells you:
#OnFailure=tell-me@%n.service

[Service]
Type=oneshot
{f"User={job.user}" if job.user else "#User= whoever owns the uploads; without it, root"}
WorkingDirectory={folder}
# What the settings read from the environment, in a file that only root can read:
#EnvironmentFile=/etc/gallery-sweep.env
ExecStart={" ".join(_word(each) for each in job.words)}

# /etc/systemd/system/gallery-sweep.timer
# Then: systemctl daemon-reload && systemctl enable --now gallery-sweep.timer
[Unit]
Description=When the image galleries of {job.settings} are swept

[Timer]
{calendars}
Persistent=true
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
"""


def _word(text: str) -> str:
    """Quote one word as systemd reads it: specifiers and variables are none."""
    quoted = text.replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return quoted if re.fullmatch(r"[\w/.=:@+-]+", quoted, re.ASCII) else f'"{quoted}"'


#: The formats by name.
FORMATS: Mapping[str, Callable[[Job], str]] = {"cron": crontab, "systemd": systemd}
