"""Answers to requests: parse, ask one flow, answer. One file for each page."""

from gallery_events.views.edit import edit_view
from gallery_events.views.health import health_view
from gallery_events.views.image import image_view
from gallery_events.views.refusals import bad_request
from gallery_events.views.rendition import rendition_view
from gallery_events.views.resuming import partial_view, resume_view
from gallery_events.views.saving import GallerySaveMixin
from gallery_events.views.serving import file_view
from gallery_events.views.timeline import TimelineView
from gallery_events.views.upload import upload_view

__all__ = [
    "GallerySaveMixin",
    "TimelineView",
    "bad_request",
    "edit_view",
    "file_view",
    "health_view",
    "image_view",
    "partial_view",
    "rendition_view",
    "resume_view",
    "upload_view",
]
