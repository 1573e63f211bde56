"""The admin: galleries with their history, images with where they stand, what the sweeps did."""

from django.contrib import admin

from gallery_events.admin.changing import (
    GalleryStackedInline,
    GalleryTabularInline,
    SaysWhatHappened,
)
from gallery_events.admin.galleries import GalleryAdmin
from gallery_events.admin.images import ImageAdmin
from gallery_events.admin.pictures import FirstPictures
from gallery_events.admin.runs import SweepRunAdmin
from gallery_events.admin.tombstones import TombstoneAdmin
from gallery_events.models import Image, SweepRun, Tombstone

__all__ = [
    "FirstPictures",
    "GalleryAdmin",
    "GalleryStackedInline",
    "GalleryTabularInline",
    "ImageAdmin",
    "SaysWhatHappened",
    "SweepRunAdmin",
    "TombstoneAdmin",
]

admin.site.register(Image, ImageAdmin)
admin.site.register(SweepRun, SweepRunAdmin)
admin.site.register(Tombstone, TombstoneAdmin)
