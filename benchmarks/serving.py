"""A real server of this package, in a process of its own: what its clients need is not its own."""

from contextlib import ExitStack
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

from benchmarks import measure
from gallery_events.access import Access

urlpatterns = [path("gallery/", include("gallery_events.urls"))]


class Everybody(Access):
    """Whoever comes may upload: who somebody is, is not what is measured."""

    def may_upload(self, user: Any, field: Any) -> bool:
        return True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: what is printed is the table."""


class Site:
    """A server at work."""

    def __init__(self, urls: str) -> None:
        settings.ROOT_URLCONF = urls
        settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]
        settings.GALLERY_EVENTS = {**settings.GALLERY_EVENTS, "ACCESS": Everybody}
        self.running = ExitStack()
        self.grown = self.running.enter_context(measure.memory())
        self.server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self.server.daemon_threads = True
        self.server.set_app(get_wsgi_application())
        Thread(target=self.server.serve_forever, daemon=True).start()


#: The site of this process.
sites: list[Site] = []


def serve(urls: str = __name__) -> int:
    """Start the server of this process; return its port."""
    sites[:] = [Site(urls)]
    return int(sites[0].server.server_port)


def stop() -> float:
    """Stop it; return how many MB it grew by."""
    sites[0].server.shutdown()
    return sites[0].grown()
