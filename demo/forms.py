"""The form by which an album is made and changed."""

from django import forms

from demo.models import Album


class AlbumForm(forms.ModelForm):
    class Meta:
        model = Album
        fields = ["title", "notes", "photos"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
        labels = {"photos": "Photographs"}
