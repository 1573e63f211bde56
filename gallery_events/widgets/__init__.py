"""The gallery in a form, complete without JavaScript."""

from gallery_events.widgets.gallery import GalleryWidget
from gallery_events.widgets.posted import Posted
from gallery_events.widgets.shown import Item, Shown

__all__ = ["GalleryWidget", "Item", "Posted", "Shown"]
