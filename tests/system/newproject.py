"""A project as the README makes it, in a folder of its own, for schedulers to start."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.pictures import picture
from tests.system.stranger import blocks

#: Two files make a run fail; what sweep_finished says is written down.
LISTENS = """
import json
from pathlib import Path

from django.apps import AppConfig

HERE = Path(__file__).parents[1]


class AlbumsConfig(AppConfig):
    name = "albums"

    def ready(self):
        from gallery_events.signals import sweep_finished, sweep_starting

        sweep_starting.connect(starting)
        sweep_finished.connect(finished)


def starting(**kwargs):
    from gallery_events.exceptions import SweepRefused

    if (HERE / "backup").exists():
        raise SweepRefused("The backup is running: wait for its end.")
    if (HERE / "broken").exists():
        raise OSError("the disk is full")


def finished(report, **kwargs):
    with (HERE / "heard").open("a") as heard:
        heard.write(json.dumps(report.as_json()) + "\\n")
"""

#: A run has seen the project; then there is a picture that the next one purges, file and all.
DUE = """
from datetime import timedelta
from pathlib import Path
from django.core.files.base import ContentFile
from django.utils import timezone
from gallery_events.flows import sweep, upload
from gallery_events.models import Image

sweep.sweep(first_run_ok=True)
upload.receive(ContentFile(Path("harbour.jpg").read_bytes(), "harbour.jpg"))
long_ago = timezone.now() - timedelta(days=90)
Image.objects.update(uploaded_at=long_ago, trashed_at=long_ago, review_after=long_ago)
"""

ENVIRONMENT = {
    key: value
    for key, value in os.environ.items()
    if not key.startswith(("COV", "DJANGO", "GALLERY", "PYTEST", "PYTHON"))
}


def run(*command, cwd, env=None, **options):
    """Run a command, and return what became of it."""
    return subprocess.run(
        command, check=False, cwd=cwd, env=env or ENVIRONMENT, capture_output=True, text=True,
        timeout=120, stdin=subprocess.DEVNULL, **options,
    )  # fmt: skip


class Project:
    """A project in a folder; what it holds is looked at from outside."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @classmethod
    def start(cls, folder):
        """Follow the README, up to its migrations."""
        project = cls(folder)
        python, _ = blocks()
        project.folder.mkdir()
        for command in (["startproject", "mysite", "."], ["startapp", "albums"]):
            done = run(sys.executable, "-m", "django", *command, cwd=folder)
            assert done.returncode == 0, done.stderr
        project.configure(python["settings.py"])
        (project.folder / "albums" / "models.py").write_text(python["models.py"])
        (project.folder / "albums" / "apps.py").write_text(LISTENS)
        (project.folder / "harbour.jpg").write_bytes(picture("harbour.jpg").read())
        project.succeed("makemigrations", "albums")
        project.succeed("migrate")
        return project

    def copied(self, folder):
        """Return a copy that has swept once, and has a picture to purge."""
        shutil.copytree(self.folder, folder)
        copy = Project(folder)
        copy.configure('GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0}')
        copy.succeed("shell", "-c", DUE)
        (copy.folder / "heard").unlink()
        assert copy.outcomes() == ["done"]
        assert len(copy.files()) == 2, "a picture and its thumbnail"
        return copy

    def configure(self, text):
        """Write more settings."""
        with (self.folder / "mysite" / "settings.py").open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")

    def manage(self, *arguments, **options):
        """Run a command of the project."""
        return run(sys.executable, "manage.py", *arguments, cwd=self.folder, **options)

    def succeed(self, *arguments, **options):
        """Run a command that has to succeed, and return what it printed."""
        done = self.manage(*arguments, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def outcomes(self):
        """Return how each run ended, oldest first."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
            rows = database.execute("SELECT outcome FROM gallery_events_sweeprun ORDER BY id")
            return [outcome for (outcome,) in rows]

    def files(self):
        """Return the files of pictures."""
        media = self.folder / "media"
        found = [path.relative_to(media) for path in media.rglob("*") if path.is_file()]
        return [path for path in found if path.parts[0] != "gallery-events"]

    def heard(self):
        """Return the reports that sweep_finished brought."""
        return [json.loads(line) for line in (self.folder / "heard").read_text().splitlines()]

    @property
    def log(self):
        """The file that takes what the job prints, as the README has it."""
        return self.folder / "sweep.log"
