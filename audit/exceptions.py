"""What the trail refuses, with the cure in the sentence."""

from gallery_events.exceptions import GalleryError


class AppendOnly(GalleryError):
    """A call would have changed or removed an entry of the trail; nothing was written."""
