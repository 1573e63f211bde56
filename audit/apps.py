"""The app: what listens and what checks is connected here."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """An append-only trail of everything that happens to galleries."""

    name = "audit"
    label = "gallery_audit"
    verbose_name = "Gallery audit"
    default_auto_field = "django.db.models.BigAutoField"
