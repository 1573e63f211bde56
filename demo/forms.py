"""The form by which an album is made and changed."""

from django import forms

from demo.models import Album
from gallery_events.forms import GalleryModelForm


class AlbumForm(GalleryModelForm):
    """What somebody else changed since the form was opened is merged, or asked about."""

    class Meta:
        model = Album
        fields = ["title", "notes", "photos"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
        labels = {"photos": "Photographs"}
