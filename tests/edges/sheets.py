"""Forms of a project, and what a browser without JavaScript sends back of them."""

import re
from html.parser import HTMLParser
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from gallery_events.access import Access
from gallery_events.forms import GalleryModelForm
from gallery_events.models import Image, Reference
from tests.factories import again
from tests.pictures import picture
from tests.project.models import Album, Catalogue, Diptych, Portrait, Poster


class AlbumForm(forms.ModelForm):
    class Meta:
        model = Album
        fields = ["title", "photos"]


class MergingForm(GalleryModelForm):
    class Meta:
        model = Album
        fields = ["title", "notes", "photos"]


class DiptychForm(forms.ModelForm):
    class Meta:
        model = Diptych
        fields = ["title", "left", "right"]


class PosterForm(forms.ModelForm):
    class Meta:
        model = Poster
        fields = ["title", "photos"]


class CatalogueForm(forms.ModelForm):
    class Meta:
        model = Catalogue
        fields = ["code", "title", "plates"]


class PortraitForm(forms.ModelForm):
    class Meta:
        model = Portrait
        fields = ["faces"]


class Sheet(HTMLParser):
    """One rendered form as a browser has it: what is typed, ticked and chosen, and then sent."""

    def __init__(self, html):
        super().__init__()
        self.html = str(html)
        self.values, self.files, self.ids, self.labels = {}, {}, [], []
        self.texts, self._area, self._open = [], None, None
        # What a template holds is no part of a form, and a script says nothing.
        self.shown = re.sub(r"(?s)<(template|script)\b.*?</\1>", "", self.html)
        self.feed(self.shown)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value if value is not None else True for name, value in attrs}
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "label" and "for" in attrs:
            self.labels.append(attrs["for"])
        if tag == "textarea":
            self._area = attrs["name"]
            self.values[self._area] = [""]
        if tag != "input" or "name" not in attrs or "disabled" in attrs:
            return
        kind = attrs.get("type", "text")
        if kind == "file":
            self.files.setdefault(attrs["name"], [])
        elif kind in ("checkbox", "radio"):
            kept = self.values.setdefault(attrs["name"], [])
            if "checked" in attrs:
                kept.append(attrs["value"])
        elif kind == "hidden":
            self.values.setdefault(attrs["name"], []).append(attrs.get("value", ""))
        else:
            self.values[attrs["name"]] = [attrs.get("value", "")]

    def handle_data(self, data):
        if self._area is not None:
            # As the standard says: the first line end of a text area does not count.
            self.values[self._area] = [self.values[self._area][0] + data]
        elif data.strip():
            self.texts.append(data.strip())

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.values[self._area] = [self.values[self._area][0].removeprefix("\n")]
            self._area = None

    @property
    def names(self):
        return {*self.values, *self.files}

    @property
    def said(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def keys(self, gallery):
        """Return the keys of the items shown, in order, as text."""
        order = f"{gallery}-order-"
        return [name.removeprefix(order) for name in self.values if name.startswith(order)]

    def type(self, name, text):
        assert name in self.values, f"{name} is not on the page"
        self.values[name] = [str(text)]
        return self

    def tick(self, name, *values):
        assert name in self.values, f"{name} is not on the page"
        self.values[name] += [str(value) for value in values]
        return self

    def untick(self, name):
        assert self.values[name], f"{name} is not ticked"
        self.values[name] = []
        return self

    def choose(self, name, *files):
        assert name in self.files, f"{name} is not on the page"
        self.files[name] += [sent(each) for each in files]
        return self

    @property
    def data(self):
        data = QueryDict(mutable=True)
        for name, values in self.values.items():
            # A browser says nothing of boxes of which none is ticked.
            if values:
                data.setlist(name, values)
        return data

    @property
    def uploads(self):
        return MultiValueDict(self.files)

    def sent_to(self, form_class, **options):
        """Return the form that a view makes of what is sent; the same can be sent again."""
        return form_class(self.data, self.uploads, **options)


def sent(file):
    """Return a file as it arrives: each request has a copy of its own."""
    file.seek(0)
    return SimpleUploadedFile(file.name, file.read())


def opened(form_class=AlbumForm, **options):
    """Return the page of a form that was just opened."""
    form = form_class(**options)
    return Sheet(form)


def sent_to_owner(sheet, owner, form_class=AlbumForm):
    """Return the form of a new request about an owner."""
    return sheet.sent_to(form_class, instance=again(owner))


def many(number):
    """Return the ids of so many images whose files nobody looks at."""
    rows = Image.objects.bulk_create(
        Image(file=f"images/{uuid4()}/picture.png", name="picture.png") for _ in range(number)
    )
    return [row.pk for row in rows]


def destroy(*ids):
    """Delete rows of images past all that protects them."""
    Reference.objects.filter(image_id__in=ids)._raw_delete("default")
    Image.objects.filter(pk__in=ids)._raw_delete("default")


def files(*names):
    return [picture(name, size=(8, 6)) for name in names]


class Everybody(Access):
    """A policy that grants everything, without a query."""

    def may_upload(self, user, field):
        return True

    def may_use(self, user, image, owner):
        return True

    def may_edit(self, user, image):
        return True

    def may_see(self, user, image):
        return True
