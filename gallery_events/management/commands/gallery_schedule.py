"""Print what a scheduler has to be told."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from gallery_events.domain import entries
from gallery_events.domain.schedule import Schedule
from gallery_events.management import manage_py
from gallery_events.management.arguments import GalleryCommand, refusal


class Command(GalleryCommand):
    """Print an entry that starts gallery_sweep."""

    help = (
        "Prints an entry for cron, or units for systemd, that start gallery_sweep with the "
        "settings this command was started with. Nothing is installed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--format", choices=list(entries.FORMATS), default="cron")
        parser.add_argument(
            "--time",
            default="17 3 * * *",
            metavar="WHEN",
            help='cron\'s five fields, or HH:MM for every day; "17 3 * * *" unless told',
        )
        parser.add_argument(
            "--user", metavar="U", help="who runs it: the line is then one for /etc/cron.d"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the entry; wrong input is refused with its cure."""
        manage = manage_py.manage_path()
        if manage is None:
            message = (
                "No manage.py was found: name its absolute path in CRONTAB_DJANGO_MANAGE_PATH."
            )
            raise refusal(message)
        try:
            job = entries.Job(
                schedule=Schedule.at(options["time"]),
                python=manage_py.python_path(),
                manage=str(Path(manage).absolute()),
                settings=manage_py.settings_module(),
                user=options["user"],
            )
            entry = entries.FORMATS[options["format"]](job)
        except ValueError as error:
            raise refusal(str(error)) from error
        self.stdout.write(entry, ending="")
