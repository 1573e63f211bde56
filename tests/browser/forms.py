"""Forms as a project writes them: one gallery, two on a page, images of its own, ones that refuse."""

from django import forms

from gallery_events.forms import GalleryFormField, GalleryModelForm
from gallery_events.widgets import GalleryWidget
from tests.project.models import Album, Diptych, Poster


class AlbumForm(GalleryModelForm):
    class Meta:
        model = Album
        fields = ["title", "notes", "photos"]


class RequiredForm(AlbumForm):
    """The gallery must not be empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].required = True
        self.fields["photos"].widget.is_required = True


class LimitedForm(AlbumForm):
    """At most five images."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].max_images = 5


class DisabledForm(AlbumForm):
    """The gallery is shown, and not to be changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].disabled = True


class ReadonlyForm(AlbumForm):
    """The gallery is to be read only."""

    class Meta(AlbumForm.Meta):
        widgets = {"photos": GalleryWidget(attrs={"readonly": True})}


class DiptychForm(GalleryModelForm):
    class Meta:
        model = Diptych
        fields = ["title", "left", "right"]


class LooseForm(forms.Form):
    """Images that are of no object."""

    photos = GalleryFormField(required=False)


class PosterForm(GalleryModelForm):
    title = forms.CharField()

    class Meta:
        model = Poster
        fields = ["title", "photos"]


#: Several owners on one page.
AlbumFormSet = forms.modelformset_factory(Album, form=AlbumForm, extra=1)
