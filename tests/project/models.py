"""Owners of every shape, and things that name images in every other way."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Upper
from simple_history.models import HistoricalRecords

from gallery_events.fields import GalleryField
from gallery_events.history import GalleryHistory
from gallery_events.models import AbstractImage, AbstractReference, GalleryModel, Image


class Club(models.Model):
    """Owns albums; deleting it cascades to them."""

    name = models.CharField(max_length=100)


class Album(GalleryModel):
    """The plain case: one gallery, integer keys."""

    title = models.CharField(max_length=200)
    notes = models.TextField(blank=True)
    club = models.ForeignKey(Club, on_delete=models.CASCADE, null=True, blank=True)
    photos = GalleryField(max_images=50, blank=True)

    def __str__(self) -> str:
        return self.title


class AlbumProxy(Album):
    """A proxy: it shares the history of Album."""

    class Meta:
        proxy = True


class Diptych(GalleryModel):
    """Two galleries on one owner, and a foreign key to an image that its history holds too."""

    title = models.CharField(max_length=200, blank=True)
    left = GalleryField(blank=True, max_images=3, min_images=2)
    right = GalleryField(blank=True, null=True)
    cover = models.ForeignKey(Image, on_delete=models.PROTECT, null=True, blank=True)


class Photo(AbstractImage):
    """An image model of one's own, with a UUID key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    licence = models.CharField(max_length=50, blank=True)


class PhotoReference(AbstractReference):
    """The references to Photo."""

    image = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="references")


class Poster(GalleryModel):
    """A UUID key, images of another model, and a history of its own making."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200, blank=True)
    photos = GalleryField(to="project.Photo", blank=True)

    history = GalleryHistory(custom_model_name="PosterRecord", related_name="records")


class Exhibit(GalleryModel):
    """An abstract owner."""

    title = models.CharField(max_length=200, blank=True)
    pictures = GalleryField(blank=True)

    class Meta:
        abstract = True


class Painting(Exhibit):
    """One concrete exhibit."""


class Sculpture(Exhibit):
    """Another concrete exhibit, with a column of its own."""

    material = models.CharField(max_length=50, blank=True)


class Article(models.Model):
    """Names images in every way that is not a gallery."""

    lead = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    teaser = models.OneToOneField(
        Image, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    figures = models.ManyToManyField(Image, blank=True, related_name="+")
    loose = models.ForeignKey(
        Image,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    body = models.TextField(blank=True)


class Card(models.Model):
    """Has a history of its own, whose rows name images."""

    picture = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="cards"
    )

    history: Any = HistoricalRecords()


class Recipe(models.Model):
    """simple-history records its many-to-many in a table of its own."""

    steps = models.ManyToManyField(Image, blank=True, related_name="+")

    history: Any = HistoricalRecords(m2m_fields=[steps])


class Stamped(models.Model):
    """A column that a project adds to its snapshots."""

    stamp = models.CharField(max_length=20, default="unstamped")

    class Meta:
        abstract = True


class Gazette(GalleryModel):
    """A history with every argument that simple-history offers and galleries can do with."""

    title = models.CharField(max_length=200, blank=True)
    scratch = models.CharField(max_length=200, blank=True)
    pages = GalleryField(blank=True)

    history = GalleryHistory(
        bases=[Stamped],
        table_name="gazette_log",
        history_id_field=models.UUIDField(default=uuid.uuid4),
        history_user_id_field=models.IntegerField(null=True),
        excluded_fields=["scratch"],
        verbose_name="edition",
    )


class Label(GalleryModel):
    """Its title is unique, and its save() does something of its own."""

    title = models.CharField(max_length=100, unique=True)
    photos = GalleryField(blank=True)

    def save(self, **options: Any) -> None:
        """Trim the title."""
        self.title = self.title.strip()
        super().save(**options)


class Picture(Image):
    """A proxy of the image model, which a gallery may name."""

    class Meta:
        proxy = True


class Catalogue(GalleryModel):
    """A key that people choose, a column that the database computes, images by a proxy."""

    code = models.CharField(max_length=20, primary_key=True)
    title = models.CharField(max_length=100, blank=True)
    loud = models.GeneratedField(
        expression=Upper("title"), output_field=models.CharField(max_length=100), db_persist=True
    )
    plates = GalleryField(to="project.Picture", blank=True)


class Portrait(GalleryModel):
    """Its key is another row's."""

    club = models.OneToOneField(Club, on_delete=models.CASCADE, primary_key=True)
    faces = GalleryField(blank=True)
