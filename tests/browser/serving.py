"""A server of a test's own, for settings that a site has from its start."""

import mimetypes
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.files.storage import default_storage
from django.test.testcases import FSFilesHandler, LiveServerThread
from django.test.utils import override_settings


class Mounted(StaticFilesHandler):
    """A site below FORCE_SCRIPT_NAME, as a server in front of it would hand requests on."""

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        for url, find in (
            (settings.STATIC_URL, finders.find),
            (settings.MEDIA_URL, default_storage.path),
        ):
            if path.startswith(url):
                kind = mimetypes.guess_type(path)[0] or "text/plain"
                start_response("200 OK", [("Content-Type", kind)])
                return [Path(find(path.removeprefix(url))).read_bytes()]
        assert path.startswith(f"{settings.FORCE_SCRIPT_NAME}/"), f"{path} is not below the mount"
        environ["PATH_INFO"] = path.removeprefix(settings.FORCE_SCRIPT_NAME)
        return super().__call__(environ, start_response)


class Collected(FSFilesHandler):
    """A site whose static files lie together under the names that collectstatic gave them."""

    def get_base_dir(self):
        return settings.STATIC_ROOT

    def get_base_url(self):
        return settings.STATIC_URL


@contextmanager
def served(handler=StaticFilesHandler, **changed):
    """Serve the site under these settings, and give its address."""
    with override_settings(ALLOWED_HOSTS=["*"], **changed):
        thread = LiveServerThread("localhost", static_handler=handler)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        try:
            yield f"http://{thread.host}:{thread.port}"
        finally:
            thread.terminate()
