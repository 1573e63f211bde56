"""The URLs of the package: ``path("gallery/", include("gallery_events.urls"))``."""

from django.urls import path

from gallery_events import views

app_name = "gallery_events"

urlpatterns = [path("health/", views.health_view, name="health")]
