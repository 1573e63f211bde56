"""What a photo club has: albums, and exhibitions with a poster."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from gallery_events.fields import GalleryField
from gallery_events.models import GalleryModel, Image


class Album(GalleryModel):
    title = models.CharField(max_length=200)
    notes = models.TextField(blank=True)
    photos = GalleryField(max_images=50, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False
    )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("album", args=[self.pk])


class Exhibition(models.Model):
    """No gallery at all: a plain foreign key to an image, as any project may have."""

    title = models.CharField(max_length=200)
    poster = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="exhibitions")

    def __str__(self) -> str:
        return self.title
