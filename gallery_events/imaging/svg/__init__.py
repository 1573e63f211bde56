"""SVG: told by its content, cleaned of all that runs or fetches, and drawn in a process of its own."""

from gallery_events.imaging.svg.drawing import raster

__all__ = ["raster"]
