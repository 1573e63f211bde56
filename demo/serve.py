"""The site, on this machine only."""

import errno

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from demo.data import PEOPLE
from demo.models import Album
from demo.stage import Stage

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Another server listens there."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Leave the terminal to the story; only errors are said, by Django."""


class Site:
    """Has its port from the beginning, and serves once it is told to."""

    def __init__(self, port: int) -> None:
        try:
            self.server = ThreadedWSGIServer((HOST, port), _Quiet)
        except OverflowError as error:
            raise PortTaken(f"There is no port {port}. Try: make demo PORT=8001") from error
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            other = port + 1 if port >= 1024 else 8001
            raise PortTaken(
                f"Port {port} cannot be had ({error.strerror}): perhaps the demo is served there.\n"
                f"Choose another one, say: make demo PORT={other}"
            ) from error

    def serve(self, stage: Stage) -> None:
        """Say where to look, and serve until Ctrl-C."""
        self.server.set_app(StaticFilesHandler(get_wsgi_application()))
        _say_where_to_look(stage, f"http://{HOST}:{self.server.server_port}")
        try:
            self.server.serve_forever()
        except KeyboardInterrupt:
            stage.note("")
        finally:
            self.server.server_close()


def _say_where_to_look(stage: Stage, site: str) -> None:
    stage.gap()
    stage.note(f"The site is served at {site}/ until Ctrl-C. Look at:")
    places = [
        ("the club's albums, as everybody sees them", reverse("albums")),
        ("an album of one's own, as ben or anna", reverse("album_add")),
        (
            "the albums in the admin, as anna; deleted ones too",
            reverse("admin:demo_album_changelist"),
        ),
        ("every image, its state and its uses", reverse("admin:gallery_events_image_changelist")),
        ("what is gone, and why, as carla", reverse("admin:gallery_events_tombstone_changelist")),
        ("the runs of the sweep, as carla", reverse("admin:gallery_events_sweeprun_changelist")),
        ("the trail: who did what, as carla", reverse("admin:gallery_audit_entry_changelist")),
        ("how the sweep is doing, as carla", reverse("gallery_events:health")),
    ]
    if album := Album.objects.order_by("-gallery_version", "pk").first():
        history = reverse("album_history", args=[album.pk])
        places.insert(2, (f"the history of '{album}', as anna", history))
    stage.table(["", ""], [[what, site + where] for what, where in places])
    stage.note("Log in as (name and password are the same):")
    stage.table(["", ""], [[name.lower(), what] for name, what in PEOPLE.items()])
