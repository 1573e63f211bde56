"""The app: what listens and what checks is connected here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """An append-only trail of everything that happens to galleries."""

    name = "audit"
    label = "gallery_audit"
    verbose_name = _("Gallery audit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what listens."""
        from audit import checks, receivers  # noqa: PLC0415 - models exist only once apps are ready

        checks.register()
        receivers.connect()
