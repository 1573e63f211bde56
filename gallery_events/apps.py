"""The app: receivers and checks are connected here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GalleryEventsConfig(AppConfig):
    """Galleries with a history, for any model."""

    name = "gallery_events"
    verbose_name = _("Galleries")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what listens."""
        from gallery_events import checks, receivers

        checks.register()
        receivers.connect()
