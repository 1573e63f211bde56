"""The same album four times: without a history, with two of simple-history's, and with ours."""

from django.db import models
from simple_history.models import HistoricalRecords

from gallery_events.fields import GalleryField
from gallery_events.models import GalleryModel


class Titled(models.Model):
    title = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class PlainAlbum(Titled):
    photos = models.JSONField(default=list)


class RecordedAlbum(Titled):
    photos = models.JSONField(default=list)
    history = HistoricalRecords()


class Picture(Titled):
    """An image for LinkedAlbum alone: a link to ours would be one more thing for the sweep to ask."""


class LinkedAlbum(Titled):
    photos = models.ManyToManyField(Picture)
    history = HistoricalRecords(m2m_fields=[photos])


class Album(Titled, GalleryModel):
    photos = GalleryField(blank=True)
