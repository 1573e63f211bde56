"""The app of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A photo club: albums and an exhibition."""

    name = "demo"
    verbose_name = "Harbour Photo Club"
    default_auto_field = "django.db.models.BigAutoField"
