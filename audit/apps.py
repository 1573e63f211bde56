"""The app: what listens and what checks is connected here."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """An append-only trail of everything that happens to galleries."""

    name = "audit"
    label = "gallery_audit"
    verbose_name = _("Gallery audit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what listens."""
        # Models exist only once apps are ready.
        from audit import checks, receivers, vetoing  # noqa: PLC0415
        from audit.drift import marks  # noqa: PLC0415

        checks.register()
        receivers.connect()
        vetoing.connect()
        post_migrate.connect(marks.install, sender=self, dispatch_uid="gallery_audit.marks")
