"""A project in a folder of its own, whose commands run as real processes on SQLite."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

SETTINGS = """
import json, os
from tests.project.settings import *
DATABASES['default']['NAME'] = os.environ.get('DATABASE', {database!r})
MEDIA_ROOT = os.environ.get('MEDIA', {media!r})
SILENCED_SYSTEM_CHECKS = ['gallery_events.W009']
GALLERY_EVENTS = json.loads(os.environ.get('SETTINGS', '{{}}'))
INSTALLED_APPS += json.loads(os.environ.get('APPS', '[]'))
"""


def project(folder):
    """Return what calls a management command of a new, migrated project in this folder."""
    (folder / "process_settings.py").write_text(
        SETTINGS.format(database=str(folder / "db.sqlite3"), media=str(folder / "media"))
    )

    def call(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
                "DJANGO_SETTINGS_MODULE": "process_settings",
                **environment,
            },
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    migrated = call("migrate", "-v0")
    assert migrated.returncode == 0, migrated.stderr
    return call
