"""Answers to requests: parse, ask one flow, answer. One file for each page."""

from gallery_events.views.health import health_view

__all__ = ["health_view"]
