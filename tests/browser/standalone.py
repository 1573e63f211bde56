"""The site in a process of its own: python -m tests.browser.standalone DATABASE MEDIA SETTINGS."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[2]


class Standalone:
    """A server that can be killed, and started anew on the same database and media."""

    def __init__(self, media, **gallery_events):
        self._arguments = [str(media), json.dumps(gallery_events)]
        self._running = ExitStack()
        self._process = None
        self.url = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.kill()

    def start(self):
        """Start a process, and wait until it answers."""
        command = [sys.executable, "-m", "tests.browser.standalone"]
        command += [connection.settings_dict["NAME"], *self._arguments]
        self._process = self._running.enter_context(
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        )
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the server did not start"

    def kill(self):
        """End the process at once, whatever it is doing: it is told nothing, and closes nothing."""
        self._process.kill()
        self._running.close()


def main(database, media, gallery_events):
    """Serve until killed; say at which address."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.project.settings")
    import django
    from django.conf import settings

    from tests.browser.site import site

    settings.DATABASES["default"]["NAME"] = database
    for name, value in site().items():
        setattr(settings, name, value)
    settings.MEDIA_ROOT = media
    settings.GALLERY_EVENTS = json.loads(gallery_events)
    settings.ALLOWED_HOSTS = ["localhost"]
    django.setup()

    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("localhost", static_handler=StaticFilesHandler)
    thread.start()
    thread.is_ready.wait()
    sys.stdout.write(f"http://{thread.host}:{thread.port}\n")
    sys.stdout.flush()
    thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
