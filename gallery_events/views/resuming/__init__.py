"""Uploads that go on after a break: the tus protocol, and how its sender gets the image."""

from gallery_events.views.resuming.creating import resume_view
from gallery_events.views.resuming.going_on import partial_view

__all__ = ["partial_view", "resume_view"]
