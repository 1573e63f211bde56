"""What is stored: owners, images, references, uploads under way, tombstones, runs of the sweep."""

from gallery_events.models.galleries import LOADED, GalleryModel
from gallery_events.models.images import AbstractImage, Image
from gallery_events.models.partial import PartialUpload
from gallery_events.models.references import AbstractReference, Reference
from gallery_events.models.sweeps import StorageClaim, SweepRun, Tombstone

__all__ = [
    "LOADED",
    "AbstractImage",
    "AbstractReference",
    "GalleryModel",
    "Image",
    "PartialUpload",
    "Reference",
    "StorageClaim",
    "SweepRun",
    "Tombstone",
]
