"""What a photo club has: albums, and exhibitions with a poster."""

from django.db import models

from gallery_events.fields import GalleryField
from gallery_events.models import GalleryModel, Image


class Album(GalleryModel):
    title = models.CharField(max_length=200)
    notes = models.TextField(blank=True)
    photos = GalleryField(max_images=50, blank=True)

    def __str__(self) -> str:
        return self.title


class Exhibition(models.Model):
    """No gallery at all: a plain foreign key to an image, as any project may have."""

    title = models.CharField(max_length=200)
    poster = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="exhibitions")

    def __str__(self) -> str:
        return self.title
