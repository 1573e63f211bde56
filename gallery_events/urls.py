"""The URLs of the package: ``path("gallery/", include("gallery_events.urls"))``."""

from django.urls import path

from gallery_events import views

app_name = "gallery_events"

urlpatterns = [
    path("edit/<str:pk>/", views.edit_view, name="edit"),
    path("edit/<str:model>/<str:pk>/", views.edit_view, name="edit"),
    path("file/<str:model>/<str:pk>/<str:rendition>/", views.file_view, name="file"),
    path("health/", views.health_view, name="health"),
    path("image/<str:pk>/", views.image_view, name="image"),
    path("image/<str:model>/<str:pk>/", views.image_view, name="image"),
    path("partial/<str:token>/", views.partial_view, name="partial"),
    path(
        "rendition/<str:model>/<str:pk>/<str:key>/<str:signature>/",
        views.rendition_view,
        name="rendition",
    ),
    path("resume/", views.resume_view, name="resume"),
    path("resume/<str:field>/", views.resume_view, name="resume"),
    path("timeline/<str:model>/<path:pk>/", views.TimelineView.as_view(), name="timeline"),
    path("upload/", views.upload_view, name="upload"),
    path("upload/<str:field>/", views.upload_view, name="upload"),
]
