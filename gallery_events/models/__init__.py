"""What is stored: owners, images, references, tombstones and the runs of the sweep."""

from gallery_events.models.galleries import LOADED, GalleryModel
from gallery_events.models.images import AbstractImage, Image
from gallery_events.models.references import AbstractReference, Reference
from gallery_events.models.sweeps import StorageClaim, SweepRun, Tombstone

__all__ = [
    "LOADED",
    "AbstractImage",
    "AbstractReference",
    "GalleryModel",
    "Image",
    "Reference",
    "StorageClaim",
    "SweepRun",
    "Tombstone",
]
