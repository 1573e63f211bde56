"""The same album four times: without a history, with two of simple-history's, and with ours."""

from django.db import models
from simple_history.models import HistoricalRecords

from gallery_events.fields import GalleryField
from gallery_events.models import GalleryModel


class PlainAlbum(models.Model):
    title = models.CharField(max_length=200)
    photos = models.JSONField(default=list)


class RecordedAlbum(models.Model):
    title = models.CharField(max_length=200)
    photos = models.JSONField(default=list)
    history = HistoricalRecords()


class Picture(models.Model):
    """An image for LinkedAlbum alone: a link to ours would be one more thing for the sweep to ask."""

    name = models.CharField(max_length=200)


class LinkedAlbum(models.Model):
    title = models.CharField(max_length=200)
    photos = models.ManyToManyField(Picture)
    history = HistoricalRecords(m2m_fields=[photos])


class Album(GalleryModel):
    title = models.CharField(max_length=200)
    photos = GalleryField(blank=True)
