"""Today: a copy of the database meets production's storage, and the doctor is asked."""

import os
import sqlite3
from contextlib import closing

from django.conf import settings

from demo.club import Club
from demo.shell import run, run_elsewhere


def sweep_a_copy(club: Club) -> None:
    club.stage.scene(
        "A copy of the database on the same storage is refused",
        "today",
        why="Somebody restores last night's dump for a test, and its settings still name "
        "production's storage. Rows and storage hold one half of a marker each, and the copy's "
        "half says another place: it deletes nothing that production needs.",
    )
    copy = settings.DATA / "copy.sqlite3"
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as original,
        closing(sqlite3.connect(copy)) as target,
    ):
        original.backup(target)
    try:
        environment = {**os.environ, "GALLERY_DEMO_DATABASE": str(copy)}
        run_elsewhere(club.stage, "gallery_sweep", environment=environment)
    finally:
        for path in copy.parent.glob(f"{copy.name}*"):
            path.unlink()


def ask_the_doctor(club: Club) -> None:
    club.stage.scene(
        "The doctor, on the real one",
        "today",
        why="Everything that a sweep asks before it starts, at any time, and how the last runs "
        "went. Monitors ask the health page, which answers 200 or 503.",
    )
    run(club.stage, "gallery_doctor")
